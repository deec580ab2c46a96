// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/node.h"

#include <fmt/format.h>

namespace topheavy {

const node* node::find(std::string_view key) const {
  for (const map_entry& e : entries) {
    if (e.key.kind == node_kind::scalar && e.key.text == key) return &e.value;
  }
  return nullptr;
}

std::string path_of(std::string_view parent, std::string_view key) {
  return parent.empty() ? std::string{key} : fmt::format("{}.{}", parent, key);
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 80;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool inside_character = (byte & 0xc0u) == 0x80u;
    if (out.size() >= longest && !inside_character) return out + "...";
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string shown(const node& value) {
  switch (value.kind) {
    case node_kind::null:
      return value.text.empty() ? "empty" : fmt::format("`{}`", value.text);
    case node_kind::list:
      return value.items.empty() ? "an empty list" : "a list";
    case node_kind::map:
      return value.entries.empty() ? "an empty map" : "a map";
    case node_kind::scalar:
      break;
  }
  return value.quoted ? fmt::format("`\"{}\"`", shown(value.text)) : fmt::format("`{}`", shown(value.text));
}

}  // namespace topheavy
