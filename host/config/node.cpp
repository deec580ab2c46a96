// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/node.h"

#include "host/config/source_text.h"

#include <fmt/format.h>

namespace topheavy {

const node* node::find(std::string_view key) const {
  for (const map_entry& e : entries) {
    if (e.key.kind == node_kind::scalar && e.key.text == key) return &e.value;
  }
  return nullptr;
}

const node* scalar_at(const node& map, std::string_view key) {
  const node* value = map.find(key);
  return value != nullptr && value->kind == node_kind::scalar ? value : nullptr;
}

const node& section_at(const node& map, std::string_view key) {
  static const node none;
  const node* value = map.find(key);
  return value != nullptr ? *value : none;
}

std::vector<std::string> texts_of(const node& value) {
  if (value.kind == node_kind::scalar) return {value.text};
  std::vector<std::string> texts;
  for (const node& item : value.items) {
    if (item.kind == node_kind::scalar) texts.push_back(item.text);
  }
  return texts;
}

std::string path_of(std::string_view parent, std::string_view key) {
  return parent.empty() ? std::string{key} : fmt::format("{}.{}", parent, key);
}

std::string shown(std::string_view text, std::size_t longest) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto strange = first_strange_byte(text.substr(i), "");
    const std::size_t plain_end = strange ? i + strange->offset : text.size();
    for (; i < plain_end; ++i) {
      const bool inside_character = (static_cast<unsigned char>(text[i]) & 0xc0u) == 0x80u;
      if (out.size() >= longest && !inside_character) return out + "...";
      out += text[i];
    }
    if (!strange) break;
    if (out.size() >= longest) return out + "...";
    out += fmt::format("\\x{:02x}", strange->value);
    ++i;
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
