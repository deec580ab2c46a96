// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/regime_moments/regime_moments_core.h"
#include "tests/backends/backend_fixture.h"
#include "tests/backends/reference.h"
#include "tests/backends/small_panel.h"
#include "tests/backends/thread_counts.h"
#include "tests/support/bit_compare.h"

namespace topheavy {
namespace {

constexpr std::size_t sectors = 3;
constexpr std::size_t cells = 2;

struct moment_case {
  explicit moment_case(const small_panel& panel) {
    for (std::size_t t = 0; t < panel.days; ++t) {
      cell.push_back(t == 0 ? -1 : static_cast<std::int32_t>(3.0 * uniform(51, t, 2)) - 1);
      for (std::size_t s = 0; s < sectors; ++s) fill.push_back(0.01 * (uniform(52, t, s) - 0.5));
    }
    for (std::size_t n = 0; n < panel.constituents; ++n)
      sector.push_back(static_cast<std::int32_t>(n % sectors));
  }
  moment_days view() const { return {cell.data(), cells, fill.data(), sector.data(), sectors}; }
  std::vector<double> fill;
  std::vector<std::int32_t> cell, sector;
};

struct moments {
  explicit moments(std::size_t constituents)
      : mean(cells * constituents, -1.0), sd(mean), filled_variance(mean), count(cells * constituents, -1) {}
  regime_moments_result view() { return {count.data(), mean.data(), sd.data(), filled_variance.data()}; }
  std::vector<double> mean, sd, filled_variance;
  std::vector<std::int32_t> count;
};

void regime_moments(backend& b, const small_panel& panel, const moment_case& days, moments& result) {
  constituent_parts parts;
  parts.moments = days.view();
  parts.by_moments = result.view();
  b.constituent_pass(panel.view(), parts);
}

struct spread {
  double mean, squares;
};

// Straight from the text of the header: in sequence, of differences to the first value.
spread spread_of(const std::vector<double>& values) {
  if (values.empty()) return {0.0, 0.0};
  double sum = 0.0, squares = 0.0;
  for (const double v : values) {
    sum += v - values[0];
    squares += (v - values[0]) * (v - values[0]);
  }
  const auto count = static_cast<double>(values.size());
  return {values[0] + sum / count, std::max(squares - sum * sum / count, 0.0)};
}

moments reference_moments(const small_panel& panel, const moment_case& days) {
  moments result(panel.constituents);
  for (std::size_t c = 0; c < cells; ++c) {
    for (std::size_t n = 0; n < panel.constituents; ++n) {
      std::vector<double> present, filled;
      for (std::size_t t = 0; t < panel.days; ++t) {
        if (days.cell[t] != static_cast<std::int32_t>(c)) continue;
        const double ret = reference::ret(panel, t, n);
        filled.push_back(std::isnan(ret) ? days.fill[t * sectors + n % sectors] : ret);
        if (!std::isnan(ret)) present.push_back(ret);
      }
      const std::size_t at = c * panel.constituents + n;
      const auto count = static_cast<double>(present.size());
      result.count[at] = static_cast<std::int32_t>(present.size());
      result.mean[at] = spread_of(present).mean;
      result.sd[at] = present.empty() ? 0.0 : std::sqrt(spread_of(present).squares / count);
      const auto days_of_cell = static_cast<double>(filled.size());
      const spread f = spread_of(filled);
      const double negligible = 1e-12 * f.mean;
      const bool varies = filled.size() > 1 && f.squares / days_of_cell > negligible * negligible;
      result.filled_variance[at] = varies ? f.squares / (days_of_cell - 1.0) : 0.0;
    }
  }
  return result;
}

void expect_same(const moments& is, const moments& should) {
  EXPECT_EQ(is.count, should.count);
  EXPECT_TRUE(same_bits(is.mean, should.mean));
  EXPECT_TRUE(same_bits(is.sd, should.sd));
  EXPECT_TRUE(same_bits(is.filled_variance, should.filled_variance));
}

void expect_reference(backend& b, const small_panel& panel) {
  const moment_case days(panel);
  moments is(panel.constituents);
  regime_moments(b, panel, days, is);
  expect_same(is, reference_moments(panel, days));
}

using regime_moments_test = on_backend;
TOPHEAVY_ON_EVERY_BACKEND(regime_moments_test);

TEST_P(regime_moments_test, has_the_bits_of_the_contract_at_awkward_sizes) {
  for (const auto& [name, panel] : awkward_panels(11)) {
    SCOPED_TRACE(name);
    expect_reference(*fresh(), panel);
  }
}

TEST_P(regime_moments_test, a_series_that_does_not_change_has_no_variance) {
  small_panel panel = make_panel(50, 70, panel_kind::gaps);
  for (double& ret : panel.ret) ret = std::isnan(ret) ? ret : 0.1;
  moments is(panel.constituents);
  regime_moments(*fresh(), panel, moment_case(panel), is);
  EXPECT_EQ(is.sd, std::vector<double>(is.sd.size(), 0.0));
}

TEST_P(regime_moments_test, stand_ins_that_differ_by_rounding_make_no_variance) {
  small_panel panel = make_panel(50, 70, panel_kind::gaps);
  for (double& ret : panel.ret) ret = std::isnan(ret) ? ret : 0.1;
  moment_case days(panel);
  for (std::size_t i = 0; i < days.fill.size(); ++i) days.fill[i] = i % 2 == 0 ? 0.1 : 0.1 + 0x1p-56;
  moments is(panel.constituents);
  regime_moments(*fresh(), panel, days, is);
  EXPECT_EQ(is.filled_variance, std::vector<double>(is.sd.size(), 0.0));
}

TEST_P(regime_moments_test, a_cell_that_does_not_exist_is_refused) {
  const small_panel panel = make_panel(3, 4, panel_kind::full);
  moment_case days(panel);
  days.cell[1] = cells;
  moments is(panel.constituents);
  EXPECT_THROW(regime_moments(*fresh(), panel, days, is), std::invalid_argument);
}

TEST(regime_moments_thread, has_the_bits_of_the_cpu_body) {
  const small_panel panel = make_panel(30, 70, panel_kind::gaps);
  const moment_case days(panel);
  moments is(panel.constituents), should(panel.constituents);
  regime_moments(*choose_backend("cpu").body, panel, days, should);
  for (std::size_t c = 0; c < cells; ++c) {
    for (std::size_t n = 0; n < panel.constituents; ++n) {
      moments_of_constituent(panel.view(), days.view(), is.view(), c, n);
    }
  }
  expect_same(is, should);
}

TEST(regime_moments_threads, any_number_gives_the_same_bits) {
  const small_panel panel = make_panel(40, 1000, panel_kind::gaps);
  for (const int threads : {1, 2, 3}) {
    SCOPED_TRACE(threads);
    with_threads(threads, [&] { expect_reference(*choose_backend("cpu").body, panel); });
  }
}

}  // namespace
}  // namespace topheavy
