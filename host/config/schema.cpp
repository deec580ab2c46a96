// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/config.h"
#include "host/config/keys.h"

#include <cmath>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;

constexpr const char* date_pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

json schema_of(const key_rule& rule, const std::vector<key_rule>& table);

json section_schema(std::string_view path, const std::vector<key_rule>& table) {
  json s{{"type", "object"}};
  json required = json::array(), others = false;
  for (const key_rule* rule : rules_below(path, table)) {
    if (rule->is_wildcard()) {
      others = schema_of(*rule, table);
      continue;
    }
    s["properties"][std::string{rule->last_key()}] = schema_of(*rule, table);
    if (rule->required) required.push_back(rule->last_key());
  }
  if (!required.empty()) s["required"] = required;
  s["additionalProperties"] = others;
  return s;
}

json named_schema(const key_rule& rule, const std::vector<key_rule>& table) {
  const key_rule& child = *rules_below(rule.path, table).front();
  json s{{"type", "object"}};
  if (rule.min_items > 0) s["minProperties"] = rule.min_items;
  s["propertyNames"]["minLength"] = 1;
  if (!child.reserved.empty()) s["propertyNames"]["not"]["enum"] = child.reserved;
  s["additionalProperties"] = schema_of(child, table);
  return s;
}

json list_schema(const key_rule& rule, const std::vector<key_rule>& table) {
  json s{{"type", "array"}};
  if (rule.min_items > 0) s["minItems"] = rule.min_items;
  s["items"] = schema_of(*rules_below(rule.path, table).front(), table);
  return s;
}

// An editor may take the ticker TRUE or 1E5 for a truth value or a number; the program takes what is written.
json text_schema() { return {{"type", {"string", "number", "boolean"}}, {"minLength", 1}}; }

json number_schema(const key_rule& rule, const char* type) {
  json s{{"type", type}};
  if (std::isfinite(rule.low)) s[rule.low_is_allowed ? "minimum" : "exclusiveMinimum"] = rule.low;
  if (std::isfinite(rule.high)) s[rule.high_is_allowed ? "maximum" : "exclusiveMaximum"] = rule.high;
  return s;
}

json name_schema(const key_rule& rule) {
  json s = text_schema();
  s["maxLength"] = 100;
  s["pattern"] = "^[A-Za-z0-9][A-Za-z0-9._-]*$";
  if (!rule.reserved.empty()) s["not"]["enum"] = rule.reserved;
  return s;
}

json kind_schema(const key_rule& rule, const std::vector<key_rule>& table) {
  switch (rule.kind) {
    case value_kind::section:
      return section_schema(rule.path, table);
    case value_kind::named:
      return named_schema(rule, table);
    case value_kind::list:
      return list_schema(rule, table);
    case value_kind::text:
      return text_schema();
    case value_kind::name:
      return name_schema(rule);
    case value_kind::number:
      return number_schema(rule, "number");
    case value_kind::whole_number:
      return number_schema(rule, "integer");
    case value_kind::all_or_whole_number:
      return {{"anyOf", {{{"const", "all"}}, number_schema(rule, "integer")}}};
    case value_kind::auto_or_number:
      return {{"anyOf", {{{"const", "auto"}}, number_schema(rule, "number")}}};
    case value_kind::day:
      return {{"type", "string"}, {"format", "date"}, {"pattern", date_pattern}};
    case value_kind::latest_or_day:
      return {{"type", "string"},
              {"anyOf", {{{"const", "latest"}}, {{"format", "date"}, {"pattern", date_pattern}}}}};
    case value_kind::file:
    case value_kind::auto_or_folder:
    case value_kind::output_file:
      return {{"type", "string"}, {"minLength", 1}};
    case value_kind::named_or_text:
      return {{"anyOf", {text_schema(), named_schema(rule, table)}}};
    case value_kind::text_or_list:
      return {{"anyOf", {text_schema(), list_schema(rule, table)}}};
    case value_kind::number_or_list:
      return {{"anyOf", {number_schema(rule, "number"), list_schema(rule, table)}}};
    case value_kind::truth_value:
      return {{"type", "boolean"}};
    case value_kind::choice:
      return {{"type", "string"}, {"enum", rule.choices}};
  }
  return {};
}

json schema_of(const key_rule& rule, const std::vector<key_rule>& table) {
  json s{{"title", rule.path}};
  s["description"] = fmt::format("{}{}. Specification, section {}.", rule.meaning,
                                 rule.unit.empty() ? "" : fmt::format(" ({})", rule.unit), rule.section);
  json kind = kind_schema(rule, table);
  if (rule.may_be_null()) {
    if (kind.contains("type")) {
      if (!kind["type"].is_array()) kind["type"] = json::array({kind["type"]});
      kind["type"].push_back("null");
    } else {
      kind["anyOf"].push_back({{"type", "null"}});
    }
  }
  s.update(kind);
  if (!rule.default_json.empty()) s["default"] = json::parse(rule.default_json);
  if (!rule.examples_json.empty()) s["examples"] = json::parse(rule.examples_json);
  // What the table cannot say: rules between keys.
  if (rule.path == "groups.<dimension>.<group>")
    s["anyOf"] = {{{"required", {"symbols"}}}, {{"required", {"where"}}}};
  if (rule.path == "groups.<dimension>.<group>.symbols") s["uniqueItems"] = true;
  if (rule.path == "shocks.<i>") s["minProperties"] = s["maxProperties"] = 1;
  return s;
}

}  // namespace

nlohmann::ordered_json schema_of_keys(const std::vector<key_rule>& table, const std::string& title,
                                      const std::string& description) {
  json s{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
         {"title", title},
         {"description", description}};
  s.update(section_schema("", table));
  return s;
}

nlohmann::ordered_json settings_schema() {
  return schema_of_keys(key_rules(), "topheavy configuration",
                        "What a run computes. Relative paths are relative to the file.");
}

}  // namespace topheavy
