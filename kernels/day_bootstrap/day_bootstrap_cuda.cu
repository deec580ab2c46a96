// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// sums[c,p,r] = sum over the days t of cell c of count[r,t] columns[t,p]; day_bootstrap.h has the draws.
//   columns  [T, P] row-major, float64 of whole numbers; counts  [T, replicates], int32; sums  [cells, P, count]
// Order: none is needed, all sums are exact. Two kernels over the same counts: a thread a replicate draws, then a
// thread a replicate, cell and eight columns adds. The threads of a warp are neighbouring replicates, so counts
// and sums are read and written side by side and a day's columns are the same for all of them. Traffic:
// day_bootstrap_traffic(); counts besides, T times count times 4 bytes, once written and P / 8 times read.
#include "kernels/day_bootstrap/day_bootstrap_core.h"
#include "kernels/day_bootstrap/day_bootstrap_cuda.h"
#include "kernels/device/check.h"
#include "kernels/device/range.h"

#include <algorithm>

namespace topheavy {
namespace {

__global__ void count_replicates_kernel(bootstrap_draws draws, std::size_t days, bootstrap_range range,
                                        std::int32_t* counts) {
  const std::size_t blocks = (range.count + blockDim.x - 1) / blockDim.x;
  for (std::size_t b = blockIdx.x; b < blocks; b += gridDim.x) {
    const std::size_t r = b * blockDim.x + threadIdx.x;
    if (r < range.count) count_replicate(draws, days, range.first, range.count, r, counts);
  }
}

// sums: of the range's first replicate.
__global__ void sum_replicates_kernel(bootstrap_days days, groups_view cell_days, const std::int32_t* counts,
                                      std::size_t replicates, double* sums, std::size_t stride) {
  const std::size_t blocks_a_row = (replicates + blockDim.x - 1) / blockDim.x;
  const std::size_t panels = (days.column_count + thread_columns - 1) / thread_columns;
  for (std::size_t b = blockIdx.x; b < days.cells * panels * blocks_a_row; b += gridDim.x) {
    const std::size_t r = b % blocks_a_row * blockDim.x + threadIdx.x;
    const std::size_t panel = b / blocks_a_row % panels;
    const std::size_t c = b / blocks_a_row / panels;
    if (r < replicates) {
      sum_replicate(days, cell_days, counts, replicates, r, c, panel * thread_columns, sums, stride);
    }
  }
}

}  // namespace

std::size_t bootstrap_replicates_at_a_time(std::size_t days, std::size_t count) {
  const std::size_t most =
      std::max<std::size_t>(32, tuning::bootstrap_counts / std::max<std::size_t>(days, 1));
  return std::max<std::size_t>(1, std::min(count, most));
}

void day_bootstrap_cuda(const bootstrap_draws& draws, const bootstrap_days& days, groups_view cell_days,
                        bootstrap_range range, bootstrap_workspace workspace, bootstrap_result result,
                        stream_ref stream, unsigned threads) {
  const named_range profiled{"topheavy::day_bootstrap"};
  const std::size_t panels = (days.column_count + thread_columns - 1) / thread_columns;
  for (std::size_t done = 0; done < range.count; done += workspace.replicates) {
    const bootstrap_range some{range.first + done, std::min(workspace.replicates, range.count - done)};
    const std::size_t blocks = (some.count + threads - 1) / threads;
    const launch_shape draw = block_per_answer(blocks, threads);
    count_replicates_kernel<<<draw.grid, draw.block, 0, stream.get()>>>(draws, days.days, some,
                                                                        workspace.counts);
    check_launch();
    const launch_shape sum = block_per_answer(days.cells * panels * blocks, threads);
    sum_replicates_kernel<<<sum.grid, sum.block, 0, stream.get()>>>(
        days, cell_days, workspace.counts, some.count, result.sums + done, range.count);
    check_launch();
  }
}

}  // namespace topheavy
