// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/tree_sum.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

// What is said of a sample of daily values, everywhere in the same order of summation. value(i), i = 0 .. count - 1, is
// a number; count >= 1.
namespace topheavy {

template <typename Value>
double mean_of(std::size_t count, Value value) {
  return tree_sum(count, value) / static_cast<double>(count);
}

// sum (value - mean)^2
template <typename Value>
double squares_about(double mean, std::size_t count, Value value) {
  return tree_sum(count, [&](std::size_t i) {
    const double away = value(i) - mean;
    return away * away;
  });
}

inline double mean_of(const std::vector<double>& values) {
  return mean_of(values.size(), [&](std::size_t i) { return values[i]; });
}

inline double squares_about(double mean, const std::vector<double>& values) {
  return squares_about(mean, values.size(), [&](std::size_t i) { return values[i]; });
}

// Whether the values differ by more than the rounding of what they are made of: their standard deviation (ddof 0) is
// above 1e-12 of the largest. squares: as above.
template <typename Value>
bool varies(double squares, std::size_t count, Value value) {
  double largest = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const double size = std::fabs(value(i));
    largest = size > largest ? size : largest;
  }
  return std::sqrt(squares / static_cast<double>(count)) > 1e-12 * largest;
}

// slope[i] = (x(i) - mean) / sum (x - mean)^2: the least-squares slope of any y on x is the sum of slope[i] y[i], since the
// slopes add up to 0. Empty where x does not vary.
template <typename Value>
std::vector<double> least_squares_slopes(std::size_t count, Value x) {
  const double mean = mean_of(count, x);
  const double squares = squares_about(mean, count, x);
  std::vector<double> slope;
  if (!varies(squares, count, x)) return slope;
  for (std::size_t i = 0; i < count; ++i) slope.push_back((x(i) - mean) / squares);
  return slope;
}

// The rows of a daily series that have a value and lie in the lookback: the last so many dates, none: all.
inline std::vector<std::size_t> days_of_lookback(const std::vector<double>& daily,
                                                 std::optional<int> lookback_days) {
  const auto last = static_cast<std::size_t>(lookback_days.value_or(std::numeric_limits<int>::max()));
  std::vector<std::size_t> days;
  for (std::size_t t = daily.size() > last ? daily.size() - last : 0; t < daily.size(); ++t) {
    if (!std::isnan(daily[t])) days.push_back(t);
  }
  return days;
}

// product of (1 + r) over the days first .. last that have one, less 1; NaN where none has.
template <typename Return>
double compounded(std::size_t first, std::size_t last, Return daily_return) {
  double growth = 1.0;
  bool any = false;
  for (std::size_t t = first; t <= last; ++t) {
    const double r = daily_return(t);
    if (std::isnan(r)) continue;
    growth *= 1.0 + r;
    any = true;
  }
  return any ? growth - 1.0 : std::numeric_limits<double>::quiet_NaN();
}

// The reason why a sample says nothing.
inline std::string too_few_days(std::size_t days, int least) {
  return fmt::format("{} {}, at least {} are needed", days, days == 1 ? "day" : "days", least);
}

}  // namespace topheavy
