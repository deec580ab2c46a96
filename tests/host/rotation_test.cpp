// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/rotation.h"

#include "host/history/regimes.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Section 6 of the specification, worked on paper.
namespace topheavy {
namespace {

using testing::ElementsAre;
using testing::IsNan;

constexpr double none = std::numeric_limits<double>::quiet_NaN();

date day(const char* text) { return *parse_date(text); }

// A panel on consecutive days from 1 January 2026 and levels on the same days.
struct story {
  std::vector<date> dates;
  volatility_series v;
  std::vector<dimension> dimensions;
  daily_history daily;

  story(std::vector<double> levels, std::vector<std::string> groups) {
    for (std::size_t t = 0; t < levels.size(); ++t) dates.push_back(day("2026-01-01") + std::chrono::days(t));
    v = {.file = "v.csv", .dates = dates, .close = std::move(levels)};
    daily.index.index_return.assign(dates.size(), 0.0);
    daily.groups.push_back(
        {.weight = {}, .contribution = {}, .ret = std::vector<double>(dates.size() * groups.size(), 0.0)});
    dimensions.push_back({.name = "sector", .groups = std::move(groups)});
  }
  double& ret(std::size_t t, std::size_t g) {
    return daily.groups[0].ret[t * dimensions[0].groups.size() + g];
  }
  double& index(std::size_t t) { return daily.index.index_return[t]; }
  dimension_rotation rotation(const volatility_settings& s = {}) const {
    const auto regime = regimes_of_days(dates, v, s);
    const auto episodes = find_episodes(v, dates.back(), s.thresholds);
    const rotation_history h = compute_rotation(s, &v, dates, v.close, regime, episodes, dimensions, daily);
    EXPECT_EQ(h.dimensions.size(), 1U);
    return h.dimensions.at(0);
  }
};

std::vector<std::size_t> groups_of(const std::vector<group_excess>& list) {
  std::vector<std::size_t> groups;
  for (const group_excess& e : list) groups.push_back(e.group);
  return groups;
}

TEST(Rotation, RankedByRegime) {
  story s({15, 15, 15, 22, 22}, {"a", "b", "c", "d"});
  s.index(1) = 0.01;
  s.index(2) = -0.01;
  s.index(3) = 0.02;
  s.index(4) = none;  // a day without an index return counts for nobody
  for (std::size_t g = 0; g < 3; ++g) {
    s.ret(1, g) = g == 2 ? none : 0.02;  // excess 0.01
    s.ret(2, g) = g == 2 ? 0.02 : 0.02;  // excess 0.03
    s.ret(3, g) = 0.02 - 0.01 * static_cast<double>(g);
  }
  for (std::size_t t = 0; t < 5; ++t) s.ret(t, 3) = none;
  s.ret(0, 0) = s.ret(0, 1) = s.ret(0, 2) = none;
  const dimension_rotation r = s.rotation();
  ASSERT_EQ(r.by_regime.size(), 4U);
  const std::vector<group_excess>& calm = r.by_regime[0];
  EXPECT_THAT(groups_of(calm), ElementsAre(2, 0, 1, 3));  // a and b are equal, d has nothing
  EXPECT_NEAR(calm[0].mean, 0.03, 1e-16);
  EXPECT_EQ(calm[0].days, 1);
  EXPECT_THAT(calm[0].standard_error, IsNan());
  EXPECT_EQ(calm[1].days, 2);
  EXPECT_NEAR(calm[1].mean, 0.02, 1e-16);
  EXPECT_NEAR(calm[1].standard_error, 0.01, 1e-16);  // sd 0.01 sqrt(2), of two days
  EXPECT_EQ(calm[0].rank, 1);
  EXPECT_EQ(calm[2].rank, 3);
  EXPECT_EQ(calm[3].rank, std::nullopt);
  EXPECT_THAT(calm[3].mean, IsNan());
  EXPECT_EQ(r.by_regime[1][0].days, 1);
  EXPECT_EQ(r.by_regime[1][2].group, 2U);
  EXPECT_EQ(r.by_regime[3][0].days, 0);
}

TEST(Rotation, ByDirectionAgainstFiveRowsBefore) {
  //       rows     0   1   2   3   4   5   6   7   8
  story s({20, 20, 20, 20, 20, 21, 20, 19, 20}, {"a"});
  for (std::size_t t = 0; t < 9; ++t) s.ret(t, 0) = 0.001 * static_cast<double>(t);
  dimension_rotation r = s.rotation();
  EXPECT_EQ(r.rising[0].days, 1);  // day 5; days 6 and 8 stand where they stood
  EXPECT_NEAR(r.rising[0].mean, 0.005, 1e-17);
  EXPECT_EQ(r.falling[0].days, 1);
  EXPECT_NEAR(r.falling[0].mean, 0.007, 1e-17);
  volatility_settings by_yesterday;
  by_yesterday.lag = 1;
  r = s.rotation(by_yesterday);
  EXPECT_NEAR(r.rising[0].mean, 0.006, 1e-17);
  EXPECT_NEAR(r.falling[0].mean, 0.008, 1e-17);
}

TEST(Rotation, OrderOfTroughsAfterThePeak) {
  std::vector<double> levels(40, 15);
  levels[2] = 31;
  levels[3] = 35;  // the peak; the episode ends on day 4, day 24 is the last that counts
  story s(levels, {"late", "early", "never", "gone"});
  s.ret(3, 0) = -0.5;  // the peak's own day does not count
  s.index(10) = 0.10;  // all that stand still fall behind
  s.ret(10, 1) = s.ret(10, 2) = 0.10;
  s.ret(5, 1) = -0.10;
  s.ret(6, 1) = none;  // flat
  s.ret(24, 0) = -0.10;
  s.ret(25, 0) = -0.50;  // too late
  for (std::size_t t = 4; t < 40; ++t) s.ret(t, 3) = none;
  const dimension_rotation r = s.rotation();
  ASSERT_EQ(r.order.size(), 1U);
  const turning_order& o = r.order[0];
  EXPECT_EQ(o.peak_date, day("2026-01-04"));
  EXPECT_EQ(o.last_day, 24U);
  ASSERT_EQ(o.groups.size(), 4U);
  EXPECT_EQ(o.groups[0].group, 2U);  // never below its strength at the peak
  EXPECT_EQ(o.groups[0].days_after_peak, 0);
  EXPECT_EQ(o.groups[0].strength, 1.0);
  EXPECT_EQ(o.groups[1].group, 1U);
  EXPECT_EQ(o.groups[1].days_after_peak, 2);
  EXPECT_NEAR(o.groups[1].strength, 0.9, 1e-15);
  EXPECT_EQ(o.groups[2].group, 0U);
  EXPECT_EQ(o.groups[2].day, 24U);
  EXPECT_NEAR(o.groups[2].strength, 0.9 / 1.1, 1e-15);
  EXPECT_EQ(o.groups[3].group, 3U);
  EXPECT_EQ(o.groups[3].day, std::nullopt);
}

TEST(Rotation, AnEpisodeThatPeaksBeforeThePanelHasNoOrder) {
  story s({31, 35, 30, 15, 15, 15}, {"a"});
  s.dates.erase(s.dates.begin(), s.dates.begin() + 2);
  s.daily.index.index_return.resize(4);
  s.daily.groups[0].ret.resize(4);
  const auto regime = regimes_of_days(s.dates, s.v, {});
  const auto episodes = find_episodes(s.v, s.dates.back(), {20, 25, 30});
  ASSERT_EQ(episodes.size(), 1U);
  const rotation_history h =
      compute_rotation({}, &s.v, s.dates, {30, 15, 15, 15}, regime, episodes, s.dimensions, s.daily);
  EXPECT_TRUE(h.dimensions[0].order.empty());
}

TEST(Rotation, APositiveLagMeansThatVolatilityLeads) {
  std::vector<double> levels{15};
  std::vector<double> change{none};
  for (int t = 1; t < 60; ++t) {
    change.push_back(((t * 37) % 11 - 5) * 0.125);  // exact in binary
    levels.push_back(levels.back() + change.back());
  }
  story s(levels, {"follows", "leads", "still"});
  for (std::size_t t = 0; t < 60; ++t) {
    s.ret(t, 0) = t > 3 ? 0.01 * change[t - 3] : none;
    s.ret(t, 1) = t + 2 < 60 && t + 2 > 0 ? -0.01 * change[t + 2] : none;
  }
  const dimension_rotation r = s.rotation();
  ASSERT_EQ(r.lags.size(), 3U);
  ASSERT_EQ(r.lags[0].size(), 21U);
  EXPECT_EQ(r.lags[0][13].lag, 3);
  EXPECT_EQ(r.lags[0][13].days, 56);
  EXPECT_NEAR(r.lags[0][13].rho, 1.0, 1e-12);
  EXPECT_LT(std::abs(r.lags[0][10].rho), 0.6);
  EXPECT_EQ(r.lags[1][8].lag, -2);
  EXPECT_NEAR(r.lags[1][8].rho, -1.0, 1e-12);
  for (const lead_lag& l : r.lags[2]) EXPECT_THAT(l.rho, IsNan());  // never varies
  EXPECT_THAT(story(std::vector<double>(19, 15.0), {"a"}).rotation().lags[0][10].rho, IsNan());
}

TEST(Rotation, NothingWithoutAFileButTheReason) {
  const story s({15, 15}, {"a"});
  const rotation_history h =
      compute_rotation({}, nullptr, s.dates, {none, none}, {}, {}, s.dimensions, s.daily);
  EXPECT_TRUE(h.dimensions.empty());
  EXPECT_EQ(h.reason, "no volatility file");
}

}  // namespace
}  // namespace topheavy
