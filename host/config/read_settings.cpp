// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/error.h"
#include "host/config/check.h"
#include "host/config/config.h"
#include "host/config/overrides.h"
#include "host/config/problems.h"
#include "host/config/settings_from_tree.h"
#include "host/config/yaml_tree.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include <fmt/format.h>

namespace topheavy {
namespace {

std::string read_text(const std::filesystem::path& file) {
  constexpr std::size_t most_bytes = 1u << 20;  // a panel given by mistake is not read to its end
  const auto refuse = [&](const std::string& why) {
    throw error(error_class::usage, fmt::format("{}: {}; must be a YAML configuration", file.string(), why));
  };
  // A pipe too: it could not be read a second time, for its sum in the manifest.
  if (const std::string why = why_no_file(file); !why.empty()) refuse(why);
  std::ifstream stream(file, std::ios::binary);
  if (!stream) refuse(fmt::format("cannot be read ({})", std::strerror(errno)));
  std::string text(most_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.eof() && stream.fail()) refuse("cannot be read");
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > most_bytes) refuse("larger than 1 MiB");
  return text;
}

}  // namespace

settings read_settings(const std::filesystem::path& file, const std::vector<std::string>& overrides) {
  problems found{file.string()};
  node root = parse_yaml(read_text(file), 0, found);
  if (root.kind != node_kind::map) {
    const bool empty = root.kind == node_kind::null;
    found.add({0, 1, 1}, fmt::format("the configuration is {}; must be a map with at least `data`",
                                     empty ? "empty" : shown(root)));
    found.fail();
  }
  for (const std::string& text : overrides) apply_override(root, text, found);
  const base_folders folders{std::filesystem::absolute(file).parent_path(), std::filesystem::current_path()};
  check_by_rules(root, folders, found);
  settings s = settings_from_tree(root, folders, found);
  found.fail_if_any();
  return s;
}

}  // namespace topheavy
