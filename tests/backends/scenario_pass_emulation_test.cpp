// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/backends/host_place.h"
#include "tests/backends/pass_list.h"

#include <gtest/gtest.h>

// The pass over scenarios as a device runs it, its kernels emulated: the CPU engine's bits.
namespace topheavy {
namespace {

class emulated_engine final : public path_engine {
 public:
  emulated_engine(const path_universe& universe, const host_place_options& options, std::size_t cells)
      : place_(options), pass_(place_, universe, cells) {}

  void scenario_pass(const plan_recipe& recipe, const figure_request& request, scenario_range range,
                     const figure_columns& columns) override {
    pass_.scenario_pass(recipe, request, range, columns);
  }
  void take_correlations(const rho_columns& columns) override { pass_.take_correlations(columns); }
  void replay(const plan_recipe& recipe, const replay_request& request,
              const replay_result& result) override {
    pass_.replay(recipe, request, result);
  }
  const host_place& place() const { return place_; }

 private:
  host_place place_;
  placed_pass<host_place> pass_;
};

std::unique_ptr<path_engine> emulated(const path_universe& universe, unsigned variant) {
  host_place_options options;
  options.units = 2 - variant % 2;
  options.streamed = variant % 3 == 2;
  options.blocks = 1 + variant % 4;
  options.thread_order = variant * 7 % 32;
  return std::make_unique<emulated_engine>(universe, options, variant % 2 == 0 ? 1 : 13 * 64);
}

TEST(scenario_pass_emulation, every_request_of_every_universe) { expect_same_passes(emulated); }
TEST(scenario_pass_emulation, awkward_sizes) { expect_same_passes_at_awkward_sizes(emulated); }
TEST(scenario_pass_emulation, many_groups) { expect_same_passes_of_many_groups(emulated); }
TEST(scenario_pass_emulation, passes_in_pieces) { expect_same_passes_in_pieces(emulated); }
TEST(scenario_pass_emulation, replays) { expect_same_replays(emulated); }

TEST(scenario_pass_emulation, orders_of_threads_and_numbers_of_blocks_change_no_bit) {
  const class_groups groups;
  const small_recipe recipe(40, 6, true);
  for (const std::size_t universe : {0, 2}) {
    const small_universe u = cases()[universe].universe();
    const figure_request request = request_of(groups, true);
    const figures should = pass(*make_cpu_path_engine(u.view()), recipe, request, {0, 45});
    for (const std::size_t blocks : {1, 5, 40}) {
      for (const unsigned order : {0u, 1u, 14u, 31u}) {
        host_place_options options;
        options.blocks = blocks;
        options.thread_order = order;
        emulated_engine engine(u.view(), options, 1 << 20);
        EXPECT_TRUE(same_figures(pass(engine, recipe, request, {0, 45}), should))
            << blocks << " blocks, order " << order;
      }
    }
  }
}

// Slices are halved until they fit, down to 32 scenarios; then there is no more to be done.
TEST(scenario_pass_emulation, too_little_memory_makes_smaller_slices) {
  const class_groups groups;
  const small_recipe recipe(40, 9, false);
  const small_universe u = cases()[0].universe();
  const figure_request request = request_of(groups, true);
  const figures should = pass(*make_cpu_path_engine(u.view()), recipe, request, {0, 600});
  emulated_engine roomy(u.view(), {}, 1 << 20);
  const std::size_t universe = roomy.place().held();
  EXPECT_TRUE(same_figures(pass(roomy, recipe, request, {0, 600}), should));
  EXPECT_EQ(roomy.place().refused(), 0u);
  host_place_options options;
  options.most_bytes = universe + (roomy.place().most_held() - universe) / 5;
  emulated_engine engine(u.view(), options, 1 << 20);
  EXPECT_TRUE(same_figures(pass(engine, recipe, request, {0, 600}), should));
  EXPECT_GT(engine.place().refused(), 1u);
  options.most_bytes = universe + 60'000;
  emulated_engine narrow(u.view(), options, 1 << 20);
  EXPECT_THROW(pass(narrow, small_recipe(40, 60, false), request, {0, 600}), out_of_device_memory);
}

// Ties and overtaking are what mending is for: without them it would not be proven here.
TEST(scenario_pass_emulation, the_cases_have_scenarios_to_mend) {
  const small_recipe recipe(40, 13, false);
  for (const std::size_t universe : {2, 3}) {
    const small_universe u = cases()[universe].universe();
    std::vector<std::uint32_t> head;
    find_largest(u.start.data(), u.start.size(), head_slots, 0.0F, head);
    const std::vector<std::uint64_t> scenario{7};
    std::vector<std::uint32_t> row(13);
    std::vector<float> scale(13), cap;
    make_plans_cpu(recipe.view(), scenario.data(), 1, {row.data(), scale.data(), nullptr, nullptr});
    walk_reference(u, row.data(), scale.data(), 13,
                   [&](std::size_t, const std::vector<float>& now) { cap = now; });
    std::vector<std::uint32_t> largest;
    find_largest(cap.data(), cap.size(), most_k, 0.0F, largest);
    float least = cap[largest[0]];
    std::size_t outside = 0;
    for (const std::uint32_t slot : largest) {
      least = std::min(least, cap[slot]);
      outside += std::binary_search(head.begin(), head.end(), slot) ? 0 : 1;
    }
    EXPECT_TRUE(outside > 0 || count_at_least(cap.data(), cap.size(), least) > most_k) << universe;
  }
}

}  // namespace
}  // namespace topheavy
