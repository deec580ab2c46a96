// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
namespace topheavy {
struct quantile_pair {
  double low, high;
};
inline double quantile7(double* v, std::size_t n, double p) {
  double h = (double)(n - 1) * p;
  auto i = (std::size_t)h;
  std::nth_element(v, v + i, v + n);
  double a = v[i];
  if (i + 1 >= n) return a;
  double b = *std::min_element(v + i + 1, v + n);
  return a + (h - (double)i) * (b - a);
}
inline quantile_pair outer_quantiles(double* v, std::size_t n, double p) {
  return {quantile7(v, n, p), quantile7(v, n, 1.0 - p)};
}
}  // namespace topheavy
