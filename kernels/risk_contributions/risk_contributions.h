// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/traffic.h"

#include <cstddef>
#include <cstdint>

// Who makes the variance of an index of fixed weights (specification, section 3), over all its days and over
// the days of each cell (a volatility regime). With R of fixed_weight_return.h and, for a set D of days,
//   slope[t] = (I*[t] - mean of I* over D) / sum over D of (I*[t] - mean)^2
//   cov(R[n], I*) / var(I*) = sum over t in D of slope[t] R[t,n],    since the slopes add up to 0
// which the caller multiplies by the weight. Every day belongs to the whole and to one cell at most:
//   beta[0,n] = sum over t of slope_all[t] R[t,n]
//   beta[1+c,n] = sum over the days t of cell c of slope_cell[t] R[t,n]
//   filled[c,n] = the days of them on which R is a stand-in, [0,n] all
// Order: one constituent's sums run over its days in sequence.
namespace topheavy {

struct risk_days {
  const double* slope_all = nullptr;   // [T]; 0 on a day that is not used
  const double* slope_cell = nullptr;  // [T]; 0 on a day that is not used by its cell
  const std::int32_t* cell = nullptr;  // [T]; 0 .. cells - 1, -1: in none, -2: the day is not used
  std::size_t cells = 0;
  const double* fill = nullptr;          // [T, sectors] of fixed_weight_return.h
  const std::int32_t* sector = nullptr;  // [N]
  std::size_t sectors = 0;
};
inline constexpr std::int32_t in_no_cell = -1;
inline constexpr std::int32_t day_not_used = -2;

struct risk_contributions_result {
  double* beta = nullptr;          // [1 + cells, N] row-major
  std::int32_t* filled = nullptr;  // [1 + cells, N] row-major, days
};

// Items: constituents times days.
inline traffic risk_contributions_traffic(std::size_t days, std::size_t constituents, std::size_t sectors,
                                          std::size_t cells) {
  const auto t = static_cast<double>(days);
  const auto names = static_cast<double>(constituents);
  return {t * names, t * (8.0 * names + 8.0 * static_cast<double>(sectors) + 20.0) + 4.0 * names,
          12.0 * names * static_cast<double>(1 + cells)};
}

}  // namespace topheavy
