// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/risk_contributions/risk_contributions.h"

#include "tests/backends/backend_fixture.h"
#include "tests/backends/reference.h"
#include "tests/backends/small_panel.h"
#include "tests/backends/thread_counts.h"
#include "tests/support/bit_compare.h"

namespace topheavy {
namespace {

constexpr std::size_t sectors = 3;
constexpr std::size_t cells = 2;

struct risk_case {
  explicit risk_case(const small_panel& panel) {
    for (std::size_t t = 0; t < panel.days; ++t) {
      slope_all.push_back(uniform(31, t, 0) - 0.5);
      slope_cell.push_back(uniform(31, t, 1) - 0.5);
      cell.push_back(t == 0 ? day_not_used : static_cast<std::int32_t>(4.0 * uniform(31, t, 2)) - 2);
      for (std::size_t s = 0; s < sectors; ++s) fill.push_back(0.01 * (uniform(32, t, s) - 0.5));
    }
    for (std::size_t n = 0; n < panel.constituents; ++n)
      sector.push_back(static_cast<std::int32_t>(n % sectors));
  }
  risk_days view() const {
    return {slope_all.data(), slope_cell.data(), cell.data(), cells, fill.data(), sector.data(), sectors};
  }
  std::vector<double> slope_all, slope_cell, fill;
  std::vector<std::int32_t> cell, sector;
};

struct contributions {
  explicit contributions(std::size_t constituents)
      : beta((1 + cells) * constituents, -1.0), filled((1 + cells) * constituents, -1) {}
  risk_contributions_result view() { return {beta.data(), filled.data()}; }
  std::vector<double> beta;
  std::vector<std::int32_t> filled;
};

void risk_contributions(backend& b, const small_panel& panel, const risk_case& days, contributions& result) {
  constituent_parts parts;
  parts.risk = days.view();
  parts.by_risk = result.view();
  b.constituent_pass(panel.view(), parts);
}

contributions reference_contributions(const small_panel& panel, const risk_case& days) {
  contributions result(panel.constituents);
  for (std::size_t row = 0; row <= cells; ++row) {
    for (std::size_t n = 0; n < panel.constituents; ++n) {
      double beta = 0.0;
      std::int32_t filled = 0;
      for (std::size_t t = 0; t < panel.days; ++t) {
        const bool used = row == 0 ? days.cell[t] != -2 : days.cell[t] == static_cast<std::int32_t>(row) - 1;
        if (!used) continue;
        const double ret = reference::ret(panel, t, n);
        const double stand_in = days.fill[t * sectors + n % sectors];
        beta += (row == 0 ? days.slope_all[t] : days.slope_cell[t]) * (std::isnan(ret) ? stand_in : ret);
        filled += std::isnan(ret) ? 1 : 0;
      }
      result.beta[row * panel.constituents + n] = beta;
      result.filled[row * panel.constituents + n] = filled;
    }
  }
  return result;
}

void expect_reference(backend& b, const small_panel& panel) {
  const risk_case days(panel);
  contributions is(panel.constituents);
  risk_contributions(b, panel, days, is);
  const contributions should = reference_contributions(panel, days);
  EXPECT_TRUE(same_bits(is.beta, should.beta));
  EXPECT_EQ(is.filled, should.filled);
}

using risk_contributions_test = on_backend;
TOPHEAVY_ON_EVERY_BACKEND(risk_contributions_test);

TEST_P(risk_contributions_test, has_the_bits_of_the_contract_at_awkward_sizes) {
  for (const auto& [name, panel] : awkward_panels(11)) {
    SCOPED_TRACE(name);
    expect_reference(*fresh(), panel);
  }
}

TEST_P(risk_contributions_test, a_cell_that_does_not_exist_is_refused) {
  const small_panel panel = make_panel(3, 4, panel_kind::full);
  for (const std::int32_t cell : {-3, 2, 7}) {
    risk_case days(panel);
    days.cell[1] = cell;
    contributions is(panel.constituents);
    EXPECT_THROW(risk_contributions(*fresh(), panel, days, is), std::invalid_argument) << cell;
  }
}

TEST(risk_contributions_threads, any_number_gives_the_same_bits) {
  const small_panel panel = make_panel(40, 1000, panel_kind::gaps);
  for (const int threads : {1, 2, 3}) {
    SCOPED_TRACE(threads);
    with_threads(threads, [&] { expect_reference(*choose_backend("cpu").body, panel); });
  }
}

}  // namespace
}  // namespace topheavy
