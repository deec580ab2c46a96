// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"
#include "kernels/device/launch.h"
#include "kernels/device/stream.h"
#include "kernels/new_highs/new_highs.h"
#include "kernels/new_highs/new_highs_core.h"

#include <cstddef>
#include <cstdint>

// The CUDA body of new_highs.h.
namespace topheavy {

// Workspace, of any content: 8 bytes each.
inline std::size_t new_highs_workspace(std::size_t days, std::size_t constituents, new_highs_rule rule) {
  return days_of_highs(rule.window, days) * constituents;
}

// All pointers are device memory of the stream's device, the rule checked on the host. count [T]: what is found is added
// to it. spans: the workspace. Enqueues and returns. `threads` of a block change the speed, never a bit.
void new_highs_cuda(panel_view panel, new_highs_rule rule, double* spans, std::uint32_t* count,
                    stream_ref stream, unsigned threads = tuning::new_highs);

}  // namespace topheavy
