// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"
#include "kernels/core/view.h"
#include "kernels/regime_moments/regime_moments_core.h"
#include "kernels/standardised_sums/standardised_sums_core.h"
#include "kernels/standardised_sums/taking_part.h"

#include <cmath>
#include <cstddef>
#include <cstdint>

// z of spectrum.h: one constituent over the days of a set, as a CUDA thread makes it.
namespace topheavy {

// Column n of z [count, N]; zeros, which add nothing to the products, where it takes no part. Whether it does.
TOPHEAVY_HD inline bool standardise_constituent(panel_view panel, const std::int32_t* days, std::size_t count,
                                                double* z, std::size_t n) {
  const auto ret = [&](std::size_t d) {
    return panel.ret[static_cast<std::size_t>(days[d]) * panel.constituents + n];
  };
  moment_sums s = {0.0, 0.0, 0.0, 0};
  for (std::size_t d = 0; d < count; ++d) {
    const double value = ret(d);
    add_value(value, value == value, s.first, s.sum, s.squares, s.count);
  }
  const bool some = s.count > 0;
  const auto present = static_cast<double>(s.count);
  const double mean = some ? s.first + s.sum / present : 0.0;
  const double sd = some ? sqrt(squares_about_mean(s) / present) : 0.0;
  const bool taken = part_in_pairs(s.count, static_cast<std::int32_t>(count), mean, sd) == part::taken;
  const double per_sd = taken ? 1.0 / sd : 0.0;
  for (std::size_t d = 0; d < count; ++d) {
    z[d * panel.constituents + n] = taken ? standardised(ret(d), mean, per_sd) : 0.0;
  }
  return taken;
}

}  // namespace topheavy
