// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// I*[t] = sum over n of weight[n] R[t,n], R being the return or what stands in for it; fixed_weight_return.h has the
// formulas. Order: kernels/core/block_sum.h. Traffic: fixed_weight_return_traffic().
#include "kernels/device/block.cuh"
#include "kernels/device/check.h"
#include "kernels/device/range.h"
#include "kernels/fixed_weight_return/fixed_weight_return_core.h"
#include "kernels/fixed_weight_return/fixed_weight_return_cuda.h"

namespace topheavy {
namespace {

constexpr std::size_t shared_chunks =
    128;  // chunk sums in shared memory at a time: 1 KiB, 16,384 constituents

// A block per day: first its threads write the day's stand-ins, then they sum.
__global__ void fixed_weight_return_kernel(panel_view panel, group_sums_result sums, std::size_t groups,
                                           fixed_weights weights, fixed_weight_result result) {
  __shared__ double shared[shared_chunks];
  for (std::size_t day = blockIdx.x; day < panel.days; day += gridDim.x) {
    double* fill = result.fill + day * weights.sectors;
    for (std::size_t s = threadIdx.x; s < weights.sectors; s += blockDim.x) {
      fill[s] = fill_of(sums, groups, day, weights.first_group + s);
    }
    __syncthreads();
    fixed_weight_return_block(device_block{}, panel, sums, groups, weights, fill, day, result.ret, shared,
                              shared_chunks);
  }
}

}  // namespace

void fixed_weight_return_cuda(panel_view panel, group_sums_result sums, std::size_t groups,
                              const fixed_weights& weights, fixed_weight_result result, stream_ref stream,
                              unsigned threads) {
  if (panel.days == 0) return;
  const named_range range{"topheavy::fixed_weight_return"};
  const launch_shape shape = block_per_answer(panel.days, threads);
  fixed_weight_return_kernel<<<shape.grid, shape.block, 0, stream.get()>>>(panel, sums, groups, weights,
                                                                           result);
  check_launch();
}

}  // namespace topheavy
