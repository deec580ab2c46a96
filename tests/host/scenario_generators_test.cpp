// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/error.h"
#include "host/history/block_length.h"
#include "host/scenario/generators.h"
#include "tests/host/small_market.h"

#include <array>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace topheavy {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t whole = std::uint64_t{1} << 32;

// What a plan is made from.
struct market {
  inputs in = small_market();
  settings s = market_settings();
  scenario_settings set = month();
  std::vector<stress> stresses;

  scenario_plan plan() const {
    const history h = history_of(in, s);
    return make_plan(s, set, in, h, make_universe(s, set, in, h, stresses));
  }
  void set_levels(const std::vector<double>& level) {
    in.volatility->close = level;
    in.volatility_level = level;
  }
  void set_returns(const std::vector<double>& of_all) {
    for (std::size_t t = 0; t < of_all.size(); ++t) {
      for (std::size_t n = 0; n < market_names; ++n) in.prices.ret[(t + 1) * market_names + n] = of_all[t];
    }
  }
  std::string refusal() const {
    try {
      plan();
    } catch (const error& e) {
      EXPECT_EQ(e.kind(), error_class::usage);
      return e.what();
    }
    return "nothing was refused";
  }
};

stress crash(int days) {
  return {"crash", "", days, {{group_shock{"sector", "X", -0.2}, "crash.yaml:3:5"}}, "crash.yaml"};
}

struct plans {
  std::vector<std::uint32_t> row;
  std::vector<float> scale;
  std::vector<std::uint8_t> regime;
  std::vector<double> max_level;
};

plans plans_of(const scenario_plan& plan, const std::vector<std::uint64_t>& scenarios) {
  const plan_recipe recipe = plan.view();
  plans made;
  made.row.resize(scenarios.size() * recipe.steps);
  made.scale.resize(scenarios.size() * recipe.steps);
  made.regime.resize(scenarios.size() * recipe.days);
  made.max_level.resize(scenarios.size());
  make_plans_cpu(recipe, scenarios.data(), scenarios.size(),
                 {made.row.data(), made.scale.data(), made.regime.data(), made.max_level.data()});
  return made;
}

// The levels of the market: 22 | 20 24 18 20 16 22 20 22 18 16 20 22 18, so with thresholds 20, 25, 30 the days of the
// universe, positions 0 to 12, are calm (18, 16) or recovering (20 to 24):  1 1 0 1 0 1 1 1 0 0 1 1 0.
// From calm: to calm once, to recovering three times; from recovering (the date before the first return is one too): to
// calm four times, to recovering five times.

TEST(Bootstrap, PoolsAreTheRegimesOfDays) {
  const scenario_plan plan = market().plan();
  EXPECT_EQ(plan.kind, "bootstrap");
  EXPECT_EQ(plan.count, 10'000U);
  EXPECT_EQ(plan.days, 5U);
  EXPECT_FALSE(plan.windows);
  EXPECT_THAT(plan.no_sampling_error, IsEmpty());
  EXPECT_THAT(plan.pool, ElementsAre(1, 1, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 0));
  EXPECT_THAT(plan.pool_offsets, ElementsAre(0, 5, 13, 13, 13));
  EXPECT_THAT(plan.pool_members, ElementsAre(2, 4, 8, 9, 12, 0, 1, 3, 5, 6, 7, 10, 11));
  EXPECT_THAT(plan.row, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
  EXPECT_EQ(plan.level, (std::vector<double>(market_level.begin() + 1, market_level.end())));
  EXPECT_THAT(plan.thresholds, ElementsAre(20.0, 25.0, 30.0));
  EXPECT_EQ(plan.start_pool, 0U);
  EXPECT_THAT(plan.path_pool, IsEmpty());
}

TEST(Bootstrap, LimitsOfTheChainAreExact) {
  const scenario_plan plan = market().plan();
  ASSERT_EQ(plan.chain.size(), 16U);
  EXPECT_EQ(plan.chain[0], whole / 4);
  EXPECT_EQ(plan.chain[1], whole);
  EXPECT_EQ(plan.chain[3], whole);
  EXPECT_EQ(plan.chain[4], 1'908'874'353U);  // floor(2^32 4 / 9)
  EXPECT_EQ(plan.chain[5], whole);
  for (std::size_t i = 8; i < 16; ++i) EXPECT_EQ(plan.chain[i], 0U);  // nobody was ever there
}

TEST(Bootstrap, ADayWithoutARegimeIsInNoPool) {
  market m;
  // Closes of the third to seventh date are missing and three days may pass: the second is Tuesday the 6th, so that Friday
  // the 9th has its level still, Monday and Tuesday have none.
  for (std::size_t i = 7; i-- > 2;) {
    m.in.volatility->dates.erase(m.in.volatility->dates.begin() + static_cast<std::ptrdiff_t>(i));
    m.in.volatility->close.erase(m.in.volatility->close.begin() + static_cast<std::ptrdiff_t>(i));
  }
  m.in.volatility_level = join_volatility(m.in.prices.dates, *m.in.volatility, 3);
  m.s.volatility.max_staleness_days = 3;
  const scenario_plan plan = m.plan();
  EXPECT_THAT(plan.pool, ElementsAre(1, 1, 1, 1, 4, 4, 1, 1, 0, 0, 1, 1, 0));
  EXPECT_TRUE(std::isnan(plan.level[4]));
  EXPECT_THAT(plan.pool_members, ElementsAre(8, 9, 12, 0, 1, 2, 3, 6, 7, 10, 11));
}

TEST(Bootstrap, PoolsHoldTheDaysOfTheLookbackAndTheChainAllTransitions) {
  market m;
  m.s.data.lookback_days = 6;
  const scenario_plan plan = m.plan();
  EXPECT_THAT(plan.pool, ElementsAre(1, 0, 0, 1, 1, 0));
  EXPECT_EQ(plan.chain, market().plan().chain);
}

TEST(Bootstrap, RegimesOfDaysHaveTheHysteresisOfTheSettings) {
  market m;
  m.s.volatility.hysteresis = 3;  // up from 23, down below 17: the first close is raw
  const scenario_plan plan = m.plan();
  EXPECT_THAT(plan.pool, ElementsAre(1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  EXPECT_THAT(plan.thresholds, ElementsAre(20.0, 25.0, 30.0));
}

TEST(Bootstrap, OnePoolOfAllDays) {
  market m;
  m.set.generator.regimes = false;
  scenario_plan plan = m.plan();
  EXPECT_THAT(plan.pool, Each(0));
  EXPECT_THAT(plan.pool_offsets, ElementsAre(0, 13));
  EXPECT_THAT(plan.chain, ElementsAre(whole));
  EXPECT_EQ(plan.level.size(), 13U);
  m.in.volatility.reset();
  plan = m.plan();
  EXPECT_THAT(plan.level, IsEmpty());
  EXPECT_THAT(plan.thresholds, IsEmpty());
  EXPECT_EQ(plan.view().level, nullptr);
  const plans made = plans_of(plan, {0, 1, 2});
  EXPECT_THAT(made.regime, Each(no_simulated_regime));
  EXPECT_THAT(made.scale, Each(1.0F));
}

// Falls and rises of several days one after another.
const std::vector<double> waves{0.03, 0.02, 0.02, -0.01, -0.03, -0.02, -0.01,
                                0.02, 0.03, 0.02, -0.02, -0.03, -0.02};

TEST(Bootstrap, TheBlockIsThatOfTheSettingsOrOfTheIndex) {
  market m;
  m.set.generator.mean_block_length = 4.0;
  EXPECT_EQ(m.plan().mean_block_length, 4.0);
  EXPECT_EQ(m.plan().goes_on_below, 3 * (whole / 4));
  m.set.generator.mean_block_length = 3.0;
  EXPECT_EQ(m.plan().goes_on_below, 2'863'311'530U);  // floor(2^32 2 / 3)
  m.set.generator.mean_block_length = 1.0;
  EXPECT_EQ(m.plan().goes_on_below, 0U);
  m.set.generator.mean_block_length.reset();
  m.set_returns(waves);
  const double b = optimal_block_length(waves.data(), waves.size());
  EXPECT_GT(b, 1.5);
  EXPECT_NEAR(m.plan().mean_block_length, b, 1e-9);
  EXPECT_NEAR(static_cast<double>(m.plan().goes_on_below) / 0x1p32, 1 - 1 / b, 1e-9);
  m.s.data.lookback_days = 10;  // too few to tell
  EXPECT_EQ(m.plan().mean_block_length, 1.0);
  EXPECT_EQ(m.plan().goes_on_below, 0U);
}

TEST(Bootstrap, ABlockIsOneDayAtLeast) {
  const std::vector<double> jagged{0.03, -0.01, -0.01, 0, -0.03, -0.02, 0.01, 0, -0.03, -0.01, 0, -0.01, 0};
  ASSERT_LT(optimal_block_length(jagged.data(), jagged.size()), 0.9);
  market m;
  m.set_returns(jagged);
  EXPECT_EQ(m.plan().mean_block_length, 1.0);
  EXPECT_EQ(m.plan().goes_on_below, 0U);
}

// Philox4x32-10 once more, and plans after the words of the specification.
using four_words = std::array<std::uint32_t, 4>;

four_words philox(four_words c, std::uint32_t k0, std::uint32_t k1) {
  for (int round = 0; round < 10; ++round, k0 += 0x9E3779B9U, k1 += 0xBB67AE85U) {
    const std::uint64_t p0 = 0xD2511F53ULL * c[0], p1 = 0xCD9E8D57ULL * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<std::uint32_t>(p0)};
  }
  return c;
}

TEST(Witness, KnowsPhilox) {  // kat_vectors of Random123 1.14
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0),
            (four_words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

four_words words_of(std::uint64_t seed, std::uint64_t scenario, std::uint32_t day) {
  return philox({static_cast<std::uint32_t>(scenario), static_cast<std::uint32_t>(scenario >> 32), day, 1},
                static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
}

// Positions of one scenario. Probabilities are fractions here, not limits of 2^32.
std::vector<std::uint32_t> witness(std::uint64_t seed, std::uint64_t scenario, std::uint32_t days,
                                   double block, const std::vector<int>& regime_of_position, int start,
                                   const std::vector<std::vector<double>>& counts,
                                   const std::vector<int>& path = {}) {
  std::vector<std::uint32_t> positions;
  int regime = start;
  for (std::uint32_t day = 0; day < days; ++day) {
    const auto word = words_of(seed, scenario, day);
    const auto uniform = [&](std::size_t i) { return static_cast<double>(word[i]) / 4294967296.0; };
    if (path.empty()) {
      const std::vector<double>& row = counts[static_cast<std::size_t>(regime)];
      double total = 0.0, cumulated = 0.0;
      for (const double c : row) total += c;
      std::size_t to = 0;
      for (cumulated = row[0]; uniform(0) >= cumulated / total; cumulated += row[to]) ++to;
      regime = static_cast<int>(to);
    } else {
      regime = path[day];
    }
    const std::uint32_t next = positions.empty() ? 0 : positions.back() + 1;
    if (!positions.empty() && uniform(1) < 1.0 - 1.0 / block && next < regime_of_position.size() &&
        regime_of_position[next] == regime) {
      positions.push_back(next);
      continue;
    }
    std::vector<std::uint32_t> pool;
    for (std::uint32_t d = 0; d < regime_of_position.size(); ++d) {
      if (regime_of_position[d] == regime) pool.push_back(d);
    }
    positions.push_back(pool[static_cast<std::size_t>(uniform(2) * static_cast<double>(pool.size()))]);
  }
  return positions;
}

const std::vector<int> regime_of_market{1, 1, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 0};
const std::vector<std::vector<double>> transitions{{1, 3, 0, 0}, {4, 5, 0, 0}, {}, {}};

TEST(Bootstrap, PlansAreThoseOfAnIndependentWitness) {
  market m;
  m.set.horizon = 13;
  m.set.seed = 0x1234567890abcdef;
  m.set.generator.mean_block_length = 5.0;
  const scenario_plan plan = m.plan();
  EXPECT_EQ(plan.seed, 0x1234567890abcdefU);
  std::size_t went_on = 0;
  for (const std::uint64_t scenario : {0ULL, 1ULL, 17ULL, 1023ULL, 1024ULL, 5'000'000'000ULL}) {
    const plans made = plans_of(plan, {scenario});
    const std::vector<std::uint32_t> should =
        witness(plan.seed, scenario, 13, 5.0, regime_of_market, 0, transitions);
    EXPECT_EQ(made.row, should) << scenario;
    EXPECT_THAT(made.scale, Each(1.0F));
    for (std::size_t day = 0; day < 13; ++day) {
      EXPECT_EQ(made.regime[day], regime_of_market[should[day]]);
      if (day > 0 && should[day] == should[day - 1] + 1) ++went_on;
    }
    double highest = 0.0;
    for (const std::uint32_t d : should) highest = std::max(highest, market_level[d + 1]);
    EXPECT_EQ(made.max_level[0], highest);
  }
  EXPECT_GT(went_on, 20U);
}

TEST(Bootstrap, DayOneIsOneTransitionAfterTheAsOfDate) {
  // Of calm, where the market ends, one day in four stays; of 4,000 scenarios 1,000, within four standard deviations.
  const scenario_plan plan = market().plan();
  std::vector<std::uint64_t> scenarios(4000);
  for (std::size_t s = 0; s < scenarios.size(); ++s) scenarios[s] = s;
  const plans made = plans_of(plan, scenarios);
  int calm = 0;
  for (std::size_t s = 0; s < scenarios.size(); ++s) calm += made.regime[s * 5] == 0 ? 1 : 0;
  EXPECT_NEAR(calm, 1000, 110);
}

// Thresholds 20, 25, 30.
TEST(Bootstrap, ARegimeThatCanBeReachedHasDays) {
  market m;
  // Panic on the third date; the lookback begins after it.
  std::vector<double> level = market_level;
  level[2] = 31;
  m.set_levels(level);
  EXPECT_EQ(m.refusal(), "nothing was refused");
  m.s.data.lookback_days = 10;
  EXPECT_EQ(m.refusal(),
            "config.yaml:9:5: scenarios `month`: the regime `panic` can be reached, but none of the 10 days "
            "of the history is "
            "in it; set `data.lookback_days` higher or `volatility.thresholds` otherwise");
  m.set.generator.regimes = false;
  EXPECT_EQ(m.refusal(), "nothing was refused");
}

TEST(Bootstrap, WhatTheHorizonDoesNotReachNeedsNoDays) {
  // calm (the end) -> recovering -> stressed -> panic, which lies before the lookback and leads to calm.
  market m;
  m.set_levels({18, 21, 26, 31, 18, 21, 18, 21, 18, 21, 26, 18, 21, 18});
  m.s.data.lookback_days = 10;
  m.set.horizon = 2;
  EXPECT_EQ(m.refusal(), "nothing was refused");
  m.set.horizon = 3;
  EXPECT_THAT(m.refusal(), HasSubstr("the regime `panic` can be reached, but none of the 10 days"));
}

TEST(Bootstrap, ARegimeThatIsLeftHasTransitions) {
  market m;
  // The only day of panic is the last: it is where the chain starts.
  std::vector<double> level = market_level;
  level.back() = 31;
  m.set_levels(level);
  EXPECT_EQ(m.refusal(),
            "config.yaml:9:5: scenarios `month`: the regime `panic` can be reached, but no day of the panel "
            "comes after a "
            "day in it, so nothing is known of what follows; set `volatility.thresholds` otherwise, or "
            "`regimes: false`");
}

TEST(Bootstrap, ByRegimesNeedsALevelToStartFrom) {
  market m;
  m.in.volatility->dates.resize(5);
  m.in.volatility->close.resize(5);
  EXPECT_EQ(m.refusal(),
            "config.yaml:9:5: scenarios `month`: the volatility index has no level for 2026-01-22, so the "
            "regime to start "
            "from is not known; bring its file up to date, or set `regimes: false`");
}

TEST(Bootstrap, SixteenRegimesAtMost) {
  market m;
  m.s.volatility.thresholds.clear();
  for (int k = 1; k <= 15; ++k) m.s.volatility.thresholds.push_back(10.0 + k);
  EXPECT_EQ(m.refusal(), "nothing was refused");
  m.s.volatility.thresholds.push_back(26.0);
  EXPECT_EQ(
      m.refusal(),
      "config.yaml:9:5: scenarios `month`: 17 regimes of the volatility index; scenarios take at most 16");
}

TEST(AllGenerators, TheHorizonFitsIntoTheHistory) {
  for (const generator_kind kind :
       {generator_kind::bootstrap, generator_kind::historical, generator_kind::volatility_path}) {
    market m;
    m.set.generator.kind = kind;
    m.set.generator.path = {20.0};
    m.set.horizon = 13;
    EXPECT_EQ(m.refusal(), "nothing was refused");
    m.set.horizon = 14;
    EXPECT_EQ(m.refusal(),
              "config.yaml:9:5: scenarios `month`: a horizon of 14 days; must be at most the 13 days of the "
              "history");
  }
}

TEST(Historical, TakesEveryWindow) {
  market m;
  m.set.generator.kind = generator_kind::historical;
  const scenario_plan plan = m.plan();
  EXPECT_EQ(plan.kind, "historical");
  EXPECT_EQ(plan.count, 9U);
  EXPECT_TRUE(std::isnan(plan.mean_block_length));
  EXPECT_EQ(plan.no_sampling_error, "windows of the history overlap");
  const plans made = plans_of(plan, {0, 8});
  EXPECT_THAT(made.row, ElementsAre(0, 1, 2, 3, 4, 8, 9, 10, 11, 12));
  EXPECT_THAT(made.regime, ElementsAre(1, 1, 0, 1, 0, 0, 0, 1, 1, 0));
  EXPECT_THAT(made.max_level, ElementsAre(24.0, 22.0));
  m.in.volatility.reset();
  EXPECT_THAT(plans_of(m.plan(), {0}).regime, Each(no_simulated_regime));
}

market on_path(std::vector<double> path, int horizon) {
  market m;
  m.set.generator.kind = generator_kind::volatility_path;
  m.set.generator.path = std::move(path);
  m.set.horizon = horizon;
  return m;
}

TEST(VolatilityPath, IsStraightBetweenItsLevels) {
  EXPECT_THAT(on_path({18}, 3).plan().path_level, ElementsAre(18.0, 18.0, 18.0));
  EXPECT_THAT(on_path({18}, 1).plan().path_level, ElementsAre(18.0));
  EXPECT_THAT(on_path({18, 22}, 5).plan().path_level, ElementsAre(18.0, 19.0, 20.0, 21.0, 22.0));
  EXPECT_THAT(on_path({18, 22, 16}, 5).plan().path_level, ElementsAre(18.0, 20.0, 22.0, 19.0, 16.0));
  EXPECT_THAT(on_path({18, 22, 16}, 4).plan().path_level,
              ElementsAre(18.0, 18.0 + 4.0 * (2.0 / 3.0), 22.0 - 6.0 * (1.0 / 3.0), 16.0));
  EXPECT_THAT(on_path({18, 24.1, 16}, 3).plan().path_level, ElementsAre(18.0, 24.1, 16.0));
}

TEST(VolatilityPath, DrawsFromTheRegimeOfTheLevel) {
  // 20 is a threshold and belongs above it.
  const market m = on_path({18, 22, 16}, 5);
  const scenario_plan plan = m.plan();
  EXPECT_EQ(plan.kind, "volatility_path");
  EXPECT_EQ(plan.count, 10'000U);
  EXPECT_THAT(plan.path_pool, ElementsAre(0, 1, 1, 0, 0));
  EXPECT_THAT(plan.pool, ElementsAre(1, 1, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 0));
  EXPECT_THAT(plan.chain, IsEmpty());
  EXPECT_THAT(plan.no_sampling_error, IsEmpty());
  for (const std::uint64_t scenario : {0ULL, 5ULL, 4711ULL}) {
    const plans made = plans_of(plan, {scenario});
    const std::vector<std::uint32_t> should =
        witness(plan.seed, scenario, 5, plan.mean_block_length, regime_of_market, 0, {}, {0, 1, 1, 0, 0});
    EXPECT_EQ(made.row, should);
    for (std::size_t day = 0; day < 5; ++day) {
      EXPECT_EQ(made.scale[day], static_cast<float>(plan.path_level[day] / market_level[should[day] + 1]));
    }
    EXPECT_THAT(made.regime, ElementsAre(0, 1, 1, 0, 0));
    EXPECT_EQ(made.max_level[0], 22.0);
  }
}

TEST(VolatilityPath, GoesOnInBlocks) {
  market m = on_path({22}, 13);
  m.set.generator.mean_block_length = 6.0;
  const scenario_plan plan = m.plan();
  EXPECT_EQ(plan.mean_block_length, 6.0);
  for (const std::uint64_t scenario : {0ULL, 1ULL, 2ULL}) {
    EXPECT_EQ(plans_of(plan, {scenario}).row,
              witness(plan.seed, scenario, 13, 6.0, regime_of_market, 0, {}, std::vector<int>(13, 1)));
  }
}

TEST(VolatilityPath, TheScaleHasLimits) {
  market m = on_path({100, 4}, 2);
  m.s.volatility.thresholds = {50};  // all days are below, but the second: 24 becomes 60
  std::vector<double> level = market_level;
  level[2] = 60;
  m.set_levels(level);
  const scenario_plan plan = m.plan();
  EXPECT_THAT(plan.path_pool, ElementsAre(1, 0));
  const plans made = plans_of(plan, {3});
  EXPECT_EQ(made.row[0], 1U);
  EXPECT_EQ(made.scale[0], static_cast<float>(100.0 / 60.0));
  EXPECT_EQ(made.scale[1], 0.25F);  // 4 of 16 or more: 16 / 4 is on the limit, the others beyond it
  EXPECT_EQ(made.max_level[0], 100.0);
  m = on_path({100}, 1);
  m.s.volatility.thresholds = {300};
  const plans far = plans_of(m.plan(), {0, 1, 2, 3, 4, 5, 6, 7});
  EXPECT_THAT(far.scale, Each(4.0F));
  EXPECT_EQ(far.max_level[0], 4.0 * market_level[far.row[0] + 1]);
}

TEST(VolatilityPath, WhatIsRefused) {
  market m = on_path({18, 26}, 3);
  EXPECT_EQ(m.refusal(),
            "config.yaml:9:5: scenarios `month`: the regime `stressed` is on the path, but none of the 13 "
            "days of the history "
            "is in it; set `data.lookback_days` higher or `volatility.thresholds` otherwise");
  // A level for the as-of date is not needed: the path says where to start.
  m = on_path({20}, 3);
  m.in.volatility->dates.resize(5);
  m.in.volatility->close.resize(5);
  m.in.volatility_level = join_volatility(m.in.prices.dates, *m.in.volatility, 5);
  EXPECT_EQ(m.refusal(), "nothing was refused");
}

TEST(StressGenerator, HasNothingButTheStress) {
  market m;
  m.set.generator.kind = generator_kind::stress;
  m.stresses = {crash(1), crash(3), crash(2)};
  m.set.horizon = 4;
  const history h = history_of(m.in, m.s);
  const scenario_universe u = make_universe(m.s, m.set, m.in, h, m.stresses);
  const scenario_plan plan = make_plan(m.s, m.set, m.in, h, u);
  EXPECT_EQ(plan.kind, "stress");
  EXPECT_EQ(plan.count, 3U);
  EXPECT_EQ(plan.no_sampling_error, "stresses are given, not drawn");
  EXPECT_TRUE(std::isnan(plan.mean_block_length));
  EXPECT_THAT(plans_of(plan, {0, 1, 2}).row, Each(u.zero_row));
  const plans second = plans_of(with_stress(plan, u.stresses[1]), {1});
  EXPECT_THAT(second.row, ElementsAre(14, u.zero_row, 14, u.zero_row, 14, u.zero_row, u.zero_row));
  EXPECT_THAT(second.scale, Each(1.0F));
  EXPECT_THAT(second.regime, Each(no_simulated_regime));
  EXPECT_TRUE(std::isnan(second.max_level[0]));
}

TEST(WithStress, TheDrawsStayAndTheShockComesBeforeTheDay) {
  market m;
  m.stresses = {crash(1), crash(2)};
  const history h = history_of(m.in, m.s);
  const scenario_universe u = make_universe(m.s, m.set, m.in, h, m.stresses);
  const scenario_plan plan = make_plan(m.s, m.set, m.in, h, u);
  const std::vector<std::uint32_t> plain = plans_of(plan, {7}).row;
  ASSERT_EQ(plain.size(), 5U);
  EXPECT_THAT(plans_of(with_stress(plan, u.stresses[0]), {7}).row,
              ElementsAre(13, plain[0], plain[1], plain[2], plain[3], plain[4]));
  const scenario_plan twice = with_stress(plan, u.stresses[1]);
  EXPECT_EQ(twice.view().steps, 7U);
  EXPECT_EQ(twice.view().days, 5U);
  EXPECT_THAT(plans_of(twice, {7}).row,
              ElementsAre(14, plain[0], 14, plain[1], plain[2], plain[3], plain[4]));
  EXPECT_EQ(plans_of(twice, {7}).regime, plans_of(plan, {7}).regime);
}

TEST(Resample, DrawsFromTheDaysThatWereDrawn) {
  market m;
  m.set.generator.mean_block_length = 4.0;
  const scenario_plan plan = m.plan();
  const std::vector<std::uint32_t> drawn{4, 5, 6, 0, 1, 2, 2, 3, 12, 9, 9, 10, 11};
  scenario_plan again;
  ASSERT_TRUE(resample(plan, drawn, again));
  EXPECT_EQ(again.row, drawn);
  std::vector<int> regime;
  for (std::size_t d = 0; d < drawn.size(); ++d) {
    regime.push_back(regime_of_market[drawn[d]]);
    EXPECT_EQ(again.pool[d], regime[d]);
    EXPECT_EQ(again.level[d], market_level[drawn[d] + 1]);
  }
  EXPECT_THAT(again.pool_offsets, ElementsAre(0, 6, 13, 13, 13));
  EXPECT_THAT(again.pool_members, ElementsAre(0, 5, 6, 8, 9, 10, 1, 2, 3, 4, 7, 11, 12));
  EXPECT_EQ(again.chain, plan.chain);
  EXPECT_EQ(again.goes_on_below, plan.goes_on_below);
  EXPECT_EQ(again.start_pool, plan.start_pool);
  std::vector<std::uint32_t> should;
  for (const std::uint32_t d : witness(plan.seed, 11, 5, 4.0, regime, 0, transitions))
    should.push_back(drawn[d]);
  EXPECT_EQ(plans_of(again, {11}).row, should);
  // What was there before does not matter.
  ASSERT_TRUE(resample(plan, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, again));
  EXPECT_EQ(again.pool_members, plan.pool_members);
  EXPECT_EQ(again.level, plan.level);
}

TEST(Resample, ARegimeThatCanBeReachedMayBeLost) {
  scenario_plan again;
  const scenario_plan plan = market().plan();
  EXPECT_FALSE(resample(plan, std::vector<std::uint32_t>(13, 0), again));  // no calm day
  EXPECT_FALSE(resample(plan, std::vector<std::uint32_t>(13, 2), again));  // no other
  // stressed and panic are empty and never reached.
  EXPECT_TRUE(resample(plan, {0, 2}, again));
  const scenario_plan calm_path = on_path({18}, 3).plan();
  EXPECT_TRUE(resample(calm_path, std::vector<std::uint32_t>(13, 2), again));
  EXPECT_FALSE(resample(calm_path, std::vector<std::uint32_t>(13, 0), again));
}

TEST(Resample, OfWindowsAndOfOnePool) {
  market m;
  m.set.generator.kind = generator_kind::historical;
  const std::vector<std::uint32_t> drawn{12, 11, 3, 3, 4, 0, 1, 2, 9, 9, 9, 5, 6};
  scenario_plan again;
  ASSERT_TRUE(resample(m.plan(), drawn, again));
  EXPECT_THAT(plans_of(again, {1}).row, ElementsAre(11, 3, 3, 4, 0));
  EXPECT_EQ(again.count, 9U);
  m.set.generator.kind = generator_kind::bootstrap;
  m.set.generator.regimes = false;
  ASSERT_TRUE(resample(m.plan(), std::vector<std::uint32_t>(13, 2), again));
  EXPECT_THAT(plans_of(again, {1}).row, Each(2U));
}

}  // namespace
}  // namespace topheavy
