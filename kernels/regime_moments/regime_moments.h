// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/traffic.h"

#include <cstddef>
#include <cstdint>

// Mean and spread of each constituent over the days of each cell, a volatility regime (specification, section 5). Over
// the days t of cell c on which ret[t,n] is a number, `count` of them:
//   mean[c,n] = sum ret / count     sd[c,n] = sqrt(sum (ret - mean)^2 / count)     0 where count is 0
// and over all its days, with R of fixed_weight_return.h:
//   filled_variance[c,n] = sum (R - mean of R)^2 / (days - 1)                      0 for less than two days, and where
//     its root, ddof 0, is within 1e-12 of the mean, since stand-ins are sums and rounded
// Order: one constituent's sums run over its days in sequence, of differences to the first value of the series, so that
// a series that does not change has no variance at all.
namespace topheavy {

struct moment_days {
  const std::int32_t* cell = nullptr;  // [T]; 0 .. cells - 1, negative: not used
  std::size_t cells = 0;
  const double* fill = nullptr;          // [T, sectors] of fixed_weight_return.h
  const std::int32_t* sector = nullptr;  // [N]
  std::size_t sectors = 0;
};

struct regime_moments_result {        // each [cells, N] row-major
  std::int32_t* count = nullptr;      // days
  double* mean = nullptr;             // fraction
  double* sd = nullptr;               // fraction
  double* filled_variance = nullptr;  // fraction squared
};

// Items: constituents times days.
inline traffic regime_moments_traffic(std::size_t days, std::size_t constituents, std::size_t sectors,
                                      std::size_t cells) {
  const auto t = static_cast<double>(days);
  const auto names = static_cast<double>(constituents);
  return {t * names, t * (8.0 * names + 8.0 * static_cast<double>(sectors) + 4.0) + 4.0 * names,
          28.0 * names * static_cast<double>(cells)};
}

}  // namespace topheavy
