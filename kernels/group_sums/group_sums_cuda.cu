// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// base[t,g] = sum over n in g of b[t,n]     base_return[t,g] = sum over n in g of b[t,n] r[t,n]
// specification, section 2
//   cap, ret  [T, N] row-major, float64; b[t,n] = cap[t-1,n] where that is > 0 and ret[t,n] is a number, else
//   0 groups    [G + 1] offsets, [M] members, n ascending within a group; groups may overlap base,
//   base_return  [T, G] row-major, float64, currency; zeros on day 0
// Order: kernels/core/tree_sum.h over a group's members; a chunk of 128 is a warp's (warp_sum.h), chunks are
// added in index order by one thread. Traffic: group_sums_traffic(); a day's rows are read from memory once
// and then by the other groups of the day from the second-level cache, since the blocks of a day stand
// together in the grid.
#include "kernels/device/block.cuh"
#include "kernels/device/check.h"
#include "kernels/device/range.h"
#include "kernels/group_sums/group_sums_core.h"
#include "kernels/group_sums/group_sums_cuda.h"

#include <stdexcept>
#include <string>

namespace topheavy {

namespace {

// Chunk sums that stand in shared memory at a time: 1 KiB, 8,192 members; more members take another turn.
constexpr std::size_t shared_chunks = 64;

// A block per (t, g), t slowest.
__global__ void group_sums_kernel(panel_view panel, groups_view groups, group_sums_result result) {
  __shared__ base_sums shared[shared_chunks];
  const std::size_t answers = panel.days * groups.groups;
  for (std::size_t answer = blockIdx.x; answer < answers; answer += gridDim.x) {
    group_sums_block(device_block{}, panel, groups, result, answer / groups.groups, answer % groups.groups,
                     shared, shared_chunks);
  }
}

}  // namespace

void group_sums_cuda(panel_view panel, groups_view groups, group_sums_result result, stream_ref stream,
                     unsigned threads) {
  const std::size_t answers = panel.days * groups.groups;
  if (answers == 0) return;
  const bool no_panel = panel.constituents > 0 && (panel.cap == nullptr || panel.ret == nullptr);
  if (no_panel || groups.offsets == nullptr || result.base == nullptr || result.base_return == nullptr) {
    throw std::invalid_argument("group_sums: no memory for " + std::to_string(panel.days) + " days of " +
                                std::to_string(panel.constituents) + " constituents in " +
                                std::to_string(groups.groups) + " groups");
  }
  const named_range range{"topheavy::group_sums"};
  const launch_shape shape = block_per_answer(answers, threads);
  group_sums_kernel<<<shape.grid, shape.block, 0, stream.get()>>>(panel, groups, result);
  check_launch();
}

cudaError_t group_sums_cuda_loads() {
  cudaFuncAttributes attributes;
  return cudaFuncGetAttributes(&attributes, group_sums_kernel);
}

}  // namespace topheavy
