// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/breadth/breadth.h"

#include <cstddef>

// The CPU body of breadth.h, a day at a time. Which thread takes which day is the pass's business
// (kernels/day_pass).
namespace topheavy {

void breadth_day(panel_view panel, double index_return, std::size_t day, breadth_result result);

}  // namespace topheavy
