// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"
#include "kernels/fixed_weight_return/fixed_weight_return.h"
#include "kernels/group_sums/group_sums.h"

#include <cstddef>

// The CPU body of fixed_weight_return.h, a day at a time. Which thread takes which day is the pass's business
// (kernels/day_pass).
namespace topheavy {

// sums: of that day at least; column 0 of its `groups` is the whole index.
void fixed_weight_return_day(panel_view panel, group_sums_result sums, std::size_t groups,
                             const fixed_weights& weights, std::size_t day, fixed_weight_result result);

}  // namespace topheavy
