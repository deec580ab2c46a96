// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/window_contributions/window_contributions.h"

#include "tests/backends/backend_fixture.h"
#include "tests/backends/one_operation.h"
#include "tests/backends/reference.h"
#include "tests/backends/small_panel.h"
#include "tests/backends/thread_counts.h"
#include "tests/support/bit_compare.h"

namespace topheavy {
namespace {

struct contributions {
  explicit contributions(std::size_t count)
      : contribution(count, -1.0), growth(count, -1.0), member_days(count, -1) {}
  window_contributions_result view() { return {contribution.data(), growth.data(), member_days.data()}; }
  std::vector<double> contribution, growth;
  std::vector<std::int32_t> member_days;
};

// Infinite on a day without members, as L / base is there.
std::vector<double> scales(const small_panel& panel) {
  std::vector<double> scale;
  for (std::size_t t = 0; t < panel.days; ++t) {
    bool somebody = false;
    for (std::size_t n = 0; n < panel.constituents; ++n) somebody |= reference::in_index(panel, t, n);
    scale.push_back(somebody ? 1e-9 * (1.0 + uniform(11, t, 0)) : std::numeric_limits<double>::infinity());
  }
  return scale;
}

contributions reference_contributions(const small_panel& panel, contribution_window window) {
  contributions result(panel.constituents);
  for (std::size_t n = 0; n < panel.constituents; ++n) {
    double contribution = 0.0;
    double growth = 1.0;
    std::int32_t days = 0;
    for (std::size_t t = window.base_day + 1; t <= window.last_day; ++t) {
      if (!reference::in_index(panel, t, n)) continue;
      const double ret = reference::ret(panel, t, n);
      contribution += window.scale[t] * (reference::prior_cap(panel, t, n) * ret);
      growth *= 1.0 + ret;
      ++days;
    }
    result.contribution[n] = contribution;
    result.growth[n] = growth;
    result.member_days[n] = days;
  }
  return result;
}

void expect_same(const contributions& is, const contributions& should) {
  EXPECT_TRUE(same_bits(is.contribution, should.contribution));
  EXPECT_TRUE(same_bits(is.growth, should.growth));
  EXPECT_EQ(is.member_days, should.member_days);
}

using window_contributions_test = on_backend;
TOPHEAVY_ON_EVERY_BACKEND(window_contributions_test);

TEST_P(window_contributions_test, has_the_bits_of_the_specification_at_awkward_sizes) {
  for (const auto& [name, panel] : awkward_panels(9)) {
    const std::vector<double> scale = scales(panel);
    for (const auto& [base_day, last_day] :
         {std::pair<std::size_t, std::size_t>{0, 8}, {0, 1}, {3, 4}, {2, 7}}) {
      if (last_day >= panel.days) continue;
      SCOPED_TRACE(name + ", days " + std::to_string(base_day) + " to " + std::to_string(last_day));
      const contribution_window window{base_day, last_day, scale.data()};
      contributions is(panel.constituents);
      window_contributions(*fresh(), panel.view(), window, is.view());
      expect_same(is, reference_contributions(panel, window));
    }
  }
}

TEST_P(window_contributions_test, a_window_outside_the_panel_is_refused) {
  const small_panel panel = make_panel(4, 2, panel_kind::full);
  const std::vector<double> scale(4, 1.0);
  contributions is(2);
  for (const auto& [base_day, last_day] : {std::pair<std::size_t, std::size_t>{0, 4}, {2, 2}, {3, 1}}) {
    EXPECT_THROW(window_contributions(*fresh(), panel.view(), {base_day, last_day, scale.data()}, is.view()),
                 std::invalid_argument);
  }
}

TEST(window_contributions_threads, any_number_gives_the_same_bits) {
  const small_panel panel = make_panel(40, 1000, panel_kind::gaps);
  const std::vector<double> scale = scales(panel);
  const contribution_window window{3, 39, scale.data()};
  const contributions should = reference_contributions(panel, window);
  for (const int threads : {1, 2, 3}) {
    SCOPED_TRACE(threads);
    contributions is(panel.constituents);
    with_threads(threads,
                 [&] { window_contributions(*choose_backend("cpu").body, panel.view(), window, is.view()); });
    expect_same(is, should);
  }
}

}  // namespace
}  // namespace topheavy
