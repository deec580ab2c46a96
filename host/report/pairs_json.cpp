// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/pairs_json.h"

#include "host/report/json_value.h"

#include <nlohmann/json.hpp>

namespace topheavy {

using json = nlohmann::ordered_json;

json index_pairs_json(const regime_pairs& r) {
  json j{{"days", r.days}};
  if (!r.reason.empty()) j["reason"] = r.reason;
  j["constituents"] = r.constituents;
  j["left_out"] = {{"too_few_returns", r.too_few_returns}, {"no_variance", r.no_variance}};
  j["average_pairwise"] = number(r.average_pairwise);
  j["implied"] = number(r.implied);
  j["absorption_ratio"] = number(r.absorption_ratio);
  j["noise_floor"] = number(r.noise_floor);
  return j;
}

json dimension_pairs_json(const history& h, std::size_t dimension, std::size_t regime) {
  json j = index_pairs_json(h.pairs.index[regime]);
  j.erase("days");  // the groups' object has both
  j.erase("reason");
  const group_pairs& p = h.pairs.dimensions[dimension][regime];
  const std::size_t groups = h.daily_dimensions[dimension].groups.size();
  json constituents = json::array(), rows = json::array();
  for (std::size_t a = 0; a < groups; ++a) {
    constituents.push_back(p.constituents.empty() ? 0 : p.constituents[a]);
    json row = json::array();
    for (std::size_t b = 0; b < groups; ++b) {
      row.push_back(p.average.empty() ? json(nullptr) : number(p.average[a * groups + b]));
    }
    rows.push_back(std::move(row));
  }
  j["group_constituents"] = std::move(constituents);
  j["average_pairwise_groups"] = std::move(rows);
  return j;
}

}  // namespace topheavy
