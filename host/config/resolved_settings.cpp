// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/config.h"

#include <string>

#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;

json path_or_null(const std::optional<std::filesystem::path>& path) {
  return path ? json(path->string()) : json(nullptr);
}

json data_json(const data_settings& data) {
  json d;
  d["panel"] = data.panel.string();
  d["constituents"] = path_or_null(data.constituents);
  d["volatility"] = path_or_null(data.volatility);
  d["start"] = data.start ? json(to_iso(*data.start)) : json(nullptr);
  d["lookback_days"] = data.lookback_days ? json(*data.lookback_days) : json("all");
  d["max_abs_return"] = data.max_abs_return;
  d["max_dropped_share"] = data.max_dropped_share;
  d["holidays"] = json::array();
  for (const date holiday : data.holidays) d["holidays"].push_back(to_iso(holiday));
  return d;
}

json dimension_json(const dimension_settings& dimension) {
  if (!dimension.label_column.empty()) return dimension.label_column;
  json groups = json::object();
  for (const group_settings& group : dimension.groups) {
    json where = json::object();
    for (const auto& [column, values] : group.where) where[column] = values;
    groups[group.name] = {{"symbols", group.symbols}, {"where", where}};
  }
  return groups;
}

// Only keys that go with the generator, so that the whole can be read again.
json scenario_json(const scenario_settings& set) {
  const generator_settings& g = set.generator;
  const bool sampled = is_sample(g.kind);
  const bool has_paths = g.kind != generator_kind::stress;
  json j;
  j["name"] = set.name;
  j["generator"]["kind"] = generator_names[static_cast<std::size_t>(g.kind)];
  if (sampled) j["generator"]["block"] = g.mean_block_length ? json(*g.mean_block_length) : json("auto");
  if (g.kind == generator_kind::bootstrap) j["generator"]["regimes"] = g.regimes;
  if (g.kind == generator_kind::volatility_path) j["generator"]["path"] = g.path;
  if (sampled) j["count"] = set.count;
  j["horizon"] = set.horizon;
  if (sampled) j["seed"] = set.seed;
  j["dimensions"] = set.dimensions ? json(*set.dimensions) : json(nullptr);
  if (has_paths) {
    j["levels"] = set.levels;
    j["daily"] = {{"top_10", set.daily_top_10}, {"hhi", set.daily_hhi}};
  }
  j["missing_history"] = missing_history_names[static_cast<std::size_t>(set.missing)];
  if (has_paths) j["min_days"] = set.min_days;
  if (sampled) {
    j["precision"] = nullptr;
    if (const auto& p = set.precision) {
      j["precision"] = {
          {"es_relative_error", p->es_relative_error}, {"level", p->level}, {"max_count", p->max_count}};
    }
    const history_error_settings& h = set.history_error;
    j["history_error"] = {{"replicates", h.replicates}, {"count", h.count ? json(*h.count) : json(nullptr)}};
  }
  if (has_paths) j["events"] = json::array();
  for (const event_settings& e : set.events) {
    json event = {{"name", e.name}, {"metric", e.metric}};
    if (e.above) event["above"] = *e.above;
    if (e.below) event["below"] = *e.below;
    j["events"].push_back(event);
  }
  j["stresses"] = json::array();
  for (const std::filesystem::path& file : set.stresses) j["stresses"].push_back(file.string());
  return j;
}

}  // namespace

nlohmann::ordered_json resolved_settings(const settings& s) {
  json r;
  r["name"] = s.name;
  r["as_of"] = s.as_of ? to_iso(*s.as_of) : "latest";
  r["data"] = data_json(s.data);
  r["groups"] = json::object();
  for (const dimension_settings& dimension : s.groups)
    r["groups"][dimension.name] = dimension_json(dimension);
  r["windows"] = json::array();
  for (const window_settings& w : s.windows) {
    r["windows"].push_back({{"name", w.name}, {"start", to_iso(w.start)}, {"end", to_iso(w.end)}});
  }
  r["volatility"] = {{"thresholds", s.volatility.thresholds},
                     {"names", s.volatility.names.empty() ? json(nullptr) : json(s.volatility.names)},
                     {"hysteresis", s.volatility.hysteresis},
                     {"lag", s.volatility.lag},
                     {"max_staleness_days", s.volatility.max_staleness_days},
                     {"watch", json::array()}};
  for (const watch_settings& w : s.volatility.watch) {
    r["volatility"]["watch"].push_back({{"name", w.name}, {"level", w.level}});
  }
  const correlation_settings& c = s.correlation;
  r["correlation"] = {
      {"dimensions", c.dimensions ? json(*c.dimensions) : json(nullptr)},
      {"min_days", c.min_days},
      {"bootstrap",
       {{"replicates", c.bootstrap.replicates},
        {"block", c.bootstrap.mean_block_length ? json(*c.bootstrap.mean_block_length) : json("auto")},
        {"seed", c.bootstrap.seed}}},
      {"absorption", {{"components", c.absorption.components}, {"window", c.absorption.window}}}};
  r["expectations"]["index"] = s.expectations.index ? json(*s.expectations.index) : json(nullptr);
  for (const dimension_expectations& d : s.expectations.dimensions) {
    for (const group_expectation& g : d.groups) r["expectations"][d.dimension][g.group] = g.growth;
  }
  r["stage"] = {{"rules", path_or_null(s.stage.rules)}};
  r["scenarios"] = json::array();
  for (const scenario_settings& set : s.scenarios) r["scenarios"].push_back(scenario_json(set));
  r["limits"] = json::array();
  for (const limit_settings& limit : s.limits) {
    json l = {{"name", limit.name}, {"metric", limit.metric}};
    if (limit.max) l["max"] = *limit.max;
    if (limit.min) l["min"] = *limit.min;
    r["limits"].push_back(l);
  }
  r["report"] = {
      {"page", s.report.page},
      {"previous", s.report.previous_is_automatic ? json("auto") : path_or_null(s.report.previous)}};
  r["metrics"] = {{"prometheus", path_or_null(s.metrics.prometheus)}};
  return r;
}

}  // namespace topheavy
