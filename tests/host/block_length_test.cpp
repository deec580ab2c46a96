// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/block_length.h"

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

}  // namespace
}  // namespace topheavy
