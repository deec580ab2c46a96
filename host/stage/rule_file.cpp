// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/stage/rule_file.h"

#include "host/config/check.h"
#include "host/config/names_seen.h"
#include "host/config/problems.h"
#include "host/config/yaml_file.h"
#include "host/config/yaml_tree.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace topheavy {
namespace {

std::vector<key_rule> make_keys() {
  using enum value_kind;
  return {
      {.path = "stages",
       .kind = list,
       .section = "6",
       .meaning = "The stages, in order: the first whose rules all hold is the stage",
       .required = true,
       .min_items = 1},
      {.path = "stages.<i>", .kind = section, .section = "6", .meaning = "A stage"},
      {.path = "stages.<i>.name",
       .kind = name,
       .section = "6",
       .meaning = "Name of the stage; no two may share one",
       .required = true,
       .reserved = {undetermined_stage}},
      {.path = "stages.<i>.meaning",
       .kind = text,
       .section = "6",
       .meaning = "What the stage means, for readers",
       .default_json = "null"},
      {.path = "stages.<i>.rules",
       .kind = list,
       .section = "6",
       .meaning = "All of them must hold",
       .required = true,
       .min_items = 1},
      {.path = "stages.<i>.rules.<i>", .kind = section, .section = "6", .meaning = "A rule"},
      {.path = "stages.<i>.rules.<i>.rule",
       .kind = text,
       .section = "6",
       .meaning = "Name of the rule; no two of a stage may share one",
       .required = true},
      {.path = "stages.<i>.rules.<i>.when",
       .kind = text,
       .section = "6",
       .meaning = "An expression over evidence",
       .required = true},
      {.path = "watch",
       .kind = list,
       .section = "6",
       .meaning = "Triggers to look out for, whatever the stage",
       .default_json = "[]"},
      {.path = "watch.<i>", .kind = section, .section = "6", .meaning = "A trigger"},
      {.path = "watch.<i>.name",
       .kind = name,
       .section = "6",
       .meaning = "Name of the trigger; no two may share one",
       .required = true},
      {.path = "watch.<i>.meaning",
       .kind = text,
       .section = "6",
       .meaning = "What it means, for readers",
       .default_json = "null"},
      {.path = "watch.<i>.when",
       .kind = text,
       .section = "6",
       .meaning = "An expression over evidence",
       .required = true},
  };
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

// The text of a line from a column on.
std::string_view rest_of_line(std::string_view text, int line, int column) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  for (int i = 1; i < line; ++i) text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
  for (int i = 1; i < column && !text.empty(); ++i) {
    do text.remove_prefix(1);
    while (!text.empty() && (static_cast<unsigned char>(text[0]) & 0xc0u) == 0x80u);
  }
  return text.substr(0, text.find('\n'));
}

class rule_reader {
 public:
  rule_reader(std::string text, const std::string& file)
      : text_(std::move(text)), file_(file), found_(file) {}

  rule_set read() {
    const node root = parse_yaml(text_, 0, found_);
    if (root.kind != node_kind::map) {
      found_.add({0, 1, 1}, fmt::format("the rules are {}; must be a map with at least `stages`",
                                        root.kind == node_kind::null ? "empty" : shown(root)));
      found_.fail();
    }
    check_by_rules(root, {}, found_, rule_file_keys());
    rule_set made;
    names_seen seen_stages(found_), seen_watch(found_);
    for (const node& stage : items(root, "stages")) {
      stage_rules s{text_at(stage, "name"), text_at(stage, "meaning"), {}};
      see(stage, "name", "stage", seen_stages);
      names_seen seen_rules(found_);
      for (const node& one : items(stage, "rules")) {
        see(one, "rule", "rule", seen_rules);
        s.rules.push_back(read_rule(one, "rule"));
      }
      made.stages.push_back(std::move(s));
    }
    for (const node& one : items(root, "watch")) {
      see(one, "name", "watch", seen_watch);
      made.watch.push_back(read_rule(one, "name"));
    }
    found_.fail_if_any();
    return made;
  }

 private:
  static const std::vector<node>& items(const node& map, std::string_view key) {
    static const std::vector<node> none;
    const node* const list = map.find(key);
    return list != nullptr ? list->items : none;
  }
  static std::string text_at(const node& map, std::string_view key) {
    const node* const value = scalar_at(map, key);
    return value != nullptr ? value->text : std::string{};
  }

  static void see(const node& map, std::string_view key, std::string_view what, names_seen& seen) {
    if (const node* const name = scalar_at(map, key)) seen.add(*name, what);
  }

  rule read_rule(const node& map, std::string_view name_key) {
    rule r;
    r.name = text_at(map, name_key);
    r.meaning = text_at(map, "meaning");
    r.file = file_;
    const node* const when = scalar_at(map, "when");
    if (when == nullptr || when->text.empty()) return r;  // reported by the check
    r.text = when->text;
    r.line = when->at.line;
    r.column = when->at.column;
    std::string_view written = rest_of_line(text_, r.line, r.column);
    if (written.starts_with('"') || written.starts_with('\'')) {
      written.remove_prefix(1);
      ++r.column;
    }
    r.text_is_as_written = written.starts_with(r.text);
    const bool cut = r.text_is_as_written && written.substr(r.text.size()).starts_with(',');
    try {
      r.when = parse_expression(r.text);
    } catch (const expression_error& e) {
      add(r, e, cut && e.offset() == r.text.size() ? "; in {} an expression with commas needs quotes" : "");
    }
    return r;
  }

  void add(const rule& r, const expression_error& e, std::string_view hint) {
    const auto before = static_cast<int>(characters(std::string_view{r.text}.substr(0, e.offset())));
    const int column = r.column + (r.text_is_as_written ? before : 0);
    const std::string where = r.text_is_as_written ? "" : fmt::format(", character {}", before + 1);
    found_.add({0, r.line, column}, fmt::format("`when`{}: {}{}", where, e.what(), hint));
  }

  std::string text_;
  std::string file_;
  problems found_;
};

}  // namespace

std::string rule::origin(std::size_t offset) const {
  const auto before = text_is_as_written ? characters(std::string_view{text}.substr(0, offset)) : 0;
  return fmt::format("{}:{}:{}", file, line, column + static_cast<int>(before));
}

rule_set parse_rules(std::string text, const std::string& file) {
  return rule_reader{std::move(text), file}.read();
}

rule_set read_rules(const std::filesystem::path& file) {
  return parse_rules(read_yaml_text(file, "file of rules"), file.string());
}

const std::vector<key_rule>& rule_file_keys() {
  static const std::vector<key_rule> keys = make_keys();
  return keys;
}

}  // namespace topheavy
