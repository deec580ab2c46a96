// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/check.h"

#include "host/config/closest.h"
#include "host/config/keys.h"
#include "host/config/scalars.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

namespace topheavy {
namespace {

// Empty where the path is a folder, else why it is none, as words behind the path.
std::string why_no_folder(const std::filesystem::path& path) {
  if (const std::string why = why_no_file(path); why != "is a folder")
    return why.empty() ? "is a file; must be a folder" : why;
  return {};
}

class rule_checker {
 public:
  rule_checker(const base_folders& folders, problems& found, const std::vector<key_rule>& table)
      : folders_(folders), found_(found), table_(table) {}

  // Keys of a section. `path` is where it stands in this file, rule_path in the table; `at` is for what is
  // missing.
  void check_section(const node& map, std::string_view path, std::string_view rule_path, place at) {
    const auto rules = rules_below(rule_path, table_);
    for (const map_entry& e : map.entries) {
      if (e.key.kind != node_kind::scalar) continue;  // reported by the reader
      auto rule = std::find_if(rules.begin(), rules.end(),
                               [&](const key_rule* r) { return r->last_key() == e.key.text; });
      if (rule == rules.end()) {
        rule = std::find_if(rules.begin(), rules.end(), [](const key_rule* r) { return r->is_wildcard(); });
      }
      if (rule != rules.end()) {
        check(e.value, path_of(path, e.key.text), **rule, e.key.at);
      } else {
        unknown_key(e.key, path, rule_path, rules);
      }
    }
    for (const key_rule* rule : rules) {
      if (rule->required && map.find(rule->last_key()) == nullptr) {
        found_.add(at, fmt::format("`{}` is missing; must be {}", path_of(path, rule->last_key()),
                                   allowed_by(*rule, table_)));
      }
    }
  }

 private:
  void unknown_key(const node& key, std::string_view path, std::string_view rule_path,
                   const std::vector<const key_rule*>& siblings) {
    std::vector<std::string_view> names;
    std::string listed;
    for (const key_rule* r : siblings) {
      names.push_back(r->last_key());
      listed += fmt::format("{}{}", listed.empty() ? "" : ", ", r->last_key());
    }
    const std::string what = path.empty()
                                 ? fmt::format("unknown key `{}`", shown(key.text))
                                 : fmt::format("unknown key `{}` in `{}`", shown(key.text), shown(path));
    if (const std::string_view near = closest(key.text, names); !near.empty()) {
      found_.add(key.at, fmt::format("{}; did you mean `{}`?", what, near));
      return;
    }
    const key_rule* elsewhere = nullptr;  // the right key in the wrong place; the nearest such place
    std::size_t most_shared = 0;
    for (const key_rule& r : table_) {
      if (r.last_key() != key.text) continue;
      const auto ends = std::mismatch(r.path.begin(), r.path.end(), rule_path.begin(), rule_path.end());
      const auto shared = static_cast<std::size_t>(ends.first - r.path.begin());
      if (elsewhere != nullptr && shared <= most_shared) continue;
      elsewhere = &r;
      most_shared = shared;
    }
    if (elsewhere != nullptr) {
      const char* const where = elsewhere->path == key.text ? " at the top level" : "";
      found_.add(key.at, fmt::format("{}; did you mean `{}`{}?", what, elsewhere->path, where));
    } else {
      found_.add(key.at, fmt::format("{}; allowed are {}", what, listed));
    }
  }

  void wrong(const node& value, std::string_view path, const key_rule& rule, std::string_view hint = {}) {
    found_.add(value.at, fmt::format("`{}` is {}; must be {}{}", shown(path), shown(value),
                                     allowed_by(rule, table_), hint));
  }

  void check(const node& value, const std::string& path, const key_rule& rule, place key_at) {
    if (value.kind == node_kind::null) {
      check_null(value, path, rule);
      return;
    }
    switch (rule.kind) {
      case value_kind::section:
        if (value.kind != node_kind::map) return wrong(value, path, rule);
        return check_section(value, path, rule.path, key_at);
      case value_kind::named:
        return check_named(value, path, rule);
      case value_kind::list:
        return check_list(value, path, rule);
      case value_kind::named_or_text:
        if (value.kind == node_kind::scalar) return check_scalar(value, path, rule);
        return check_named(value, path, rule);
      case value_kind::text_or_list:
      case value_kind::number_or_list:
        if (value.kind == node_kind::scalar) return check_scalar(value, path, rule);
        return check_list(value, path, rule);
      default:
        return check_scalar(value, path, rule);
    }
  }

  void check_null(const node& value, const std::string& path, const key_rule& rule) {
    if (rule.may_be_null()) return;
    const bool text = rule.kind == value_kind::text || rule.kind == value_kind::named_or_text ||
                      rule.kind == value_kind::text_or_list;
    if (text && !value.text.empty()) {
      found_.add(value.at,
                 fmt::format("`{0}` is `{1}`, which is YAML's null; quote it (\"{1}\") to mean the text",
                             shown(path), value.text));
    } else {
      wrong(value, path, rule, rule.default_json.empty() ? "" : ", or leave the key out");
    }
  }

  void check_named(const node& value, const std::string& path, const key_rule& rule) {
    if (value.kind != node_kind::map || value.entries.size() < rule.min_items)
      return wrong(value, path, rule);
    const key_rule& child = *rules_below(rule.path, table_).front();
    for (const map_entry& e : value.entries) {
      if (e.key.kind != node_kind::scalar) continue;  // reported by the reader
      const bool reserved =
          std::find(child.reserved.begin(), child.reserved.end(), e.key.text) != child.reserved.end();
      if (e.key.text.empty()) found_.add(e.key.at, fmt::format("an empty name in `{}`", shown(path)));
      if (reserved) found_.add(e.key.at, reserved_text(e.key.text, path, child));
      check(e.value, path_of(path, e.key.text), child, e.key.at);
    }
  }

  void check_list(const node& value, const std::string& path, const key_rule& rule) {
    if (value.kind != node_kind::list) return wrong(value, path, rule);
    if (value.items.size() < rule.min_items) {
      const std::size_t count = value.items.size();
      if (count == 0) return wrong(value, path, rule);
      found_.add(value.at, fmt::format("`{}` is a list of {}; must be {}", shown(path), count,
                                       allowed_by(rule, table_)));
      return;
    }
    const key_rule& child = *rules_below(rule.path, table_).front();
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      check(value.items[i], fmt::format("{}.{}", path, i), child, value.items[i].at);
    }
  }

  static std::string reserved_text(std::string_view name, std::string_view path, const key_rule& rule) {
    std::string all;
    for (const std::string_view r : rule.reserved) all += fmt::format("{}`{}`", all.empty() ? "" : ", ", r);
    return fmt::format("the name `{}` in `{}` is taken; {} exist by themselves", shown(name), shown(path),
                       all);
  }

  void check_scalar(const node& value, const std::string& path, const key_rule& rule) {
    if (value.kind != node_kind::scalar) return wrong(value, path, rule);
    const bool reserved =
        std::find(rule.reserved.begin(), rule.reserved.end(), value.text) != rule.reserved.end();
    switch (rule.kind) {
      case value_kind::name:
        if (!is_name(value.text)) return wrong(value, path, rule);
        if (reserved) found_.add(value.at, reserved_text(value.text, path, rule));
        return;
      case value_kind::number:
      case value_kind::whole_number:
      case value_kind::number_or_list:
        return check_number(value, path, rule);
      case value_kind::truth_value:
        if (value.text != "true" && value.text != "false") return wrong(value, path, rule);
        if (value.quoted) wrong(value, path, rule, ", without quotes");
        return;
      case value_kind::choice:
        return check_choice(value, path, rule);
      case value_kind::day:
        if (!parse_plain_date(value.text)) wrong(value, path, rule);
        return;
      case value_kind::all_or_whole_number:
        if (value.text == "all") return;
        return check_number(value, path, rule);
      case value_kind::auto_or_number:
        if (value.text == "auto") return;
        return check_number(value, path, rule);
      case value_kind::latest_or_day:
        if (value.text != "latest" && !parse_plain_date(value.text)) wrong(value, path, rule);
        return;
      case value_kind::file:
        return check_file(value, path, rule);
      case value_kind::auto_or_folder:
        return check_folder(value, path, rule);
      case value_kind::output_file:
        return check_output_file(value, path, rule);
      default:
        if (value.text.empty()) wrong(value, path, rule, ", not empty");
    }
  }

  void check_choice(const node& value, const std::string& path, const key_rule& rule) {
    if (std::find(rule.choices.begin(), rule.choices.end(), value.text) != rule.choices.end()) return;
    const std::string_view near = closest(value.text, rule.choices);
    wrong(value, path, rule, near.empty() ? "" : fmt::format("; did you mean `{}`?", near));
  }

  void check_number(const node& value, const std::string& path, const key_rule& rule) {
    std::optional<double> number = parse_number(value.text);
    const bool whole = rule.kind == value_kind::whole_number || rule.kind == value_kind::all_or_whole_number;
    if (number && whole && !parse_long_whole_number(value.text)) number.reset();
    const bool in_range = number && (rule.low_is_allowed ? *number >= rule.low : *number > rule.low) &&
                          (rule.high_is_allowed ? *number <= rule.high : *number < rule.high);
    if (in_range && value.quoted) return wrong(value, path, rule, ", without quotes");
    if (!in_range) wrong(value, path, rule);
  }

  void check_file(const node& value, const std::string& path, const key_rule& rule) {
    if (value.text.empty()) return wrong(value, path, rule);
    const std::filesystem::path resolved = folders_.resolve(value);
    const std::string why = why_no_file(resolved);
    if (why.empty()) return;
    no_such_place(value, path, resolved, why);
  }

  void check_folder(const node& value, const std::string& path, const key_rule& rule) {
    if (value.text.empty()) return wrong(value, path, rule);
    if (value.text == "auto") return;
    const std::filesystem::path resolved = folders_.resolve(value);
    const std::string why = why_no_folder(resolved);
    if (!why.empty()) no_such_place(value, path, resolved, why);
  }

  // A run that cannot write at its end shall not begin.
  void check_output_file(const node& value, const std::string& path, const key_rule& rule) {
    if (value.text.empty()) return wrong(value, path, rule);
    const std::filesystem::path resolved = folders_.resolve(value);
    const std::filesystem::path folder = resolved.parent_path();
    if (!resolved.has_filename() || why_no_folder(resolved).empty())
      return no_such_place(value, path, resolved, "is a folder; must be the path of a file to write");
    std::string why = why_no_folder(folder);
    if (why.empty() && access(folder.c_str(), W_OK | X_OK) != 0) {
      why = fmt::format("cannot be written to: {}", std::strerror(errno));
    }
    if (!why.empty()) no_such_place(value, path, folder, why);
  }

  void no_such_place(const node& value, const std::string& path, const std::filesystem::path& resolved,
                     std::string_view why) {
    found_.add(value.at, fmt::format("`{}` is {}; {} {}", path, shown(value),
                                     shown(resolved.string(), std::string::npos), why));
  }

  const base_folders& folders_;
  problems& found_;
  const std::vector<key_rule>& table_;
};

}  // namespace

void check_by_rules(const node& root, const base_folders& folders, problems& found,
                    const std::vector<key_rule>& table) {
  rule_checker{folders, found, table}.check_section(root, "", "", {0, 1, 1});
}

std::string why_no_file(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  if (fs::is_regular_file(status)) return {};
  if (fs::is_directory(status)) return "is a folder";
  if (fs::exists(status)) return "is not a regular file";
  if (status.type() == fs::file_type::none) return fmt::format("cannot be reached: {}", code.message());
  if (fs::is_symlink(fs::symlink_status(path, code))) return "is a link to a file that does not exist";
  return "does not exist";
}

}  // namespace topheavy
