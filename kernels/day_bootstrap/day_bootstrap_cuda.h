// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"
#include "kernels/day_bootstrap/day_bootstrap.h"
#include "kernels/device/launch.h"
#include "kernels/device/stream.h"

#include <cstddef>
#include <cstdint>

// The CUDA body of day_bootstrap.h.
namespace topheavy {

// How often each day is drawn, for as many replicates as are worked on at a time.
struct bootstrap_workspace {
  std::int32_t* counts = nullptr;  // [T, replicates]
  std::size_t replicates = 0;      // at least one
};

// As many of `count` replicates as tuning::bootstrap_counts allows, at least a warp's.
std::size_t bootstrap_replicates_at_a_time(std::size_t days, std::size_t count);

// All pointers are device memory of the stream's device, the inputs checked by check_day_bootstrap on the host;
// cell_days are the days of each cell (days_of_cells), and days.cell is not looked at. Enqueues and returns.
// `threads` of a block and the size of the workspace change the speed, never a bit.
void day_bootstrap_cuda(const bootstrap_draws& draws, const bootstrap_days& days, groups_view cell_days,
                        bootstrap_range range, bootstrap_workspace workspace, bootstrap_result result,
                        stream_ref stream, unsigned threads = tuning::day_bootstrap);

}  // namespace topheavy
