// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"
#include "kernels/device/launch.h"
#include "kernels/device/stream.h"
#include "kernels/window_contributions/window_contributions.h"

// The CUDA body of window_contributions.h. It needs no workspace.
namespace topheavy {

// All pointers, those of the window too, are device memory of the stream's device; the window's days are checked on the
// host. Enqueues and returns. `threads` of a block change the speed, never a bit.
void window_contributions_cuda(panel_view panel, const contribution_window& window,
                               window_contributions_result result, stream_ref stream,
                               unsigned threads = tuning::window_contributions);

}  // namespace topheavy
