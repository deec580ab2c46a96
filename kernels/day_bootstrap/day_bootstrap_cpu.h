// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"
#include "kernels/day_bootstrap/day_bootstrap.h"

#include <cstdint>
#include <vector>

// The CPU body of day_bootstrap.h.
namespace topheavy {

// The days of every cell, ascending; those of cell -1 are in none. What both bodies walk.
struct days_of_cells {
  explicit days_of_cells(const bootstrap_days& days);
  groups_view view() const { return {offsets.data(), members.data(), offsets.size() - 1}; }

  std::vector<std::int32_t> offsets;  // [cells + 1]
  std::vector<std::int32_t> members;
};

// Threads over replicates; memory of a thread does not depend on how many there are.
void day_bootstrap_cpu(const bootstrap_draws& draws, const bootstrap_days& days, bootstrap_range range,
                       bootstrap_result result);

}  // namespace topheavy
