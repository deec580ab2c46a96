// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/spectrum/spectrum.h"

#include "tests/backends/backend_fixture.h"
#include "tests/backends/reference.h"
#include "tests/backends/small_panel.h"

#include <numeric>

namespace topheavy {
namespace {

// Every so many-th day from a first one on, so that sets are alike, differ in size, overlap, and are empty.
day_sets sets_of(const small_panel& panel) {
  const auto days = static_cast<std::int32_t>(panel.days);
  day_sets sets;
  const auto add = [&](std::int32_t first, std::int32_t last, std::int32_t step) {
    sets.emplace_back();
    for (std::int32_t t = first; t < last; t += step) sets.back().push_back(t);
  };
  for (std::int32_t first = 1; first + 9 <= days; ++first) add(first, first + 9, 1);
  add(0, 0, 1);
  add(1, days, 2);
  add(0, days, 1);
  add(std::min(2, days), days, 3);
  add(0, std::min(1, days), 1);
  return sets;
}

// The share of the largest eigenvalue of z z', by powers of it: straight from the text of the header.
absorption by_powers(const small_panel& panel, const std::vector<std::int32_t>& days) {
  std::vector<std::vector<double>> z;
  for (std::size_t n = 0; n < panel.constituents; ++n) {
    std::vector<double> values;
    for (const std::int32_t t : days) {
      const double ret = reference::ret(panel, static_cast<std::size_t>(t), n);
      if (!std::isnan(ret)) values.push_back(ret);
    }
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0.0;
    for (const double v : values) squares += (v - mean) * (v - mean);
    const double sd = std::sqrt(squares / count);
    if (5 * values.size() < 4 * days.size() || !(sd > 1e-12 * std::fabs(mean))) continue;
    z.emplace_back();
    for (const std::int32_t t : days) {
      const double ret = reference::ret(panel, static_cast<std::size_t>(t), n);
      z.back().push_back(std::isnan(ret) ? 0.0 : (ret - mean) / sd);
    }
  }
  double all = 0.0, largest = 0.0;
  for (const auto& row : z) all += std::inner_product(row.begin(), row.end(), row.begin(), 0.0);
  std::vector<double> x(days.size());
  for (std::size_t d = 0; d < x.size(); ++d) x[d] = uniform(81, d, 0) - 0.5;
  for (int power = 0; power < 20'000; ++power) {
    std::vector<double> next(x.size(), 0.0);
    for (const auto& row : z) {
      const double along = std::inner_product(row.begin(), row.end(), x.begin(), 0.0);
      for (std::size_t d = 0; d < x.size(); ++d) next[d] += along * row[d];
    }
    largest = std::sqrt(std::inner_product(next.begin(), next.end(), next.begin(), 0.0));
    for (std::size_t d = 0; d < x.size(); ++d) x[d] = next[d] / largest;
  }
  return {largest / all, static_cast<std::int32_t>(z.size())};
}

using spectrum_test = on_backend;
TOPHEAVY_ON_EVERY_BACKEND(spectrum_test);

TEST_P(spectrum_test, is_the_share_of_the_largest_eigenvalue) {
  for (const std::size_t constituents : {6, 40}) {  // fewer than days, and more
    const small_panel panel = make_panel(23, constituents, panel_kind::full);
    std::vector<std::int32_t> days(22);
    std::iota(days.begin(), days.end(), 1);
    const std::vector<absorption> is = fresh()->absorption_ratios(panel.view(), {days}, 1);
    const absorption should = by_powers(panel, days);
    EXPECT_NEAR(is[0].ratio, should.ratio, 1e-10);
    EXPECT_EQ(is[0].constituents, should.constituents);
  }
}

// Libraries differ in the last bits; the limit is some 10 of 64-bit numbers' roundings times the order.
TEST_P(spectrum_test, is_that_of_the_cpu_at_awkward_sizes) {
  for (const auto& [name, panel] : awkward_panels(23)) {
    const day_sets sets = sets_of(panel);
    for (const std::size_t components : {1, 3, 100}) {
      SCOPED_TRACE(name + ", " + std::to_string(components));
      const std::vector<absorption> is = fresh()->absorption_ratios(panel.view(), sets, components);
      const std::vector<absorption> should = absorption_ratios_cpu(panel.view(), sets, components);
      ASSERT_EQ(is.size(), sets.size());
      for (std::size_t i = 0; i < sets.size(); ++i) {
        EXPECT_EQ(is[i].constituents, should[i].constituents) << i;
        EXPECT_EQ(std::isnan(is[i].ratio), std::isnan(should[i].ratio)) << i;
        if (!std::isnan(should[i].ratio)) {
          EXPECT_NEAR(is[i].ratio, should[i].ratio, 1e-13) << i;
        }
      }
    }
  }
}

TEST_P(spectrum_test, a_day_outside_the_panel_is_refused) {
  const small_panel panel = make_panel(5, 4, panel_kind::full);
  for (const std::int32_t day : {-1, 5}) {
    EXPECT_THROW(fresh()->absorption_ratios(panel.view(), {{1, 2}, {day}}, 1), std::invalid_argument) << day;
  }
}

}  // namespace
}  // namespace topheavy
