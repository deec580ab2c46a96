// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"
#include "kernels/device/launch.h"
#include "kernels/device/stream.h"

#include <cstddef>
#include <cstdint>

// z of spectrum.h on a device.
namespace topheavy {

// All pointers are device memory of the stream's device. days [sets, count] of the panel, of which only returns are read;
// z [sets, count, N] row-major, zeros where a constituent takes no part; used [sets]: those that do are added to it.
// Enqueues and returns. `threads` of a block change the speed, never a bit.
void standardise_cuda(panel_view panel, const std::int32_t* days, std::size_t sets, std::size_t count,
                      double* z, std::int32_t* used, stream_ref stream,
                      unsigned threads = tuning::standardise);

}  // namespace topheavy
