// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/data/panel.h"
#include "host/history/dimensions.h"

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

// What the day pass says of the index and the groups; column 0 of `base` and `base_return` is the index, then the groups
// of `dimensions`, one after the other.
struct index_sums {
  std::vector<double> base, base_return;                                 // [T, 1 + groups], currency
  std::vector<double> prior_cap, return_sum, advancers_base, deviation;  // [T]
  std::vector<std::int32_t> members, advancers;                          // [T]
};

// Everything but index.new_highs, which comes from the constituent pass.
daily_history make_daily_history(const index_sums& sums, const std::vector<dimension>& dimensions);

// count / members, NaN without members.
std::vector<double> share_of_members(const std::vector<std::int32_t>& count,
                                     const std::vector<std::int32_t>& members);

// Shares of all caps at the close of `day`, of every constituent.
std::vector<double> weights_at_close(const panel& p, std::size_t day);

struct index_summary {
  double level = 0.0;              // at the last day
  double return_total = 0.0;       // fraction
  double return_annual = 0.0;      // (1 + total)^(252/days) - 1 over the T - 1 return days; NaN for T < 2
  double volatility_annual = 0.0;  // sd (ddof 1) of the index returns x sqrt(252); NaN for fewer than two
  double max_drawdown = 0.0;       // min of level / running maximum - 1; 0 or negative
};

index_summary summarise_index(const index_history& h);

}  // namespace topheavy
