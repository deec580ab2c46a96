// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/tail.h"
#include "kernels/core/normal.h"
#include "kernels/core/philox.h"
#include "tests/host/losses.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace topheavy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(tail_size, is_exact_in_decimals) {
  const auto expect = [](std::uint64_t s, double level, std::uint64_t whole, double fraction) {
    const tail_size size = tail_size_of(s, level);
    EXPECT_EQ(size.whole, whole) << s << " at " << level;
    EXPECT_EQ(size.fraction, fraction) << s << " at " << level;
    EXPECT_EQ(size.scenarios(), whole + (fraction > 0.0 ? 1 : 0));
  };
  // In binary 10,000 (1 - 0.975) is 250.00000000000023 and 1,000,000 (1 - 0.999) is 1,000.0000000000009.
  expect(10'000, 0.975, 250, 0.0);
  expect(1'000'000, 0.999, 1'000, 0.0);
  expect(10'000, 0.99, 100, 0.0);
  expect(250, 0.99, 2, 0.5);
  expect(250, 0.975, 6, 0.25);
  expect(1, 0.95, 0, 0.05);
  expect(7, 0.6, 2, 0.8);
  expect(100'000'000, 0.9999999999999999, 0, 1e-8);
  expect(100'000'000, 0.5000000000000001, 49'999'999, 0.99999999);
}

// The interval's ranks that Dowd's method gives.
TEST(var_ranks, of_the_order_statistic_interval) {
  struct known {
    double level;
    std::uint64_t scenarios, upper, lower;
  };
  for (const known& k : {known{0.99, 250, 0, 7},
                         {0.99, 500, 1, 11},
                         {0.99, 1'000, 4, 18},
                         {0.99, 10'000, 81, 121},
                         {0.99, 100'000, 939, 1'063},
                         {0.99, 1'000'000, 9'805, 10'196},
                         {0.975, 250, 2, 12},
                         {0.975, 500, 6, 21},
                         {0.975, 1'000, 16, 36},
                         {0.975, 10'000, 220, 282},
                         {0.975, 100'000, 2'404, 2'598},
                         {0.975, 1'000'000, 24'694, 25'307}}) {
    const rank_interval ranks = var_ranks(k.scenarios, k.level);
    EXPECT_EQ(ranks.upper, k.upper) << k.scenarios << " at " << k.level;
    EXPECT_EQ(ranks.lower, k.lower) << k.scenarios << " at " << k.level;
  }
}

// P(upper <= K <= lower - 1), by the logarithm of the gamma function.
double coverage(std::uint64_t scenarios, double level) {
  const rank_interval ranks = var_ranks(scenarios, level);
  const auto n = static_cast<double>(scenarios);
  double sum = 0.0;
  for (std::uint64_t i = ranks.upper; i < ranks.lower; ++i) {
    const auto k = static_cast<double>(i);
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                    k * std::log(1 - level) + (n - k) * std::log(level));
  }
  return sum;
}

TEST(var_ranks, cover_what_they_say) {
  EXPECT_NEAR(coverage(500, 0.975), 0.969984, 5e-7);
  EXPECT_NEAR(coverage(1'000'000, 0.975), 0.950375, 5e-7);
}

TEST(var_ranks, of_few_scenarios_are_missing) {
  EXPECT_EQ(var_ranks(1, 0.95).upper, 0U);
  EXPECT_EQ(var_ranks(1, 0.95).lower, 0U);  // the second of one
  EXPECT_EQ(var_ranks(1, 0.99).lower, 1U);  // K = 0 with a chance of 0.99
  EXPECT_EQ(var_ranks(5, 0.6).upper, 0U);   // P(K = 0) = 0.078
  EXPECT_EQ(var_ranks(5, 0.6).lower, 5U);   // P(K <= 3) = 0.913, P(K <= 4) = 0.990: the fifth, were K below 4
}

TEST(largest_losses, descend_and_ties_go_by_scenario) {
  const std::vector<double> ret{0.1, -0.2, 0.0, -0.2, -0.3, 0.0, -0.2, 0.0};
  const ranked_losses worst = largest_losses(ret, 6);
  EXPECT_THAT(worst.scenario, ElementsAre(4, 1, 3, 6, 2, 5));
  EXPECT_THAT(worst.loss, ElementsAre(0.3, 0.2, 0.2, 0.2, 0.0, 0.0));
  EXPECT_FALSE(std::signbit(worst.loss[4]));
  EXPECT_THAT(largest_losses(ret, 2).scenario, ElementsAre(4, 1));
  EXPECT_THAT(largest_losses(ret, 3).scenario, ElementsAre(4, 1, 3));
  EXPECT_THAT(largest_losses(ret, 8).scenario, ElementsAre(4, 1, 3, 6, 2, 5, 7, 0));
  EXPECT_THAT(largest_losses(ret, 0).scenario, IsEmpty());
  EXPECT_THAT(largest_losses(std::vector<double>(5, -0.1), 3).scenario, ElementsAre(0, 1, 2));
}

std::vector<double> drawn_returns(std::size_t count) {
  std::vector<double> ret(count);
  for (std::size_t i = 0; i < count; ++i)  // rounded, so that there are ties
    ret[i] = std::round(1e4 * normal_quantile(uniform_from(random_words(7, i, 0, 9).word[0]))) / 1e4;
  return ret;
}

TEST(largest_losses, are_those_of_a_full_sort) {
  const std::vector<double> ret = drawn_returns(50'000);
  std::vector<std::uint64_t> order(ret.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint64_t a, std::uint64_t b) { return ret[a] < ret[b]; });
  for (const std::size_t count : {1UL, 31UL, 2'500UL, 50'000UL}) {
    order.resize(ret.size());
    std::vector<std::uint64_t> head(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count));
    EXPECT_EQ(largest_losses(ret, count).scenario, head);
  }
}

tail_risk risk_of(const std::vector<double>& ret, double level, const std::string& no_sampling = "") {
  return tail_risk_of(rank_losses(ret, {level}), ret.size(), level, no_sampling);
}

// Ten losses 0.01 .. 0.10 at 75 %: m = 2.5.
TEST(tail_risk, on_paper_with_a_fractional_scenario) {
  std::vector<double> ret;
  for (int i = 1; i <= 10; ++i) ret.push_back(-0.01 * i);
  const tail_risk risk = risk_of(ret, 0.75);
  EXPECT_EQ(risk.level, 0.75);
  EXPECT_EQ(risk.tail_scenarios, 3U);
  EXPECT_EQ(risk.var, 0.08);
  EXPECT_NEAR(risk.es, (0.10 + 0.09 + 0.5 * 0.08) / 2.5, 1e-17);
  // Bin(10, 0.25): P(K = 0) = 0.0563, so that rank 0 is the upper end; P(K <= 4) = 0.922, P(K <= 5) = 0.980.
  EXPECT_EQ(risk.var_low, 0.05);
  EXPECT_TRUE(std::isnan(risk.var_high));
  EXPECT_THAT(risk.interval_reason, HasSubstr("10 scenarios are too few for an upper end of VaR"));
  // ES 0.092: squares 0.000064 + 0.000004 + 0.5 x 0.000144 = 0.00014, over 1.5.
  const double variance = 0.00014 / 1.5;
  EXPECT_NEAR(risk.simulation_error, std::sqrt((variance + 0.75 * 0.012 * 0.012) / 2.5), 1e-15);
  EXPECT_THAT(risk.warning, HasSubstr("only 3 of 10 scenarios"));
}

TEST(tail_risk, on_paper_with_whole_scenarios) {
  std::vector<double> ret;
  for (int i = 1; i <= 400; ++i) ret.push_back(-0.001 * i);
  const tail_risk risk = risk_of(ret, 0.75);
  EXPECT_EQ(risk.tail_scenarios, 100U);
  EXPECT_EQ(risk.var, 0.3);  // the 101st largest: the least loss not in the tail
  EXPECT_NEAR(risk.es, 0.3505, 1e-15);
  const double variance = 1e-6 * (100.0 * 9'999.0 / 12.0) / 99.0;  // of a hundred equal steps
  EXPECT_NEAR(risk.simulation_error, std::sqrt((variance + 0.75 * 0.0505 * 0.0505) / 100), 1e-15);
  EXPECT_EQ(risk.interval_reason, "");
  EXPECT_EQ(risk.warning, "");
}

TEST(tail_risk, of_tiny_samples) {
  const tail_risk one = risk_of({-0.07}, 0.95);  // m = 0.05
  EXPECT_EQ(one.tail_scenarios, 1U);
  EXPECT_EQ(one.var, 0.07);
  EXPECT_NEAR(one.es, 0.07, 1e-17);
  EXPECT_TRUE(std::isnan(one.var_low) && std::isnan(one.var_high) && std::isnan(one.simulation_error));
  EXPECT_THAT(one.interval_reason, HasSubstr("a tail of 0.05 scenarios has no variance"));

  const tail_risk m1 = risk_of({-0.01, -0.02, -0.05, -0.03}, 0.75);  // m = 1
  EXPECT_EQ(m1.tail_scenarios, 1U);
  EXPECT_EQ(m1.var, 0.03);
  EXPECT_EQ(m1.es, 0.05);
  EXPECT_TRUE(std::isnan(m1.simulation_error));
}

TEST(tail_risk, a_smaller_sample_has_an_interval_without_an_upper_end) {
  const tail_risk risk = risk_of(drawn_returns(250), 0.99);
  EXPECT_TRUE(std::isnan(risk.var_high));
  EXPECT_LT(risk.var_low, risk.var);
  EXPECT_GT(risk.simulation_error, 0.0);
  EXPECT_EQ(risk.interval_reason, "250 scenarios are too few for an upper end of VaR at this level");
}

TEST(tail_risk, without_sampling_has_no_errors_and_says_why) {
  const tail_risk risk = risk_of(drawn_returns(1'000), 0.975, "windows overlap");
  EXPECT_GT(risk.es, risk.var);
  EXPECT_TRUE(std::isnan(risk.var_low) && std::isnan(risk.var_high) && std::isnan(risk.simulation_error));
  EXPECT_EQ(risk.interval_reason, "windows overlap");
  EXPECT_THAT(risk.warning, HasSubstr("only 25 of 1000 scenarios"));
  EXPECT_EQ(risk_of(drawn_returns(4'000), 0.975, "windows overlap").warning, "");
}

TEST(tail_risk, of_several_levels_from_one_ranking_is_that_of_each) {
  const std::vector<double> ret = drawn_returns(3'001);
  const ranked_losses worst = rank_losses(ret, {0.9, 0.95, 0.99});
  for (const double level : {0.9, 0.95, 0.99}) {
    const tail_risk all = tail_risk_of(worst, ret.size(), level, ""), alone = risk_of(ret, level);
    EXPECT_EQ(all.es, alone.es);
    EXPECT_EQ(all.var_low, alone.var_low);
    EXPECT_EQ(all.var_high, alone.var_high);
    EXPECT_EQ(all.simulation_error, alone.simulation_error);
  }
}

// Distributions with known VaR and ES of the loss at 97.5 %.
struct known_distribution {
  const char* name;
  double (*loss)(double p);  // its quantile
  double var, es;
  double least_es_coverage;
};

// Student's t with four degrees of freedom.
double t4_quantile(double p) {
  const double a = 4.0 * p * (1.0 - p);
  const double q = std::cos(std::acos(std::sqrt(a)) / 3.0) / std::sqrt(a);
  return std::copysign(2.0 * std::sqrt(std::max(q - 1.0, 0.0)), p - 0.5);
}

double t4_es(double p) {
  const double x = t4_quantile(p);
  return 0.375 * std::pow(1.0 + x * x / 4.0, -2.5) / (1.0 - p) * (4.0 + x * x) / 3.0;
}

class Coverage : public testing::TestWithParam<known_distribution> {};

TEST_P(Coverage, of_a_thousand_repeats) {
  const known_distribution d = GetParam();
  constexpr std::size_t repeats = 1'000, scenarios = 10'000;
  constexpr double level = 0.975;
  std::vector<double> ret(scenarios);
  int var_covered = 0, es_covered = 0;
  double es_sum = 0.0;
  for (std::size_t r = 0; r < repeats; ++r) {
    for (std::size_t s = 0; s < scenarios; s += 4) {
      const random_block words = random_words(20260722, s, static_cast<std::uint32_t>(r), 77);
      for (std::size_t w = 0; w < 4; ++w) ret[s + w] = -d.loss(uniform_from(words.word[w]));
    }
    const tail_risk risk = risk_of(ret, level);
    var_covered += risk.var_low <= d.var && d.var <= risk.var_high ? 1 : 0;
    es_covered += std::fabs(risk.es - d.es) <= 1.96 * risk.simulation_error ? 1 : 0;
    es_sum += risk.es;
  }
  // Three standard deviations of the share of a thousand at 95 % are 0.0207.
  EXPECT_GE(var_covered, 929) << d.name;
  EXPECT_LE(var_covered, 971) << d.name;
  EXPECT_GE(es_covered, d.least_es_coverage * repeats) << d.name;
  EXPECT_NEAR(es_sum / repeats, d.es, 0.005 * d.es) << d.name;
  RecordProperty("var_covered", var_covered);
  RecordProperty("es_covered", es_covered);
}

INSTANTIATE_TEST_SUITE_P(
    tail_risk, Coverage,
    testing::Values(known_distribution{"normal", [](double p) { return normal_quantile(p); }, 1.959964,
                                       2.337803, 0.93},
                    known_distribution{"t4", t4_quantile, t4_quantile(0.975), t4_es(0.975), 0.89}),
    [](const auto& p) { return std::string(p.param.name); });

// One large sample against the normal distribution's own figures.
TEST(tail_risk, of_a_million_normal_losses) {
  std::vector<double> ret(1'000'000);
  for (std::size_t s = 0; s < ret.size(); ++s)
    ret[s] = normal_quantile(uniform_from(random_words(1, s, 0, 78).word[0]));
  struct known {
    double level, var, es;
  };
  for (const known& k :
       {known{0.95, 1.644854, 2.062713}, {0.975, 1.959964, 2.337803}, {0.99, 2.326348, 2.665214}}) {
    const tail_risk risk = risk_of(ret, k.level);
    EXPECT_LE(risk.var_low, k.var);
    EXPECT_GE(risk.var_high, k.var);
    EXPECT_NEAR(risk.es, k.es, 3.0 * risk.simulation_error);
    EXPECT_LT(risk.simulation_error, 0.005);
  }
}

}  // namespace
}  // namespace topheavy
