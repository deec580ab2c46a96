// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/spectrum/spectrum.h"

#include <bit>
#include <cmath>
#include <numeric>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace topheavy {
namespace {

// Sum over x of step dx of the law's density, and of x times it, downwards from the upper edge, until it holds `share` of
// all eigenvalues.
double floor_by_steps(double q, double share) {
  const double root = std::sqrt(q), lower = (1.0 - root) * (1.0 - root), upper = (1.0 + root) * (1.0 + root);
  constexpr int steps = 2'000'000;
  const double dx = (upper - lower) / steps;
  double eigenvalues = 0.0, variance = 0.0;
  for (int i = 0; i < steps && eigenvalues < share; ++i) {
    const double x = upper - (i + 0.5) * dx;
    const double density = std::sqrt((upper - x) * (x - lower)) / (2.0 * 3.14159265358979324 * q * x);
    eigenvalues += density * dx;
    variance += x * density * dx;
  }
  return variance;
}

TEST(noise_floor, is_the_integral_of_the_law_of_marchenko_and_pastur) {
  const std::vector<std::tuple<unsigned, unsigned, unsigned>> cases = {
      {1001, 500, 6}, {1001, 500, 250}, {501, 3000, 6}, {253, 4385, 40}, {101, 100, 7}};
  for (const auto& [days, constituents, components] : cases) {
    const double q = constituents / (days - 1.0);
    EXPECT_NEAR(absorption_noise_floor(days, constituents, components),
                floor_by_steps(q, static_cast<double>(components) / constituents), 3e-6)
        << days << " " << constituents << " " << components;
  }
}

// One component of very many has the largest eigenvalue there is: the upper edges of 500 in 1,000 and 3,000 in 500 days.
TEST(noise_floor, of_one_component_approaches_the_upper_edge) {
  const double many = 1e6;
  EXPECT_NEAR(many * absorption_noise_floor(2'000'001, 1'000'000, 1), 2.914214, 2e-3);
  EXPECT_NEAR(6.0 * many * absorption_noise_floor(1'000'001, 6'000'000, 1), 11.898979, 1e-2);
}

TEST(noise_floor, of_all_components_is_one_and_of_nothing_unknown) {
  EXPECT_EQ(absorption_noise_floor(100, 10, 10), 1.0);
  EXPECT_EQ(absorption_noise_floor(10, 100, 9), 1.0);
  EXPECT_LT(absorption_noise_floor(10, 100, 8), 1.0);
  EXPECT_TRUE(std::isnan(absorption_noise_floor(1, 10, 1)));
  EXPECT_TRUE(std::isnan(absorption_noise_floor(10, 0, 1)));
}

// Ten constituents with correlations of 0.4: the largest eigenvalue is (1 + 9 x 0.4) / 10 of all.
TEST(absorption_ratio, of_ten_equally_correlated_constituents) {
  constexpr std::size_t days = 16, constituents = 10;
  std::vector<double> cap(days * constituents, 1.0), ret;
  const auto walsh = [](std::size_t t, std::size_t n) { return std::popcount(t & n) % 2 == 0 ? 1.0 : -1.0; };
  for (std::size_t t = 0; t < days; ++t) {
    for (std::size_t n = 0; n < constituents; ++n) {
      ret.push_back(std::sqrt(0.4) * walsh(t, 15) + std::sqrt(0.6) * walsh(t, n + 1));
    }
  }
  std::vector<std::int32_t> all(days);
  std::iota(all.begin(), all.end(), 0);
  const auto ratios = absorption_ratios_cpu({cap.data(), ret.data(), days, constituents}, {all, {}}, 1);
  EXPECT_NEAR(ratios[0].ratio, 0.46, 1e-14);
  EXPECT_EQ(ratios[0].constituents, 10);
  EXPECT_TRUE(std::isnan(ratios[1].ratio));
  EXPECT_THROW(absorption_ratios_cpu({cap.data(), ret.data(), days, constituents}, {{16}}, 1),
               std::invalid_argument);
}

}  // namespace
}  // namespace topheavy
