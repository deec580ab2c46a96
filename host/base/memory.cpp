// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/memory.h"

#include "host/base/cgroup.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace topheavy {
namespace {

std::uint64_t of_machine() {
  std::ifstream in("/proc/meminfo");
  std::string key;
  std::uint64_t kibibytes = 0;
  while (in >> key) {
    if (key == "MemAvailable:" && in >> kibibytes) return kibibytes << 10;
  }
  return 0;
}

std::vector<std::uint64_t> bytes_of_cgroups(const std::string& file, std::uint64_t where_max) {
  std::vector<std::uint64_t> all;
  for_cgroups(file, [&](std::istream& in) {
    std::uint64_t bytes = 0;
    all.push_back(in >> bytes ? bytes : where_max);
  });
  return all;
}

}  // namespace

std::uint64_t available_memory() {
  std::uint64_t left = of_machine();
  const std::vector<std::uint64_t> limits = bytes_of_cgroups("memory.max", UINT64_MAX);
  const std::vector<std::uint64_t> used = bytes_of_cgroups("memory.current", 0);
  for (std::size_t i = 0; i < std::min(limits.size(), used.size()); ++i) {
    if (limits[i] != UINT64_MAX) left = std::min(left, limits[i] - std::min(limits[i], used[i]));
  }
  return left;
}

std::string shown_bytes(double bytes) {
  const char* const units[] = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024.0) return fmt::format("{:.0f} bytes", bytes);
  std::size_t unit = 0;
  for (bytes /= 1024.0; bytes >= 1024.0 && unit < 3; bytes /= 1024.0) ++unit;
  return fmt::format("{:.1f} {}", bytes, units[unit]);
}

}  // namespace topheavy
