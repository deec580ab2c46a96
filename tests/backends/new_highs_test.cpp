// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/new_highs/new_highs.h"

#include "tests/backends/backend_fixture.h"
#include "tests/backends/one_operation.h"
#include "tests/backends/reference.h"
#include "tests/backends/small_panel.h"
#include "tests/backends/thread_counts.h"

#include <algorithm>

namespace topheavy {
namespace {

std::vector<std::int32_t> reference_highs(const small_panel& panel, new_highs_rule rule) {
  std::vector<std::int32_t> count(panel.days, 0);
  const auto window = static_cast<std::size_t>(rule.window);
  for (std::size_t n = 0; n < panel.constituents; ++n) {
    std::vector<double> x = {1.0};
    for (std::size_t t = 1; t < panel.days; ++t) {
      const double ret = reference::ret(panel, t, n);
      x.push_back(std::isnan(ret) ? x.back() : x.back() * (1.0 + ret));
      const std::size_t first = t + 1 > window ? t + 1 - window : 0;
      const double high = *std::max_element(x.begin() + static_cast<std::ptrdiff_t>(first), x.end());
      if (reference::in_index(panel, t, n) && x[t] >= rule.within * high) ++count[t];
    }
  }
  return count;
}

using new_highs_test = on_backend;
TOPHEAVY_ON_EVERY_BACKEND(new_highs_test);

TEST_P(new_highs_test, counts_as_the_specification_at_awkward_sizes) {
  for (const auto& [name, panel] : awkward_panels(23)) {
    for (const std::int32_t window : {1, 2, 3, 7, 22, 23, 24, 252}) {
      SCOPED_TRACE(name + ", window " + std::to_string(window));
      std::vector<std::int32_t> is(panel.days, -1);
      new_highs(*fresh(), panel.view(), {window, 0.99}, is.data());
      EXPECT_EQ(is, reference_highs(panel, {window, 0.99}));
    }
  }
}

TEST_P(new_highs_test, the_year_and_other_shares_of_the_high) {
  const small_panel panel = make_panel(600, 70, panel_kind::gaps);
  for (const double within : {0.5, 0.9, 0.99, 1.0}) {
    std::vector<std::int32_t> is(panel.days, -1);
    new_highs(*fresh(), panel.view(), {252, within}, is.data());
    EXPECT_EQ(is, reference_highs(panel, {252, within})) << within;
  }
}

TEST_P(new_highs_test, an_old_high_leaves_the_window) {
  // Doubles on day 1, loses half on day 2, flat from then on: near its high again once day 1 is out of the
  // window.
  small_panel panel{8, 1, std::vector<double>(8, 1.0), {0.0, 1.0, -0.5, 0.0, 0.0, 0.0, 0.0, 0.0}};
  std::vector<std::int32_t> is(8, -1);
  new_highs(*fresh(), panel.view(), {4, 0.99}, is.data());
  EXPECT_EQ(is, (std::vector<std::int32_t>{0, 1, 0, 0, 0, 1, 1, 1}));
}

TEST_P(new_highs_test, a_rule_outside_its_range_is_refused) {
  const small_panel panel = make_panel(3, 1, panel_kind::full);
  std::vector<std::int32_t> is(panel.days, -1);
  for (const new_highs_rule rule : {new_highs_rule{0, 0.99}, {252, 0.0}, {252, 1.01}, {252, std::nan("")}}) {
    EXPECT_THROW(new_highs(*fresh(), panel.view(), rule, is.data()), std::invalid_argument);
  }
}

TEST(new_highs_threads, any_number_gives_the_same_counts) {
  const small_panel panel = make_panel(60, 1000, panel_kind::gaps);
  const std::vector<std::int32_t> should = reference_highs(panel, {21, 0.99});
  for (const int threads : {1, 2, 3}) {
    std::vector<std::int32_t> is(panel.days, -1);
    with_threads(threads,
                 [&] { new_highs(*choose_backend("cpu").body, panel.view(), {21, 0.99}, is.data()); });
    EXPECT_EQ(is, should) << threads << " threads";
  }
}

}  // namespace
}  // namespace topheavy
