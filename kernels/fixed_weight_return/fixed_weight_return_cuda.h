// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"
#include "kernels/device/launch.h"
#include "kernels/device/stream.h"
#include "kernels/fixed_weight_return/fixed_weight_return.h"
#include "kernels/group_sums/group_sums.h"

// The CUDA body of fixed_weight_return.h. It needs no workspace.
namespace topheavy {

// All pointers are device memory of the stream's device. sums: of `groups` groups, the first of them the whole index.
// Enqueues and returns. `threads` of a block change the speed, never a bit.
void fixed_weight_return_cuda(panel_view panel, group_sums_result sums, std::size_t groups,
                              const fixed_weights& weights, fixed_weight_result result, stream_ref stream,
                              unsigned threads = tuning::fixed_weight_return);

}  // namespace topheavy
