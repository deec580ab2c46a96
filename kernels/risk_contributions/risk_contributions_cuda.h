// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"
#include "kernels/device/launch.h"
#include "kernels/device/stream.h"
#include "kernels/risk_contributions/risk_contributions.h"

// The CUDA body of risk_contributions.h. It needs no workspace.
namespace topheavy {

// All pointers are device memory of the stream's device, the cells checked on the host. Enqueues and returns.
// `threads` of a block change the speed, never a bit.
void risk_contributions_cuda(panel_view panel, const risk_days& days, risk_contributions_result result,
                             stream_ref stream, unsigned threads = tuning::risk_contributions);

}  // namespace topheavy
