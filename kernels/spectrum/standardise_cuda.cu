// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// Returns of sets of days, each constituent's in units of its own deviation; spectrum.h has the formulas.
// Order: a constituent's days in sequence, so a thread a constituent and set. Traffic: every return of a set is read twice,
// the second time mostly from the second-level cache, and written once.
#include "kernels/device/check.h"
#include "kernels/device/range.h"
#include "kernels/spectrum/standardise_core.h"
#include "kernels/spectrum/standardise_cuda.h"

namespace topheavy {
namespace {

// A block per blockDim.x constituents of a set.
__global__ void standardise_kernel(panel_view panel, const std::int32_t* days, std::size_t sets,
                                   std::size_t count, double* z, std::int32_t* used,
                                   std::size_t blocks_a_set) {
  for (std::size_t b = blockIdx.x; b < sets * blocks_a_set; b += gridDim.x) {
    const std::size_t set = b / blocks_a_set;
    const std::size_t n = b % blocks_a_set * blockDim.x + threadIdx.x;
    if (n >= panel.constituents) continue;
    if (standardise_constituent(panel, days + set * count, count, z + set * count * panel.constituents, n)) {
      atomicAdd(used + set, 1);
    }
  }
}

}  // namespace

void standardise_cuda(panel_view panel, const std::int32_t* days, std::size_t sets, std::size_t count,
                      double* z, std::int32_t* used, stream_ref stream, unsigned threads) {
  if (panel.constituents == 0 || sets == 0) return;
  const named_range range{"topheavy::spectrum::standardise"};
  const std::size_t blocks_a_set = (panel.constituents + threads - 1) / threads;
  const launch_shape shape = block_per_answer(sets * blocks_a_set, threads);
  standardise_kernel<<<shape.grid, shape.block, 0, stream.get()>>>(panel, days, sets, count, z, used,
                                                                   blocks_a_set);
  check_launch();
}

}  // namespace topheavy
