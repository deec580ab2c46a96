// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/traffic.h"
#include "kernels/core/view.h"

#include <cstddef>
#include <cstdint>

// Sums of standardised returns over groups, day by day: what the mean correlation over pairs of constituents needs in
// place of a matrix of all pairs (specification, section 5). For day t of cell c
//   z[t,n] = (ret[t,n] - mean[c,n]) per_sd[c,n]   where ret is a number, else 0; 0 where per_sd is 0
//   sum[t,g] = sum over n in g of z[t,n]          0 on a day of no cell
// With mean and sd of regime_moments.h, the sum over the days of a cell of sum[t,g] sum[t,g'] is that of the
// correlations of all their pairs times the number of days, own pairs included.
// Order: kernels/core/tree_sum.h over the members of a group, present or not.
namespace topheavy {

struct standardised_days {
  const std::int32_t* cell = nullptr;  // [T]; 0 .. cells - 1, negative: not used
  std::size_t cells = 0;
  const double* mean = nullptr;    // [cells, N] row-major, fraction
  const double* per_sd = nullptr;  // [cells, N] row-major, 1 / sd; 0: takes no part in the cell
};

// Throws std::invalid_argument, with day and value, where the cell of a day is none of the cells; with group and value
// as check_groups (group_sums.h).
void check_standardised_sums(panel_view panel, const standardised_days& days, groups_view groups);

// sum [T, G] row-major. Throws as check_standardised_sums. Threads over days.
void standardised_sums_cpu(panel_view panel, const standardised_days& days, groups_view groups, double* sum);

// Items: members of all groups times days.
inline traffic standardised_sums_traffic(std::size_t days, std::size_t constituents, std::size_t cells,
                                         std::size_t groups, std::size_t members) {
  const auto t = static_cast<double>(days);
  const auto names = static_cast<double>(constituents);
  return {t * static_cast<double>(members),
          t * (8.0 * names + 4.0) + 16.0 * names * static_cast<double>(cells) +
              4.0 * static_cast<double>(groups + 1 + members),
          8.0 * t * static_cast<double>(groups)};
}

}  // namespace topheavy
