// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/volatility_history.h"

#include <cmath>
#include <filesystem>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Section 4 of the specification, worked on paper.
namespace topheavy {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::IsNan;

constexpr double none = std::numeric_limits<double>::quiet_NaN();

date day(const char* text) { return *parse_date(text); }

std::vector<date> days_from(const char* first, std::size_t count) {
  std::vector<date> dates;
  for (std::size_t i = 0; i < count; ++i) dates.push_back(day(first) + std::chrono::days(i));
  return dates;
}

volatility_series series(const char* first, std::vector<double> closes) {
  return {.file = "v.csv", .dates = days_from(first, closes.size()), .close = std::move(closes)};
}

// Index and the one group of one dimension move alike.
daily_history flat(std::size_t days) {
  daily_history d;
  d.index.index_return.assign(days, 0.0);
  d.index.level.assign(days, 100.0);
  d.groups.push_back({.weight = {}, .contribution = {}, .ret = std::vector<double>(days, 0.0)});
  return d;
}

volatility_history summary(const volatility_series& v, const std::vector<date>& dates,
                           const daily_history& daily, const volatility_settings& s = {}) {
  return summarise_volatility(s, &v, dates, regimes_of_days(dates, v, s),
                              find_episodes(v, dates.back(), s.thresholds), daily);
}

// Closes of 1 to 9 January, panel of 3 to 8 January: the 9th is not known yet.
const std::vector<double> short_story{18, 31, 33, 24, 19, 22, 21, 23, 50};

TEST(VolatilityHistory, RegimesOfDaysAndOfCloses) {
  const auto dates = days_from("2026-01-03", 6);
  const volatility_history h = summary(series("2026-01-01", short_story), dates, flat(6));
  ASSERT_EQ(h.regimes.size(), 4U);
  const auto each = [&](auto member) {
    std::vector<double> values;
    for (const regime_summary& r : h.regimes) values.push_back(r.*member);
    return values;
  };
  EXPECT_THAT(each(&regime_summary::base_rate), ElementsAre(2.0 / 8, 4.0 / 8, 0, 2.0 / 8));
  EXPECT_THAT(each(&regime_summary::share), ElementsAre(1.0 / 6, 4.0 / 6, 0, 1.0 / 6));
  EXPECT_THAT(each(&regime_summary::mean_spell_days), ElementsAre(1, 2, IsNan(), 1));
  EXPECT_EQ(h.regimes[1].days, 4);
  EXPECT_EQ(h.regimes[1].spells, 2);
  EXPECT_EQ(h.regimes[0].from, std::nullopt);
  EXPECT_EQ(h.regimes[1].from, 20.0);
  EXPECT_EQ(h.regimes[1].to, 25.0);
  EXPECT_EQ(h.regimes[3].to, std::nullopt);
  EXPECT_EQ(h.level, 23.0);
  EXPECT_EQ(h.day, day("2026-01-08"));
  EXPECT_EQ(h.regime, 1);
  EXPECT_THAT(h.change_points, IsNan());  // 8 closes have none 21 rows before
}

TEST(VolatilityHistory, TransitionsFromRowToColumn) {
  const volatility_history h =
      summary(series("2026-01-01", short_story), days_from("2026-01-03", 6), flat(6));
  EXPECT_THAT(h.transition_counts, ElementsAre(0, 1, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0));
  EXPECT_THAT(h.transition_probabilities, ElementsAre(0, 1, 0, 0, 1.0 / 3, 2.0 / 3, 0, 0, IsNan(), IsNan(),
                                                      IsNan(), IsNan(), 0, 1, 0, 0));
}

TEST(VolatilityHistory, ADayWithoutRegimeEndsASpellAndIsNoTransition) {
  const volatility_series v = series("2026-01-01", {18, 19});
  const std::vector<date> dates{day("2026-01-01"), day("2026-01-02"), day("2026-01-20"), day("2026-01-21")};
  volatility_history h = summarise_volatility({}, &v, dates, {0, no_regime, 0, 0}, {}, flat(4));
  EXPECT_EQ(h.regimes[0].spells, 2);
  EXPECT_EQ(h.regimes[0].days, 3);
  EXPECT_EQ(h.regimes[0].share, 1.0);
  EXPECT_EQ(h.days_without, 1);
  EXPECT_EQ(std::accumulate(h.transition_counts.begin(), h.transition_counts.end(), 0), 1);
  // The last close is 19 days old.
  EXPECT_EQ(h.day, std::nullopt);
  EXPECT_THAT(h.level, IsNan());
  EXPECT_FALSE(h.watch[0].triggered);
  EXPECT_THAT(h.watch[0].distance, IsNan());
}

TEST(VolatilityHistory, AnEpisodeCountsThePeakAndNotTheEnd) {
  const volatility_history h =
      summary(series("2026-01-01", short_story), days_from("2026-01-03", 6), flat(6));
  ASSERT_EQ(h.episodes.size(), 1U);
  EXPECT_EQ(h.episodes[0].what.peak, 33.0);
  EXPECT_EQ(h.episodes[0].what.end_date, day("2026-01-05"));
  EXPECT_THAT(h.episodes[0].days_in, ElementsAre(0, 1, 0, 1));
  // An open one counts the last known close too.
  const volatility_history open =
      summary(series("2026-01-01", short_story), days_from("2026-01-03", 2), flat(2));
  EXPECT_EQ(open.episodes[0].what.end_date, std::nullopt);
  EXPECT_THAT(open.episodes[0].days_in, ElementsAre(0, 1, 0, 1));
}

TEST(VolatilityHistory, ChangeOver21Rows) {
  std::vector<double> closes(22);
  std::iota(closes.begin(), closes.end(), 2.0);
  const volatility_history h = summary(series("2026-01-01", closes), days_from("2026-01-01", 22), flat(22));
  EXPECT_EQ(h.change_points, 21.0);
  EXPECT_EQ(h.change_percent, 1050.0);
}

TEST(VolatilityHistory, RatesOfAYearFromTenDaysOn) {
  const volatility_series v = series("2026-01-01", std::vector<double>(11, 15.0));
  daily_history d = flat(11);
  for (std::size_t t = 0; t < 11; ++t) {
    d.index.index_return[t] = t == 0 ? none : t % 2 == 0 ? 0.02 : -0.01;
    d.groups[0].ret[t] = t < 2 ? none : 0.001;
  }
  const regime_summary calm = summary(v, days_from("2026-01-01", 11), d).regimes[0];
  EXPECT_EQ(calm.days, 11);
  EXPECT_EQ(calm.index.days, 10);
  EXPECT_NEAR(calm.index.return_annual, std::pow(1.02 * 0.99, 126) - 1, 1e-12);
  EXPECT_NEAR(calm.index.volatility_annual, 0.015 * std::sqrt(10.0 / 9 * 252), 1e-15);
  EXPECT_EQ(calm.groups[0][0].days, 9);  // one too few
  EXPECT_THAT(calm.groups[0][0].return_annual, IsNan());
  EXPECT_THAT(calm.groups[0][0].volatility_annual, IsNan());
}

TEST(Watch, CrossingsAndWhatCameAfter) {
  // Upward on the 30th of December, before the panel, and on its days 1 and 3; a level equal to the watched one is there.
  const volatility_series v = series("2025-12-29", {21, 23, 20, 21.99, 22, 21, 24, 20, 20, 20, 20, 21.5});
  daily_history d = flat(9);
  d.index.level = {100, 100, 110, 100, 120, 120, 120, 120, 90};
  const auto dates = days_from("2026-01-01", 9);
  const volatility_history h = summary(v, dates, d);
  ASSERT_EQ(h.watch.size(), 1U);
  const watch_level& w = h.watch[0];
  EXPECT_EQ(w.name, "contraction");
  EXPECT_EQ(w.crossings, 3);
  EXPECT_EQ(w.crossings_in_panel, 2);
  EXPECT_EQ(w.base_rate, 3.0 / 12);
  EXPECT_FALSE(w.triggered);
  EXPECT_EQ(w.distance, -0.5);
  ASSERT_TRUE(w.last_crossing);
  EXPECT_EQ(w.last_crossing->day, day("2026-01-05"));
  EXPECT_FALSE(w.last_crossing->upward);
  EXPECT_EQ(w.after[0].days, 5);
  EXPECT_EQ(w.after[0].count, 2);  // 120/100 and, to the very last day, 90/100
  EXPECT_NEAR(w.after[0].median, 0.05, 1e-15);
  EXPECT_NEAR(w.after[0].worst, -0.1, 1e-15);
  EXPECT_EQ(w.after[1].count, 0);
  EXPECT_THAT(w.after[1].median, IsNan());
  volatility_settings s;
  s.watch = {{"at", 21.5}, {"never", 99}};
  const volatility_history other = summary(v, dates, d, s);
  EXPECT_TRUE(other.watch[0].triggered);
  EXPECT_EQ(other.watch[1].last_crossing, std::nullopt);
}

TEST(VolatilityHistory, NothingWithoutAFileButTheReason) {
  const volatility_history h = summarise_volatility({}, nullptr, days_from("2026-01-01", 2), {}, {}, flat(2));
  EXPECT_EQ(h.reason, "no volatility file");
  EXPECT_TRUE(h.regimes.empty());
  EXPECT_TRUE(h.watch.empty());
  EXPECT_THAT(h.level, IsNan());
}

// Published closes: how often each regime was since 1990, and the last episode.
TEST(VolatilityHistory, OfTheRealVolatilityIndex) {
  const std::filesystem::path file = "../shared/data/nasdaq/vix.csv";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "NOT TESTED: no " << std::filesystem::absolute(file);
  const volatility_series v = read_volatility(file);
  const std::vector<date> dates{day("2026-07-21"), day("2026-07-22")};
  const volatility_history h = summary(v, dates, flat(2));
  EXPECT_EQ(v.dates.front(), day("1990-01-02"));
  const double published[] = {0.628, 0.198, 0.094, 0.080};
  for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(h.regimes[k].base_rate, published[k], 0.0005) << k;
  const episode& last = h.episodes.back().what;
  EXPECT_EQ(last.peak_date, day("2026-03-27"));
  EXPECT_EQ(last.peak, 31.05);
  EXPECT_EQ(last.end_date, day("2026-04-09"));
  EXPECT_EQ(last.end, 19.49);
}

}  // namespace
}  // namespace topheavy
