// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// Mean and spread of each constituent over the days of each cell; regime_moments.h has the formulas.
// Order: a constituent's days in sequence, so a thread a constituent and cell. Traffic: regime_moments_traffic(); a day
// belongs to one cell, so that every return is read once.
#include "kernels/device/check.h"
#include "kernels/device/range.h"
#include "kernels/regime_moments/regime_moments_core.h"
#include "kernels/regime_moments/regime_moments_cuda.h"

namespace topheavy {
namespace {

// A block per blockDim.x constituents of a cell.
__global__ void regime_moments_kernel(panel_view panel, moment_days days, regime_moments_result result,
                                      std::size_t blocks_a_cell) {
  for (std::size_t b = blockIdx.x; b < days.cells * blocks_a_cell; b += gridDim.x) {
    const std::size_t n = b % blocks_a_cell * blockDim.x + threadIdx.x;
    if (n < panel.constituents) moments_of_constituent(panel, days, result, b / blocks_a_cell, n);
  }
}

}  // namespace

void regime_moments_cuda(panel_view panel, const moment_days& days, regime_moments_result result,
                         stream_ref stream, unsigned threads) {
  if (panel.constituents == 0 || days.cells == 0) return;
  const named_range range{"topheavy::regime_moments"};
  const std::size_t blocks_a_cell = (panel.constituents + threads - 1) / threads;
  const launch_shape shape = block_per_answer(days.cells * blocks_a_cell, threads);
  regime_moments_kernel<<<shape.grid, shape.block, 0, stream.get()>>>(panel, days, result, blocks_a_cell);
  check_launch();
}

}  // namespace topheavy
