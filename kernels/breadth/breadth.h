// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/traffic.h"
#include "kernels/core/view.h"

#include <cstddef>
#include <cstdint>

// How broad a day's move is (specification, section 2), b[t,n] and membership as in group_sums.h:
//   prior_cap[t] = sum of all cap[t-1,n]            members[t] = number of members
//   return_sum[t] = sum over members of ret         advancers[t] = number of members with ret > 0
//   advancers_base[t] = sum of b over advancers     deviation[t] = sum of b (ret - I[t])^2
//   with I[t] = base_return / base of the whole index (group_sums.h)
// Order: float64 sums by kernels/core/tree_sum.h over all constituents; counts need none. Day 0: zeros.
namespace topheavy {

struct breadth_result {         // each [T]
  double* prior_cap = nullptr;  // currency
  std::int32_t* members = nullptr;
  double* return_sum = nullptr;  // fraction
  std::int32_t* advancers = nullptr;
  double* advancers_base = nullptr;  // currency
  double* deviation = nullptr;       // currency
};

// Items: constituents times the days after the first.
inline traffic breadth_traffic(std::size_t days, std::size_t constituents) {
  const auto later_days = static_cast<double>(days == 0 ? 0 : days - 1);
  const double items = later_days * static_cast<double>(constituents);
  return {items, 16.0 * items + 8.0 * later_days, 40.0 * static_cast<double>(days)};
}

}  // namespace topheavy
