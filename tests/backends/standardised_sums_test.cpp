// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/standardised_sums/standardised_sums_core.h"
#include "tests/backends/backend_fixture.h"
#include "tests/backends/host_block.h"
#include "tests/backends/reference.h"
#include "tests/backends/small_panel.h"
#include "tests/backends/thread_counts.h"
#include "tests/support/bit_compare.h"

namespace topheavy {
namespace {

constexpr std::size_t cells = 3;

struct standardised_case {
  explicit standardised_case(const small_panel& panel) {
    for (std::size_t t = 0; t < panel.days; ++t) {
      cell.push_back(static_cast<std::int32_t>(4.0 * uniform(61, t, 0)) - 1);
    }
    for (std::size_t c = 0; c < cells; ++c) {
      for (std::size_t n = 0; n < panel.constituents; ++n) {
        mean.push_back(0.01 * (uniform(62, c, n) - 0.5));
        per_sd.push_back(uniform(63, c, n) < 0.2 ? 0.0 : 10.0 + 90.0 * uniform(64, c, n));
      }
    }
  }
  standardised_days view() const { return {cell.data(), cells, mean.data(), per_sd.data()}; }
  std::vector<std::int32_t> cell;
  std::vector<double> mean, per_sd;
};

std::vector<double> reference_sums(const small_panel& panel, const standardised_case& days,
                                   const small_groups& groups) {
  std::vector<double> sums;
  for (std::size_t t = 0; t < panel.days; ++t) {
    for (std::size_t g = 0; g < groups.view().groups; ++g) {
      std::vector<double> z;
      for (std::int32_t i = groups.offsets[g]; i < groups.offsets[g + 1]; ++i) {
        const auto n = static_cast<std::size_t>(groups.members[static_cast<std::size_t>(i)]);
        const double ret = reference::ret(panel, t, n);
        if (days.cell[t] < 0) continue;
        const std::size_t at = static_cast<std::size_t>(days.cell[t]) * panel.constituents + n;
        z.push_back(std::isnan(ret) ? 0.0 : (ret - days.mean[at]) * days.per_sd[at]);
      }
      sums.push_back(reference::sum(z));
    }
  }
  return sums;
}

std::vector<double> sums_of(backend& b, const small_panel& panel, const standardised_case& days,
                            const small_groups& groups) {
  std::vector<double> sums(panel.days * groups.view().groups, -1.0);
  b.standardised_sums(panel.view(), days.view(), groups.view(), sums.data());
  return sums;
}

using standardised_sums_test = on_backend;
TOPHEAVY_ON_EVERY_BACKEND(standardised_sums_test);

TEST_P(standardised_sums_test, has_the_bits_of_the_contract_at_awkward_sizes) {
  for (const auto& [name, panel] : awkward_panels(9)) {
    SCOPED_TRACE(name);
    const standardised_case days(panel);
    const small_groups groups = make_groups(panel.constituents);
    EXPECT_TRUE(same_bits(sums_of(*fresh(), panel, days, groups), reference_sums(panel, days, groups)));
  }
}

TEST_P(standardised_sums_test, wrong_cells_and_groups_are_refused) {
  const small_panel panel = make_panel(3, 4, panel_kind::full);
  standardised_case days(panel);
  EXPECT_THROW(sums_of(*fresh(), panel, days, {{0, 1}, {4}}), std::invalid_argument);
  days.cell[1] = cells;
  EXPECT_THROW(sums_of(*fresh(), panel, days, make_groups(4)), std::invalid_argument);
}

TEST(standardised_sum_block, has_the_bits_of_the_cpu_body_whatever_the_block) {
  const small_panel panel = make_panel(5, 700, panel_kind::gaps);
  const standardised_case days(panel);
  const small_groups groups = make_groups(panel.constituents);
  const std::size_t count = groups.view().groups;
  const std::vector<double> should = reference_sums(panel, days, groups);
  for (const std::size_t threads : {32, 64, 96, 256, 1024}) {
    for (const std::size_t capacity : {1, 5, 6, 64}) {
      for (const auto& order : warp_orders(threads / warp_threads)) {
        std::vector<double> is(should.size(), -1.0), shared(capacity, -1.0);
        for (std::size_t answer = 0; answer < is.size(); ++answer) {
          standardised_sum_block(host_block(order), panel.view(), days.view(), groups.view(), is.data(),
                                 answer / count, answer % count, shared.data(), capacity);
        }
        EXPECT_TRUE(same_bits(is, should)) << threads << " threads, capacity " << capacity;
      }
    }
  }
}

TEST(standardised_sums_threads, any_number_gives_the_same_bits) {
  const small_panel panel = make_panel(40, 1000, panel_kind::gaps);
  const standardised_case days(panel);
  const small_groups groups = make_groups(panel.constituents);
  const std::vector<double> should = reference_sums(panel, days, groups);
  for (const int threads : {1, 2, 3}) {
    with_threads(threads, [&] {
      EXPECT_TRUE(same_bits(sums_of(*choose_backend("cpu").body, panel, days, groups), should)) << threads;
    });
  }
}

}  // namespace
}  // namespace topheavy
