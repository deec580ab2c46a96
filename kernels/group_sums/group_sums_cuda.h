// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/launch.h"
#include "kernels/device/stream.h"
#include "kernels/group_sums/group_sums.h"

// The CUDA body of group_sums.h. It needs no workspace.
namespace topheavy {

// All pointers are device memory of the stream's device, groups checked by check_group_sums on the host.
// Enqueues and returns. `threads` of a block change the speed, never a bit. Throws std::invalid_argument for
// days without a panel or a result to write to, or a block shape launch.h does not allow; cuda_error where
// the launch fails.
void group_sums_cuda(panel_view panel, groups_view groups, group_sums_result result, stream_ref stream,
                     unsigned threads = tuning::group_sums);

// Whether this build has code for the current device: cudaSuccess, or CUDA's reason why not.
cudaError_t group_sums_cuda_loads();

}  // namespace topheavy
