// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// Six sums over all constituents of a day, in one reading of its caps and returns; breadth.h has the formulas. Order:
// kernels/core/block_sum.h. Traffic: breadth_traffic().
#include "kernels/breadth/breadth_core.h"
#include "kernels/breadth/breadth_cuda.h"
#include "kernels/device/block.cuh"
#include "kernels/device/check.h"
#include "kernels/device/range.h"
#include "kernels/fixed_weight_return/fixed_weight_return_core.h"

namespace topheavy {
namespace {

constexpr std::size_t shared_chunks = 64;  // chunk sums in shared memory at a time: 3 KiB, 8,192 constituents

// A block per day.
__global__ void breadth_kernel(panel_view panel, group_sums_result sums, std::size_t groups,
                               breadth_result result) {
  __shared__ breadth_sums shared[shared_chunks];
  for (std::size_t day = blockIdx.x; day < panel.days; day += gridDim.x) {
    const std::size_t index = day * groups;
    const double index_return =
        return_of_sums(sums.base[index], sums.base_return[index], log_exp_detail::not_a_number);
    breadth_block(device_block{}, panel, index_return, result, day, shared, shared_chunks);
  }
}

}  // namespace

void breadth_cuda(panel_view panel, group_sums_result sums, std::size_t groups, breadth_result result,
                  stream_ref stream, unsigned threads) {
  if (panel.days == 0) return;
  const named_range range{"topheavy::breadth"};
  const launch_shape shape = block_per_answer(panel.days, threads);
  breadth_kernel<<<shape.grid, shape.block, 0, stream.get()>>>(panel, sums, groups, result);
  check_launch();
}

}  // namespace topheavy
