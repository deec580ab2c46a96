// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/stage_json.h"

#include "host/report/json_value.h"

#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;

json comparison_json(const comparison_result& c) {
  return {{"evidence", c.evidence},           {"unit", c.unit},
          {"value", number(c.value)},         {"operator", to_text(c.op)},
          {"threshold", number(c.threshold)}, {"distance", number(c.distance())},
          {"holds", number(c.holds)}};
}

// value, threshold and distance are those of the only comparison; of several each has its own.
json rule_json(const rule_result& r) {
  json j;
  if (!r.stage.empty()) j["stage"] = r.stage;
  j[r.stage.empty() ? "name" : "rule"] = r.name;
  if (r.stage.empty()) j["meaning"] = text(r.meaning);
  j["when"] = r.when;
  const comparison_result* const only = r.comparisons.size() == 1 ? &r.comparisons[0] : nullptr;
  j["value"] = only != nullptr ? number(only->value) : json(nullptr);
  j["threshold"] = only != nullptr ? number(only->threshold) : json(nullptr);
  if (r.stage.empty()) j["distance"] = only != nullptr ? number(only->distance()) : json(nullptr);
  j["holds"] = number(r.holds);
  j["reason"] = text(r.reason);
  j["comparisons"] = json::array();
  for (const comparison_result& c : r.comparisons) j["comparisons"].push_back(comparison_json(c));
  return j;
}

json growth_json(const growth_result& growth) {
  json tiers = json::array(), dimensions = json::object();
  for (const dimension_growth& d : growth.dimensions) {
    for (const group_growth& g : d.groups) {
      tiers.push_back({{"dimension", d.dimension},
                       {"group", g.group},
                       {"weight", number(g.weight)},
                       {"expected_growth", number(g.expected_growth)},
                       {"contribution", number(g.contribution)}});
    }
    dimensions[d.dimension] = {{"groups_without", d.groups_without},
                               {"weight_covered", number(d.weight_covered)},
                               {"weight_overlap", number(d.weight_overlap)},
                               {"contribution", number(d.contribution)},
                               {"premium", number(d.premium)}};
  }
  return {{"index", number(growth.index)}, {"tiers", tiers}, {"dimensions", dimensions}};
}

}  // namespace

json stage_json(const stage_result& stage) {
  json rules = json::array(), watch = json::array(), evidence = json::object(), reasons = json::object();
  for (const rule_result& r : stage.rules) rules.push_back(rule_json(r));
  for (const rule_result& r : stage.watch) watch.push_back(rule_json(r));
  for (const auto& [name, value] : stage.evidence) {
    evidence[name] = number(value.value);
    if (!value.reason.empty()) reasons[name] = value.reason;
  }
  return {{"name", stage.name ? json(*stage.name) : json(nullptr)},
          {"meaning", text(stage.meaning)},
          {"reason", text(stage.reason)},
          {"rules", rules},
          {"watch", watch},
          {"evidence", evidence},
          {"evidence_reasons", reasons},
          {"growth", growth_json(stage.growth)}};
}

}  // namespace topheavy
