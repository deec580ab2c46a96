// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_figures/scenario_figures_cpu.h"

#include <algorithm>
#include <cmath>

namespace topheavy {
namespace {

void put(double* column, std::size_t row, double value) {
  if (column != nullptr) column[row] = value;
}

// What some caps are of all. Rounding may take the sum of all, in float32 lanes, below that of the largest, in float64: a
// share is still at most 1. NaN where the total is 0.
double share_of(double part, double total) {
  const double share = part / total;
  return share > 1.0 ? 1.0 : share;
}

// The largest of value(step) at the ends of days; NaN where one is.
template <typename Value>
double highest_of_days(const path_strip& strip, Value value) {
  double highest = 0.0;
  for (std::size_t d = 0; d < strip.days; ++d) {
    const double now = value(strip.day_step[d]);
    if (!(now <= highest) && !std::isnan(highest)) highest = now;
  }
  return highest;
}

}  // namespace

void write_path_figures(const path_strip& strip, std::size_t groups, const figure_columns& columns,
                        std::size_t at) {
  for (std::size_t s = 0; s < strip.scenarios; ++s) {
    const std::size_t first = s * strip.steps, last = first + strip.steps - 1, row = at + s;
    const double* const total = strip.total + first;
    const double end = total[strip.steps - 1];
    put(columns.index_return, row, end / strip.start_total - 1.0);

    // The least of total / peak, and one subtraction: rounding keeps the order.
    double peak = strip.start_total, highest = 0.0, least = 1.0;
    for (std::size_t d = 0; d < strip.days; ++d) {
      const std::uint32_t step = strip.day_step[d];
      highest = std::max(highest, total[step]);
      peak = std::max(peak, total[step]);
      least = std::min(least, total[step] / peak);
    }
    put(columns.max_drawdown, row, 1.0 - least);
    put(columns.highest, row, highest / strip.start_total);
    put(columns.max_volatility, row, strip.max_level[s]);

    for (std::size_t g = 0; columns.group_return != nullptr && g < groups; ++g) {
      columns.group_return[g * columns.stride + row] =
          strip.group[g * strip.stride + last] / strip.start_group[g] - 1.0;
    }
    if (strip.end_squares != nullptr) {
      put(columns.hhi, row, strip.end_squares[s] / (end * end));
      for (std::size_t k = 0; k < scenario_top_k.size(); ++k) {
        put(columns.top[k], row, share_of(strip.top[s * scenario_top_k.size() + k], end));
      }
    }
    if (strip.squares != nullptr) {
      put(columns.max_hhi, row, highest_of_days(strip, [&](std::uint32_t step) {
            return strip.squares[first + step] / (total[step] * total[step]);
          }));
    }
    if (strip.top_10 != nullptr) {
      put(columns.max_top_10, row, highest_of_days(strip, [&](std::uint32_t step) {
            return share_of(strip.top_10[first + step], total[step]);
          }));
    }
    const std::uint8_t* const regime = strip.regime + s * strip.days;
    if (columns.start_regime != nullptr) columns.start_regime[row] = regime[0];
    if (columns.end_regime != nullptr) columns.end_regime[row] = regime[strip.days - 1];
  }
}

}  // namespace topheavy
