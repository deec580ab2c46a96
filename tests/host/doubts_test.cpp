// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/doubts.h"

#include <limits>

#include <gtest/gtest.h>

namespace topheavy {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// 3 days of A and B.
panel small_panel() {
  const date first{std::chrono::year{2024} / 1 / 2};
  panel p;
  p.dates = {first, first + std::chrono::days(1), first + std::chrono::days(2)};
  p.symbols = {"A", "B"};
  p.cap = {300.0, 100.0, 303.0, 99.0, 306.0, 101.0};
  p.ret = {nan, nan, 0.01, -0.01, 0.01, 0.02};
  return p;
}

TEST(doubts, are_none_of_what_is_usual) {
  const panel p = small_panel();
  EXPECT_EQ(doubt_of_returns(p), "");
  EXPECT_EQ(doubt_of_caps(p), "");
  EXPECT_EQ(doubt_of_returns({}), "");
  EXPECT_EQ(doubt_of_caps({}), "");
}

TEST(doubts, returns_in_percent) {
  panel p = small_panel();
  for (double& r : p.ret) r *= 100.0;
  EXPECT_EQ(
      doubt_of_returns(p),
      "half of the returns of the last 3 days are 1 and more in size: are they in percent? a return is a "
      "fraction, 1.2 % being 0.012");
  p = small_panel();
  p.ret[3] = -0.9;  // one of four is not half
  EXPECT_EQ(doubt_of_returns(p), "");
}

TEST(doubts, caps_that_jump_beside_their_returns) {
  panel p = small_panel();
  p.cap[4] = 30600.0;  // A on 2024-01-04: a hundredfold
  p.ret[4] = nan;
  EXPECT_EQ(doubt_of_caps(p),
            "1 market cap changes more than threefold from one date to the next beside its return; the "
            "heaviest: A on "
            "2024-01-04, from 303 to 3.06e+04 (no return), 99.7 % of the index");
  p.cap[5] = 20.0;  // B shrinks
  p.ret[5] = -0.1;
  EXPECT_EQ(doubt_of_caps(p).substr(0, 58), "2 market caps change more than threefold from one date to ");
}

TEST(doubts, of_caps_are_of_what_returns_do_not_explain) {
  panel p = small_panel();
  p.cap[4] = 1000.0;
  p.ret[4] = 2.3;  // 303 x 3.3 is 1000
  EXPECT_EQ(doubt_of_caps(p), "");
  p.ret[4] = -0.1;
  EXPECT_NE(doubt_of_caps(p), "");
  p.cap[2] = 0.0;  // no row the day before
  EXPECT_EQ(doubt_of_caps(p), "");
}

TEST(doubts, levels_in_fractions) {
  volatility_series series;
  series.close = {0.15, 0.31, 0.2};
  EXPECT_EQ(
      doubt_of_levels(series, {20.0, 25.0}),
      "the volatility index is never above 0.31, the lowest of volatility.thresholds is 20: are its levels "
      "fractions? a level is in points, 20 % a year being 20");
  EXPECT_EQ(doubt_of_levels(series, {0.2, 0.25}), "");  // then all is in fractions
  series.close = {9.0, 12.0};
  EXPECT_EQ(doubt_of_levels(series, {20.0}), "");
}

TEST(doubts, constituents_of_another_spelling) {
  const panel p = small_panel();
  constituents_table table;
  table.symbols = {"a", "b"};
  data_quality quality;
  quality.rows_dropped["unclassified"] = 2;
  EXPECT_EQ(doubt_of_constituents(p, table, quality),
            "data.constituents has none of the panel's 2 symbols, so that nothing is known of sectors and "
            "issuers: the "
            "panel's first symbol is A, the table's a; letters are compared with their case");
  quality.rows_dropped["unclassified"] = 1;
  EXPECT_EQ(doubt_of_constituents(p, table, quality), "");
  quality.rows_dropped["unclassified"] = 2;
  EXPECT_EQ(doubt_of_constituents(p, {}, quality), "");  // no table was given
}

}  // namespace
}  // namespace topheavy
