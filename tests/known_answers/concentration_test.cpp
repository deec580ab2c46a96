// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/concentration/concentration.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

// Numbers from the specification, closed forms, and published weights.
namespace topheavy {
namespace {

concentration_figures figures(const std::vector<double>& values) {
  return concentration_of(values.data(), values.size(), values.size());
}

void expect_relative(double is, double should, double limit = 1e-14) {
  EXPECT_LE(std::fabs(is - should), limit * std::fabs(should)) << is << " should be " << should;
}

TEST(concentration, of_the_specification) {
  for (const double scale : {1.0, 1e-300, 1e12, 4.2e15}) {
    const concentration_figures f = figures({0.3 * scale, 0.5 * scale, 0.2 * scale});
    EXPECT_EQ(f.count, 3);
    expect_relative(f.hhi, 0.38);
    expect_relative(f.entropy, -(0.5 * std::log(0.5) + 0.3 * std::log(0.3) + 0.2 * std::log(0.2)));
    EXPECT_NEAR(f.entropy, 1.029653014, 5e-10);
    EXPECT_NEAR(std::exp(f.entropy), 2.800094, 5e-7);
    EXPECT_NEAR(1.0 / f.hhi, 2.631578947, 5e-10);
    expect_relative(f.gini, 0.2);
    expect_relative(f.top[0], 0.5);
    EXPECT_EQ(f.top[1], 1.0);
  }
}

TEST(concentration, of_equal_weights_has_no_inequality) {
  for (const std::size_t count : {1, 2, 3, 7, 100, 128, 129, 3000}) {
    const concentration_figures f = figures(std::vector<double>(count, 0.1));
    const auto n = static_cast<double>(count);
    expect_relative(f.hhi, 1.0 / n);
    EXPECT_NEAR(f.entropy, std::log(n), 1e-14 * std::max(1.0, std::log(n)));
    EXPECT_LE(f.gini, 1e-15);
    EXPECT_GE(f.gini, 0.0);
    expect_relative(f.top[2], std::min(1.0, 10.0 / n));
  }
  const concentration_figures one = figures({42.0});
  EXPECT_EQ(one.hhi, 1.0);
  EXPECT_EQ(one.entropy, 0.0);
  EXPECT_EQ(one.gini, 0.0);
}

// Weights 1/i: HHI = H2 / H1^2, Gini = 1 + 1/N - 2/H1, top 10 = H1(10) / H1, in long double.
TEST(concentration, of_zipf_weights_has_the_closed_forms) {
  struct known {
    int names;
    double hhi, effective_n, gini, exp_entropy;  // 0: not given
  };
  for (const known& k :
       {known{100, 0.0607600006, 16.458196, 0.6244487281, 39.677241},
        known{3000, 0.0223206267, 44.801609, 0.7673349322, 356.18656}, known{4000, 0.0208977303, 0, 0, 0}}) {
    std::vector<double> weights;
    long double h1 = 0, h2 = 0, logs = 0;
    for (int i = k.names; i >= 1; --i) {
      weights.push_back(1.0 / i);
      h1 += 1.0L / i;
      h2 += 1.0L / i / i;
      logs += std::log(static_cast<long double>(i)) / i;
    }
    const concentration_figures f = figures(weights);
    expect_relative(f.hhi, static_cast<double>(h2 / h1 / h1));
    expect_relative(f.gini, static_cast<double>(1 + 1.0L / k.names - 2 / h1));
    expect_relative(f.entropy, static_cast<double>(std::log(h1) + logs / h1));
    expect_relative(f.top[2], static_cast<double>(7381.0L / 2520 / h1));
    EXPECT_NEAR(f.hhi, k.hhi, 5e-11);
    if (k.gini == 0) continue;
    EXPECT_NEAR(1.0 / f.hhi, k.effective_n, 5e-7);
    EXPECT_NEAR(f.gini, k.gini, 5e-11);
    EXPECT_NEAR(std::exp(f.entropy), k.exp_entropy, 5e-6);
  }
}

// Weights q^i: HHI = (1-q)(1+q^N) / ((1+q)(1-q^N)).
TEST(concentration, of_geometric_weights_has_the_closed_form) {
  std::vector<double> weights;
  for (int i = 0; i < 100; ++i) weights.push_back(std::pow(0.9, i));
  const concentration_figures f = figures(weights);
  const double power = std::pow(0.9, 100);
  expect_relative(f.hhi, 0.1 * (1 + power) / (1.9 * (1 - power)));
  EXPECT_NEAR(f.hhi, 0.0526343750, 5e-11);
}

// A published index example: price x shares of five stocks.
TEST(concentration, of_a_published_index) {
  const concentration_figures f = figures(
      {159.08 * 206240000, 106.48 * 517521740, 13.61 * 439280860, 62.22 * 386234640, 50.37 * 98118740});
  EXPECT_NEAR(f.hhi, 0.3146964, 5e-8);
  EXPECT_NEAR(1.0 / f.hhi, 3.177666, 5e-7);
  EXPECT_NEAR(f.top[0], 0.448500, 5e-7);
}

TEST(concentration, does_not_depend_on_the_order_beyond_rounding) {
  std::vector<double> values;
  for (int i = 1; i <= 777; ++i) values.push_back(std::exp2(i % 37) + i);
  const concentration_figures forward = figures(values);
  std::reverse(values.begin(), values.end());
  const concentration_figures backward = figures(values);
  expect_relative(backward.hhi, forward.hhi);
  expect_relative(backward.entropy, forward.entropy);
  EXPECT_EQ(backward.count, forward.count);
  expect_relative(backward.gini, forward.gini);
}

}  // namespace
}  // namespace topheavy
