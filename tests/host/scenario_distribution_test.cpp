// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/block_sum.h"
#include "host/scenario/distribution.h"
#include "kernels/core/philox.h"
#include "kernels/cpu_backend.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <gtest/gtest.h>

namespace topheavy {
namespace {

distribution distribution_of(const std::vector<double>& values) {
  cpu_backend cpu;
  return distribution_of(values, cpu);
}

TEST(block_sum, adds_up_blocks_of_1024) {
  // 2^53 + 1 + 1 ... loses every 1; a block of ones of its own does not.
  const auto value = [](std::size_t i) { return i == 0 ? 0x1p53 : 1.0; };
  EXPECT_EQ(block_sum(1024, value), 0x1p53);
  EXPECT_EQ(block_sum(2048, value), 0x1p53 + 1024.0);
  EXPECT_EQ(block_sum(1026, value), 0x1p53 + 2.0);
  EXPECT_EQ(block_sum(0, value), 0.0);
}

TEST(distribution, on_paper) {
  std::vector<double> x;
  for (int i = 200; i >= 0; --i) x.push_back(i);  // the quantile at p is 200 p
  const distribution d = distribution_of(x);
  EXPECT_EQ(d.mean, 100.0);
  EXPECT_NEAR(d.sd, std::sqrt(201.0 * 202.0 / 12.0), 1e-12);
  for (std::size_t i = 0; i < quantile_levels.size(); ++i)
    EXPECT_NEAR(d.quantile[i], 200.0 * quantile_levels[i], 1e-12);

  const distribution two = distribution_of({3.0, 1.0});
  EXPECT_EQ(two.mean, 2.0);
  EXPECT_EQ(two.sd, std::sqrt(2.0));
  EXPECT_EQ(two.quantile[0], 1.0 + 0.01 * 2.0);
  EXPECT_EQ(two.quantile[4], 2.0);
  EXPECT_EQ(two.quantile[8], 1.0 + 0.99 * 2.0);
}

TEST(distribution, of_one_value_and_of_none) {
  const distribution one = distribution_of({-0.5});
  EXPECT_EQ(one.mean, -0.5);
  EXPECT_TRUE(std::isnan(one.sd));
  for (const double q : one.quantile) EXPECT_EQ(q, -0.5);
  const distribution none = distribution_of({});
  EXPECT_TRUE(std::isnan(none.mean) && std::isnan(none.sd));
  for (const double q : none.quantile) EXPECT_TRUE(std::isnan(q));
  EXPECT_EQ(distribution_of({1.0, 2.0}).reason, "");
  EXPECT_EQ(one.reason, "one scenario has no standard deviation");
  EXPECT_EQ(none.reason, "there are no scenarios");
}

TEST(distribution, of_scenarios_that_do_not_all_have_the_figure_is_not_known) {
  for (const std::size_t at : {0U, 50U, 99U}) {
    std::vector<double> x(100, 0.5);
    x[at] = not_known;
    const distribution d = distribution_of(x);
    EXPECT_TRUE(std::isnan(d.mean) && std::isnan(d.sd));
    for (const double q : d.quantile) EXPECT_TRUE(std::isnan(q));
    EXPECT_EQ(d.reason, "1 of 100 scenarios do not have it, as where the index falls to 0");
  }
}

double drawn(std::size_t i) { return uniform_from(random_words(5, i, 0, 0).word[0]); }

TEST(distribution, quantiles_are_those_of_the_sorted_values_at_awkward_sizes) {
  const std::pair<const char*, std::function<double(std::size_t)>> kinds[] = {
      {"drawn", drawn},
      {"ascending", [](std::size_t i) { return static_cast<double>(i); }},
      {"descending", [](std::size_t i) { return -static_cast<double>(i); }},
      {"equal", [](std::size_t) { return 0.1; }},
      {"of five", [](std::size_t i) { return std::floor(5.0 * drawn(i)); }},
  };
  for (std::size_t count = 1; count < 12'000; count += count < 60 ? 1 : count / 2 + 1) {
    for (const auto& [name, value] : kinds) {
      std::vector<double> x;
      for (std::size_t i = 0; i < count; ++i) x.push_back(value(i));
      const distribution d = distribution_of(x);
      std::sort(x.begin(), x.end());
      const std::size_t two_hundredths[] = {2, 5, 10, 50, 100, 150, 190, 195, 198};
      for (std::size_t i = 0; i < quantile_levels.size(); ++i) {
        const std::size_t steps = two_hundredths[i] * (count - 1), k = steps / 200;
        const double next = x[std::min(k + 1, count - 1)];
        EXPECT_EQ(d.quantile[i], x[k] + static_cast<double>(steps % 200) / 200.0 * (next - x[k]))
            << name << ", " << count << " at " << quantile_levels[i];
      }
    }
  }
}

TEST(distributions, are_of_the_columns_that_are_there) {
  figure_table f;
  f.count = 2;
  f.index_return = {0.1, -0.1};
  f.max_drawdown = {0.0, 0.2};
  f.hhi = {0.25, 0.5};
  for (auto& column : f.top) column = {1.0, 1.0};
  f.top[1] = {0.5, 0.7};
  f.max_hhi = {0.5, 0.75};
  cpu_backend cpu;
  const figure_distributions d = distributions_of(f, cpu);
  EXPECT_EQ(d.index_return.mean, 0.0);
  EXPECT_EQ(d.max_drawdown.quantile[4], 0.1);
  std::vector<std::string> names;
  for (const named_distribution& n : d.concentration) names.push_back(n.metric);
  EXPECT_EQ(names, (std::vector<std::string>{"top_1", "top_5", "top_10", "top_25", "top_50", "hhi",
                                             "effective_n", "max_hhi"}));
  EXPECT_EQ(d.concentration[1].values.mean, 0.6);
  EXPECT_EQ(d.concentration[6].values.mean, 3.0);  // of 4 and 2
}

}  // namespace
}  // namespace topheavy
