// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/correlation_json.h"

#include "host/report/json_value.h"
#include "host/report/pairs_json.h"

#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;

// groups x groups; value(pair, a < b ? true : false), one on the diagonal or what else stands there.
template <typename Value>
json matrix(std::size_t groups, const std::vector<pair_correlation>& pairs, const json& diagonal,
            Value value) {
  json rows = json::array();
  for (std::size_t a = 0; a < groups; ++a) {
    json row = json::array();
    for (std::size_t b = 0; b < groups; ++b) {
      if (a == b) {
        row.push_back(diagonal);
      } else {
        row.push_back(number(value(pairs[pair_position(groups, std::min(a, b), std::max(a, b))], a < b)));
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

json interval_json(const percentile_interval& i) { return {number(i.low), number(i.high)}; }

json regime_json(const dimension& d, const regime_correlation& r) {
  json j{{"days", r.days}};
  if (!r.reason.empty()) j["reason"] = r.reason;
  if (!r.comparison_reason.empty()) j["comparison_reason"] = r.comparison_reason;
  if (!r.interval_reason.empty()) j["interval_reason"] = r.interval_reason;
  j["replicates_unused"] = r.replicates_unused;
  j["mean_offdiagonal"] = number(r.mean.rho);
  j["mean_adjusted"] = number(r.mean.rho_adjusted);
  j["mean_excess"] = number(r.mean.excess);
  j["mean_difference"] = number(r.mean.difference);
  j["mean_interval"] = {{"offdiagonal", interval_json(r.mean.rho_95)},
                        {"adjusted", interval_json(r.mean.rho_adjusted_95)},
                        {"excess", interval_json(r.mean.excess_95)},
                        {"difference", interval_json(r.mean.difference_95)}};
  j["groups"] = d.groups;
  if (d.groups.size() > most_groups_in_matrices) {
    j["matrices"] = "left out; all pairs are in correlation.parquet";
    return j;
  }
  const auto of = [&](const json& diagonal, auto value) {
    return matrix(d.groups.size(), r.pairs, diagonal, value);
  };
  using pair = const pair_correlation&;
  j["pair_days"] = of(nullptr, [](pair p, bool) { return static_cast<double>(p.days); });
  j["rho"] = of(1.0, [](pair p, bool) { return p.of.rho; });
  j["rho_adjusted"] = of(1.0, [](pair p, bool) { return p.of.rho_adjusted; });
  j["rho_adjusted_by_source"] =
      of(1.0, [](pair p, bool upper) { return upper ? p.adjusted_a : p.adjusted_b; });
  j["rho_null"] = of(nullptr, [](pair p, bool) { return p.rho_null; });
  j["arithmetic"] = of(nullptr, [](pair p, bool) { return p.arithmetic; });
  j["excess"] = of(nullptr, [](pair p, bool) { return p.of.excess; });
  j["difference"] = of(nullptr, [](pair p, bool) { return p.of.difference; });
  const auto ends = [&](auto end) {
    return json{{"rho", of(nullptr, [&](pair p, bool) { return end(p.of.rho_95); })},
                {"rho_adjusted", of(nullptr, [&](pair p, bool) { return end(p.of.rho_adjusted_95); })},
                {"excess", of(nullptr, [&](pair p, bool) { return end(p.of.excess_95); })},
                {"difference", of(nullptr, [&](pair p, bool) { return end(p.of.difference_95); })}};
  };
  j["low"] = ends([](const percentile_interval& i) { return i.low; });
  j["high"] = ends([](const percentile_interval& i) { return i.high; });
  return j;
}

}  // namespace

json correlation_json(const history& h) {
  if (!h.correlation.reason.empty()) return nullptr;
  json dimensions = json::object();
  for (std::size_t k = 0; k < h.regime_names.size(); ++k) {
    dimensions["index"][h.regime_names[k]] = index_pairs_json(h.pairs.index[k]);
  }
  for (const dimension_correlation& c : h.correlation.dimensions) {
    const dimension& d = h.daily_dimensions[c.dimension];
    json by_regime = json::object();
    for (std::size_t k = 0; k < c.by_regime.size(); ++k) {
      json& regime = by_regime[h.regime_names[k]];
      regime = regime_json(d, c.by_regime[k]);
      regime.update(dimension_pairs_json(h, c.dimension, k));
    }
    dimensions[d.name] = std::move(by_regime);
  }
  return dimensions;
}

json correlation_method_json(const settings& s, const history& h) {
  if (!h.correlation.reason.empty()) return {{"reason", h.correlation.reason}};
  return {
      {"min_days", s.correlation.min_days},
      {"lowest_regime", h.regime_names.front()},
      {"replicates", s.correlation.bootstrap.replicates},
      {"seed", s.correlation.bootstrap.seed},
      {"mean_block_length", number(h.correlation.mean_block_length)},
      {"block", h.correlation.block},
      {"intervals",
       "95 %, quantiles 0.025 and 0.975 over a stationary bootstrap of days, not centred on the estimate; "
       "null where "
       "more than a tenth of the replicates draw the days of a regime fewer than min(10, days / 2) times"},
      {"rho_null",
       "what a rise of one common factor's variance alone would give: loadings and residual variances as "
       "in the lowest regime"},
      {"rho_adjusted",
       "Forbes and Rigobon 2002: one of the two groups is the source, its residual variance does not "
       "change; mean of both directions"}};
}

}  // namespace topheavy
