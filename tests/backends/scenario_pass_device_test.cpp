// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_pass/scenario_pass_cuda.h"
#include "tests/backends/device_fixture.h"
#include "tests/backends/pass_list.h"

#include <gtest/gtest.h>

// The pass over scenarios on a device: the CPU engine's bits for every kind of tile and every cut of the scenarios. What
// each kernel does is proven on the host by path_tiles_test.cpp and scenario_pass_emulation_test.cpp.
namespace topheavy {
namespace {

class scenario_pass_device : public device_fixture {
 protected:
  make_engine engines() {
    return [this](const path_universe& universe, unsigned variant) {
      constexpr path_tile_kind kinds[] = {path_tile_kind::shared_32, path_tile_kind::shared_16,
                                          path_tile_kind::streamed, path_tile_kind::automatic};
      const std::size_t cells = variant % 2 == 0 ? 1 : 13 * 64;
      return make_cuda_path_engine(universe, *ledger_, {kinds[variant % 4], cells, nullptr});
    };
  }
};

TEST_F(scenario_pass_device, every_request_of_every_universe) { expect_same_passes(engines()); }
TEST_F(scenario_pass_device, awkward_sizes) { expect_same_passes_at_awkward_sizes(engines()); }
TEST_F(scenario_pass_device, many_groups) { expect_same_passes_of_many_groups(engines()); }
TEST_F(scenario_pass_device, passes_in_pieces) { expect_same_passes_in_pieces(engines()); }
TEST_F(scenario_pass_device, replays) { expect_same_replays(engines()); }

// As many rows as fill shared memory, and as no longer fit, with more scenarios than one slice holds.
TEST_F(scenario_pass_device, tiles_are_cut_to_the_rows) {
  const class_groups groups;
  const figure_request request = request_of(groups, true);
  for (const std::uint32_t rows : {1'300u, 2'600u, 5'000u}) {
    const small_universe u = make_small_universe({200, 60, 129, 7}, rows + 2, 9);
    const small_recipe recipe(rows, 21, true);
    if (rows == 5'000) {
      EXPECT_EQ(tile_kind_for(path_tile_kind::automatic, u.rows), path_tile_kind::streamed);
      EXPECT_THROW(make_cuda_path_engine(u.view(), *ledger_, {path_tile_kind::shared_16, 1, nullptr}),
                   std::invalid_argument);
    }
    path_pass_times times;
    const auto engine =
        make_cuda_path_engine(u.view(), *ledger_, {path_tile_kind::automatic, 1 << 14, &times});
    EXPECT_TRUE(same_figures(pass(*engine, recipe, request, {0, 2'000}),
                             pass(*make_cpu_path_engine(u.view()), recipe, request, {0, 2'000})));
    EXPECT_GT(times.tiles, 0.0);
  }
}

TEST_F(scenario_pass_device, a_universe_that_does_not_fit_ends_in_the_table_of_memory) {
  const path_layout layout = make_path_layout({std::size_t{1} << 20});
  const std::vector<float> start(layout.slots(), 1.0F);
  const std::vector<float> one_row(layout.slots());  // others are not read before there is room for them
  try {
    make_cuda_path_engine({&layout, start.data(), one_row.data(), std::size_t{1} << 24}, *ledger_);
    ADD_FAILURE() << "64 TiB were there";
  } catch (const out_of_device_memory& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("returns of tiles needs 70368744177664 bytes"), std::string::npos) << text;
    EXPECT_NE(text.find("start caps of tiles"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace topheavy
