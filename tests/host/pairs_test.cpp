// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/pairs.h"

#include "kernels/backend.h"
#include "tests/backends/small_panel.h"
#include "tests/backends/thread_counts.h"

#include <bit>
#include <cmath>
#include <limits>
#include <memory>

#include <gtest/gtest.h>

namespace topheavy {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// Returns of constituents over days [D, N], all days in one regime, and what is said of them.
struct one_regime {
  one_regime(std::size_t constituents, std::vector<double> returns)
      : panel{returns.size() / constituents + 1, constituents, {}, {}} {
    panel.cap.assign(panel.days * constituents, 1.0);
    panel.ret.assign(constituents, none);  // day 0
    panel.ret.insert(panel.ret.end(), returns.begin(), returns.end());
    weight.assign(constituents, 1.0 / static_cast<double>(constituents));
    fixed.assign(panel.days, none);
    for (std::size_t t = 1; t < panel.days; ++t) {
      fixed[t] = 0.0;
      for (std::size_t n = 0; n < constituents; ++n) {
        const double ret = panel.ret[t * constituents + n];
        if (!std::isnan(ret)) fixed[t] += weight[n] * ret;
      }
    }
    settings.min_days = 3;
    settings.absorption = {1, 4};
  }

  pairs_history answer() const {
    backend& b = *body;
    constituent_moments moments(fixed, std::vector<std::int32_t>(panel.days, 0), 1, panel.constituents);
    const std::vector<double> fill(panel.days, 0.0);
    const std::vector<std::int32_t> sector(panel.constituents, 0);
    constituent_parts parts;
    parts.moments = {moments.cell.data(), 1, fill.data(), sector.data(), 1};
    parts.by_moments = moments.view();
    b.constituent_pass(panel.view(), parts);
    return make_pairs(panel.view(), moments, fixed, weight, dimensions, settings, b);
  }

  small_panel panel;
  std::vector<double> weight, fixed;
  std::vector<dimension> dimensions;
  correlation_settings settings;
  std::unique_ptr<backend> body = choose_backend("cpu").body;
};

// Four series of eight days that are uncorrelated and of one variance: columns of a Hadamard matrix.
double hadamard(std::size_t t, std::size_t n) { return std::popcount(t & (n + 1)) % 2 == 0 ? 1.0 : -1.0; }

// rho of every pair 0.25: sqrt(0.25) common + sqrt(0.75) own.
one_regime equicorrelated() {
  std::vector<double> returns;
  for (std::size_t t = 0; t < 8; ++t) {
    for (std::size_t n = 0; n < 4; ++n) {
      returns.push_back(0.01 * (0.5 * hadamard(t, 6) + std::sqrt(0.75) * hadamard(t, n)));
    }
  }
  return one_regime(4, returns);
}

TEST(pairs, equal_correlations_are_found_by_every_measure) {
  const pairs_history h = equicorrelated().answer();
  const regime_pairs& r = h.index.front();
  EXPECT_EQ(r.days, 8);
  EXPECT_EQ(r.constituents, 4);
  EXPECT_NEAR(r.average_pairwise, 0.25, 1e-14);
  EXPECT_NEAR(r.implied, 0.25, 1e-14);
  EXPECT_NEAR(r.absorption_ratio, (1.0 + 3.0 * 0.25) / 4.0, 1e-14);
}

TEST(pairs, groups_that_overlap_do_not_pair_a_constituent_with_itself) {
  one_regime all = equicorrelated();
  dimension d{.name = "tier"};
  d.add("first three", {0, 1, 2});
  d.add("last two", {2, 3});
  d.add("last", {3});
  d.add("nobody", {});
  all.dimensions = {d};
  const group_pairs p = all.answer().dimensions.front().front();
  EXPECT_EQ(p.constituents, (std::vector<std::int32_t>{3, 2, 1, 0}));
  for (std::size_t a = 0; a < 4; ++a) {
    for (std::size_t b = 0; b < 4; ++b) {
      const bool alone = a == 2 && b == 2;
      if (alone || a == 3 || b == 3) {
        EXPECT_TRUE(std::isnan(p.average[4 * a + b])) << a << b;
      } else {
        EXPECT_NEAR(p.average[4 * a + b], 0.25, 1e-14) << a << b;
      }
    }
  }
}

TEST(pairs, late_joiners_leavers_and_the_unchanging_shorten_nobodys_history) {
  const one_regime whole = equicorrelated();
  std::vector<double> returns;
  for (std::size_t t = 0; t < 8; ++t) {
    for (std::size_t n = 0; n < 4; ++n) returns.push_back(whole.panel.ret[(t + 1) * 4 + n]);
    returns.push_back(t < 2 ? none : 0.01 * hadamard(t, 4));  // 6 of 8 days: too few
    returns.push_back(t == 7 ? none : 0.001);                 // 7 of 8 days and no variance
  }
  const pairs_history h = one_regime(6, returns).answer();
  const regime_pairs& r = h.index.front();
  EXPECT_EQ(r.days, 8);
  EXPECT_EQ(r.constituents, 4);
  EXPECT_EQ(r.too_few_returns, 1);
  EXPECT_EQ(r.no_variance, 1);
  EXPECT_NEAR(r.average_pairwise, 0.25, 1e-14);
  EXPECT_NEAR(r.absorption_ratio, 1.75 / 4.0, 1e-14);
}

TEST(pairs, a_regime_of_few_days_has_a_reason_and_no_figures) {
  one_regime all = equicorrelated();
  all.settings.min_days = 9;
  const regime_pairs r = all.answer().index.front();
  EXPECT_EQ(r.reason, "8 days, at least 9 are needed");
  for (const double v : {r.average_pairwise, r.implied, r.absorption_ratio, r.noise_floor}) {
    EXPECT_TRUE(std::isnan(v));
  }
}

TEST(pairs, the_daily_ratio_begins_with_the_first_full_window) {
  one_regime all = equicorrelated();
  all.settings.absorption = {1, 8};
  const std::vector<double> ratio = all.answer().absorption_ratio;
  for (std::size_t t = 0; t < 8; ++t) EXPECT_TRUE(std::isnan(ratio[t])) << t;
  EXPECT_NEAR(ratio[8], 1.75 / 4.0, 1e-14);
}

TEST(pairs, one_constituent_has_no_pair) {
  const regime_pairs r = one_regime(1, {0.01, -0.02, 0.03, 0.01}).answer().index.front();
  EXPECT_TRUE(std::isnan(r.average_pairwise));
  EXPECT_TRUE(std::isnan(r.implied));
  EXPECT_EQ(r.absorption_ratio, 1.0);
}

TEST(pairs, any_number_of_threads_gives_the_same_bits) {
  const small_panel panel = make_panel(60, 300, panel_kind::gaps);
  std::vector<double> returns(panel.ret.begin() + 300, panel.ret.end());
  one_regime all(300, returns);
  all.settings.absorption = {3, 20};
  pairs_history first;
  for (const int threads : {1, 2, 3}) {
    with_threads(threads, [&] {
      const pairs_history h = all.answer();
      if (threads == 1) first = h;
      EXPECT_EQ(h.index[0].average_pairwise, first.index[0].average_pairwise);
      EXPECT_EQ(h.index[0].absorption_ratio, first.index[0].absorption_ratio);
      EXPECT_TRUE(std::equal(h.absorption_ratio.begin() + 20, h.absorption_ratio.end(),
                             first.absorption_ratio.begin() + 20));
    });
  }
  EXPECT_FALSE(std::isnan(first.absorption_ratio.back()));
}

}  // namespace
}  // namespace topheavy
