// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/backend.h"

#include <gtest/gtest.h>

// What the benches divide by time, counted by hand for 3 days of 10 constituents.
namespace topheavy {
namespace {

void expect_traffic(traffic is, double items, double bytes_read, double bytes_written) {
  EXPECT_EQ(is.items, items);
  EXPECT_EQ(is.bytes_read, bytes_read);
  EXPECT_EQ(is.bytes_written, bytes_written);
}

TEST(traffic, is_what_the_contracts_move) {
  // Days 1 and 2 read 10 caps and 10 returns each: 2 * 10 * 2 * 8 = 320 bytes.
  expect_traffic(group_sums_traffic(3, 10, 2, 14), 28, 320 + (3 + 14) * 4, 3 * 2 * 2 * 8);
  expect_traffic(breadth_traffic(3, 10), 20, 320 + 2 * 8, 3 * (4 * 8 + 2 * 4));
  expect_traffic(new_highs_traffic(3, 10), 20, 320, 3 * 4);
  // Every day reads 10 caps and writes a count, three figures and five weights.
  expect_traffic(concentration_traffic(3, 10, 7), 21, 240, 3 * (4 + 8 * 8));
  // 2 days of 10 returns and 2 x 2 sums of sectors, once 10 weights and 10 sectors; 3 days of I* and 2 sectors.
  expect_traffic(fixed_weight_return_traffic(3, 10, 2), 20, 160 + 2 * 2 * 2 * 8 + 10 * 12, 3 * 3 * 8);
  // 3 days of 10 returns, 2 sectors, two slopes and a cell, once 10 sectors; 1 + 4 rows of 10 sums and counts.
  expect_traffic(risk_contributions_traffic(3, 10, 2, 4), 30, 240 + 3 * (16 + 20) + 40, 5 * 10 * 12);
  // 7 columns and a cell on each of 3 days; 7 sums in each of 2 cells and 5 replicates.
  expect_traffic(day_bootstrap_traffic(3, 7, 2, 5), 105, 3 * (7 * 8 + 4), 2 * 7 * 5 * 8);
  // A pass reads 30 caps and 30 returns whatever it holds.
  expect_traffic(day_pass_traffic(3, 10, 2), 30, 480, 3 * (2 * 16 + 200));
  expect_traffic(constituent_pass_traffic(3, 10, 2, 4, 4), 30, 480, 3 * 4 + 10 * (2 * 20 + 5 * 12 + 4 * 28));
  expect_traffic(window_contributions_traffic(2, 10), 20, 320 + 2 * 8, 10 * (2 * 8 + 4));
}

TEST(traffic, is_nothing_without_days) {
  expect_traffic(group_sums_traffic(0, 10, 0, 0), 0, 4, 0);
  expect_traffic(breadth_traffic(0, 10), 0, 0, 0);
  expect_traffic(new_highs_traffic(0, 10), 0, 0, 0);
  expect_traffic(window_contributions_traffic(0, 0), 0, 0, 0);
}

}  // namespace
}  // namespace topheavy
