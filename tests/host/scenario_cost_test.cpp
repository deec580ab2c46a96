// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/cost.h"
#include "tests/host/small_market.h"

#include <gtest/gtest.h>
#include <oneapi/tbb/task_arena.h>

namespace topheavy {
namespace {

scenario_cost cost_of(const scenario_settings& set, const inputs& in = small_market()) {
  const settings s = market_settings();
  return expected_cost(s, set, in, history_of(in, s));
}

scenario_settings of_a_thousand() {
  scenario_settings set = month();
  set.count = 1'000;
  set.levels = {0.9, 0.99};
  set.history_error.replicates = 200;
  set.history_error.count = 1'024;
  return set;
}

TEST(scenario_cost, knows_the_scenarios_of_a_history_drawn_anew) {
  scenario_settings many = of_a_thousand();
  many.history_error.count = 1'001'024;
  EXPECT_EQ(cost_of(many).bytes() - cost_of(of_a_thousand()).bytes(), 16e6);
  many.history_error.replicates = 0;
  EXPECT_LT(cost_of(many).bytes(), cost_of(of_a_thousand()).bytes());
}

TEST(scenario_cost, counts_groups_of_its_own_dimensions_only) {
  scenario_settings none = of_a_thousand(), all = of_a_thousand();
  none.dimensions.emplace();
  all.dimensions = {"sector"};  // three groups
  EXPECT_EQ(cost_of(all).scenario_bytes - cost_of(none).scenario_bytes, 3.0 * 8 * 1'000);
}

TEST(scenario_cost, has_a_histogram_of_every_pair_for_every_thread) {
  scenario_settings none = of_a_thousand(), sectors = of_a_thousand();
  none.dimensions.emplace();
  sectors.dimensions = {"sector"};  // three pairs
  EXPECT_EQ(cost_of(none).correlation_bytes, 0.0);
  const auto at = [&](int threads) {
    oneapi::tbb::task_arena arena(threads);
    return arena.execute([&] { return cost_of(sectors).correlation_bytes; });
  };
  EXPECT_EQ(at(8) - at(4), 4.0 * 3 * (16'384 + 2'048));
}

TEST(scenario_cost, keeps_sums_of_the_tail_and_share_classes_of_issuers) {
  const double plain = cost_of(of_a_thousand()).tail_bytes;
  scenario_settings more = of_a_thousand();
  more.levels = {0.9, 0.95, 0.99};
  EXPECT_GT(cost_of(more).tail_bytes, plain);
  inputs in = small_market();
  in.labels.issuer = {"I", "I", "J", "K", "L"};
  EXPECT_EQ(cost_of(of_a_thousand(), in).tail_bytes - plain, 2.0 * 8 * 100);
  scenario_settings windows = of_a_thousand();
  windows.generator.kind = generator_kind::historical;
  const scenario_cost of_windows = cost_of(windows, in);
  EXPECT_EQ(of_windows.scenarios, 9U);
  EXPECT_GT(of_windows.tail_bytes, 0.0);
}

}  // namespace
}  // namespace topheavy
