// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"
#include "kernels/scenario_figures/path_strip.h"
#include "kernels/scenario_figures/scenario_figures.h"

#include <cstddef>
#include <cstdint>

// The figures of one scenario.
namespace topheavy {

// A constant: nvcc keeps the functions of std::array on the host.
inline constexpr std::size_t scenario_tops = scenario_top_k.size();

// What some caps are of all. Rounding may take the sum of all, in float32 lanes, below that of the largest, in float64: a
// share is still at most 1. NaN where the total is 0.
TOPHEAVY_HD inline double share_of(double part, double total) {
  const double share = part / total;
  return share > 1.0 ? 1.0 : share;
}

// As std::max and std::min, which nvcc keeps on the host: the first where the second is not a number. By reference they
// become one instruction each.
TOPHEAVY_HD inline const double& larger(const double& a, const double& b) { return a < b ? b : a; }
TOPHEAVY_HD inline const double& smaller(const double& a, const double& b) { return b < a ? b : a; }

// The largest of value(step) at the ends of days; NaN where one is.
template <typename Value>
TOPHEAVY_HD inline double highest_of_days(const path_strip& strip, Value value) {
  double highest = 0.0;
  for (std::size_t d = 0; d < strip.days; ++d) {
    const double now = value(strip.day_step[d]);
    if (!(now <= highest) && highest == highest) highest = now;
  }
  return highest;
}

// Scenario s of the strip into row `row` of the columns.
TOPHEAVY_HD inline void write_scenario_figures(const path_strip& strip, std::size_t s, std::size_t groups,
                                               const figure_columns& columns, std::size_t row) {
  const auto put = [row](double* column, double value) {
    if (column != nullptr) column[row] = value;
  };
  const std::size_t first = s * strip.steps, last = first + strip.steps - 1;
  const double* const total = strip.total + first;
  const double end = total[strip.steps - 1];
  put(columns.index_return, end / strip.start_total - 1.0);

  // The least of total / peak, and one subtraction: rounding keeps the order.
  double peak = strip.start_total, highest = 0.0, least = 1.0;
  for (std::size_t d = 0; d < strip.days; ++d) {
    const double now = total[strip.day_step[d]];
    highest = larger(highest, now);
    peak = larger(peak, now);
    least = smaller(least, now / peak);
  }
  put(columns.max_drawdown, 1.0 - least);
  put(columns.highest, highest / strip.start_total);
  put(columns.max_volatility, strip.max_level[s]);

  for (std::size_t g = 0; columns.group_return != nullptr && g < groups; ++g) {
    columns.group_return[g * columns.stride + row] =
        strip.group[g * strip.stride + last] / strip.start_group[g] - 1.0;
  }
  if (strip.end_squares != nullptr) {
    put(columns.hhi, strip.end_squares[s] / (end * end));
    for (std::size_t k = 0; k < scenario_tops; ++k)
      put(columns.top[k], share_of(strip.top[s * scenario_tops + k], end));
  }
  if (strip.squares != nullptr) {
    put(columns.max_hhi, highest_of_days(strip, [&](std::uint32_t step) {
          return strip.squares[first + step] / (total[step] * total[step]);
        }));
  }
  if (strip.top_10 != nullptr) {
    put(columns.max_top_10, highest_of_days(strip, [&](std::uint32_t step) {
          return share_of(strip.top_10[first + step], total[step]);
        }));
  }
  const std::uint8_t* const regime = strip.regime + s * strip.days;
  if (columns.start_regime != nullptr) columns.start_regime[row] = regime[0];
  if (columns.end_regime != nullptr) columns.end_regime[row] = regime[strip.days - 1];
}

}  // namespace topheavy
