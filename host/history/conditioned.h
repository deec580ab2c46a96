// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"

#include <cmath>

// What the correlation of two series a and b in one regime says beside that in the lowest regime, "low" (specification,
// section 5). Written once, for the history and for every replicate of the bootstrap.
namespace topheavy {

// Variances and covariance of one regime, ddof 1. A variance that is not above 0 makes whatever is divided by it NaN.
struct second_moments {
  double var_a = 0.0, var_b = 0.0, cov = 0.0;
};

struct conditioned_correlation {
  double rho = 0.0;
  double rho_null = 0.0;    // see below
  double adjusted_a = 0.0;  // Forbes and Rigobon with a as the source
  double adjusted_b = 0.0;  // and with b
};

TOPHEAVY_INLINE double correlation(const second_moments& m) {
  const double rho = m.cov / (std::sqrt(m.var_a) * std::sqrt(m.var_b));
  return rho > 1.0 ? 1.0 : rho < -1.0 ? -1.0 : rho;  // rounding; NaN stays
}

// What a rise of the variance of one common factor alone would give, loadings and residual variances constant:
//   rho_null = (cov_low + sqrt(max(0, D_a) max(0, D_b))) / (sd_a sd_b),  D = var - var_low
// Above 1 where variances fell instead.
TOPHEAVY_INLINE double null_correlation(const second_moments& m, const second_moments& low) {
  const double more_a = m.var_a - low.var_a, more_b = m.var_b - low.var_b;
  const double product = (more_a > 0.0 ? more_a : 0.0) * (more_b > 0.0 ? more_b : 0.0);
  return (low.cov + std::sqrt(product)) / (std::sqrt(m.var_a) * std::sqrt(m.var_b));
}

// Forbes and Rigobon 2002: rho / sqrt(1 + d (1 - rho^2)), d = var / var_low - 1 of the source.
TOPHEAVY_INLINE double adjusted_correlation(double rho, double var_source, double var_source_low) {
  const double rise = var_source / var_source_low - 1.0;
  return rho / std::sqrt(1.0 + rise * (1.0 - rho * rho));
}

// Both directions of Forbes and Rigobon weigh the same.
TOPHEAVY_INLINE double mean_adjusted(const conditioned_correlation& c) {
  return 0.5 * (c.adjusted_a + c.adjusted_b);
}

TOPHEAVY_INLINE conditioned_correlation condition(const second_moments& m, const second_moments& low) {
  const double rho = correlation(m);
  return {rho, null_correlation(m, low), adjusted_correlation(rho, m.var_a, low.var_a),
          adjusted_correlation(rho, m.var_b, low.var_b)};
}

}  // namespace topheavy
