// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// A YAML document as a plain tree in which every value knows where it stands. Values stay text until a rule
// asks for more, so that the ticker ON is never a truth value.
namespace topheavy {

struct place {
  int source = 0;  // 0: the configuration file; k > 0: the k-th override
  int line = 0;    // from 1; 0 for an override
  int column = 0;  // from 1, in characters
  auto operator<=>(const place&) const = default;
};

enum class node_kind { null, scalar, list, map };

struct map_entry;

struct node {
  node_kind kind = node_kind::null;
  std::string text;     // of a scalar; of a null as it was written: "", "~", "null", "NULL", "Null"
  bool quoted = false;  // a scalar in quotes, or tagged !!str
  place at;
  std::vector<node> items;         // of a list
  std::vector<map_entry> entries;  // of a map, in the order of the file

  const node* find(std::string_view key) const;  // the value of a map's first entry of that key, else null
};

struct map_entry {
  node key;
  node value;
};

// The value of a map's first entry of that key where it is a scalar, else null.
const node* scalar_at(const node& map, std::string_view key);

// The value of a map's first entry of that key, or an empty node.
const node& section_at(const node& map, std::string_view key);

// Of a scalar its text, of a list the texts of its scalars.
std::vector<std::string> texts_of(const node& value);

// "a.b" of "a" and "b"; "b" where the parent is the top level.
std::string path_of(std::string_view parent, std::string_view key);

// A value for an error message, on one line and not longer than a line: `3`, `"3"`, a list, an empty map,
// empty. Of a text what is not plain stands as \x1b.
std::string shown(const node& value);
std::string shown(std::string_view text, std::size_t longest = 80);

}  // namespace topheavy
