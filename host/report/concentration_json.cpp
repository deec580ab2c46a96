// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/concentration_json.h"

#include "host/report/json_value.h"
#include "kernels/core/log_exp.h"

#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;

json top_json(const double* top) {
  json shares = json::object();
  for (std::size_t k = 0; k < top_counts_size; ++k) shares[std::to_string(top_count(k))] = number(top[k]);
  return shares;
}

json weights_json(const concentration_history& c) {
  const std::size_t last = c.count.size() - 1;
  return {{"n", c.count[last]},
          {"top", top_json(&c.top[last * top_counts_size])},
          {"hhi", number(c.hhi[last])},
          {"effective_n", number(c.effective_n[last])},
          {"entropy", number(c.entropy[last])},
          {"exp_entropy", number(portable_exp(c.entropy[last]))},
          {"gini", number(c.gini[last])}};
}

json risk_json(const inputs& in, const risk_concentration& r) {
  json j{{"n", r.constituents}, {"days", r.days}};
  j["filled_share"] = r.figures ? number(r.figures->filled_share) : json(nullptr);
  j.update(shares_json(in, r.figures ? &*r.figures : nullptr));
  if (!r.figures) j["reason"] = r.reason;
  return j;
}

}  // namespace

json shares_json(const inputs& in, const share_figures* figures) {
  json j;
  if (figures == nullptr) {
    for (const char* key :
         {"top", "hhi", "effective_n", "entropy", "exp_entropy", "gini", "negative", "leaders"})
      j[key] = nullptr;
    return j;
  }
  json leaders = json::array();
  for (const share_leader& l : figures->leaders) {
    leaders.push_back({{"symbol", in.prices.symbols[l.constituent]},
                       {"issuer", in.labels.issuer[l.constituent]},
                       {"weight", number(l.weight)},
                       {"share", number(l.share)}});
  }
  j["top"] = top_json(figures->positive.top.data());
  j["hhi"] = number(figures->hhi);
  j["effective_n"] = number(figures->effective_n);
  j["entropy"] = number(figures->positive.entropy);
  j["exp_entropy"] = number(portable_exp(figures->positive.entropy));
  j["gini"] = number(figures->positive.gini);
  j["negative"] = {{"count", figures->negative_count}, {"sum", number(figures->negative_sum)}};
  j["leaders"] = leaders;
  return j;
}

json concentration_json(const inputs& in, const history& h) {
  json risk = risk_json(in, h.risk.overall);
  json by_regime = json::object();
  for (std::size_t k = 0; k < h.regime_names.size(); ++k) {
    by_regime[h.regime_names[k]] = risk_json(in, h.risk.by_regime[k]);
  }
  risk["by_regime"] = by_regime;
  return {{"date", to_iso(in.prices.dates.back())},
          {"constituent", weights_json(h.constituents)},
          {"issuer", weights_json(h.issuers)},
          {"risk", risk}};
}

}  // namespace topheavy
