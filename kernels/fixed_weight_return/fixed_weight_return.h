// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/traffic.h"

#include <cstddef>
#include <cstdint>

// The return of an index whose weights stay as they are (specification, sections 3 and 5):
//   I*[t] = sum over n of weight[n] R[t,n]
//   R[t,n] = ret[t,n] where it is a number, else fill[t, sector of n]
//   fill[t,s] = base_return / base of sector s on day t (group_sums.h), the return of the index where the sector
//               has no member that day
// NaN on a day on which the index has no member, so on day 0.
// Order: kernels/core/tree_sum.h over all constituents.
namespace topheavy {

// The sectors are groups first_group .. first_group + sectors - 1 of the groups that are summed.
struct fixed_weights {
  const double* weight = nullptr;        // [N], fractions
  const std::int32_t* sector = nullptr;  // [N], 0 .. sectors - 1
  std::size_t first_group = 0;
  std::size_t sectors = 0;
};

struct fixed_weight_result {
  double* ret = nullptr;   // [T], fraction
  double* fill = nullptr;  // [T, sectors] row-major, fraction; NaN where I* is NaN
};

// Items: constituents times the days after the first.
inline traffic fixed_weight_return_traffic(std::size_t days, std::size_t constituents, std::size_t sectors) {
  const auto later_days = static_cast<double>(days == 0 ? 0 : days - 1);
  const auto names = static_cast<double>(constituents);
  const auto groups = static_cast<double>(sectors);
  return {later_days * names, later_days * (8.0 * names + 16.0 * groups) + 12.0 * names,
          8.0 * static_cast<double>(days) * (1.0 + groups)};
}

}  // namespace topheavy
