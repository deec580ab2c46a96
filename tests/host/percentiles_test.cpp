// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/percentiles.h"

#include "kernels/core/philox.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include <gtest/gtest.h>

namespace topheavy {
namespace {

// From the whole series in order.
percentile_interval by_sorting(std::vector<double> x) {
  std::sort(x.begin(), x.end());
  const auto at = [&](std::size_t fortieths) {
    const std::size_t steps = fortieths * (x.size() - 1);
    const double here = x[steps / 40];
    const double next = x[std::min(steps / 40 + 1, x.size() - 1)];
    return here + static_cast<double>(steps % 40) / 40.0 * (next - here);
  };
  return {at(1), at(39)};
}

void expect_as_sorted(const std::vector<double>& x, const std::string& what) {
  std::vector<double> memory;
  const percentile_interval is = percentile_interval_of(x.data(), x.size(), memory);
  const percentile_interval should = by_sorting(x);
  EXPECT_EQ(is.low, should.low) << what << ", " << x.size();
  EXPECT_EQ(is.high, should.high) << what << ", " << x.size();
}

double drawn(std::size_t i) { return uniform_from(random_words(3, i, 0, 0).word[0]) - 0.5; }

TEST(percentile_interval, of_values_on_paper) {
  std::vector<double> memory;
  std::vector<double> x;
  for (int i = 0; i <= 40; ++i) x.push_back(40 - i);  // 2.5 % of 40 steps is one
  EXPECT_EQ(percentile_interval_of(x.data(), 41, memory).low, 1.0);
  EXPECT_EQ(percentile_interval_of(x.data(), 41, memory).high, 39.0);
  const double two[] = {8.0, 0.0};
  EXPECT_EQ(percentile_interval_of(two, 2, memory).low, 0.2);
  EXPECT_EQ(percentile_interval_of(two, 2, memory).high, 7.8);
  const double one = -3.5;
  EXPECT_EQ(percentile_interval_of(&one, 1, memory).low, -3.5);
  EXPECT_EQ(percentile_interval_of(&one, 1, memory).high, -3.5);
  EXPECT_TRUE(std::isnan(percentile_interval_of(nullptr, 0, memory).low));
  EXPECT_TRUE(std::isnan(percentile_interval_of(nullptr, 0, memory).high));
}

TEST(percentile_interval, is_that_of_the_sorted_values_at_awkward_sizes) {
  const std::pair<const char*, std::function<double(std::size_t)>> kinds[] = {
      {"drawn", drawn},
      {"ascending", [](std::size_t i) { return static_cast<double>(i); }},
      {"descending", [](std::size_t i) { return -static_cast<double>(i); }},
      {"equal", [](std::size_t) { return 0.1; }},
      {"of two", [](std::size_t i) { return drawn(i) < 0.4 ? 1.0 : 2.0; }},
      {"of five", [](std::size_t i) { return std::floor(5.0 * drawn(i)); }},
      {"far tails", [](std::size_t i) { return std::pow(drawn(i), -9.0); }},
      {"sawtooth", [](std::size_t i) { return static_cast<double>(i % 39); }},
  };
  for (const std::size_t count :
       {1, 2, 3, 39, 40, 41, 42, 80, 81, 255, 256, 1000, 1023, 1024, 1025, 1279, 4001, 10'000}) {
    for (const auto& [name, value] : kinds) {
      std::vector<double> x;
      for (std::size_t i = 0; i < count; ++i) x.push_back(value(i));
      expect_as_sorted(x, name);
    }
  }
}

// Every fourth value, and with that the whole sample, is of one kind.
TEST(percentile_interval, is_exact_where_a_sample_at_even_distances_misleads) {
  for (const double odd : {-10.0, 0.0, 10.0}) {
    std::vector<double> x;
    for (std::size_t i = 0; i < 1024; ++i) x.push_back(i % 4 == 0 ? odd + 1e-3 * drawn(i) : drawn(i));
    expect_as_sorted(x, "sample of its own kind at " + std::to_string(odd));
  }
}

TEST(percentile_interval, memory_of_a_longer_series_is_no_part_of_the_next) {
  std::vector<double> memory(5000, -1e9);
  const double x[] = {1.0, 2.0, 3.0};
  EXPECT_EQ(percentile_interval_of(x, 3, memory).low, 1.05);
}

}  // namespace
}  // namespace topheavy
