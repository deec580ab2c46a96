// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"
#include "kernels/device/launch.h"
#include "kernels/device/stream.h"
#include "kernels/regime_moments/regime_moments.h"

// The CUDA body of regime_moments.h. It needs no workspace.
namespace topheavy {

// All pointers are device memory of the stream's device, the cells checked on the host. Enqueues and returns.
// `threads` of a block change the speed, never a bit.
void regime_moments_cuda(panel_view panel, const moment_days& days, regime_moments_result result,
                         stream_ref stream, unsigned threads = tuning::regime_moments);

}  // namespace topheavy
