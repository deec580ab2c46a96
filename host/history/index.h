// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/stages.h"
#include "host/data/panel.h"
#include "host/history/dimensions.h"
#include "kernels/backend.h"

#include <cstdint>
#include <string>
#include <vector>

// The index day by day, and its groups (specification, section 2).
namespace topheavy {

struct index_history {                      // each [T]; NaN where a day has no member, so on day 0
  std::vector<double> base;                 // sum of the members' caps of the previous date, currency
  std::vector<double> index_return;         // fraction
  std::vector<double> level;                // 100 on day 0
  std::vector<double> equal_weight_return;  // mean of the members' returns, fraction
  std::vector<std::int32_t> members;        // count
  std::vector<double> coverage;             // base / all caps of the previous date
  std::vector<double> advancers;            // share of members with a positive return, by count
  std::vector<double> advancers_weight;     // the same by weight
  std::vector<double> new_highs;            // share of members within 1 % of their 252-day high, by count
  std::vector<double> dispersion;           // sqrt(sum w (r - I)^2), fraction
};

struct group_history {               // each [T, G] row-major
  std::vector<double> weight;        // fraction; NaN where the index has no member
  std::vector<double> contribution;  // fraction; NaN where the index has no member
  std::vector<double> ret;           // fraction; NaN where the group has no member
};

struct daily_history {
  index_history index;
  std::vector<group_history> groups;  // one a dimension given
};

daily_history make_daily_history(backend& b, const panel& p, const std::vector<dimension>& dimensions,
                                 stages& timed);

struct index_summary {
  double level = 0.0;              // at the last day
  double return_total = 0.0;       // fraction
  double return_annual = 0.0;      // (1 + total)^(252/days) - 1 over the T - 1 return days; NaN for T < 2
  double volatility_annual = 0.0;  // sd (ddof 1) of the index returns x sqrt(252); NaN for fewer than two
  double max_drawdown = 0.0;       // min of level / running maximum - 1; 0 or negative
};

index_summary summarise_index(const index_history& h);

}  // namespace topheavy
