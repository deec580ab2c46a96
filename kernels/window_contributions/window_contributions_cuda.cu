// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// Contribution, growth and days as a member of each constituent over one window; window_contributions.h has the formulas.
// Order: a constituent's days in sequence, so a thread a constituent. Traffic: window_contributions_traffic().
#include "kernels/device/check.h"
#include "kernels/device/range.h"
#include "kernels/window_contributions/window_contributions_core.h"
#include "kernels/window_contributions/window_contributions_cuda.h"

namespace topheavy {
namespace {

// A block per blockDim.x constituents.
__global__ void window_contributions_kernel(panel_view panel, contribution_window window,
                                            window_contributions_result result) {
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  for (std::size_t n = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
       n < panel.constituents; n += stride) {
    window_of_constituent(panel, window, result, n);
  }
}

}  // namespace

void window_contributions_cuda(panel_view panel, const contribution_window& window,
                               window_contributions_result result, stream_ref stream, unsigned threads) {
  if (panel.constituents == 0) return;
  const named_range range{"topheavy::window_contributions"};
  const launch_shape shape = block_per_answer((panel.constituents + threads - 1) / threads, threads);
  window_contributions_kernel<<<shape.grid, shape.block, 0, stream.get()>>>(panel, window, result);
  check_launch();
}

}  // namespace topheavy
