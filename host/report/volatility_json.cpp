// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/volatility_json.h"

#include "host/report/json_value.h"

#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;

json date_json(const std::optional<date>& d) { return d ? json(to_iso(*d)) : json(nullptr); }

json groups_json(const history& h, const regime_summary& r) {
  json by_dimension = json::object();
  for (std::size_t d = 0; d < h.daily_dimensions.size(); ++d) {
    const dimension& of = h.daily_dimensions[d];
    if (of.name == "issuer") continue;
    json& list = by_dimension[of.name] = json::array();
    for (std::size_t g = 0; g < of.groups.size(); ++g) {
      const period_returns& p = r.groups[d][g];
      list.push_back({{"group", of.groups[g]},
                      {"return_annual", number(p.return_annual)},
                      {"volatility_annual", number(p.volatility_annual)},
                      {"days", p.days}});
    }
  }
  return by_dimension;
}

json regimes_json(const history& h) {
  json list = json::array();
  for (std::size_t k = 0; k < h.volatility.regimes.size(); ++k) {
    const regime_summary& r = h.volatility.regimes[k];
    list.push_back({{"name", h.regime_names[k]},
                    {"from", number(r.from)},
                    {"to", number(r.to)},
                    {"days", r.days},
                    {"share", number(r.share)},
                    {"base_rate", number(r.base_rate)},
                    {"spells", r.spells},
                    {"mean_spell_days", number(r.mean_spell_days)},
                    {"index_return_annual", number(r.index.return_annual)},
                    {"index_volatility_annual", number(r.index.volatility_annual)},
                    {"index_days", r.index.days},
                    {"groups", groups_json(h, r)}});
  }
  return list;
}

json transitions_json(const volatility_history& v) {
  const std::size_t regimes = v.regimes.size();
  json counts = json::array(), probabilities = json::array();
  for (std::size_t i = 0; i < regimes; ++i) {
    json count_row = json::array(), probability_row = json::array();
    for (std::size_t j = 0; j < regimes; ++j) {
      count_row.push_back(v.transition_counts[i * regimes + j]);
      probability_row.push_back(number(v.transition_probabilities[i * regimes + j]));
    }
    counts.push_back(count_row);
    probabilities.push_back(probability_row);
  }
  return {{"counts", counts}, {"probabilities", probabilities}};
}

json episode_json(const history& h, const episode_path& p) {
  const episode& e = p.what;
  json days_in = json::object();
  for (std::size_t k = 0; k < p.days_in.size(); ++k) days_in[h.regime_names[k]] = p.days_in[k];
  const bool ended = e.end_date.has_value();
  return {{"start_date", to_iso(e.start)},
          {"peak_date", to_iso(e.peak_date)},
          {"peak", e.peak},
          {"end_date", date_json(e.end_date)},
          {"end", ended ? json(e.end) : json(nullptr)},
          {"points", ended ? json(e.end - e.peak) : json(nullptr)},
          {"percent", ended ? json(100.0 * (e.end / e.peak - 1.0)) : json(nullptr)},
          {"days_in", days_in}};
}

json watch_json(const watch_level& w) {
  json last = nullptr, after = json::object();
  if (w.last_crossing) {
    last = {{"date", to_iso(w.last_crossing->day)},
            {"direction", w.last_crossing->upward ? "upward" : "downward"}};
  }
  for (const watch_horizon& a : w.after) {
    after[std::to_string(a.days)] = {
        {"count", a.count}, {"median", number(a.median)}, {"worst", number(a.worst)}};
  }
  return {{"name", w.name},
          {"level", w.level},
          {"value", number(w.value)},
          {"triggered", std::isnan(w.value) ? json(nullptr) : json(w.triggered)},
          {"distance", number(w.distance)},
          {"base_rate", number(w.base_rate)},
          {"last_crossing", last},
          {"crossings", w.crossings},
          {"crossings_in_panel", w.crossings_in_panel},
          {"after", after}};
}

}  // namespace

json volatility_json(const history& h) {
  const volatility_history& v = h.volatility;
  json episodes = json::array(), watch = json::array();
  for (const episode_path& e : v.episodes) episodes.push_back(episode_json(h, e));
  for (const watch_level& w : v.watch) watch.push_back(watch_json(w));
  const auto name_of = [&](std::int32_t regime) {
    return regime == no_regime ? json(nullptr) : json(h.regime_names[static_cast<std::size_t>(regime)]);
  };
  json j{{"date", date_json(v.day)},
         {"level", number(v.level)},
         {"regime", name_of(v.regime)},
         {"regime_of_day", name_of(v.regime_of_day)},
         {"change_21d", {{"points", number(v.change_points)}, {"percent", number(v.change_percent)}}},
         {"days_without_regime", v.days_without},
         {"regimes", regimes_json(h)},
         {"transitions", transitions_json(v)},
         {"episodes", episodes},
         {"watch", watch}};
  if (!v.reason.empty()) j["reason"] = v.reason;
  return j;
}

}  // namespace topheavy
