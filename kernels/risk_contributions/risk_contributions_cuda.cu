// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// beta[c,n] = sum over the days t of cell c of slope[t] R[t,n]; risk_contributions.h has the formulas.
// Order: a constituent's days in sequence, so a thread a constituent and cell. Traffic: risk_contributions_traffic(); the
// returns are read from memory once and by the threads of the other cells from the second-level cache.
#include "kernels/device/check.h"
#include "kernels/device/range.h"
#include "kernels/risk_contributions/risk_contributions_core.h"
#include "kernels/risk_contributions/risk_contributions_cuda.h"

namespace topheavy {
namespace {

// A block per 1 / blockDim.x of the constituents of a row of the result.
__global__ void risk_contributions_kernel(panel_view panel, risk_days days, risk_contributions_result result,
                                          std::size_t blocks_a_row) {
  const std::size_t blocks = (1 + days.cells) * blocks_a_row;
  for (std::size_t b = blockIdx.x; b < blocks; b += gridDim.x) {
    const std::size_t row = b / blocks_a_row;
    const std::size_t n = b % blocks_a_row * blockDim.x + threadIdx.x;
    if (n < panel.constituents) risk_of_constituent(panel, days, result, row, n);
  }
}

}  // namespace

void risk_contributions_cuda(panel_view panel, const risk_days& days, risk_contributions_result result,
                             stream_ref stream, unsigned threads) {
  if (panel.constituents == 0) return;
  const named_range range{"topheavy::risk_contributions"};
  const std::size_t blocks_a_row = (panel.constituents + threads - 1) / threads;
  const launch_shape shape = block_per_answer((1 + days.cells) * blocks_a_row, threads);
  risk_contributions_kernel<<<shape.grid, shape.block, 0, stream.get()>>>(panel, days, result, blocks_a_row);
  check_launch();
}

}  // namespace topheavy
