// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// count[t] = members within a share of the highest of their own last days; new_highs.h has the formulas.
// Order: a constituent's days in sequence, so a thread a constituent; counts are whole numbers and need none. Traffic:
// new_highs_traffic(), and of the spans, which the second-level cache holds, a value written and at most three read and
// two written again for each return.
#include "kernels/device/block.cuh"
#include "kernels/device/check.h"
#include "kernels/device/range.h"
#include "kernels/new_highs/new_highs_core.h"
#include "kernels/new_highs/new_highs_cuda.h"

namespace topheavy {
namespace {

// A warp per 32 constituents.
__global__ void new_highs_kernel(panel_view panel, double within, std::size_t window, double* spans,
                                 std::uint32_t* count) {
  const device_block block;
  for (std::size_t b = blockIdx.x; b * blockDim.x < panel.constituents; b += gridDim.x) {
    block.each_warp([&](const device_warp& warp, std::size_t index) {
      const std::size_t first = (b * block.warps() + index) * warp_threads;
      if (first < panel.constituents) new_highs_warp(warp, panel, within, window, first, spans, count);
    });
  }
}

}  // namespace

void new_highs_cuda(panel_view panel, new_highs_rule rule, double* spans, std::uint32_t* count,
                    stream_ref stream, unsigned threads) {
  if (panel.constituents == 0 || panel.days == 0) return;
  const named_range range{"topheavy::new_highs"};
  const launch_shape shape = block_per_answer((panel.constituents + threads - 1) / threads, threads);
  new_highs_kernel<<<shape.grid, shape.block, 0, stream.get()>>>(
      panel, rule.within, days_of_highs(rule.window, panel.days), spans, count);
  check_launch();
}

}  // namespace topheavy
