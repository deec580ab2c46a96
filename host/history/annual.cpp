// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/annual.h"

#include "host/history/sample.h"
#include "kernels/core/log_exp.h"

#include <cmath>
#include <limits>

namespace topheavy {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double days_of_a_year = 252.0;

}  // namespace

double annual_return(double growth, double days) {
  // Not std::pow, whose last bit is another one on processors without fma. The growth is not far from 1: the error of
  // the logarithm grows by little.
  const double years = days / days_of_a_year;
  return days > 0.0 ? portable_exp(portable_log(growth) / years) - 1.0 : none;
}

double annual_volatility(const std::vector<double>& returns) {
  if (returns.size() < 2) return none;
  const double squares = squares_about(mean_of(returns), returns);
  return std::sqrt(squares / static_cast<double>(returns.size() - 1)) * std::sqrt(days_of_a_year);
}

}  // namespace topheavy
