// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/limits/limits.h"

#include "host/limits/limit_metrics.h"

#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;

// Figures of the tail stand in a list by level: scenarios.month.es.0.975.
const json* in_tail(const json& set, std::string_view path) {
  for (const char* const figure : {"var", "es", "simulation_error", "history_error"}) {
    const auto level = rest_after(path, figure);
    if (!level) continue;
    for (const json& risk : set["risk"]) {
      if (fmt::format("{}", risk.at("level").get<double>()) != *level) continue;
      const auto found = risk.find(figure);  // a summary of another version may not have it
      return found == risk.end() ? nullptr : &*found;
    }
  }
  return nullptr;
}

// Names may hold points, so every name that the path begins with is tried.
const json* value_at(const json& node, std::string_view path) {
  if (path.empty() || node.is_null()) return &node;  // what is null on the way is not known
  if (node.is_object()) {
    for (const auto& [key, below] : node.items()) {
      const auto rest = rest_after(path, key);
      if (!rest) continue;
      if (const json* const found = value_at(below, *rest)) return found;
    }
    return node.contains("risk") ? in_tail(node, path) : nullptr;
  }
  if (!node.is_array()) return nullptr;
  for (const json& item : node) {
    if (!item.is_object()) continue;
    for (const char* const identity : {"name", "group"}) {
      if (!item.contains(identity) || !item[identity].is_string()) continue;
      const auto rest = rest_after(path, item[identity].get_ref<const std::string&>());
      if (!rest) continue;
      if (const json* const found = value_at(item, *rest)) return found;
    }
  }
  return nullptr;
}

std::string why_not_known(const std::string& metric, const json* value, const json& summary) {
  if (value != nullptr) return "the run does not know it; what stands beside it in summary.json says why";
  for (const json& window : summary.value("windows_left_out", json::array())) {
    const std::string prefix = "windows." + window["name"].get<std::string>() + ".";
    if (metric.starts_with(prefix)) return window["reason"].get<std::string>();
  }
  return "nothing of that name is in this run";
}

}  // namespace

const json* value_of_metric(const json& summary, std::string_view metric) {
  return value_at(summary, metric);
}

std::vector<limit_result> check_limits(const std::vector<limit_settings>& limits, const json& summary) {
  std::vector<limit_result> results;
  for (const limit_settings& limit : limits) {
    limit_result result;
    result.name = limit.name;
    result.metric = limit.metric;
    result.is_max = limit.max.has_value();
    result.limit = limit.max ? *limit.max : *limit.min;
    const json* const value = value_of_metric(summary, limit.metric);
    if (value != nullptr && value->is_number()) {
      result.value = value->get<double>();
    } else {
      result.reason = why_not_known(limit.metric, value, summary);
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace topheavy
