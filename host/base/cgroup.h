// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <string>

namespace topheavy {

// Calls use(stream) for a file of the process's group in the unified hierarchy and of every group above it, where it
// exists: limits hold on the whole way up. The group is "/" inside a container.
template <typename Use>
void for_cgroups(const std::string& file, Use use) {
  std::ifstream own("/proc/self/cgroup");
  std::string line, path;
  while (std::getline(own, line)) {
    if (line.starts_with("0::")) path = line.substr(3);
  }
  while (!path.empty()) {
    std::ifstream in("/sys/fs/cgroup" + (path == "/" ? std::string() : path) + "/" + file);
    if (in) use(in);
    const auto slash = path.rfind('/');
    if (path == "/" || slash == std::string::npos) break;
    path = slash == 0 ? "/" : path.substr(0, slash);
  }
}

}  // namespace topheavy
