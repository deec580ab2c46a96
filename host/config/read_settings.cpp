// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/check.h"
#include "host/config/config.h"
#include "host/config/overrides.h"
#include "host/config/problems.h"
#include "host/config/settings_from_tree.h"
#include "host/config/yaml_file.h"
#include "host/config/yaml_tree.h"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace topheavy {

settings settings_of_text(std::string text, const std::filesystem::path& file,
                          const std::vector<std::string>& overrides) {
  problems found{file.string()};
  node root = parse_yaml(std::move(text), 0, found);
  if (root.kind != node_kind::map) {
    const bool empty = root.kind == node_kind::null;
    found.add({0, 1, 1}, fmt::format("the configuration is {}; must be a map with at least `data`",
                                     empty ? "empty" : shown(root)));
    found.fail();
  }
  for (const std::string& one : overrides) apply_override(root, one, found);
  const base_folders folders{std::filesystem::absolute(file).parent_path(), std::filesystem::current_path()};
  check_by_rules(root, folders, found);
  settings s = settings_from_tree(root, folders, found);
  found.fail_if_any();
  return s;
}

settings read_settings(const std::filesystem::path& file, const std::vector<std::string>& overrides) {
  return settings_of_text(read_yaml_text(file, "configuration"), file, overrides);
}

}  // namespace topheavy
