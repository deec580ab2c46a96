// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/overrides.h"

#include "host/config/source_text.h"
#include "host/config/yaml_tree.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace topheavy {
namespace {

std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> keys;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    keys.push_back(path.substr(0, dot));
    path.remove_prefix(dot + 1);
  }
  keys.push_back(path);
  return keys;
}

std::optional<std::size_t> index_of(std::string_view key) {
  std::size_t value = 0;
  const auto [end, code] = std::from_chars(key.data(), key.data() + key.size(), value);
  if (code != std::errc{} || end != key.data() + key.size()) return std::nullopt;
  return value;
}

// The value below `parent` that `key` names, made where it is missing in a map; null after a problem was
// added.
node* step(node& parent, std::string_view key, std::string_view path, place at, problems& found) {
  if (parent.kind == node_kind::list) {
    const auto index = index_of(key);
    if (index && *index < parent.items.size()) return &parent.items[*index];
    found.add(at, fmt::format("`{}` is a list of {}; `{}` is not the index of one, counted from 0",
                              shown(path), parent.items.size(), shown(key)));
    return nullptr;
  }
  if (parent.kind == node_kind::scalar) {
    found.add(at, fmt::format("`{}` is {}; nothing can be set below it", shown(path), shown(parent)));
    return nullptr;
  }
  if (parent.kind == node_kind::null) {
    parent = node{};
    parent.kind = node_kind::map;
    parent.at = at;
  }
  for (map_entry& e : parent.entries) {
    if (e.key.kind == node_kind::scalar && e.key.text == key) return &e.value;
  }
  node name;
  name.kind = node_kind::scalar;
  name.text = key;
  name.at = at;
  node value;
  value.at = at;
  parent.entries.push_back({std::move(name), std::move(value)});
  return &parent.entries.back().value;
}

}  // namespace

void apply_override(node& root, const std::string& override_text, problems& found) {
  const std::string_view whole = override_text;
  const std::size_t equals = whole.find('=');
  const std::string_view path = whole.substr(0, equals);
  const int source = found.add_source(fmt::format("--set {}", shown(path)));
  const place at{source, 0, 0};
  if (equals == std::string_view::npos) {
    found.add(at, "must be key.path=value, such as --set data.start=2024-01-02");
    return;
  }
  if (const auto strange = first_strange_byte(path, "")) {
    found.add(at, strange->what() + "; a key is plain text");
    return;
  }
  const auto keys = split_path(path);
  for (const std::string_view key : keys) {
    if (!key.empty()) continue;
    found.add(at, "an empty key; must be key.path=value, such as --set data.start=2024-01-02");
    return;
  }
  node value = parse_yaml(std::string{whole.substr(equals + 1)}, source, found);
  value.at = at;
  node* target = &root;
  std::string walked;
  for (const std::string_view key : keys) {
    target = step(*target, key, walked, at, found);
    if (target == nullptr) return;
    walked = path_of(walked, key);
  }
  *target = std::move(value);
}

}  // namespace topheavy
