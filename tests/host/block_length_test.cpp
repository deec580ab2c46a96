// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/block_length.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

namespace topheavy {
namespace {

TEST(block_length_thresholds, are_the_powers_on_paper) {
  EXPECT_EQ(block_length_thresholds(2.0, 5),
            (std::vector<std::uint32_t>{0x80000000u, 0x40000000u, 0x20000000u, 0x10000000u}));
  EXPECT_EQ(block_length_thresholds(4.0, 4),
            (std::vector<std::uint32_t>{0xC0000000u, 0x90000000u, 0x6C000000u}));
  EXPECT_EQ(block_length_thresholds(2.0, 1000).size(), 32u);  // 2^-32 is the last that a word can be below
  EXPECT_EQ(block_length_thresholds(2.0, 1000).back(), 1u);
}

TEST(block_length_thresholds, a_mean_of_one_day_leaves_none) {
  EXPECT_TRUE(block_length_thresholds(1.0, 759).empty());
  EXPECT_TRUE(block_length_thresholds(5.0, 1).empty());
  EXPECT_TRUE(block_length_thresholds(5.0, 0).empty());
}

TEST(block_length_thresholds, a_mean_beyond_all_days_hardly_ever_ends) {
  EXPECT_EQ(block_length_thresholds(1e300, 4), (std::vector<std::uint32_t>(3, 0xFFFFFFFFu)));
}

TEST(block_length_thresholds, a_mean_that_is_none_is_refused) {
  for (const double mean : {0.99, 0.0, -5.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW(block_length_thresholds(mean, 10), std::invalid_argument) << mean;
  }
}

// The series of tests/oracle/block_length.py: sums of `parts` numbers of a congruential generator, `step` apart.
std::vector<double> whole_series(std::size_t n, std::size_t parts, std::size_t step) {
  std::uint64_t state = 12345;
  std::vector<std::int64_t> draws;
  for (std::size_t i = 0; i < n * step + parts; ++i) {
    state = (1103515245u * state + 12345u) % 0x80000000u;
    draws.push_back(static_cast<std::int64_t>(state / 65536u % 2001u) - 1000);
  }
  std::vector<double> x;
  for (std::size_t t = 0; t < n; ++t) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < parts; ++i) sum += draws[t * step + i];
    x.push_back(static_cast<double>(sum));
  }
  return x;
}

struct known_length {
  std::size_t n, parts, step;
  double days;
};

// Recorded from arch 8.0.0 by `tests/oracle/block_length.py --series`, which also runs as the test
// oracle_block_length.
constexpr known_length by_arch[] = {
    {11, 1, 1, 2.8087486605029977},  {12, 1, 2, 4.0},
    {60, 4, 1, 4.368808856128087},   {100, 12, 3, 30.0},
    {250, 1, 1, 0.4703006219199032}, {250, 6, 2, 4.742493244217884},
    {759, 3, 1, 6.454061434178064},  {759, 30, 1, 33.90751430828502},
};

TEST(optimal_block_length, is_that_of_arch) {
  for (const auto& [n, parts, step, days] : by_arch) {
    const std::vector<double> x = whole_series(n, parts, step);
    EXPECT_NEAR(optimal_block_length(x.data(), n), days, 1e-13 * days) << n << ", " << parts << ", " << step;
  }
}

// (1, -1) over and over, 16 times: R(k) = (-1)^k (1 - k/16) and every lag is significant, so m = M = 9, and a window
// that ends there; 16 / 3 is 5.3.
TEST(optimal_block_length, of_an_alternating_series_by_hand) {
  std::vector<double> x;
  for (int t = 0; t < 16; ++t) x.push_back(t % 2 == 0 ? 1.0 : -1.0);
  double g = 0.0, g0 = 1.0;
  for (int k = 1; k <= 9; ++k) {
    const double covariance = (k % 2 == 0 ? 1.0 : -1.0) * (16.0 - k) / 16.0;
    const double window = std::min(1.0, 2.0 * (1.0 - k / 9.0));
    g += 2.0 * window * k * covariance;
    g0 += 2.0 * window * covariance;
  }
  const double should = std::min(std::cbrt(g * g / (g0 * g0) * 16.0), 6.0);
  EXPECT_NEAR(optimal_block_length(x.data(), x.size()), should, 1e-13);
}

TEST(optimal_block_length, scale_and_level_change_nothing) {
  const std::vector<double> x = whole_series(250, 6, 2);
  std::vector<double> other;
  for (const double value : x) other.push_back(0x1p-20 * value);
  EXPECT_EQ(optimal_block_length(x.data(), 250), optimal_block_length(other.data(), 250));
  for (double& value : other) value += 3.0;
  EXPECT_NEAR(optimal_block_length(x.data(), 250), optimal_block_length(other.data(), 250), 1e-11);
}

TEST(optimal_block_length, too_short_or_constant_has_none) {
  const std::vector<double> x = whole_series(10, 1, 1);
  for (std::size_t n = 0; n <= 10; ++n) EXPECT_TRUE(std::isnan(optimal_block_length(x.data(), n))) << n;
  for (const double value : {0.0, 0.125, 0.1}) {  // of which 0.1 is not its own mean
    const std::vector<double> flat(100, value);
    EXPECT_TRUE(std::isnan(optimal_block_length(flat.data(), flat.size()))) << value;
  }
}

}  // namespace
}  // namespace topheavy
