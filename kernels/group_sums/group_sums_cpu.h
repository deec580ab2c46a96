// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/group_sums/group_sums_core.h"

#include <cstddef>

// The CPU body of group_sums.h, a day at a time. Which thread takes which day is the pass's business
// (kernels/day_pass).
namespace topheavy {

// terms [N]: b and b r of every constituent on that day, zeros on day 0.
void group_sums_day(const base_sums* terms, groups_view groups, std::size_t day, group_sums_result result);

}  // namespace topheavy
