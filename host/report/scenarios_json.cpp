// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/scenarios_json.h"

#include "host/report/concentration_json.h"
#include "host/report/correlation_json.h"
#include "host/report/json_value.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;

std::string key_of(double level) { return fmt::format("{}", level); }

json distribution_json(const distribution& d) {
  json quantiles = json::object();
  for (std::size_t i = 0; i < quantile_levels.size(); ++i)
    quantiles[key_of(quantile_levels[i])] = number(d.quantile[i]);
  return {
      {"mean", number(d.mean)}, {"sd", number(d.sd)}, {"quantiles", quantiles}, {"reason", text(d.reason)}};
}

json risk_json(const scenario_results& set) {
  json list = json::array();
  for (const tail_risk& r : set.risk) {
    double replayed = not_known;
    for (const level_components& c : set.components) {
      if (c.level == r.level) replayed = c.es;
    }
    list.push_back({{"level", r.level},
                    {"tail_scenarios", r.tail_scenarios},
                    {"var", number(r.var)},
                    {"var_low", number(r.var_low)},
                    {"var_high", number(r.var_high)},
                    {"es", number(r.es)},
                    {"es_replayed", number(replayed)},
                    {"simulation_error", number(r.simulation_error)},
                    {"history_error", number(r.history_error)},
                    {"interval_reason", text(r.interval_reason)},
                    {"history_error_reason", text(r.history_error_reason)},
                    {"warning", text(r.warning)}});
  }
  return list;
}

json groups_json(const std::vector<group_component>& groups) {
  json list = json::array();
  for (const group_component& g : groups) {
    list.push_back({{"group", g.group},
                    {"weight", number(g.weight)},
                    {"es", number(g.value.es)},
                    {"share", number(g.share)},
                    {"error", number(g.value.error)}});
  }
  return list;
}

json components_json(const scenario_results& set) {
  json levels = json::object();
  for (const level_components& c : set.components) {
    json& by = levels[key_of(c.level)] = json::object();
    for (const dimension_components& d : c.dimensions) by[d.dimension] = groups_json(d.groups);
    by["issuer"] = groups_json(c.issuers);
  }
  return levels;
}

json loss_json(const inputs& in, const scenario_results& set, const loss_concentration& c) {
  json j{{"n", set.member.size()}, {"scenarios", number(c.scenarios)}};
  j.update(shares_json(in, c.figures ? &*c.figures : nullptr));
  if (!c.figures) j["reason"] = c.reason;
  return j;
}

json losses_json(const inputs& in, const history& h, const scenario_results& set) {
  json levels = json::object();
  for (const level_components& c : set.components) {
    json loss = loss_json(in, set, c.overall);
    const auto by_regime = [&](const std::vector<loss_concentration>& of) {
      json regimes = json::object();
      for (std::size_t k = 0; k < of.size(); ++k) regimes[h.regime_names[k]] = loss_json(in, set, of[k]);
      return regimes;
    };
    loss["by_start"] = by_regime(c.by_start);
    loss["by_end"] = by_regime(c.by_end);
    levels[key_of(c.level)] = std::move(loss);
  }
  return levels;
}

json matrix_json(const std::vector<double>& values, std::size_t groups) {
  json rows = json::array();
  for (std::size_t a = 0; a < groups; ++a) {
    json row = json::array();
    for (std::size_t b = 0; b < groups; ++b) row.push_back(number(values[a * groups + b]));
    rows.push_back(std::move(row));
  }
  return rows;
}

json correlations_json(const scenario_results& set) {
  json dimensions = json::object();
  for (const dimension_path_correlation& d : set.correlation) {
    const std::size_t groups = d.groups.size();
    json& by = dimensions[d.dimension] = json::object();
    for (const path_correlation& c : d.over) {
      json j{{"scenarios", c.scenarios}, {"groups", d.groups}};
      if (groups > most_groups_in_matrices) {
        j["matrices"] = fmt::format("left out: more than {} groups", most_groups_in_matrices);
      } else {
        j["mean"] = matrix_json(c.mean, groups);
        j["p05"] = matrix_json(c.p05, groups);
        j["p95"] = matrix_json(c.p95, groups);
      }
      by[c.over] = std::move(j);
    }
  }
  return dimensions;
}

json stress_json(const stress_result& s) {
  json groups = json::array(), var = json::object(), es = json::object();
  for (const stress_group& g : s.groups) {
    groups.push_back({{"dimension", g.dimension},
                      {"group", g.group},
                      {"return", number(g.ret)},
                      {"contribution", number(g.contribution)}});
  }
  for (const stress_at_level& r : s.risk) {
    var[key_of(r.level)] = number(r.var_change);
    es[key_of(r.level)] = number(r.es_change);
  }
  return {{"name", s.name},
          {"meaning", text(s.meaning)},
          {"index_return", number(s.index_return)},
          {"groups", groups},
          {"var_change", var},
          {"es_change", es},
          {"top_10_change", number(s.top_10_change)},
          {"change_reason", text(s.change_reason)}};
}

json set_json(const inputs& in, const history& h, const scenario_results& set) {
  json concentration = json::object(), probability = json::object(), events = json::array(),
       stresses = json::array();
  for (const named_distribution& n : set.concentration) concentration[n.metric] = distribution_json(n.values);
  for (const event_probability& e : set.events) {
    probability[e.name] = number(e.probability);
    events.push_back({{"name", e.name},
                      {"metric", e.metric},
                      {"probability", number(e.probability)},
                      {"error", number(e.error)},
                      {"reason", text(e.reason)}});
  }
  for (const stress_result& s : set.stresses) stresses.push_back(stress_json(s));
  return {{"name", set.name},
          {"count", set.count},
          {"horizon", set.horizon},
          {"generator", set.kind},
          {"seed", set.seed},
          {"mean_block_length", number(set.mean_block_length)},
          {"days", set.days},
          {"constituents", set.member.size()},
          {"filled_share", number(set.filled_share)},
          {"left_out", set.left_out},
          {"no_sampling_error", text(set.no_sampling_error)},
          {"precision_reached", set.precision_reached},
          {"cells", set.cells},
          {"seconds", number(set.seconds)},
          {"cells_per_second", number(static_cast<double>(set.cells) / set.seconds)},
          {"index_return", distribution_json(set.index_return)},
          {"max_drawdown", distribution_json(set.max_drawdown)},
          {"risk", risk_json(set)},
          {"component_es", components_json(set)},
          {"loss_concentration", losses_json(in, h, set)},
          {"concentration", concentration},
          {"correlation", correlations_json(set)},
          {"probability", probability},
          {"events", events},
          {"stresses", stresses}};
}

}  // namespace

json scenarios_json(const inputs& in, const history& h, const std::vector<scenario_results>& sets) {
  json list = json::array();
  for (const scenario_results& set : sets) list.push_back(set_json(in, h, set));
  return list;
}

}  // namespace topheavy
