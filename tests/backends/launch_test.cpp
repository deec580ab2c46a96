// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/device/launch.h"

#include <gtest/gtest.h>

namespace topheavy {
namespace {

TEST(launch, a_block_an_answer_along_x) {
  const launch_shape shape = block_per_answer(70'000, 256);  // beyond what y and z allow
  EXPECT_EQ(shape.grid.x, 70'000u);
  EXPECT_EQ(shape.grid.y, 1u);
  EXPECT_EQ(shape.grid.z, 1u);
  EXPECT_EQ(shape.block.x, 256u);
}

TEST(launch, the_grid_ends_at_what_the_device_takes) {
  EXPECT_EQ(block_per_answer(2'147'483'647, 32).grid.x, 2'147'483'647u);
  EXPECT_EQ(block_per_answer(std::size_t{1} << 40, 32).grid.x, 2'147'483'647u);
  EXPECT_EQ(block_per_answer(0, 32).grid.x, 1u);  // a grid of nothing is an error of CUDA
}

TEST(launch, blocks_are_whole_warps) {
  for (const unsigned threads : {0u, 16u, 33u, 1056u}) {
    EXPECT_THROW(block_per_answer(1, threads), std::invalid_argument) << threads;
  }
}

}  // namespace
}  // namespace topheavy
