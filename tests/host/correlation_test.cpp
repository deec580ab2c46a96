// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/correlation.h"

#include "host/history/correlation_intervals.h"
#include "host/history/regimes.h"
#include "kernels/core/normal.h"
#include "kernels/core/philox.h"

#include <cmath>
#include <cstring>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace topheavy {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

correlation_settings settings_of(int min_days, int replicates, int seed = 0) {
  correlation_settings s;
  s.min_days = min_days;
  s.bootstrap.replicates = replicates;
  s.bootstrap.seed = seed;
  return s;
}

std::vector<regime_correlation> correlate_on_cpu(const regime_sample& sample, const correlation_settings& s,
                                                 double mean_block_length = 1.0) {
  return correlate(sample, s, mean_block_length, *choose_backend("cpu").body);
}

// A standard normal number of its own for every (sample, day, which).
double draw(std::uint64_t sample, std::size_t day, std::uint32_t which) {
  const random_block words = random_words(3, sample, static_cast<std::uint32_t>(day), which);
  return normal_quantile(uniform_from(words.word[0], words.word[1]));
}

TEST(correlate, worked_on_paper) {
  // Lowest regime: a = 1 2 3, b = 1 3 2 (and c flat); the other: a = 0 4 8, b = 6 0 6 less a day without c.
  const regime_sample sample{
      .regime = {0, 1, 0, no_regime, 1, 0, 1}, .regimes = 3, .groups = 3, .ret = {1, 1, 5,     //
                                                                                  0, 6, none,  //
                                                                                  2, 3, 5,     //
                                                                                  9, 9, 9,     //
                                                                                  4, 0, 1,     //
                                                                                  3, 2, 5,     //
                                                                                  8, 6, 2}};
  const std::vector<regime_correlation> r = correlate_on_cpu(sample, settings_of(3, 100));
  ASSERT_EQ(r.size(), 3u);
  const auto pair = [&](std::size_t k, std::size_t a, std::size_t b) {
    return r[k].pairs[pair_position(3, a, b)];
  };
  EXPECT_EQ(r[0].days, 3);
  EXPECT_EQ(r[1].days, 3);
  EXPECT_DOUBLE_EQ(pair(0, 0, 1).of.rho, 0.5);  // cov 1/2, variances 1 and 1
  EXPECT_EQ(pair(0, 0, 1).of.excess, 0.0);
  EXPECT_EQ(pair(0, 0, 1).of.rho_adjusted, pair(0, 0, 1).of.rho);
  // cov 0; variances 16 and 12: rho_null = (1/2 + sqrt(15 * 11)) / sqrt(16 * 12)
  EXPECT_NEAR(pair(1, 0, 1).of.rho, 0.0, 1e-16);
  EXPECT_DOUBLE_EQ(pair(1, 0, 1).rho_null, (0.5 + std::sqrt(165.0)) / std::sqrt(192.0));
  EXPECT_DOUBLE_EQ(pair(1, 0, 1).arithmetic, pair(1, 0, 1).rho_null - 0.5);
  EXPECT_DOUBLE_EQ(pair(1, 0, 1).of.difference, -0.5);
  // c does not vary in the lowest regime, and has two of three days in the other: no correlation at all.
  EXPECT_TRUE(std::isnan(pair(0, 0, 2).of.rho));
  EXPECT_EQ(pair(1, 0, 2).days, 2);
  EXPECT_TRUE(std::isnan(pair(1, 0, 2).of.rho));
  EXPECT_DOUBLE_EQ(r[0].mean.rho, 0.5);  // of the pairs that have one
  EXPECT_EQ(r[2].days, 0);
  EXPECT_EQ(r[2].reason, "0 days, at least 3 are needed");
  EXPECT_TRUE(std::isnan(r[2].mean.rho));
}

TEST(correlate, a_pair_looks_at_its_own_days) {
  // c comes late and leaves early; what a and b say of each other is the same with it and without.
  regime_sample with{.regime = std::vector<std::int32_t>(60, 0), .regimes = 1, .groups = 3, .ret = {}};
  regime_sample without{.regime = with.regime, .regimes = 1, .groups = 2, .ret = {}};
  for (std::size_t d = 0; d < 60; ++d) {
    const double a = draw(0, d, 0), b = a + draw(0, d, 1), c = d < 20 || d > 45 ? none : a + draw(0, d, 2);
    with.ret.insert(with.ret.end(), {a, b, c});
    without.ret.insert(without.ret.end(), {a, b});
  }
  const auto x = correlate_on_cpu(with, settings_of(10, 500), 4.0),
             y = correlate_on_cpu(without, settings_of(10, 500), 4.0);
  const pair_correlation &p = x[0].pairs[pair_position(3, 0, 1)], &q = y[0].pairs[0];
  EXPECT_EQ(p.days, 60);
  EXPECT_EQ(p.of.rho, q.of.rho);
  EXPECT_EQ(p.of.rho_95.low, q.of.rho_95.low);
  EXPECT_EQ(p.of.rho_95.high, q.of.rho_95.high);
  EXPECT_EQ(x[0].pairs[pair_position(3, 0, 2)].days, 26);
  EXPECT_FALSE(std::isnan(x[0].pairs[pair_position(3, 0, 2)].of.rho_95.low));
}

TEST(correlate, says_nothing_where_too_many_replicates_have_too_few_days) {
  regime_sample sample{.regime = {}, .regimes = 2, .groups = 2, .ret = {}};
  for (std::size_t d = 0; d < 400; ++d) {
    sample.regime.push_back(d % 40 == 0 ? 1 : 0);  // ten days: five draws are needed, which 97 % have
    const double a = draw(1, d, 0);
    sample.ret.insert(sample.ret.end(), {a, a + draw(1, d, 1)});
  }
  const auto independent = correlate_on_cpu(sample, settings_of(10, 2000), 1.0);
  EXPECT_NEAR(static_cast<double>(independent[1].replicates_unused), 2000 * 0.0293,
              25.0);  // Poisson(10) below 5
  EXPECT_FALSE(std::isnan(independent[1].pairs[0].of.rho_95.low));
  for (std::size_t d = 0; d < 400; ++d)
    sample.regime[d] = d < 10 ? 1 : 0;  // one spell: drawn whole or not at all
  const auto blocks = correlate_on_cpu(sample, settings_of(10, 2000), 100.0);
  EXPECT_GT(blocks[1].replicates_unused, 200);
  EXPECT_FALSE(std::isnan(blocks[1].pairs[0].of.rho));
  EXPECT_TRUE(std::isnan(blocks[1].pairs[0].of.rho_95.low));
  EXPECT_TRUE(std::isnan(blocks[1].mean.rho_95.low));
  EXPECT_FALSE(std::isnan(blocks[0].pairs[0].of.rho_95.low));
}

bool same_bits(const std::vector<regime_correlation>& x, const std::vector<regime_correlation>& y) {
  for (std::size_t k = 0; k < x.size(); ++k) {
    for (std::size_t i = 0; i < x[k].pairs.size(); ++i) {
      if (std::memcmp(&x[k].pairs[i].of, &y[k].pairs[i].of, sizeof(correlation_estimate)) != 0) return false;
    }
    if (std::memcmp(&x[k].mean, &y[k].mean, sizeof(correlation_estimate)) != 0) return false;
  }
  return true;
}

TEST(add_intervals, gives_the_same_bits_in_batches_of_any_size) {
  regime_sample sample{.regime = {}, .regimes = 2, .groups = 7, .ret = {}};
  for (std::size_t d = 0; d < 150; ++d) {
    sample.regime.push_back(static_cast<std::int32_t>(d / 10 % 2));
    for (std::uint32_t g = 0; g < 7; ++g)
      sample.ret.push_back(g == 5 && d % 9 == 0 ? none : draw(2, d, 0) + draw(2, d, 1 + g));
  }
  const correlation_settings s = settings_of(20, 1500);
  const chosen_backend b = choose_backend("cpu");
  const auto whole = correlate(sample, s, 3.0, *b.body);
  for (const std::size_t memory : {std::size_t{0}, std::size_t{20} * 2 * 1500 * 8}) {
    auto again = whole;
    for (regime_correlation& r : again) {
      for (pair_correlation& p : r.pairs) p.of.rho_95 = p.of.excess_95 = {};
      r.mean.rho_95 = {};
    }
    EXPECT_FALSE(same_bits(again, whole));
    add_intervals(again, sample, s, 3.0, *b.body, memory);
    EXPECT_TRUE(same_bits(again, whole)) << memory;
  }
}

// One factor with constant loadings, days split by the factor's size: correlations rise much, and all of it is
// arithmetic of variances.
TEST(simulated_null, a_large_gap_and_no_excess) {
  constexpr std::uint32_t groups = 6;
  regime_sample sample{.regime = {}, .regimes = 2, .groups = groups, .ret = {}};
  for (std::size_t d = 0; d < 40'000; ++d) {
    const double factor = draw(4, d, 100);
    sample.regime.push_back(std::fabs(factor) > 1.5 ? 1 : 0);
    for (std::uint32_t g = 0; g < groups; ++g)
      sample.ret.push_back((0.5 + 0.1 * g) * factor + (0.8 + 0.05 * g) * draw(4, d, g));
  }
  const auto r = correlate_on_cpu(sample, settings_of(20, 200));
  EXPECT_GT(r[1].mean.difference, 0.35);
  EXPECT_NEAR(r[1].mean.excess, 0.0, 0.01);
  EXPECT_LT(r[1].mean.excess_95.low, 0.0);
  EXPECT_GT(r[1].mean.excess_95.high, 0.0);
  EXPECT_GT(r[1].mean.difference_95.low, 0.3);
}

// With the factor itself as the source, Forbes and Rigobon recover the low correlation.
TEST(simulated_null, forbes_and_rigobon_with_the_exogenous_side_as_source) {
  regime_sample sample{.regime = {}, .regimes = 2, .groups = 2, .ret = {}};
  for (std::size_t d = 0; d < 60'000; ++d) {
    const double factor = draw(5, d, 0);
    sample.regime.push_back(std::fabs(factor) > 1.0 ? 1 : 0);
    sample.ret.insert(sample.ret.end(), {factor, 0.7 * factor + draw(5, d, 1)});
  }
  const auto r = correlate_on_cpu(sample, settings_of(20, 100));
  EXPECT_GT(r[1].pairs[0].of.difference, 0.3);
  EXPECT_NEAR(r[1].pairs[0].adjusted_a, r[0].pairs[0].of.rho, 0.01);
  EXPECT_GT(std::fabs(r[1].pairs[0].adjusted_b - r[0].pairs[0].of.rho), 0.05);
}

struct coverage {
  int rho = 0, excess = 0, difference = 0, mean = 0;
};

// How many of `samples` intervals hold the truth; days come in blocks of `together` that share their factor.
coverage covered(int samples, std::size_t together, double mean_block_length) {
  constexpr std::uint32_t groups = 3;
  constexpr std::size_t days = 480;
  constexpr double risen = 3.0;  // variance of the factor in the upper regime
  const double rho_low = 1.0 / 2.0, rho_high = risen / (risen + 1.0);
  coverage c;
  for (int i = 0; i < samples; ++i) {
    const auto sample_number = static_cast<std::uint64_t>(1000 * together) + static_cast<std::uint64_t>(i);
    regime_sample sample{.regime = {}, .regimes = 2, .groups = groups, .ret = {}};
    for (std::size_t d = 0; d < days; ++d) {
      const bool high = d / 60 % 2 == 1;
      sample.regime.push_back(high ? 1 : 0);
      const double factor = std::sqrt(high ? risen : 1.0) * draw(sample_number, d / together, 100);
      for (std::uint32_t g = 0; g < groups; ++g) sample.ret.push_back(factor + draw(sample_number, d, g));
    }
    const auto r = correlate_on_cpu(sample, settings_of(20, 400, i), mean_block_length);
    const auto holds = [](const percentile_interval& in, double truth) {
      return in.low <= truth && truth <= in.high;
    };
    c.rho += holds(r[1].pairs[0].of.rho_95, rho_high) ? 1 : 0;
    c.excess += holds(r[1].pairs[0].of.excess_95, 0.0) ? 1 : 0;
    c.difference += holds(r[1].pairs[0].of.difference_95, rho_high - rho_low) ? 1 : 0;
    c.mean += holds(r[1].mean.rho_95, rho_high) ? 1 : 0;
  }
  return c;
}

// 95 % of 400 is 380, with a standard deviation of 4.4; percentile intervals fall a little short.
TEST(intervals, cover_the_truth_over_repeated_samples) {
  const coverage c = covered(400, 1, 1.0);
  for (const int count : {c.rho, c.excess, c.difference, c.mean}) {
    EXPECT_GE(count, 366);
    EXPECT_LE(count, 393);
  }
}

// Days that belong together: blocks keep the coverage, single days lose it.
TEST(intervals, need_blocks_where_days_depend_on_each_other) {
  const coverage blocks = covered(300, 6, 18.0), single = covered(300, 6, 1.0);
  EXPECT_GE(blocks.rho, 264) << "88 %";
  EXPECT_LE(single.rho, 246) << "82 %";
}

}  // namespace
}  // namespace topheavy
