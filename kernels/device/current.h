// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/check.h"

#include <cuda_runtime_api.h>

namespace topheavy {

// Launches, events and streams made from here on by this thread are the device's. Whoever enters a back end says so anew,
// in whatever thread, and nothing puts back the former one: that would wake the first device in threads that never used it.
inline void make_current(int device) { check(cudaSetDevice(device)); }

}  // namespace topheavy
