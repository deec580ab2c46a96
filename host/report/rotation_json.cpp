// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/rotation_json.h"

#include "host/report/json_value.h"

#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;

json excess_json(const dimension& d, const std::vector<group_excess>& list) {
  json rows = json::array();
  for (const group_excess& e : list) {
    rows.push_back({{"group", d.groups[e.group]},
                    {"excess_return_daily", number(e.mean)},
                    {"standard_error", number(e.standard_error)},
                    {"rank", number(e.rank)},
                    {"days", e.days}});
  }
  return rows;
}

json order_json(const inputs& in, const dimension& d, const turning_order& o) {
  json rows = json::array();
  for (const group_trough& g : o.groups) {
    rows.push_back({{"group", d.groups[g.group]},
                    {"trough_date", g.day ? json(to_iso(in.prices.dates[*g.day])) : json(nullptr)},
                    {"days_after_peak", g.day ? json(g.days_after_peak) : json(nullptr)},
                    {"strength", number(g.strength)}});
  }
  return rows;
}

json dimension_json(const inputs& in, const history& h, const dimension_rotation& r) {
  const dimension& d = h.daily_dimensions[r.dimension];
  json by_regime = json::object(), order = json::object(), lead_lag = json::object();
  for (std::size_t k = 0; k < r.by_regime.size(); ++k) {
    by_regime[h.regime_names[k]] = excess_json(d, r.by_regime[k]);
  }
  for (const turning_order& o : r.order) order[to_iso(o.peak_date)] = order_json(in, d, o);
  for (std::size_t g = 0; g < r.lags.size(); ++g) {
    json& lags = lead_lag[d.groups[g]] = json::array();
    for (const auto& l : r.lags[g])
      lags.push_back({{"lag", l.lag}, {"rho", number(l.rho)}, {"days", l.days}});
  }
  return {{"by_regime", by_regime},
          {"by_direction", {{"rising", excess_json(d, r.rising)}, {"falling", excess_json(d, r.falling)}}},
          {"order", order},
          {"lead_lag", lead_lag}};
}

}  // namespace

json rotation_json(const inputs& in, const history& h) {
  json j = json::object();
  for (const dimension_rotation& r : h.rotation.dimensions) {
    j[h.daily_dimensions[r.dimension].name] = dimension_json(in, h, r);
  }
  return j;
}

}  // namespace topheavy
