// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/history.h"

#include "host/base/error.h"
#include "tests/host/three_names.h"

#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace topheavy {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double tight = 1e-15;

TEST(Index, WorkedOnPaper) {
  const index_history i = history_of(three_names()).daily.index;
  EXPECT_TRUE(std::isnan(i.index_return[0]));
  EXPECT_EQ(i.members, (std::vector<std::int32_t>{0, 3, 2}));
  EXPECT_NEAR(i.index_return[1], 0.035, tight);
  EXPECT_NEAR(i.index_return[2], -0.1 / 75, tight);
  EXPECT_EQ(i.level[0], 100.0);
  EXPECT_NEAR(i.level[2], 103.362, 1e-12);
  EXPECT_NEAR(i.equal_weight_return[1], 0.05 / 3, tight);
  EXPECT_NEAR(i.coverage[2], 75 / 103.5, tight);
  EXPECT_NEAR(i.advancers[1], 1.0 / 3, tight);
  EXPECT_NEAR(i.advancers_weight[1], 0.5, tight);
  EXPECT_NEAR(i.advancers_weight[2], 20.0 / 75, tight);
  EXPECT_NEAR(i.new_highs[1], 2.0 / 3, tight);
  EXPECT_NEAR(i.new_highs[2], 0.5, tight);
  EXPECT_NEAR(i.dispersion[1], std::sqrt(0.004525), tight);
}

TEST(Index, SummaryWorkedOnPaper) {
  const history h = history_of(three_names());
  EXPECT_NEAR(h.index.return_total, 0.03362, tight);
  EXPECT_NEAR(h.index.return_annual, std::pow(1.03362, 126) - 1, 1e-11);
  const double half = (0.035 + 0.1 / 75) / 2;  // two returns lie half their distance from their mean
  EXPECT_NEAR(h.index.volatility_annual, std::sqrt(2 * half * half) * std::sqrt(252.0), 1e-14);
  EXPECT_NEAR(h.index.max_drawdown, -0.1 / 75, tight);
}

TEST(Index, ADayWithoutMembersKeepsTheLevel) {
  inputs in = three_names();
  std::fill(in.prices.ret.begin() + 3, in.prices.ret.begin() + 6, none);
  const index_history i = history_of(in).daily.index;
  EXPECT_TRUE(std::isnan(i.index_return[1]));
  EXPECT_TRUE(std::isnan(i.coverage[1]));
  EXPECT_EQ(i.level[1], 100.0);
  EXPECT_NEAR(i.level[2], 100 * (1 - 0.1 / 75), 1e-12);
}

TEST(Groups, WorkedOnPaper) {
  const history h = history_of(three_names());
  ASSERT_EQ(h.daily_dimensions[0].name, "sector");
  EXPECT_THAT(h.daily_dimensions[0].groups, ElementsAre("X", "Y"));
  const group_history& sector = h.daily.groups[0];
  EXPECT_NEAR(sector.weight[2], 0.8, tight);  // day 1, X
  EXPECT_NEAR(sector.contribution[2], 0.035, tight);
  EXPECT_NEAR(sector.ret[2], 0.035 / 0.8, tight);
  EXPECT_NEAR(sector.weight[4], 55.0 / 75, tight);  // day 2, X: A alone
  EXPECT_NEAR(sector.ret[5], 0.05, tight);          // day 2, Y
  // Only I has more than one constituent.
  EXPECT_EQ(h.daily_dimensions[1].name, "issuer");
  EXPECT_THAT(h.daily_dimensions[1].groups, ElementsAre("I"));
}

settings with_window(const char* start, const char* end) {
  settings s;
  s.windows = {{"w", day(start), day(end), "config.yaml:3:5"}};
  return s;
}

TEST(Attribution, WorkedOnPaper) {
  const history h = history_of(three_names(), with_window("2026-01-05", "2026-01-07"));
  ASSERT_EQ(h.windows.size(), 2U);  // last_1 beside it
  const attribution& a = h.windows[0];
  EXPECT_NEAR(a.index_return, 0.03362, tight);
  EXPECT_THAT(a.contribution, ElementsAre(DoubleNear(0.05 - 0.01518, tight), DoubleNear(-0.015, tight),
                                          DoubleNear(0.0138, tight)));
  EXPECT_THAT(a.ret,
              ElementsAre(DoubleNear(0.078, tight), DoubleNear(-0.05, tight), DoubleNear(0.05, tight)));
  EXPECT_THAT(a.member_days, ElementsAre(2, 1, 2));
  EXPECT_THAT(a.weight_start, ElementsAre(0.5, 0.3, 0.2));
  EXPECT_THAT(a.rank.order, ElementsAre(0, 2, 1));
  EXPECT_NEAR(a.equal_weight_return, (1 + 0.05 / 3) * 1.015 - 1, tight);
  const dimension_attribution& sector = a.dimensions[0];
  EXPECT_NEAR(sector.groups[0].contribution, 0.01982, tight);
  EXPECT_NEAR(sector.groups[0].ret, (1 + 0.035 / 0.8) * 0.98 - 1, tight);
  EXPECT_NEAR(sector.groups[1].weight_end, 21 / 103.4, tight);
  const dimension_attribution& issuer = a.dimensions[1];
  EXPECT_NEAR(issuer.groups[0].contribution, 0.03482 + 0.0138, tight);  // I = A + C
  EXPECT_EQ(issuer.rank.names_for[2], 1);
}

std::vector<char> everyone(std::size_t count) { return std::vector<char>(count, 1); }

TEST(Ranking, WhoWasNeverAMemberHasNoPlace) {
  const ranking r = rank_contributions({0.0, 0.05, -0.01, -0.02, 0.0}, {0, 1, 1, 1, 0}, 0.02);
  EXPECT_THAT(r.order, ElementsAre(1, 2, 3));
  EXPECT_NEAR(*r.top_share[1], 1.0, tight);  // all three, not the one and four zeros
}

TEST(Ranking, CountsInTheDirectionOfTheMove) {
  const ranking up = rank_contributions({0.01, 0.05, -0.02, 0.04, 0.02}, everyone(5), 0.10);
  EXPECT_THAT(up.order, ElementsAre(1, 3, 4, 0, 2));
  EXPECT_THAT(up.names_for, ElementsAre(1, 2, 3));  // 5, 9, 11 of 10 points
  EXPECT_NEAR(*up.top_share[0], 0.5, tight);
  EXPECT_NEAR(*up.top_share[1], 1.0, tight);
  const ranking down = rank_contributions({0.01, -0.05, -0.06}, everyone(3), -0.10);
  EXPECT_THAT(down.order, ElementsAre(2, 1, 0));
  EXPECT_THAT(down.names_for, ElementsAre(1, 2, 2));
}

TEST(Ranking, TiesGoByPosition) {
  EXPECT_THAT(rank_contributions({0.01, 0.02, 0.01, 0.02}, everyone(4), 0.06).order, ElementsAre(1, 3, 0, 2));
}

TEST(Ranking, AMoveOfNothingHasNoShares) {
  const ranking r = rank_contributions({0.05, -0.05}, everyone(2), 0.9e-6);
  EXPECT_FALSE(r.names_for[0].has_value());
  EXPECT_FALSE(r.top_share[0].has_value());
}

TEST(Ranking, RoundingDoesNotAskForOneNameMore) {
  const std::vector<double> tenths(10, 0.1);  // add up to 0.9999999999999999
  EXPECT_EQ(rank_contributions(tenths, everyone(10), 1.0).names_for[2], 10);
}

std::vector<date> weekdays(const char* first, int count) {
  std::vector<date> dates;
  for (date d = day(first); static_cast<int>(dates.size()) < count; d += std::chrono::days(1)) {
    if (is_weekday(d)) dates.push_back(d);
  }
  return dates;
}

TEST(Windows, AutomaticOnes) {
  const std::vector<date> dates = weekdays("2025-01-01", 300);          // to 2026-02-24
  const window_list list = make_windows({}, dates, day("2026-01-04"));  // a Sunday
  ASSERT_EQ(list.windows.size(), 5U);
  EXPECT_EQ(list.windows[0].base_day, 299U - 1);
  EXPECT_EQ(list.windows[1].base_day, 299U - 21);
  EXPECT_EQ(list.windows[2].base_day, 299U - 252);
  EXPECT_EQ(to_iso(dates[list.windows[3].base_day]), "2025-12-31");
  EXPECT_EQ(to_iso(dates[list.windows[4].base_day]), "2026-01-02");
  for (const window& w : list.windows) EXPECT_EQ(w.last_day, 299U);
}

TEST(Windows, WhatCannotBeIsLeftOutWithItsReason) {
  const window_list list = make_windows({}, weekdays("2026-01-01", 20), std::nullopt);
  ASSERT_EQ(list.windows.size(), 1U);
  EXPECT_EQ(list.windows[0].name, "last_1");
  EXPECT_EQ(make_windows({}, weekdays("2026-01-01", 1), std::nullopt).left_out[0].reason,
            "needs 2 panel dates, there are 1");
  ASSERT_EQ(list.left_out.size(), 4U);
  EXPECT_EQ(list.left_out[0].reason, "needs 22 panel dates, there are 20");
  EXPECT_EQ(list.left_out[2].reason, "no panel date before 2026-01-01");
}

TEST(Windows, ConfiguredOnesStartOnTheLastPanelDateOnOrBefore) {
  const std::vector<date> dates = weekdays("2026-01-01", 20);
  const window_list list =
      make_windows({{"w", day("2026-01-04"), day("2026-01-11"), "x"}}, dates, std::nullopt);
  EXPECT_EQ(to_iso(dates[list.windows[0].base_day]), "2026-01-02");
  EXPECT_EQ(to_iso(dates[list.windows[0].last_day]), "2026-01-09");
}

TEST(Windows, OutsideThePanelIsAnError) {
  for (const auto& [start, end] :
       {std::pair{"2026-01-01", "2026-01-06"}, std::pair{"2026-01-05", "2026-02-01"},
        std::pair{"2026-01-10", "2026-01-11"}}) {
    try {
      make_windows(with_window(start, end).windows, weekdays("2026-01-05", 10), std::nullopt);
      FAIL() << start << " to " << end;
    } catch (const error& e) {
      EXPECT_EQ(e.kind(), error_class::usage);
      EXPECT_THAT(e.what(), HasSubstr("config.yaml:3:5: window 'w'"));
    }
  }
}

TEST(Episodes, FromTheTopThresholdToBelowTheLowest) {
  volatility_series v;
  v.dates = weekdays("2026-01-05", 9);
  v.close = {18, 30, 33, 33, 21, 29, 19.99, 15, 31};
  const std::vector<episode> found = find_episodes(v, v.dates.back(), {20, 25, 30});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].start, v.dates[1]);
  EXPECT_EQ(found[0].peak_date, v.dates[2]);  // the earlier of two equal closes
  EXPECT_EQ(found[0].end_date, v.dates[6]);
  EXPECT_EQ(found[0].end, 19.99);
  EXPECT_FALSE(found[1].end_date.has_value());
  // What comes after the as-of date is not known yet.
  EXPECT_EQ(find_episodes(v, v.dates[3], {20, 25, 30}).size(), 1U);
  EXPECT_FALSE(find_episodes(v, v.dates[3], {20, 25, 30})[0].end_date.has_value());
}

TEST(Concentration, WorkedOnPaper) {
  const history h = history_of(three_names());
  EXPECT_THAT(h.constituents.count, ElementsAre(3, 3, 3));
  EXPECT_NEAR(h.constituents.top[0], 0.5, tight);  // day 0: 0.5, 0.3, 0.2
  EXPECT_EQ(h.constituents.top[1], 1.0);
  EXPECT_NEAR(h.constituents.hhi[0], 0.38, tight);
  EXPECT_NEAR(h.constituents.effective_n[0], 1 / 0.38, 1e-14);
  EXPECT_NEAR(h.constituents.gini[0], 0.2, tight);
  EXPECT_NEAR(h.constituents.hhi[2], (53.9 * 53.9 + 28.5 * 28.5 + 21 * 21) / (103.4 * 103.4), tight);
  EXPECT_THAT(h.issuers.count, ElementsAre(2, 2, 2));  // I is A and C
  EXPECT_NEAR(h.issuers.top[0], 0.7, tight);
  EXPECT_NEAR(h.issuers.hhi[0], 0.58, tight);
  EXPECT_NEAR(h.issuers.gini[0], 0.2, tight);
  EXPECT_NEAR(h.issuers.entropy[0], -(0.7 * std::log(0.7) + 0.3 * std::log(0.3)), tight);
}

// Eleven days of A, B and C with weights 0.5, 0.25, 0.25 at the end; A goes up and down by 1 % in turn, B goes `factor`
// times as far. C, of the sector of A, has no return but on the second day.
inputs up_and_down(double factor) {
  inputs in = three_names();
  in.prices.dates = weekdays("2026-01-05", 12);
  in.prices.cap.clear();
  in.prices.ret.clear();
  for (int t = 0; t < 12; ++t) {
    const double move = t % 2 == 0 ? 0.01 : -0.01;
    in.prices.cap.insert(in.prices.cap.end(), {50, 25, 25});
    in.prices.ret.insert(in.prices.ret.end(),
                         {t == 0 ? none : move, t == 0 ? none : factor * move, t == 1 ? -0.01 : none});
  }
  in.labels.sector = in.labels.labels["sector"] = {"X", "Y", "X"};
  in.volatility_level.assign(12, none);
  in.after_gap.assign(12, 0);
  return in;
}

TEST(Risk, WorkedOnPaper) {
  // I* = (0.75 + 0.25 x 2) r: shares 0.5 / 1.25, 0.5 / 1.25, 0.25 / 1.25.
  const risk_concentration& r = history_of(up_and_down(2.0)).risk.overall;
  ASSERT_TRUE(r.figures.has_value()) << r.reason;
  EXPECT_EQ(r.constituents, 3);
  EXPECT_EQ(r.days, 11);
  EXPECT_NEAR(r.figures->filled_share, 10.0 / 33, tight);
  EXPECT_NEAR(r.figures->hhi, 0.36, 1e-14);
  EXPECT_NEAR(r.figures->positive.top[0], 0.4, 1e-14);
  EXPECT_EQ(r.figures->negative_count, 0);
  ASSERT_EQ(r.figures->leaders.size(), 3U);
  EXPECT_EQ(r.figures->leaders[2].constituent, 2U);
  EXPECT_NEAR(r.figures->leaders[2].share, 0.2, 1e-14);
}

TEST(Risk, ANegativeShareStaysInHhiAndIsCounted) {
  // I* = (0.75 - 0.25) r: shares 1, -0.5, 0.5.
  const risk_concentration& r = history_of(up_and_down(-1.0)).risk.overall;
  ASSERT_TRUE(r.figures.has_value()) << r.reason;
  EXPECT_NEAR(r.figures->hhi, 1.5, 1e-14);
  EXPECT_NEAR(r.figures->effective_n, 2.0 / 3, 1e-14);
  EXPECT_EQ(r.figures->negative_count, 1);
  EXPECT_NEAR(r.figures->negative_sum, -0.5, 1e-14);
  EXPECT_NEAR(r.figures->positive.top[0], 2.0 / 3, 1e-14);  // of 1, 0.5, 0
  EXPECT_NEAR(r.figures->positive.gini, 2 * (2 * 0.5 + 3 * 1) / (3 * 1.5) - 4.0 / 3, 1e-14);
  EXPECT_EQ(r.figures->leaders.back().constituent, 1U);
}

TEST(Risk, WhatCannotBeComputedHasItsReason) {
  EXPECT_EQ(history_of(three_names()).risk.overall.reason, "2 days, at least 10 are needed");
  settings s;
  s.data.lookback_days = 9;
  EXPECT_EQ(history_of(up_and_down(2.0), s).risk.overall.reason, "9 days, at least 10 are needed");
  s.data.lookback_days = 10;
  EXPECT_EQ(history_of(up_and_down(2.0), s).risk.overall.days, 10);
  s.data.lookback_days = 100;
  EXPECT_EQ(history_of(up_and_down(2.0), s).risk.overall.days, 11);
  const risk_concentration& flat = history_of(up_and_down(-3.0)).risk.overall;  // 0.75 - 0.75
  EXPECT_EQ(flat.reason, "the return of the index at fixed weights does not vary");
  EXPECT_FALSE(flat.figures.has_value());
}

TEST(Risk, ByRegimeUsesTheDaysOfTheRegime) {
  inputs in = up_and_down(2.0);
  in.volatility = volatility_series{};
  in.volatility->dates = in.prices.dates;
  in.volatility->close.assign(12, 18.0);
  in.volatility->close[3] = 31.0;
  const history h = history_of(in);
  EXPECT_THAT(h.regime_names, ElementsAre("calm", "recovering", "stressed", "panic"));
  ASSERT_EQ(h.risk.by_regime.size(), 4U);
  EXPECT_EQ(h.risk.by_regime[0].days, 10);
  ASSERT_TRUE(h.risk.by_regime[0].figures.has_value());
  EXPECT_NEAR(h.risk.by_regime[0].figures->hhi, 0.36, 1e-14);
  EXPECT_EQ(h.risk.by_regime[1].reason, "0 days, at least 10 are needed");
  EXPECT_EQ(h.risk.by_regime[3].reason, "1 day, at least 10 are needed");
}

volatility_series closes(const std::vector<double>& close) {
  volatility_series v;
  v.dates = weekdays("2026-01-05", static_cast<int>(close.size()));
  v.close = close;
  return v;
}

TEST(Regimes, ALevelEqualToAThresholdBelongsAbove) {
  EXPECT_THAT(regimes_of_closes(closes({19.99, 20, 24.99, 25, 30, 52}), {}), ElementsAre(0, 1, 1, 2, 3, 3));
}

TEST(Regimes, HysteresisHoldsOnAndMovesOneThresholdAtATime) {
  volatility_settings s;
  s.hysteresis = 1.0;
  // The first close is raw; 31 enters the top one, 29 stays, 28.9 leaves it; 18.5 falls through all of them but holds
  // no longer than to 19.
  EXPECT_THAT(regimes_of_closes(closes({20, 20.9, 30.9, 31, 29, 28.9, 18.5, 20.9, 21}), s),
              ElementsAre(1, 1, 2, 3, 3, 2, 0, 0, 1));
}

TEST(Regimes, OfPanelDays) {
  const volatility_series v = closes({18, 22, 27, 35});  // Monday 5 to Thursday 8 January 2026
  const std::vector<date> days{day("2026-01-02"), day("2026-01-06"), day("2026-01-10"), day("2026-01-13"),
                               day("2026-01-14")};
  EXPECT_THAT(regimes_of_days(days, v, {}), ElementsAre(no_regime, 1, 3, 3, no_regime));
  volatility_settings s;
  s.lag = 1;
  EXPECT_THAT(regimes_of_days(days, v, s), ElementsAre(no_regime, 0, 3, 3, no_regime));
  s.max_staleness_days = 0;  // the close before is never as young as that
  EXPECT_THAT(regimes_of_days(days, v, s),
              ElementsAre(no_regime, no_regime, no_regime, no_regime, no_regime));
}

TEST(Regimes, Names) {
  volatility_settings s;
  EXPECT_THAT(regime_names(s), ElementsAre("calm", "recovering", "stressed", "panic"));
  s.thresholds = {18, 22.5};
  EXPECT_THAT(regime_names(s), ElementsAre("below_18", "18_to_22.5", "from_22.5"));
  s.thresholds = {30};
  EXPECT_THAT(regime_names(s), ElementsAre("below_30", "from_30"));
  s.names = {"low", "high"};
  EXPECT_THAT(regime_names(s), ElementsAre("low", "high"));
}

TEST(Dimensions, SymbolsAndLabels) {
  const inputs in = three_names();
  settings s;
  s.groups = {{"tier",
               {{"both", {"C"}, {{"sector", {"X"}}, {"issuer", {"I"}}}, "o"}, {"later", {"D"}, {}, "o"}},
               "",
               "o"},
              {"house", {}, "issuer", "o"}};
  const std::vector<dimension> d = make_dimensions(s, in.prices, in.table, in.labels);
  ASSERT_EQ(d.size(), 4U);
  EXPECT_THAT(d[2].groups, ElementsAre("both", "later"));
  EXPECT_THAT(d[2].members, ElementsAre(0, 2));  // A by its labels, C by name; D is not in the panel yet
  EXPECT_THAT(d[2].offsets, ElementsAre(0, 2, 2));
  EXPECT_THAT(d[3].groups, ElementsAre("I", "J"));
}

TEST(Dimensions, NoLabelIsUnclassified) {
  inputs in = three_names();
  in.table.labels["country"] = {"US", "", "", "US"};
  in.labels.labels["country"] = {"US", "", ""};
  settings s;
  s.groups = {{"nation", {}, "country", "o"}};
  const dimension d = make_dimensions(s, in.prices, in.table, in.labels).back();
  EXPECT_THAT(d.groups, ElementsAre("US", "Unclassified"));
  EXPECT_THAT(d.members, ElementsAre(0, 1, 2));
}

TEST(Dimensions, EveryUnknownNameIsReported) {
  const inputs in = three_names();
  settings s;
  s.groups = {
      {"tier",
       {{"a", {"Z"}, {{"colour", {"red"}}}, "c.yaml:1:1"}, {"b", {}, {{"sector", {"Q"}}}, "c.yaml:2:1"}},
       "",
       "c.yaml:1:1"},
      {"nation", {}, "country", "c.yaml:3:1"}};
  try {
    make_dimensions(s, in.prices, in.table, in.labels);
    FAIL();
  } catch (const error& e) {
    EXPECT_EQ(e.kind(), error_class::usage);
    EXPECT_THAT(e.what(), HasSubstr("c.yaml:1:1: groups.tier.a: symbol 'Z' is neither"));
    EXPECT_THAT(e.what(), HasSubstr("no column 'colour'; it has: symbol, issuer, sector"));
    EXPECT_THAT(e.what(), HasSubstr("c.yaml:2:1: groups.tier.b.where: no constituent has sector 'Q'"));
    EXPECT_THAT(e.what(), HasSubstr("c.yaml:3:1: groups.nation"));
  }
}

}  // namespace
}  // namespace topheavy
