// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"
#include "kernels/core/view.h"
#include "kernels/fixed_weight_return/fixed_weight_return_core.h"
#include "kernels/regime_moments/regime_moments.h"

#include <cmath>
#include <cstddef>
#include <cstdint>

// The arithmetic of regime_moments.h: one more day of one constituent, and all of them.
namespace topheavy {

// Two sums of one series about its first value, and how many values there are.
struct moment_sums {
  double first, sum, squares;
  std::int32_t count;
};

TOPHEAVY_HD inline void add_value(double value, bool present, double& first, double& sum, double& squares,
                                  std::int32_t& count) {
  first = present && count == 0 ? value : first;
  const double away = present ? value - first : 0.0;
  sum += away;
  squares += away * away;
  count += static_cast<std::int32_t>(present);
}

// Sum of squares about the mean. Rounding may leave less than nothing of it.
TOPHEAVY_HD inline double squares_about_mean(const moment_sums& s) {
  const double rest = s.squares - s.sum * s.sum / static_cast<double>(s.count);
  return rest > 0.0 ? rest : 0.0;
}

// present, filled: the sums of ret and of R.
TOPHEAVY_HD inline void write_moments(const moment_sums& present, const moment_sums& filled,
                                      const regime_moments_result& result, std::size_t at) {
  const bool some = present.count > 0;
  result.count[at] = present.count;
  result.mean[at] = some ? present.first + present.sum / static_cast<double>(present.count) : 0.0;
  result.sd[at] = some ? sqrt(squares_about_mean(present) / static_cast<double>(present.count)) : 0.0;
  const auto days = static_cast<double>(filled.count);
  const double squares = filled.count > 1 ? squares_about_mean(filled) : 0.0;
  const double negligible = filled.count > 1 ? 1e-12 * (filled.first + filled.sum / days) : 0.0;
  const bool varies = squares / days > negligible * negligible;
  result.filled_variance[at] = varies ? squares / (days - 1.0) : 0.0;
}

// One cell of one constituent: what a CUDA thread does.
TOPHEAVY_HD inline void moments_of_constituent(panel_view panel, const moment_days& days,
                                               const regime_moments_result& result, std::size_t cell,
                                               std::size_t n) {
  moment_sums present = {0.0, 0.0, 0.0, 0};
  moment_sums filled = {0.0, 0.0, 0.0, 0};
  for (std::size_t t = 0; t < panel.days; ++t) {
    if (days.cell[t] != static_cast<std::int32_t>(cell)) continue;
    const double ret = panel.ret[t * panel.constituents + n];
    const double fill = days.fill[t * days.sectors + static_cast<std::size_t>(days.sector[n])];
    add_value(ret, ret == ret, present.first, present.sum, present.squares, present.count);
    add_value(filled_return(ret, fill), true, filled.first, filled.sum, filled.squares, filled.count);
  }
  write_moments(present, filled, result, cell * panel.constituents + n);
}

}  // namespace topheavy
