// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

// The keys of the configuration: the one table behind the check of a file, the suggestions for misspelt keys,
// the JSON Schema and the test that configs/README.md tells of every key.
namespace topheavy {

enum class value_kind {
  section,              // a map with the keys of this table
  named,                // a map whose keys the user chooses
  list,                 //
  text,                 // not empty; never read as a number or truth value
  name,                 // see is_name
  number,               //
  whole_number,         //
  day,                  // YYYY-MM-DD
  latest_or_day,        //
  all_or_whole_number,  //
  auto_or_number,       //
  file,                 // path of a file that must exist
  named_or_text,        // a map whose keys the user chooses, or a text in its place
  text_or_list,         // a text or a list of at least one
  number_or_list,       // a number or a list of at least one
  truth_value,          // true or false
  choice,               // one of the words of key_rule::choices
  auto_or_folder,       // `auto`, null, or the path of a folder that must exist
  output_file           // path of a file to be written, in a folder that must exist
};

struct key_rule {
  // Keys joined by dots. A key the user chooses stands in angle brackets: groups.<dimension>.<group>.symbols;
  // <i> is the index of an element of a list.
  std::string_view path;
  value_kind kind;
  std::string_view section = {};  // of the specification
  std::string_view meaning = {};  // one sentence
  std::string_view unit = {};     //
  std::string_view default_json =
      {};  // as JSON; "null" is "not set" and may be written; empty: there is none
  bool required = false;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_is_allowed = true;
  bool high_is_allowed = true;
  std::size_t min_items = 0;                    // of a list, or of a map whose keys the user chooses
  std::vector<std::string_view> reserved = {};  // names the user may not choose
  std::vector<std::string_view> choices = {};
  std::string_view examples_json = {};  // a JSON array

  std::string_view last_key() const { return path.substr(path.rfind('.') + 1); }  // npos + 1 is 0
  bool is_wildcard() const { return last_key().starts_with('<'); }
  bool may_be_null() const { return default_json == "null" || kind == value_kind::auto_or_folder; }
};

const std::vector<key_rule>& key_rules();

// The rules of a table directly below a path; "" is the top level. One of them may be a wildcard, which stands for every
// key that no other has.
std::vector<const key_rule*> rules_below(std::string_view path,
                                         const std::vector<key_rule>& table = key_rules());

// What a rule of a table allows, for messages and documents: "a number above 0".
std::string allowed_by(const key_rule& rule, const std::vector<key_rule>& table = key_rules());

}  // namespace topheavy
