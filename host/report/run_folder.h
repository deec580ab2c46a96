// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace topheavy {

// The folder of a run appears under its name whole or not at all: everything is written into a hidden folder beside it,
// which is renamed at the end. A run holds a lock on its folder; one that nobody holds was left by a killed run, and the
// next run in the same place, whatever its target, removes it. Runs with one target at the same time do not harm each other: without
// `replace` the first one wins and the others throw error(usage), with it the last one wins.
class run_folder {
 public:
  // Checks as check_run_target; throws error(resources) where the disk refuses.
  run_folder(const std::filesystem::path& target, bool replace);
  ~run_folder();  // removes what was written and not published, or what was replaced
  run_folder(const run_folder&) = delete;
  run_folder& operator=(const run_folder&) = delete;

  const std::filesystem::path& path() const { return partial_; }  // write here
  // Removes everything but these: what others may have left that wrote here too.
  void keep_only(const std::vector<std::string>& files) const;
  void publish();

 private:
  std::filesystem::path target_;
  std::filesystem::path partial_;
  bool replace_ = false;
  int lock_ = -1;
};

// Throws error(usage) where `target` exists and `replace` is false, or where it exists and is not the folder of a run
// (no manifest of ours, or files that the manifest does not list): that is never removed.
void check_run_target(const std::filesystem::path& target, bool replace);

}  // namespace topheavy
