// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/keys.h"
#include "host/config/node.h"
#include "host/config/problems.h"

#include <filesystem>
#include <string>
#include <vector>

namespace topheavy {

// Where relative paths start, by struct place's source: the configuration's folder and, for overrides, the
// working directory. Both absolute.
struct base_folders {
  std::filesystem::path of_file;
  std::filesystem::path of_overrides;
  std::filesystem::path resolve(const node& path) const {
    return ((path.at.source == 0 ? of_file : of_overrides) / path.text).lexically_normal();
  }
};

// Adds whatever in the tree breaks a rule of the key table: unknown and missing keys, kinds, ranges, names,
// files that do not exist. Rules between values are settings_from_tree's.
void check_by_rules(const node& root, const base_folders& folders, problems& found,
                    const std::vector<key_rule>& table = key_rules());

// Empty where a regular file is, else what is there instead: "does not exist", "is a folder" and the like.
std::string why_no_file(const std::filesystem::path& path);

}  // namespace topheavy
