// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>

#include <cuda_runtime_api.h>

// The only place where a grid is computed, and where tuned numbers stand.
namespace topheavy {

// Threads of a block. They change the speed, never a bit. A number that was measured carries device, sizes,
// before, after and date.
namespace tuning {
// Not measured yet, all of them: 8 warps, a chunk of 128 terms each.
inline constexpr unsigned breadth = 256;
inline constexpr unsigned concentration = 256;
inline constexpr unsigned fixed_weight_return = 256;
inline constexpr unsigned group_sums = 256;
inline constexpr unsigned order_statistics = 256;
inline constexpr unsigned standardised_sums = 256;
// Not measured yet: constituents are few, so small blocks spread them over more of the device.
inline constexpr unsigned new_highs = 64;
inline constexpr unsigned regime_moments = 64;
inline constexpr unsigned risk_contributions = 64;
inline constexpr unsigned standardise = 64;
inline constexpr unsigned window_contributions = 64;
// Not measured yet: replicates are few beside the threads of a device.
inline constexpr unsigned day_bootstrap = 64;
// Counts of drawn days that are worked on at a time, 4 bytes each.
inline constexpr std::size_t bootstrap_counts = std::size_t{1} << 26;
// Caps of days that are sorted at a time; their copies take 16 bytes each beside what the sort asks for.
inline constexpr std::size_t sorted_caps = std::size_t{1} << 24;
// Values that are sorted at a time for the smallest of a column, 32 bytes each.
inline constexpr std::size_t sorted_values = std::size_t{1} << 24;
// Not measured on a device, all of them. A path's caps take most of the 128 registers that 512 threads leave each;
// one such block fills a multiprocessor.
inline constexpr unsigned path_tiles = 512;
inline constexpr unsigned path_words = 256;
inline constexpr unsigned path_correlations = 128;
// Of a block: what every device has without being asked for more.
inline constexpr std::size_t path_correlation_bytes = std::size_t{48} << 10;
// A thread a scenario, of which long horizons leave few a slice: small blocks reach more multiprocessors.
inline constexpr unsigned path_figures = 32;
inline constexpr unsigned scenario_plan = 32;
// Scenarios times steps walked at a time: their plans, 8 bytes each, stay in the second-level cache.
inline constexpr std::size_t path_cells = std::size_t{1} << 20;
}  // namespace tuning

struct launch_shape {
  dim3 grid;
  dim3 block;
};

// A block an answer, dealt along x, whose limit is 2^31 - 1 (y and z end at 65,535). Where there are more
// answers than blocks the kernel strides over the grid. Throws std::invalid_argument unless threads are whole
// warps, 32 to 1024.
inline launch_shape block_per_answer(std::size_t answers, unsigned threads) {
  constexpr std::size_t most = 2147483647;
  if (threads < 32 || threads > 1024 || threads % 32 != 0) {
    throw std::invalid_argument("launch: " + std::to_string(threads) +
                                " threads a block; 32 to 1024, in warps of 32");
  }
  return {dim3(static_cast<unsigned>(std::min(std::max<std::size_t>(answers, 1), most))), dim3(threads)};
}

}  // namespace topheavy
