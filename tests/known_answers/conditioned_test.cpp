// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/conditioned.h"

#include "kernels/core/normal.h"
#include "kernels/core/philox.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace topheavy {
namespace {

// Forbes and Rigobon 2002, computed with 50 digits.
TEST(adjusted_correlation, has_the_published_values) {
  EXPECT_NEAR(adjusted_correlation(0.8, 4.0, 1.0), 0.5547001962252291, 1e-15);
  EXPECT_NEAR(adjusted_correlation(0.5, 2.0, 1.0), 0.3779644730092272, 1e-15);
  EXPECT_NEAR(adjusted_correlation(0.9, 9.0, 1.0), 0.5669467095138407, 1e-15);
  EXPECT_EQ(adjusted_correlation(0.7, 3.0, 3.0), 0.7);
  EXPECT_EQ(adjusted_correlation(1.0, 9.0, 1.0), 1.0);
  EXPECT_EQ(adjusted_correlation(0.0, 9.0, 1.0), 0.0);
}

// y = b x + e: the variance of x rises to (1 + d) of what it was, and the correlation with it.
TEST(adjusted_correlation, takes_the_rise_of_the_source_back) {
  for (const double rho : {-0.9, -0.3, 0.0, 0.3, 0.5, 0.95}) {
    for (const double rise : {-0.5, 0.0, 3.0, 8.0}) {
      const double risen = rho * std::sqrt((1.0 + rise) / (1.0 + rise * rho * rho));
      EXPECT_NEAR(adjusted_correlation(risen, 1.0 + rise, 1.0), rho, 2e-15) << rho << ' ' << rise;
    }
  }
  EXPECT_NEAR(0.5 * std::sqrt(4.0 / (1.0 + 3.0 * 0.25)), 0.7559289460184544, 1e-15);
}

// One factor, loadings p and q, residual variances u and v: when only the factor's variance rises, the correlation is
// rho_null, so that nothing is left over.
TEST(null_correlation, is_the_whole_rise_where_only_the_factor_moves) {
  for (const double p : {0.5, 1.0, 2.0}) {
    for (const double q : {0.25, 1.5}) {
      const auto at = [&](double factor) {
        return second_moments{p * p * factor + 0.7, q * q * factor + 1.3, p * q * factor};
      };
      for (const double factor : {1.0, 1.5, 10.0}) {
        const conditioned_correlation c = condition(at(factor), at(1.0));
        EXPECT_NEAR(c.rho - c.rho_null, 0.0, 1e-15);
        EXPECT_GE(c.rho, correlation(at(1.0)));
      }
    }
  }
}

TEST(null_correlation, knows_a_rise_that_is_not_the_factors) {
  // Residual variances rise, the covariance stays: the arithmetic expects more than there is.
  const conditioned_correlation c = condition({4.0, 4.0, 0.5}, {1.0, 1.0, 0.5});
  EXPECT_DOUBLE_EQ(c.rho, 0.125);
  EXPECT_DOUBLE_EQ(c.rho_null, (0.5 + 3.0) / 4.0);
  // A variance that falls counts as one that stays.
  const conditioned_correlation fallen = condition({0.5, 4.0, 0.5}, {1.0, 1.0, 0.5});
  EXPECT_DOUBLE_EQ(fallen.rho_null, 0.5 / std::sqrt(2.0));
}

TEST(correlation, stays_within_its_range_and_is_nothing_without_variance) {
  EXPECT_EQ(correlation({0.01, 0.01, 0.010000000000000002}), 1.0);
  EXPECT_TRUE(std::isnan(correlation({0.0, 1.0, 0.0})));
}

// y = x / 2 + sqrt(3/4) e with x and e normal, over the days on which |x| > 1.5: the variance of x is
// 1 + c phi(c) / (1 - Phi(c)) = 3.908016 times as large, rho is 0.752145, and with x as the source exactly 1/2 again.
TEST(adjusted_correlation, recovers_the_correlation_of_a_truncated_source) {
  constexpr std::uint64_t draws = 1'000'000;
  second_moments all, far;
  double count = 0.0;
  for (std::uint64_t i = 0; i < draws; ++i) {
    const random_block words = random_words(11, i, 0, 1);
    const double x = normal_quantile(uniform_from(words.word[0], words.word[1]));
    const double y = 0.5 * x + std::sqrt(0.75) * normal_quantile(uniform_from(words.word[2], words.word[3]));
    const bool is_far = std::fabs(x) > 1.5;  // means are 0 by symmetry
    all = {all.var_a + x * x, all.var_b + y * y, all.cov + x * y};
    if (is_far) far = {far.var_a + x * x, far.var_b + y * y, far.cov + x * y};
    count += is_far ? 1.0 : 0.0;
  }
  const auto mean = [](const second_moments& sum, double n) {
    return second_moments{sum.var_a / n, sum.var_b / n, sum.cov / n};
  };
  const second_moments low = mean(all, static_cast<double>(draws)), high = mean(far, count);
  EXPECT_NEAR(high.var_a / low.var_a, 3.908016, 0.02);
  const conditioned_correlation c = condition(high, low);
  EXPECT_NEAR(c.rho, 0.752145, 0.003);
  EXPECT_NEAR(c.adjusted_a, 0.5, 0.005);
  EXPECT_GT(std::fabs(c.adjusted_b - 0.5), 0.02);  // with y as the source it is another number
}

}  // namespace
}  // namespace topheavy
