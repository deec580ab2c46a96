// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// sum[t,g] = sum over n in g of the standardised return; standardised_sums.h has the formulas.
// Order: kernels/core/block_sum.h over a group's members. Traffic: standardised_sums_traffic(); a day's returns are read
// from memory once and by the other groups of the day from the second-level cache, since the blocks of a day stand
// together in the grid.
#include "kernels/device/block.cuh"
#include "kernels/device/check.h"
#include "kernels/device/range.h"
#include "kernels/standardised_sums/standardised_sums_core.h"
#include "kernels/standardised_sums/standardised_sums_cuda.h"

namespace topheavy {
namespace {

// Chunk sums in shared memory at a time: 1 KiB, 16,384 members.
constexpr std::size_t shared_chunks = 128;

// A block per (t, g), t slowest.
__global__ void standardised_sums_kernel(panel_view panel, standardised_days days, groups_view groups,
                                         double* sum) {
  __shared__ double shared[shared_chunks];
  const std::size_t answers = panel.days * groups.groups;
  for (std::size_t answer = blockIdx.x; answer < answers; answer += gridDim.x) {
    standardised_sum_block(device_block{}, panel, days, groups, sum, answer / groups.groups,
                           answer % groups.groups, shared, shared_chunks);
  }
}

}  // namespace

void standardised_sums_cuda(panel_view panel, const standardised_days& days, groups_view groups, double* sum,
                            stream_ref stream, unsigned threads) {
  const std::size_t answers = panel.days * groups.groups;
  if (answers == 0) return;
  const named_range range{"topheavy::standardised_sums"};
  const launch_shape shape = block_per_answer(answers, threads);
  standardised_sums_kernel<<<shape.grid, shape.block, 0, stream.get()>>>(panel, days, groups, sum);
  check_launch();
}

}  // namespace topheavy
