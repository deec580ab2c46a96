// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/error.h"
#include "host/config/config.h"
#include "host/data/panel_reader.h"
#include "host/scenario/classes.h"
#include "host/scenario/shock_rows.h"
#include "host/scenario/universe.h"
#include "tests/host/data_tables.h"
#include "tests/host/small_market.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace topheavy {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::FloatNear;
using testing::IsEmpty;

dimension groups(const std::string& name, const std::vector<std::vector<std::int32_t>>& members) {
  dimension d{.name = name};
  for (const auto& group : members) d.add(std::string(1, static_cast<char>('a' + d.groups.size())), group);
  return d;
}

// Overlapping tiers that cover some only; constituent 5 is no member.
const dimension sectors = groups("sector", {{0, 1, 2, 6}, {3, 4, 5}});
const dimension tiers = groups("tier", {{2, 3}, {3, 4, 5}, {5}});
const std::vector<char> members{1, 1, 1, 1, 1, 0, 1};
const std::vector<double> caps{1, 3, 9, 1, 2, 7, 3};

std::vector<std::int32_t> members_of(const dimension& d, std::size_t group) {
  return {d.members.begin() + d.offsets[group], d.members.begin() + d.offsets[group + 1]};
}

std::vector<std::int32_t> in_use(const std::vector<std::int32_t>& slots) {
  std::vector<std::int32_t> used;
  std::copy_if(slots.begin(), slots.end(), std::back_inserter(used), [](std::int32_t n) { return n >= 0; });
  return used;
}

TEST(Classes, AreTheCoarsestPartitionOfWhichGroupsAreUnions) {
  const member_classes c = make_classes({sectors, tiers}, members, caps.data());
  EXPECT_THAT(c.layout.class_slots, ElementsAre(0, 16, 32, 48));
  ASSERT_EQ(c.constituent.size(), 64U);
  EXPECT_THAT(in_use(c.constituent), ElementsAre(1, 6, 0, 2, 3, 4));  // 1 and 6 are equal: by symbol
  EXPECT_EQ(c.constituent[16], 2);
  EXPECT_EQ(c.constituent[32], 3);
  EXPECT_EQ(c.constituent[48], 4);
  ASSERT_EQ(c.dimensions.size(), 2U);
  EXPECT_THAT(members_of(c.dimensions[0], 0), ElementsAre(0, 1));
  EXPECT_THAT(members_of(c.dimensions[0], 1), ElementsAre(2, 3));
  EXPECT_THAT(members_of(c.dimensions[1], 0), ElementsAre(1, 2));
  EXPECT_THAT(members_of(c.dimensions[1], 1), ElementsAre(2, 3));
  EXPECT_THAT(members_of(c.dimensions[1], 2), IsEmpty());
  EXPECT_THAT(c.dimensions[1].groups, ElementsAre("a", "b", "c"));
}

TEST(Classes, WithoutGroupsAllAreOne) {
  EXPECT_THAT(in_use(make_classes({}, members, caps.data()).constituent), ElementsAre(2, 1, 6, 4, 0, 3));
}

TEST(Classes, WhoIsInNoGroupIsAClassToo) {
  const member_classes c = make_classes({tiers}, members, caps.data());
  EXPECT_THAT(in_use(c.constituent), ElementsAre(1, 6, 0, 2, 3, 4));
  EXPECT_EQ(c.layout.classes(), 4U);
}

TEST(Classes, DependOnThePartitionAlone) {
  const auto should = make_classes({sectors, tiers}, members, caps.data()).constituent;
  const dimension turned = groups("tier", {{3, 4, 5}, {5}, {2, 3}});
  EXPECT_EQ(make_classes({tiers, sectors}, members, caps.data()).constituent, should);
  EXPECT_EQ(make_classes({turned, sectors, tiers}, members, caps.data()).constituent, should);
}

TEST(Classes, AreCutIntoChunks) {
  std::vector<std::int32_t> all(300);
  std::iota(all.begin(), all.end(), 0);
  const std::vector<double> cap(300, 1.0);
  const member_classes c =
      make_classes({groups("sector", {{all.begin(), all.begin() + 290}, {all.begin() + 290, all.end()}})},
                   std::vector<char>(300, 1), cap.data());
  ASSERT_EQ(c.layout.chunks.size(), 4U);  // 19 vectors: 7, 6, 6; and one
  EXPECT_EQ(c.layout.chunks[0].vectors, 7U);
  EXPECT_EQ(c.layout.chunks[1].vectors, 6U);
  EXPECT_EQ(c.layout.class_slots[1], 304U);
  EXPECT_EQ(c.constituent[303], -1);
  EXPECT_EQ(c.constituent[304], 290);
}

scenario_universe universe_of(const inputs& in, const std::vector<stress>& stresses = {},
                              const scenario_settings& set = month(), const settings& s = market_settings()) {
  const history h = history_of(in, s);
  scenario_universe u = make_universe(s, set, in, h, stresses);
  fill_returns(set, in, h, u);
  return u;
}

std::vector<std::vector<float>> bits_of_rows(const scenario_universe& u) {
  std::vector<std::vector<float>> rows{u.start};
  for (std::size_t r = 0; r < u.rows; ++r) {
    const auto first = u.ret.begin() + static_cast<std::ptrdiff_t>(r * u.layout.slots());
    rows.emplace_back(first, first + static_cast<std::ptrdiff_t>(u.layout.slots()));
  }
  return rows;
}

TEST(Universe, WorkedOnPaper) {
  const inputs in = small_market();
  const scenario_universe u = universe_of(in);
  // Sector and tier: A and B differ by a tier, C and D too; labels are left out unless asked for.
  EXPECT_EQ(u.layout.classes(), 5U);
  ASSERT_EQ(u.dimensions.size(), 2U);
  EXPECT_EQ(u.dimensions[1].name, "tier");
  EXPECT_THAT(members_of(u.dimensions[1], 1), ElementsAre(0, 1));
  EXPECT_THAT(in_use(u.constituent), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(u.start_total, 100.0);
  EXPECT_EQ(u.start[0], 0x1p19F);
  EXPECT_EQ(u.start[16], static_cast<float>(0.2 * 0x1p20));
  EXPECT_EQ(std::count(u.start.begin(), u.start.end(), 0.0F), 75);
  EXPECT_EQ(u.days, 13U);
  EXPECT_EQ(u.day.front(), 1);
  EXPECT_EQ(u.day.back(), 13);
  EXPECT_EQ(u.rows, 14U);
  EXPECT_EQ(u.zero_row, 13U);
  EXPECT_EQ(u.ret.size(), 14U * 80);
  EXPECT_EQ(u.cells, 65);
  EXPECT_EQ(u.filled, 0);
  for (std::size_t t = 0; t < 13; ++t) {
    std::vector<float> should;
    for (const double beta : market_beta) should.push_back(static_cast<float>(beta * market_move[t]));
    EXPECT_EQ(row_of(u, t), should) << t;
  }
  const std::vector<std::vector<float>> rows = bits_of_rows(u);
  EXPECT_THAT(rows.back(), Each(0.0F));
  for (std::size_t slot = 0; slot < 80; ++slot) {
    if (u.constituent[slot] >= 0) continue;
    for (const auto& row : rows) EXPECT_EQ(row[slot], 0.0F);
  }
  const path_universe view = u.view();
  EXPECT_EQ(view.rows, 14U);
  EXPECT_EQ(view.layout, &u.layout);
}

TEST(Universe, TakesTheDimensionsOfTheSet) {
  scenario_settings set = month();
  set.dimensions = {"house"};
  const scenario_universe u = universe_of(small_market(), {}, set);
  // A and E are of p, B and C of q, D of none: a label column has a group for each value.
  EXPECT_THAT(u.dimensions[0].groups, ElementsAre("Unclassified", "p", "q"));
  EXPECT_THAT(in_use(u.constituent), ElementsAre(0, 4, 1, 2, 3));
  EXPECT_THAT(members_of(u.dimensions[0], 0), ElementsAre(2));
  EXPECT_THAT(members_of(u.dimensions[0], 1), ElementsAre(0));
}

TEST(Universe, LeavesIssuersOutOfTheDimensionsOfCorrelations) {
  settings s = market_settings();
  s.correlation.dimensions = {"issuer", "tier"};
  const scenario_universe u = universe_of(small_market(), {}, month(), s);
  ASSERT_EQ(u.dimensions.size(), 1U);
  EXPECT_EQ(u.dimensions[0].name, "tier");
}

TEST(Universe, WhoHasNoCapAtTheEndIsNotInIt) {
  inputs in = small_market();
  in.prices.cap[13 * market_names + 3] = 0.0;
  const scenario_universe u = universe_of(in);
  EXPECT_EQ(slot_of(u, 3), u.constituent.size());
  EXPECT_EQ(u.start_total, 90.0);
  EXPECT_EQ(u.start[slot_of(u, 0)], static_cast<float>(50.0 / 90.0 * 0x1p20));
  EXPECT_EQ(u.cells, 52);
  EXPECT_THAT(u.left_out, IsEmpty());
}

TEST(Universe, TheLookbackAndTheIndexDecideWhichDays) {
  inputs in = small_market();
  for (std::size_t n = 0; n < market_names; ++n) remove_return(in, 11, n);
  settings s = market_settings();
  s.data.lookback_days = 5;
  const scenario_universe u = universe_of(in, {}, month(), s);
  EXPECT_THAT(u.day, ElementsAre(9, 10, 12, 13));
  EXPECT_EQ(u.filled, 0);
}

// B has no return on the third day, all of Y none on the fifth.
inputs market_with_gaps() {
  inputs in = small_market();
  remove_return(in, 3, 1);
  remove_return(in, 5, 2);
  remove_return(in, 5, 3);
  return in;
}

TEST(Universe, AMissingReturnIsThatOfTheSectorOrElseTheIndex) {
  const inputs in = market_with_gaps();
  const settings s = market_settings();
  const history h = history_of(in, s);
  scenario_universe u = make_universe(s, month(), in, h, {});
  EXPECT_TRUE(u.ret.empty());
  fill_returns(month(), in, h, u);
  EXPECT_EQ(row_of(u, 2)[1], 0.03F);  // A's: it is all there is of X
  // A, B and E are 80 of 100: (50 x 1 + 20 x 1.5 + 10 x 0.5) / 80 of 2 %.
  EXPECT_THAT(row_of(u, 4),
              ElementsAre(0.02F, 0.03F, FloatNear(0.02125F, 1e-9F), FloatNear(0.02125F, 1e-9F), 0.01F));
  EXPECT_EQ(u.filled, 3);
  EXPECT_EQ(u.cells, 65);
  ASSERT_TRUE(h.risk.overall.figures.has_value());
  EXPECT_EQ(static_cast<double>(u.filled) / static_cast<double>(u.cells),
            h.risk.overall.figures->filled_share);
}

TEST(Universe, WhatIsFilledIsCountedOnce) {
  inputs in = small_market();
  remove_return(in, 3, 0);
  const scenario_universe u = universe_of(in);
  EXPECT_EQ(u.filled, 1);
  EXPECT_EQ(row_of(u, 2)[0], 0.045F);  // B's
}

TEST(Universe, AMissingReturnIsNothing) {
  scenario_settings set = month();
  set.missing = missing_history::zero;
  const scenario_universe u = universe_of(market_with_gaps(), {}, set);
  EXPECT_EQ(row_of(u, 2)[1], 0.0F);
  EXPECT_THAT(row_of(u, 4), ElementsAre(0.02F, 0.03F, 0.0F, 0.0F, 0.01F));
  EXPECT_EQ(u.filled, 3);
}

TEST(Universe, WhoMissesAReturnIsLeftOut) {
  scenario_settings set = month();
  set.missing = missing_history::exclude;
  const scenario_universe u = universe_of(market_with_gaps(), {}, set);
  EXPECT_THAT(u.left_out, ElementsAre("B", "C", "D"));
  EXPECT_THAT(in_use(u.constituent), ElementsAre(0, 4));
  EXPECT_EQ(u.start_total, 60.0);
  EXPECT_EQ(u.start[0], static_cast<float>(50.0 / 60.0 * 0x1p20));
  EXPECT_EQ(u.filled, 0);
  EXPECT_EQ(u.cells, 26);
}

TEST(Universe, DoesNotDependOnTheOrderOfInputRows) {
  const inputs market = market_with_gaps();
  std::vector<tests::panel_row> rows;
  for (std::size_t t = 0; t < market.prices.days(); ++t) {
    for (std::size_t n = 0; n < market_names; ++n) {
      const double ret = market.prices.ret[t * market_names + n];
      rows.push_back({to_iso(market.prices.dates[t]), market.prices.symbols[n],
                      market_cap[n] + static_cast<double>(t % 3),
                      std::isnan(ret) ? std::nullopt : std::optional(ret)});
    }
  }
  const tests::temporary_folder folder;
  std::vector<std::vector<std::vector<float>>> seen;
  std::vector<std::vector<std::int32_t>> order;
  for (int way = 0; way < 3; ++way) {
    if (way == 1) std::reverse(rows.begin(), rows.end());
    if (way == 2) {
      std::stable_partition(rows.begin(), rows.end(), [](const auto& row) { return row.symbol > "B"; });
    }
    inputs in = market;
    settings s = market_settings();
    s.data = tests::lenient(tests::write_text(folder.file("panel.csv"), tests::csv_of(rows)));
    in.prices = read_panel(s.data, std::nullopt).data;
    const scenario_universe u = universe_of(in, {}, month(), s);
    seen.push_back(bits_of_rows(u));
    order.push_back(u.constituent);
  }
  EXPECT_EQ(seen[1], seen[0]);
  EXPECT_EQ(seen[2], seen[0]);
  EXPECT_EQ(order[1], order[0]);
  EXPECT_EQ(order[2], order[0]);
  EXPECT_EQ(seen[0].size(), 15U);
}

// The real panel beside the project, where it is there.
TEST(Universe, OfNasdaq) {
  if (!std::filesystem::exists("../shared/data/nasdaq")) {
    GTEST_SKIP() << "NOT TESTED: no data in " << std::filesystem::absolute("../shared/data/nasdaq");
  }
  const settings s = read_settings("configs/examples/nasdaq.yaml", {"correlation.bootstrap.replicates=100",
                                                                    "correlation.absorption.window=100000"});
  inputs in;
  in.prices = read_panel(s.data, std::nullopt).data;
  in.table = read_constituents(*s.data.constituents);
  in.labels = classify(in.prices, in.table, in.quality);
  in.volatility = read_volatility(*s.data.volatility);
  in.volatility_level = join_volatility(in.prices.dates, *in.volatility, s.volatility.max_staleness_days);
  in.after_gap.assign(in.prices.days(), 0);
  const history h = history_of(in, s);
  scenario_universe u = make_universe(s, month(), in, h, {});
  fill_returns(month(), in, h, u);
  EXPECT_EQ(in_use(u.constituent).size(), 3166U);
  EXPECT_EQ(u.days, 758U);
  EXPECT_EQ(u.dimensions.size(), 2U);
  EXPECT_NEAR(std::accumulate(u.start.begin(), u.start.end(), 0.0), 0x1p20, 0.5);
  // Who is filled, and with what, is as for the risk of section 3.
  EXPECT_EQ(static_cast<double>(u.filled) / static_cast<double>(u.cells),
            h.risk.overall.figures->filled_share);
  EXPECT_TRUE(std::all_of(u.ret.begin(), u.ret.end(), [](float r) { return r >= -1.0F; }));
}

// Stresses.

stress one_stress(std::vector<decltype(shock::what)> forms, int days = 1) {
  stress made{"storm", "what it means", days, {}, "storm.yaml"};
  for (auto& form : forms) {
    made.shocks.push_back({std::move(form), "storm.yaml:" + std::to_string(made.shocks.size() + 3) + ":5"});
  }
  return made;
}

std::vector<float> shocked(const stress& what, const inputs& in = small_market(),
                           const scenario_settings& set = month(), settings s = market_settings()) {
  const scenario_universe u = universe_of(in, {what}, set, s);
  return row_of(u, u.stresses.at(0).row);
}

TEST(Stresses, AreRowsAfterTheDays) {
  const stress first = one_stress({group_shock{"sector", "X", -0.2}}, 2);
  stress second = one_stress({group_shock{"tier", "first", 0.1}});
  second.name = "calm";
  const scenario_universe u = universe_of(small_market(), {first, second});
  ASSERT_EQ(u.stresses.size(), 2U);
  EXPECT_EQ(u.stresses[0].name, "storm");
  EXPECT_EQ(u.stresses[0].meaning, "what it means");
  EXPECT_EQ(u.stresses[0].row, 13U);
  EXPECT_EQ(u.stresses[0].days, 2U);
  EXPECT_EQ(u.stresses[1].row, 14U);
  EXPECT_EQ(u.zero_row, 15U);
  EXPECT_EQ(u.rows, 16U);
  EXPECT_THAT(row_of(u, 14), ElementsAre(0.1F, 0.0F, 0.1F, 0.0F, 0.0F));
  EXPECT_THAT(row_of(u, 15), Each(0.0F));
}

TEST(Stresses, OfGroupsAndSymbols) {
  EXPECT_THAT(shocked(one_stress({group_shock{"sector", "X", -0.2}})),
              ElementsAre(-0.2F, -0.2F, 0.0F, 0.0F, 0.0F));
  EXPECT_THAT(shocked(one_stress({group_shock{"issuer", "D", 0.3}})),
              ElementsAre(0.0F, 0.0F, 0.0F, 0.3F, 0.0F));
  EXPECT_THAT(shocked(one_stress({symbol_shock{{{"E", 0.5}, {"A", -0.25}}}})),
              ElementsAre(-0.25F, 0.0F, 0.0F, 0.0F, 0.5F));
}

std::vector<testing::Matcher<float>> near(const std::vector<double>& values) {
  std::vector<testing::Matcher<float>> each;
  for (const double value : values) each.push_back(FloatNear(static_cast<float>(value), 1e-8F));
  return each;
}

TEST(Stresses, BetaToTheIndex) {
  EXPECT_THAT(shocked(one_stress({beta_shock{beta_shock::factor::index, -0.1, {}}})),
              ElementsAreArray(near({-0.1, -0.15, -0.05, -0.1, -0.05})));
}

TEST(Stresses, BetaIsLeastSquaresOverTheDaysOfTheLookback) {
  // What E returns beside its beta is 1 % on one day: the slope rises by 0.01 (m - mean m) / sum (m - mean m)^2.
  inputs in = small_market();
  in.prices.ret[9 * market_names + 4] += 0.01;
  in.prices.ret[9 * market_names + 3] -= 0.01;  // so that the index, 10 % of each, returns what it did
  settings s = market_settings();
  s.data.lookback_days = 12;
  double mean = 0.0, squares = 0.0;
  for (std::size_t t = 1; t < 13; ++t) mean += market_move[t] / 12;
  for (std::size_t t = 1; t < 13; ++t) squares += (market_move[t] - mean) * (market_move[t] - mean);
  const double more = 0.01 * (market_move[8] - mean) / squares;
  EXPECT_GT(more, 0.02);
  EXPECT_THAT(shocked(one_stress({beta_shock{beta_shock::factor::index, 0.2, {}}}), in, month(), s),
              ElementsAreArray(near({0.2, 0.3, 0.1, 0.2 - 0.2 * more, 0.1 + 0.2 * more})));
}

TEST(Stresses, BetaTakesWhatStandsInForAMissingReturn) {
  // On the third day B returns as A does, 3 % instead of 4.5 %; the index too is that of those who are there.
  scenario_settings set = month();
  inputs in = small_market();
  remove_return(in, 3, 1);
  std::vector<double> index = market_move, of_b;
  for (const double m : market_move) of_b.push_back(1.5 * m);
  index[2] = (50 * 0.03 + 10 * 0.015 + 10 * 0.03 + 10 * 0.015) / 80;
  const auto slope = [&] {
    double mean_x = 0.0, mean_y = 0.0, products = 0.0, squares = 0.0;
    for (std::size_t t = 0; t < 13; ++t) mean_x += index[t] / 13, mean_y += of_b[t] / 13;
    for (std::size_t t = 0; t < 13; ++t) {
      products += (index[t] - mean_x) * (of_b[t] - mean_y);
      squares += (index[t] - mean_x) * (index[t] - mean_x);
    }
    return products / squares;
  };
  of_b[2] = 0.03;
  const stress by_index = one_stress({beta_shock{beta_shock::factor::index, 0.1, {}}});
  EXPECT_NEAR(shocked(by_index, in, set)[1], 0.1 * slope(), 1e-8);
  set.missing = missing_history::zero;
  of_b[2] = 0.0;
  EXPECT_NEAR(shocked(by_index, in, set)[1], 0.1 * slope(), 1e-8);
}

TEST(Stresses, BetaToTheVolatilityIndex) {
  // Two points up, one percent of the beta down.
  EXPECT_THAT(shocked(one_stress({beta_shock{beta_shock::factor::volatility, 10.0, {}}})),
              ElementsAreArray(near({-0.05, -0.075, -0.025, -0.05, -0.025})));
  // It stands at 18.
  EXPECT_THAT(shocked(one_stress({beta_shock{beta_shock::factor::volatility, 0.0, 31.0}})),
              ElementsAreArray(near({-0.065, -0.0975, -0.0325, -0.065, -0.0325})));
}

TEST(Stresses, BetaToTheVolatilityIndexPassesOverDaysWithoutALevel) {
  inputs in = small_market();
  in.volatility_level[7] = std::numeric_limits<double>::quiet_NaN();  // two changes are not known
  in.prices.ret[8 * market_names + 4] = 0.9;                          // not seen
  EXPECT_THAT(shocked(one_stress({beta_shock{beta_shock::factor::volatility, 10.0, {}}}), in),
              ElementsAreArray(near({-0.05, -0.075, -0.025, -0.05, -0.025})));
}

settings with_expectations() {
  settings s = market_settings();
  s.expectations.dimensions = {{"sector", {{"Y", 0.175, "o"}}, "o"}};
  return s;
}

TEST(Stresses, GrowthThatFallsShort) {
  EXPECT_THAT(shocked(one_stress({growth_shock{"sector", "Y", 0.1, 1.5}}), small_market(), month(),
                      with_expectations()),
              ElementsAreArray(near({0.0, 0.0, -0.15, -0.15, 0.0})));
  EXPECT_THAT(shocked(one_stress({growth_shock{"sector", "Y", -0.1, 1.5}}), small_market(), month(),
                      with_expectations()),
              ElementsAreArray(near({0.0, 0.0, 0.15, 0.15, 0.0})));
}

TEST(Stresses, ReplayOfAWindow) {
  // After the close of the second date to that of the fifth, a Friday, which the Sunday takes: -2, 3, -1 %.
  inputs in = small_market();
  ASSERT_EQ(to_iso(in.prices.dates[4]), "2026-01-09");
  const stress what = one_stress({replay_shock{day("2026-01-06"), day("2026-01-11")}});
  const auto growth = [](double beta) {
    return (1 - 0.02 * beta) * (1 + 0.03 * beta) * (1 - 0.01 * beta) - 1;
  };
  EXPECT_THAT(shocked(what),
              ElementsAreArray(near({growth(1), growth(1.5), growth(0.5), growth(1), growth(0.5)})));
  // So does one that is its start.
  EXPECT_NEAR(shocked(one_stress({replay_shock{day("2026-01-11"), day("2026-01-13")}}))[1], 1.03 * 0.955 - 1,
              1e-8);
  // The lookback does not limit it.
  settings s = market_settings();
  s.data.lookback_days = 3;
  EXPECT_EQ(shocked(what, small_market(), month(), s), shocked(what));
  // A's return stands in for B's.
  remove_return(in, 3, 1);
  EXPECT_NEAR(shocked(what, in)[1], (1 - 0.03) * 1.03 * (1 - 0.015) - 1, 1e-8);
  scenario_settings zero = month();
  zero.missing = missing_history::zero;
  EXPECT_NEAR(shocked(what, in, zero)[1], (1 - 0.03) * (1 - 0.015) - 1, 1e-8);
  // A day without an index leaves everybody where they were.
  for (std::size_t n = 0; n < market_names; ++n) remove_return(in, 3, n);
  EXPECT_NEAR(shocked(what, in)[0], 0.98 * 0.99 - 1, 1e-8);
}

TEST(Stresses, ShocksOfOneConstituentCompound) {
  EXPECT_THAT(shocked(one_stress({group_shock{"sector", "X", -0.2}, symbol_shock{{{"A", 0.5}}},
                                  beta_shock{beta_shock::factor::index, 0.1, {}}})),
              ElementsAreArray(near({0.8 * 1.5 * 1.1 - 1, 0.8 * 1.15 - 1, 0.05, 0.1, 0.05})));
}

TEST(Stresses, NothingIsLostTwice) {
  // beta x move below -1, twice: not the product of two negative numbers.
  EXPECT_THAT(shocked(one_stress({beta_shock{beta_shock::factor::index, -1.2, {}},
                                  beta_shock{beta_shock::factor::index, -1.2, {}}},
                                 3)),
              ElementsAreArray(near({-1.0, -1.0, std::cbrt(0.16) - 1, -1.0, std::cbrt(0.16) - 1})));
}

TEST(Stresses, AreSpreadOverDays) {
  EXPECT_EQ(spread_over(0.8, 1), 0.8 - 1.0);
  EXPECT_NEAR(spread_over(0.8, 5), std::pow(0.8, 0.2) - 1, 1e-15);
  EXPECT_NEAR(spread_over(3.0, 21), std::pow(3.0, 1.0 / 21) - 1, 1e-15);
  EXPECT_EQ(spread_over(1.0, 7), 0.0);
  EXPECT_EQ(spread_over(0.0, 1), -1.0);
  EXPECT_EQ(spread_over(0.0, 4), -1.0);
  EXPECT_EQ(spread_over(-0.5, 4), -1.0);
  EXPECT_THAT(shocked(one_stress({group_shock{"sector", "X", -0.2}}, 4)),
              ElementsAreArray(near({std::pow(0.8, 0.25) - 1, std::pow(0.8, 0.25) - 1, 0.0, 0.0, 0.0})));
}

// What is refused.

struct refusal {
  error_class kind;
  std::string text;
};

refusal refused(const std::vector<stress>& stresses, const inputs& in = small_market(),
                const scenario_settings& set = month(), const settings& s = market_settings()) {
  const history h = history_of(in, s);
  try {
    make_universe(s, set, in, h, stresses);
  } catch (const error& e) {
    return {e.kind(), e.what()};
  }
  return {error_class::internal, "nothing was refused"};
}

void expect_usage(const refusal& r, const std::string& text) {
  EXPECT_EQ(r.kind, error_class::usage);
  EXPECT_EQ(r.text, text);
}

TEST(Refused, EveryNameThatDoesNotExistIsTold) {
  expect_usage(refused({one_stress({group_shock{"sectr", "X", -0.2}, group_shock{"tier", "frist", -0.2},
                                    symbol_shock{{{"A", -0.1}, {"AAAAA", -0.1}}}}),
                        one_stress({growth_shock{"tierr", "first", 0.1, 1.0}})}),
               "storm.yaml:3:5: stress `storm`: unknown dimension `sectr`; did you mean `sector`?\n"
               "storm.yaml:4:5: stress `storm`: unknown group of tier `frist`; did you mean `first`?\n"
               "storm.yaml:5:5: stress `storm`: unknown symbol `AAAAA`; there are A, B, C, D, E\n"
               "storm.yaml:3:5: stress `storm`: unknown dimension `tierr`; did you mean `tier`?");
}

TEST(Refused, WhoIsNotInTheUniverse) {
  inputs in = small_market();
  in.prices.cap[13 * market_names + 4] = 0.0;
  expect_usage(refused({one_stress({symbol_shock{{{"E", -0.1}}}, group_shock{"sector", "Z", -0.1}})}, in),
               "storm.yaml:3:5: stress `storm`: symbol `E` has no market cap on 2026-01-22; leave it out\n"
               "storm.yaml:4:5: stress `storm`: no constituent of `Z` of sector is in the universe of "
               "2026-01-22; leave "
               "the shock out");
  scenario_settings set = month();
  set.missing = missing_history::exclude;
  expect_usage(
      refused({one_stress({symbol_shock{{{"B", -0.1}}}})}, market_with_gaps(), set),
      "storm.yaml:3:5: stress `storm`: symbol `B` is left out of the universe by `missing_history: exclude`; "
      "leave it out");
}

TEST(Refused, BetasWithoutWhatTheyAreOf) {
  const stress by_points = one_stress({beta_shock{beta_shock::factor::volatility, 10.0, {}}});
  const stress to_level = one_stress({beta_shock{beta_shock::factor::volatility, 0.0, 31.0}});
  const stress by_index = one_stress({beta_shock{beta_shock::factor::index, -0.1, {}}});
  inputs in = small_market();
  in.volatility->dates.resize(5);  // ends on 9 January, 13 days before
  in.volatility->close.resize(5);
  std::fill(in.volatility_level.begin() + 8, in.volatility_level.end(),
            std::numeric_limits<double>::quiet_NaN());
  expect_usage(
      refused({by_points, to_level}, in),
      "storm.yaml:3:5: stress `storm`: betas to the change of the volatility index: 7 days, at least 10 are "
      "needed; set `data.lookback_days` higher, or leave the shock out\n"
      "storm.yaml:3:5: stress `storm`: no level of the volatility index is known on 2026-01-22, from which "
      "to "
      "move to 31; bring its file up to date, or give `move` instead");
  in = small_market();
  std::fill(in.volatility_level.begin(), in.volatility_level.end(), 20.0);
  expect_usage(refused({by_points}, in),
               "storm.yaml:3:5: stress `storm`: betas to the change of the volatility index: it does not "
               "vary; leave the "
               "shock out");
  settings s = market_settings();
  s.data.lookback_days = 9;
  expect_usage(
      refused({by_index}, small_market(), month(), s),
      "storm.yaml:3:5: stress `storm`: betas to the return of the index: 9 days, at least 10 are needed; set "
      "`data.lookback_days` higher, or leave the shock out");
}

TEST(Refused, AReplayOutsideThePanel) {
  const auto replay = [](const char* start, const char* end) {
    return one_stress({replay_shock{day(start), day(end)}});
  };
  expect_usage(refused({replay("2026-01-04", "2026-01-08"), replay("2026-01-06", "2026-01-23"),
                        replay("2026-01-09", "2026-01-11")}),
               "storm.yaml:3:5: stress `storm`: window 'replay', 2026-01-04 to 2026-01-08: starts before the "
               "first panel date; the "
               "panel has 2026-01-05 to 2026-01-22\n"
               "storm.yaml:3:5: stress `storm`: window 'replay', 2026-01-06 to 2026-01-23: ends after the "
               "last panel date; the "
               "panel has 2026-01-05 to 2026-01-22\n"
               "storm.yaml:3:5: stress `storm`: window 'replay', 2026-01-09 to 2026-01-11: holds no panel "
               "date after its start; "
               "the panel has 2026-01-05 to 2026-01-22");
}

TEST(Refused, ADimensionThatDoesNotExist) {
  scenario_settings set = month();
  set.dimensions = {"sector", "tyer"};
  expect_usage(refused({}, small_market(), set),
               "config.yaml:9:5: scenarios `month`: unknown dimension `tyer`; did you mean `tier`?");
}

TEST(Refused, TooLittleData) {
  settings s = market_settings();
  s.data.lookback_days = 1;
  refusal r = refused({}, small_market(), month(), s);
  EXPECT_EQ(r.kind, error_class::data);
  EXPECT_EQ(r.text,
            "config.yaml:9:5: scenarios `month`: of the days in the lookback the index has a return on 1; at "
            "least 2 "
            "are needed");
  inputs in = small_market();
  for (std::size_t n = 0; n < market_names; ++n) remove_return(in, n + 1, n);
  scenario_settings set = month();
  set.missing = missing_history::exclude;
  r = refused({}, in, set);
  EXPECT_EQ(r.kind, error_class::data);
  EXPECT_EQ(r.text,
            "config.yaml:9:5: scenarios `month`: none of 5 constituents has a return on each of 13 days, and "
            "`missing_history: exclude` leaves out all others; use `sector` or `zero`");
}

}  // namespace
}  // namespace topheavy
