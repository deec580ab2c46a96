// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/breadth/breadth.h"
#include "kernels/device/launch.h"
#include "kernels/device/stream.h"
#include "kernels/group_sums/group_sums.h"

// The CUDA body of breadth.h. It needs no workspace.
namespace topheavy {

// All pointers are device memory of the stream's device. sums: of `groups` groups, the first of them the whole index.
// Enqueues and returns. `threads` of a block change the speed, never a bit.
void breadth_cuda(panel_view panel, group_sums_result sums, std::size_t groups, breadth_result result,
                  stream_ref stream, unsigned threads = tuning::breadth);

}  // namespace topheavy
