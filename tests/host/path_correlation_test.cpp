// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/path_correlation.h"

#include "kernels/core/philox.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace topheavy {
namespace {

using testing::ElementsAre;

constexpr double bin_width = 2.0 / rho_bins;

std::size_t bin_of(double rho) {
  return std::min<std::size_t>(static_cast<std::size_t>((rho + 1.0) / bin_width), rho_bins - 1);
}

TEST(binned_percentile, on_paper) {
  std::vector<std::uint32_t> histogram(rho_bins);
  EXPECT_TRUE(std::isnan(binned_percentile(histogram.data(), 0, 1)));
  histogram[0] = 1;
  EXPECT_EQ(binned_percentile(histogram.data(), 1, 1), -1.0 + 0.5 * bin_width);
  EXPECT_EQ(binned_percentile(histogram.data(), 1, 19), -1.0 + 0.5 * bin_width);
  histogram[0] = 0;
  histogram[2048] = 20;  // from 0: values at (j + 1/2) / 20 of a bin
  histogram[4095] = 1;
  EXPECT_NEAR(binned_percentile(histogram.data(), 21, 1), 0.075 * bin_width, 1e-15);   // rank 1
  EXPECT_NEAR(binned_percentile(histogram.data(), 21, 19), 0.975 * bin_width, 1e-15);  // rank 19
  histogram[2048] = 3;  // of four, place 19/20 x 3 = 2.85
  EXPECT_NEAR(binned_percentile(histogram.data(), 4, 19),
              5.0 / 6.0 * bin_width + 0.85 * (1.0 - 0.5 * bin_width - 5.0 / 6.0 * bin_width), 1e-15);
}

TEST(binned_percentile, is_within_a_bin_of_the_exact_one) {
  for (const std::size_t count : {2, 7, 100, 5'000}) {
    std::vector<double> rho;
    std::vector<std::uint32_t> histogram(rho_bins);
    for (std::size_t i = 0; i < count; ++i) {
      const random_block words = random_words(4, i, 0, 0);
      rho.push_back(1.0 - 2.0 * uniform_from(words.word[0]) * uniform_from(words.word[1]));
      ++histogram[bin_of(rho.back())];
    }
    std::sort(rho.begin(), rho.end());
    for (const std::size_t p : {1, 19}) {
      const std::size_t steps = p * (count - 1), k = steps / 20;
      const double exact =
          rho[k] + static_cast<double>(steps % 20) / 20.0 * (rho[std::min(k + 1, count - 1)] - rho[k]);
      EXPECT_NEAR(binned_percentile(histogram.data(), count, p), exact, bin_width) << count;
    }
  }
}

TEST(path_correlations, stand_where_figure_request_has_them) {
  dimension sector{.name = "sector", .groups = {"a", "b", "c"}}, tier{.name = "tier", .groups = {"x", "y"}};
  // Pairs: sector ab, ac, bc, then tier xy; for the path and then for two regimes.
  figure_request request;
  request.correlated = {{0, 3}, {3, 2}};
  request.regimes = 2;
  ASSERT_EQ(request.rhos(), 12U);
  figure_table f;
  f.rho_histogram.resize(12 * rho_bins);
  for (std::size_t i = 0; i < 12; ++i) {
    const std::uint64_t count = i == 5 ? 0 : 10 + i;  // no scenario has a and c in the first regime
    const double rho = 0.05 * static_cast<double>(i) + 0.5 * bin_width;
    f.rho_count.push_back(count);
    f.rho_sum.push_back(rho * static_cast<double>(count));
    f.rho_histogram[i * rho_bins + bin_of(rho)] = static_cast<std::uint32_t>(count);
  }
  const auto all = path_correlations(f, {sector, tier}, {"calm", "panic"});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].dimension, "sector");
  EXPECT_THAT(all[1].groups, ElementsAre("x", "y"));
  const auto at = [&](std::size_t d, std::size_t over, std::size_t a, std::size_t b) {
    return all[d].over[over].mean[a * all[d].groups.size() + b];
  };
  const auto expect_rho = [&](std::size_t d, std::size_t over, std::size_t a, std::size_t b,
                              std::size_t rho) {
    const double should = 0.05 * static_cast<double>(rho) + 0.5 * bin_width;
    EXPECT_NEAR(at(d, over, a, b), should, 1e-15);
    EXPECT_EQ(at(d, over, a, b), at(d, over, b, a));
    const std::size_t i = a * all[d].groups.size() + b;
    EXPECT_NEAR(all[d].over[over].p05[i], should, bin_width);
    EXPECT_NEAR(all[d].over[over].p95[i], should, bin_width);
    EXPECT_LT(all[d].over[over].p05[i], all[d].over[over].p95[i]);
  };
  expect_rho(0, 0, 0, 1, 0);
  expect_rho(0, 0, 0, 2, 1);
  expect_rho(0, 0, 1, 2, 2);
  expect_rho(1, 0, 0, 1, 3);
  expect_rho(0, 1, 0, 1, 4);
  expect_rho(0, 1, 1, 2, 6);
  expect_rho(1, 2, 0, 1, 11);
  EXPECT_EQ(at(0, 0, 1, 1), 1.0);
  EXPECT_TRUE(std::isnan(at(0, 1, 0, 2)));
  EXPECT_TRUE(std::isnan(all[0].over[1].p05[2]));
  EXPECT_EQ(all[0].over[0].over, "path");
  EXPECT_EQ(all[0].over[2].over, "panic");
  EXPECT_EQ(all[0].over[0].scenarios, 10U);
  EXPECT_EQ(all[0].over[1].scenarios, 14U);  // the pair without any apart
}

}  // namespace
}  // namespace topheavy
