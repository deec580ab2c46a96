// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/input_files.h"

#include "host/base/error.h"
#include "host/base/side_by_side.h"

#include <functional>
#include <set>

#include <fmt/format.h>

namespace topheavy {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> input_files(const fs::path& config, const settings& s) {
  std::vector<fs::path> files{config, s.data.panel};
  if (s.data.constituents) files.push_back(*s.data.constituents);
  if (s.data.volatility) files.push_back(*s.data.volatility);
  if (s.stage.rules) files.push_back(*s.stage.rules);
  std::set<fs::path> stresses;  // sets may share one
  for (const scenario_settings& set : s.scenarios) stresses.insert(set.stresses.begin(), set.stresses.end());
  files.insert(files.end(), stresses.begin(), stresses.end());
  return files;
}

std::vector<hashed_file> hashed(const std::vector<fs::path>& files) {
  std::vector<hashed_file> sums(files.size());
  std::vector<std::function<void()>> jobs;
  for (std::size_t i = 0; i < files.size(); ++i)
    jobs.emplace_back([&, i] { sums[i] = hash_file(files[i], files[i].string()); });
  run_side_by_side(jobs);
  return sums;
}

}  // namespace

std::vector<hashed_file> hash_input_files(const fs::path& config, const settings& s) {
  return hashed(input_files(config, s));
}

void check_unchanged(const std::vector<hashed_file>& read_files) {
  std::vector<fs::path> files;
  for (const hashed_file& file : read_files) files.emplace_back(file.name);
  const std::vector<hashed_file> now = hashed(files);
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i].sha256 != read_files[i].sha256)
      throw error(error_class::retry,
                  fmt::format("{}: was changed while it was read; start again", now[i].name));
  }
}

}  // namespace topheavy
