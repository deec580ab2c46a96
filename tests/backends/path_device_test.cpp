// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/backend.h"
#include "kernels/device/buffer.h"
#include "kernels/scenario_paths/path_tiles_cuda.h"
#include "tests/support/bit_compare.h"
#include "tests/support/path_reference.h"

// The path engine on a device: the bits of the CPU bodies for every kind of tile and every cut of the scenarios.
namespace topheavy {
namespace {

class path_device : public ::testing::Test {
 protected:
  void SetUp() override {
    const backend_status cuda = known_backends().front();
    if (!cuda.available) GTEST_SKIP() << cuda.reason;
    work_ = std::make_unique<stream>();
    ledger_ = std::make_unique<device_ledger>(work_->ref());
  }

  std::unique_ptr<stream> work_;
  std::unique_ptr<device_ledger> ledger_;
};

std::vector<double> widened(const std::vector<float>& values) { return {values.begin(), values.end()}; }

std::vector<float> thresholds_for(const made_up_paths& paths) {
  std::vector<float> threshold(paths.scenarios * paths.steps);
  for (std::size_t i = 0; i < threshold.size(); ++i) {
    threshold[i] = i % 7 == 3 ? 0.0F : 0x1p15F / static_cast<float>(1 + i % 61);
  }
  return threshold;
}

void expect_walk(device_paths& there, const made_up_paths& paths) {
  const std::vector<float> threshold = thresholds_for(paths);
  const path_answers should = cpu_paths(best_path_body(), paths, threshold, false);
  for (const bool squares : {false, true}) {
    for (const bool counts : {false, true}) {
      SCOPED_TRACE(testing::Message() << (squares ? "squares " : "") << (counts ? "counts" : ""));
      std::vector<double> class_sum(should.class_sum.size(), -1.0),
          square_sum(should.square_sum.size(), -1.0);
      std::vector<std::uint32_t> count(should.count.size(), 77);
      path_walk_times times;
      there.walk(paths.plan(), counts ? threshold.data() : nullptr,
                 {class_sum.data(), squares ? square_sum.data() : nullptr, counts ? count.data() : nullptr},
                 &times);
      EXPECT_TRUE(same_bits(class_sum, should.class_sum));
      if (squares) {
        EXPECT_TRUE(same_bits(square_sum, should.square_sum));
      }
      if (counts) {
        EXPECT_EQ(count, should.count);
      }
      EXPECT_GT(times.tiles, 0.0);
    }
  }
}

constexpr path_tile_kind kinds[] = {path_tile_kind::shared_32, path_tile_kind::shared_16,
                                    path_tile_kind::streamed};

TEST_F(path_device, walks_have_the_bits_of_the_cpu_bodies_at_awkward_sizes) {
  for (const auto& sizes : std::vector<std::vector<std::size_t>>{
           {1}, {17, 0, 33}, {48, 64}, {65, 80, 96, 97, 112}, {113, 127, 128, 129, 300}}) {
    for (const auto& [scenarios, steps] :
         {std::pair<std::size_t, std::size_t>{1, 1}, {33, 6}, {5, 63}, {1000, 21}}) {
      const made_up_paths paths = make_paths(sizes, 37, scenarios, steps);
      for (const path_tile_kind kind : kinds) {
        SCOPED_TRACE(testing::Message()
                     << sizes.size() << " classes, the first of " << sizes[0] << ", " << scenarios << " x "
                     << steps << ", kind " << static_cast<int>(kind));
        device_paths there(paths.universe(), nullptr, *ledger_, kind);
        expect_walk(there, paths);
      }
    }
  }
}

TEST_F(path_device, how_many_scenarios_are_walked_at_a_time_changes_no_bit) {
  const made_up_paths paths = make_paths({700, 41, 7}, 50, 333, 13);
  for (const std::size_t cells : {1, 32 * 13, 100 * 13, 1 << 20}) {
    device_paths there(paths.universe(), nullptr, *ledger_, path_tile_kind::automatic, cells);
    expect_walk(there, paths);
  }
}

// As many rows as fill shared memory, and as no longer fit.
TEST_F(path_device, tiles_are_cut_to_the_rows) {
  for (const std::size_t rows : {1'300, 2'600, 5'000}) {
    const made_up_paths paths = make_paths({200, 60}, rows, 400, 21);
    device_paths there(paths.universe(), nullptr, *ledger_);
    if (rows == 5'000) {
      EXPECT_EQ(there.kind(), path_tile_kind::streamed);
      EXPECT_THROW(device_paths(paths.universe(), nullptr, *ledger_, path_tile_kind::shared_16),
                   std::invalid_argument);
    }
    expect_walk(there, paths);
  }
}

TEST_F(path_device, caps_of_constituents_are_those_of_the_cpu_bodies) {
  const made_up_paths paths = make_paths({300, 20, 0, 65}, 40, 70, 9);
  const std::vector<float> should = cpu_paths(best_path_body(), paths, thresholds_for(paths), true).caps;
  const std::size_t slots = paths.layout.slots();
  for (const path_tile_kind kind : kinds) {
    device_paths there(paths.universe(), nullptr, *ledger_, kind, 32 * 9);
    std::vector<float> every(should.size(), -1.0F), last(paths.scenarios * slots, -1.0F), should_last;
    there.walk_caps(paths.plan(), true, every.data());
    there.walk_caps(paths.plan(), false, last.data());
    for (std::size_t s = 0; s < paths.scenarios; ++s) {
      const auto end = should.begin() + static_cast<std::ptrdiff_t>((s + 1) * paths.steps * slots);
      should_last.insert(should_last.end(), end - static_cast<std::ptrdiff_t>(slots), end);
    }
    EXPECT_TRUE(same_bits(widened(every), widened(should)));
    EXPECT_TRUE(same_bits(widened(last), widened(should_last)));
  }
}

TEST_F(path_device, the_head_has_the_bits_of_the_cpu_bodies) {
  for (const auto& sizes : std::vector<std::vector<std::size_t>>{{400, 300, 7}, {3}, {128}}) {
    const made_up_paths paths = make_paths(sizes, 60, 501, 63);
    const std::vector<std::uint32_t> head = head_of(paths, no_path_slot);
    device_paths there(paths.universe(), head.data(), *ledger_, path_tile_kind::automatic, 63 * 64);
    for (const std::size_t k : {1, 10, 50, 128}) {
      const head_answers should = cpu_head(best_path_body(), paths, head, k);
      std::vector<float> threshold(should.threshold.size()), last(should.last_caps.size());
      std::vector<double> sum(should.sum.size());
      there.walk_head(paths.plan(), k, threshold.data(), sum.data(), last.data());
      EXPECT_TRUE(same_bits(widened(threshold), widened(should.threshold))) << "k " << k;
      EXPECT_TRUE(same_bits(sum, should.sum)) << "k " << k;
      EXPECT_TRUE(same_bits(widened(last), widened(should.last_caps))) << "k " << k;
    }
  }
}

TEST_F(path_device, a_universe_that_does_not_fit_ends_in_the_table_of_memory) {
  const path_layout layout = make_path_layout({std::size_t{1} << 20});
  const std::vector<float> start(layout.slots(), 1.0F);
  const float none = 0.0F;  // rows are not read before there is room for them
  try {
    const device_paths there({&layout, start.data(), &none, std::size_t{1} << 24}, nullptr, *ledger_);
    ADD_FAILURE() << "64 TiB were there";
  } catch (const out_of_device_memory& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("returns of tiles needs 70368744177664 bytes"), std::string::npos) << text;
    EXPECT_NE(text.find("start caps of tiles"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace topheavy
