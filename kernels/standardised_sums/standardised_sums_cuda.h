// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"
#include "kernels/device/launch.h"
#include "kernels/device/stream.h"
#include "kernels/standardised_sums/standardised_sums.h"

// The CUDA body of standardised_sums.h. It needs no workspace.
namespace topheavy {

// All pointers are device memory of the stream's device, what is asked for checked by check_standardised_sums on the
// host. Enqueues and returns. `threads` of a block change the speed, never a bit.
void standardised_sums_cuda(panel_view panel, const standardised_days& days, groups_view groups, double* sum,
                            stream_ref stream, unsigned threads = tuning::standardised_sums);

}  // namespace topheavy
