// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/breadth/breadth.h"

#include "tests/backends/backend_fixture.h"
#include "tests/backends/reference.h"
#include "tests/backends/small_panel.h"
#include "tests/backends/thread_counts.h"
#include "tests/support/bit_compare.h"

namespace topheavy {
namespace {

struct breadth_days {
  explicit breadth_days(std::size_t days)
      : prior_cap(days, -1.0),
        return_sum(days, -1.0),
        advancers_base(days, -1.0),
        deviation(days, -1.0),
        members(days, -1),
        advancers(days, -1) {}
  breadth_result view() {
    return {prior_cap.data(), members.data(),        return_sum.data(),
            advancers.data(), advancers_base.data(), deviation.data()};
  }
  std::vector<double> prior_cap, return_sum, advancers_base, deviation;
  std::vector<std::int32_t> members, advancers;
};

// The index of the panel as group 0, and room for its sums.
struct index_group {
  explicit index_group(const small_panel& panel) : base(panel.days), base_return(panel.days) {
    for (std::size_t n = 0; n < panel.constituents; ++n)
      group.members.push_back(static_cast<std::int32_t>(n));
    group.close();
  }
  small_groups group;
  std::vector<double> base, base_return;
};

void breadth(backend& b, const small_panel& panel, breadth_days& days) {
  index_group index(panel);
  day_parts parts;
  parts.groups = index.group.view();
  parts.sums = {index.base.data(), index.base_return.data()};
  parts.breadth = days.view();
  b.day_pass(panel.view(), parts);
}

// NaN on day 0, and on every day of a panel without members.
std::vector<double> index_returns(const small_panel& panel) {
  std::vector<double> index;
  for (std::size_t t = 0; t < panel.days; ++t) {
    std::vector<double> base, base_return;
    for (std::size_t n = 0; n < panel.constituents; ++n) {
      if (!reference::in_index(panel, t, n)) {
        base.push_back(0.0);
        base_return.push_back(0.0);
        continue;
      }
      base.push_back(reference::prior_cap(panel, t, n));
      base_return.push_back(base.back() * reference::ret(panel, t, n));
    }
    const double total = reference::sum(base);
    index.push_back(total > 0.0 ? reference::sum(base_return) / total : std::nan(""));
  }
  return index;
}

breadth_days reference_breadth(const small_panel& panel, const std::vector<double>& index) {
  breadth_days result(panel.days);
  for (std::size_t t = 0; t < panel.days; ++t) {
    std::vector<double> prior_cap, returns, advancers_base, deviation;
    result.members[t] = result.advancers[t] = 0;
    for (std::size_t n = 0; t > 0 && n < panel.constituents; ++n) {
      const double base = reference::prior_cap(panel, t, n);
      const double ret = reference::ret(panel, t, n);
      const bool in = reference::in_index(panel, t, n);
      prior_cap.push_back(base);
      returns.push_back(in ? ret : 0.0);
      advancers_base.push_back(in && ret > 0.0 ? base : 0.0);
      deviation.push_back(in ? base * ((ret - index[t]) * (ret - index[t])) : 0.0);
      result.members[t] += in ? 1 : 0;
      result.advancers[t] += in && ret > 0.0 ? 1 : 0;
    }
    result.prior_cap[t] = reference::sum(prior_cap);
    result.return_sum[t] = reference::sum(returns);
    result.advancers_base[t] = reference::sum(advancers_base);
    result.deviation[t] = reference::sum(deviation);
  }
  return result;
}

void expect_same(const breadth_days& is, const breadth_days& should) {
  EXPECT_TRUE(same_bits(is.prior_cap, should.prior_cap));
  EXPECT_TRUE(same_bits(is.return_sum, should.return_sum));
  EXPECT_TRUE(same_bits(is.advancers_base, should.advancers_base));
  EXPECT_TRUE(same_bits(is.deviation, should.deviation));
  EXPECT_EQ(is.members, should.members);
  EXPECT_EQ(is.advancers, should.advancers);
}

using breadth_test = on_backend;
TOPHEAVY_ON_EVERY_BACKEND(breadth_test);

TEST_P(breadth_test, has_the_bits_of_the_specification_at_awkward_sizes) {
  for (const auto& [name, panel] : awkward_panels(5)) {
    SCOPED_TRACE(name);
    const std::vector<double> index = index_returns(panel);
    breadth_days is(panel.days);
    breadth(*fresh(), panel, is);
    expect_same(is, reference_breadth(panel, index));
  }
}

TEST_P(breadth_test, a_flat_return_is_a_member_that_does_not_advance) {
  const small_panel panel{2, 3, {1.0, 3.0, 4.0, 1.0, 3.0, 4.0}, {0.0, 0.0, 0.0, 0.0, -0.0, 0.5}};
  breadth_days is(2);
  breadth(*fresh(), panel, is);
  EXPECT_EQ(is.members, (std::vector<std::int32_t>{0, 3}));
  EXPECT_EQ(is.advancers, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(is.advancers_base, (std::vector<double>{0.0, 4.0}));
  EXPECT_EQ(is.deviation, (std::vector<double>{0.0, 0.5}));
}

TEST(breadth_threads, any_number_gives_the_same_bits) {
  const small_panel panel = make_panel(40, 1000, panel_kind::gaps);
  const std::vector<double> index = index_returns(panel);
  const breadth_days should = reference_breadth(panel, index);
  for (const int threads : {1, 2, 3}) {
    SCOPED_TRACE(threads);
    breadth_days is(panel.days);
    with_threads(threads, [&] { breadth(*choose_backend("cpu").body, panel, is); });
    expect_same(is, should);
  }
}

}  // namespace
}  // namespace topheavy
