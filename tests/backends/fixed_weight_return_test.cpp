// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/fixed_weight_return/fixed_weight_return.h"

#include "tests/backends/backend_fixture.h"
#include "tests/backends/reference.h"
#include "tests/backends/small_panel.h"
#include "tests/backends/thread_counts.h"
#include "tests/support/bit_compare.h"

namespace topheavy {
namespace {

constexpr std::size_t sectors = 3;

struct fixed_days {
  explicit fixed_days(std::size_t days) : ret(days, -1.0), fill(days * sectors, -1.0) {}
  fixed_weight_result view() { return {ret.data(), fill.data()}; }
  std::vector<double> ret, fill;
};

// Weights of any sum, the sectors in turn; sector 2 holds nobody but the first of all constituents.
struct weights_of {
  explicit weights_of(const small_panel& panel) {
    for (std::size_t n = 0; n < panel.constituents; ++n) {
      weight.push_back(uniform(21, n, 0));
      sector.push_back(n == 0 ? 2 : static_cast<std::int32_t>(n % 2));
      groups.members.push_back(static_cast<std::int32_t>(n));
    }
    groups.close();
    for (std::int32_t s = 0; s < static_cast<std::int32_t>(sectors); ++s) {
      for (std::size_t n = 0; n < panel.constituents; ++n) {
        if (sector[n] == s) groups.members.push_back(static_cast<std::int32_t>(n));
      }
      groups.close();
    }
  }
  std::vector<double> weight;
  std::vector<std::int32_t> sector;
  small_groups groups;
};

void fixed_weight_return(backend& b, const small_panel& panel, const weights_of& weights, fixed_days& days) {
  const std::size_t groups = weights.groups.view().groups;
  std::vector<double> base(panel.days * groups), base_return(panel.days * groups);
  day_parts parts;
  parts.groups = weights.groups.view();
  parts.sums = {base.data(), base_return.data()};
  parts.weights = {weights.weight.data(), weights.sector.data(), 1, sectors};
  parts.fixed = days.view();
  b.day_pass(panel.view(), parts);
}

fixed_days reference_days(const small_panel& panel, const weights_of& weights) {
  fixed_days result(panel.days);
  for (std::size_t t = 0; t < panel.days; ++t) {
    const auto ratio = [&](int sector, double otherwise) {  // of the members of a sector, -1: of all
      std::vector<double> base, base_return;
      for (std::size_t n = 0; n < panel.constituents; ++n) {
        if (sector >= 0 && weights.sector[n] != sector) continue;
        const bool in = reference::in_index(panel, t, n);
        base.push_back(in ? reference::prior_cap(panel, t, n) : 0.0);
        base_return.push_back(in ? base.back() * reference::ret(panel, t, n) : 0.0);
      }
      const double total = reference::sum(base);
      return total > 0.0 ? reference::sum(base_return) / total : otherwise;
    };
    const double index = ratio(-1, std::nan(""));
    for (std::size_t s = 0; s < sectors; ++s) {
      result.fill[t * sectors + s] = ratio(static_cast<int>(s), index);
    }
    std::vector<double> terms;
    for (std::size_t n = 0; n < panel.constituents; ++n) {
      const double ret = reference::ret(panel, t, n);
      const double fill = result.fill[t * sectors + static_cast<std::size_t>(weights.sector[n])];
      terms.push_back(weights.weight[n] * (std::isnan(ret) ? fill : ret));
    }
    result.ret[t] = std::isnan(index) ? index : reference::sum(terms);
  }
  return result;
}

void expect_reference(backend& b, const small_panel& panel) {
  const weights_of weights(panel);
  fixed_days is(panel.days);
  fixed_weight_return(b, panel, weights, is);
  const fixed_days should = reference_days(panel, weights);
  EXPECT_TRUE(same_bits(is.ret, should.ret));
  EXPECT_TRUE(same_bits(is.fill, should.fill));
}

using fixed_weight_return_test = on_backend;
TOPHEAVY_ON_EVERY_BACKEND(fixed_weight_return_test);

TEST_P(fixed_weight_return_test, has_the_bits_of_the_specification_at_awkward_sizes) {
  for (const auto& [name, panel] : awkward_panels(6)) {
    SCOPED_TRACE(name);
    expect_reference(*fresh(), panel);
  }
}

TEST_P(fixed_weight_return_test, the_first_group_has_to_be_the_index) {
  const small_panel panel = make_panel(3, 4, panel_kind::full);
  weights_of weights(panel);
  weights.groups.offsets = {0, 3, 4, 4, 4};
  fixed_days is(panel.days);
  EXPECT_THROW(fixed_weight_return(*fresh(), panel, weights, is), std::invalid_argument);
}

TEST(fixed_weight_return_threads, any_number_gives_the_same_bits) {
  const small_panel panel = make_panel(40, 1000, panel_kind::gaps);
  for (const int threads : {1, 2, 3}) {
    SCOPED_TRACE(threads);
    with_threads(threads, [&] { expect_reference(*choose_backend("cpu").body, panel); });
  }
}

}  // namespace
}  // namespace topheavy
