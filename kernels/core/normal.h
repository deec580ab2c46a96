// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/log_exp.h"
#include "kernels/core/portable.h"

#include <cmath>

namespace topheavy {

namespace normal_detail {
// numerator(x) / denominator(x), coefficients from the constant upwards.
TOPHEAVY_HD inline double ratio_of_polynomials(const double (&numerator)[8], const double (&denominator)[8],
                                               double x) {
  double top = numerator[7];
  double bottom = denominator[7];
  for (int i = 6; i >= 0; --i) {
    top = std::fma(top, x, numerator[i]);
    bottom = std::fma(bottom, x, denominator[i]);
  }
  return top / bottom;
}
}  // namespace normal_detail

// The standard normal quantile: z with P(Z <= z) = p. -inf at 0, +inf at 1, NaN outside [0, 1]. The same bits
// on every machine. Wichura 1988, algorithm AS 241 (PPND16), about 1 part in 10^16.
TOPHEAVY_HD inline double normal_quantile(double p) {
  using log_exp_detail::infinity;
  using normal_detail::ratio_of_polynomials;
  if (!(p > 0.0 && p < 1.0)) {
    if (p == 0.0) return -infinity;
    return p == 1.0 ? infinity : log_exp_detail::not_a_number;
  }
  const double q = p - 0.5;
  if (std::fabs(q) <= 0.425) {
    constexpr double a[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                             1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                             3.3430575583588128105e+4, 2.5090809287301226727e+3};
    constexpr double b[8] = {1.0,
                             4.2313330701600911252e+1,
                             6.8718700749205790830e+2,
                             5.3941960214247511077e+3,
                             2.1213794301586595867e+4,
                             3.9307895800092710610e+4,
                             2.8729085735721942674e+4,
                             5.2264952788528545610e+3};
    return q * ratio_of_polynomials(a, b, std::fma(-q, q, 0.180625));
  }
  const double r = std::sqrt(-portable_log(q < 0.0 ? p : 1.0 - p));
  double z = 0.0;
  if (r <= 5.0) {
    constexpr double c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                             3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                             2.27238449892691845833e-2, 7.74545014278341407640e-4};
    constexpr double d[8] = {1.0,
                             2.05319162663775882187e0,
                             1.67638483018380384940e0,
                             6.89767334985100004550e-1,
                             1.48103976427480074590e-1,
                             1.51986665636164571966e-2,
                             5.47593808499534494600e-4,
                             1.05075007164441684324e-9};
    z = ratio_of_polynomials(c, d, r - 1.6);
  } else {
    constexpr double e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                             2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                             2.71155556874348757815e-5, 2.01033439929228813265e-7};
    constexpr double f[8] = {1.0,
                             5.99832206555887937690e-1,
                             1.36929880922735805310e-1,
                             1.48753612908506148525e-2,
                             7.86869131145613259100e-4,
                             1.84631831751005468180e-5,
                             1.42151175831644588870e-7,
                             2.04426310338993978564e-15};
    z = ratio_of_polynomials(e, f, r - 5.0);
  }
  return q < 0.0 ? -z : z;
}

}  // namespace topheavy
