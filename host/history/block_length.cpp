// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/block_length.h"

#include "host/history/sample.h"
#include "kernels/core/log_exp.h"
#include "kernels/core/tree_sum.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace topheavy {

std::vector<std::uint32_t> block_length_thresholds(double mean, std::size_t days) {
  if (!(mean >= 1.0) || !std::isfinite(mean)) {
    throw std::invalid_argument("block length: a mean of " + std::to_string(mean) + " days; at least 1");
  }
  const double stays = 1.0 - 1.0 / mean;
  constexpr double most = std::numeric_limits<std::uint32_t>::max();  // where 1 - 1 / mean rounds to 1
  std::vector<std::uint32_t> longer;
  double probability = stays;
  while (longer.size() + 1 < days && probability >= 0x1p-32) {
    longer.push_back(static_cast<std::uint32_t>(std::min(probability * 0x1p32, most)));
    probability *= stays;
  }
  return longer;
}

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

std::vector<double> deviations(const double* x, std::size_t count) {
  const double mean = mean_of(count, [=](std::size_t t) { return x[t]; });
  std::vector<double> list(count);
  for (std::size_t t = 0; t < count; ++t) list[t] = x[t] - mean;
  return list;
}

// Lags 0 .. M of a series, sums over days rather than means.
struct lagged_products {
  std::vector<double> sum;          // n R(k)
  std::vector<double> correlation;  // rho(k)
};

lagged_products products_of(const std::vector<double>& e, std::size_t last_lag) {
  const std::size_t n = e.size();
  lagged_products lags;
  for (std::size_t k = 0; k <= last_lag; ++k) {
    const auto squares_from = [&](std::size_t first) {
      return tree_sum(n - k - 1, [&](std::size_t t) { return e[first + t] * e[first + t]; });
    };
    const double sum = tree_sum(n - k, [&](std::size_t t) { return e[t + k] * e[t]; });
    lags.sum.push_back(sum);
    lags.correlation.push_back(std::fabs(sum) / std::sqrt(squares_from(k + 1) * squares_from(0)));
  }
  return lags;
}

// m: twice the last lag that matters.
std::size_t bandwidth(const std::vector<double>& correlation, std::size_t in_a_row, double limit) {
  const std::size_t last = correlation.size() - 1;
  std::size_t below = 0;
  for (std::size_t k = 0; k < last; ++k) {
    below = correlation[k] < limit ? below + 1 : 0;
    if (below == in_a_row) return std::min(2 * std::max<std::size_t>(k + 1 - in_a_row, 1), last);
  }
  return last;
}

}  // namespace

// Logarithm and exponential are the kernels' own: those of libm differ between machines, and the length enters the
// results.
double optimal_block_length(const double* x, std::size_t count) {
  if (count < 11) return none;
  const auto [least, greatest] = std::minmax_element(x, x + count);
  if (*least == *greatest) return none;
  const auto n = static_cast<double>(count);
  const double digits = portable_log(n) / portable_log(10.0);
  const std::size_t in_a_row = std::max<std::size_t>(5, std::to_string(count).size() - 1);
  const std::size_t last_lag = static_cast<std::size_t>(std::ceil(std::sqrt(n))) + in_a_row;
  const lagged_products lags = products_of(deviations(x, count), last_lag);
  const std::size_t m = bandwidth(lags.correlation, in_a_row, 2.0 * std::sqrt(digits / n));
  double g = 0.0;
  double g0 = lags.sum[0];
  for (std::size_t k = 1; k <= m; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(m);
    const double weight = share <= 0.5 ? 1.0 : 2.0 * (1.0 - share);
    g += 2.0 * weight * static_cast<double>(k) * lags.sum[k];
    g0 += 2.0 * weight * lags.sum[k];
  }
  const double ratio = g / g0;  // of sums: n is in both
  const double most = std::ceil(std::min(3.0 * std::sqrt(n), n / 3.0));
  return std::min(portable_exp(portable_log(ratio * ratio * n) / 3.0), most);
}

}  // namespace topheavy
