// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nvtx3/nvtx3.hpp>

// A named range on the profiler's time line, from construction to the end of the scope. Names are the labels
// of log and timings: "topheavy::group_sums".
namespace topheavy {

using named_range = nvtx3::scoped_range;

}  // namespace topheavy
