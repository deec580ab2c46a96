// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"
#include "kernels/core/view.h"
#include "kernels/fixed_weight_return/fixed_weight_return_core.h"
#include "kernels/risk_contributions/risk_contributions.h"

#include <cstddef>
#include <cstdint>

// The arithmetic of risk_contributions.h: one more day of one constituent, and all of them.
namespace topheavy {

TOPHEAVY_HD inline void add_risk_day(double ret, double fill, double slope, double& beta,
                                     std::int32_t& filled) {
  beta += slope * filled_return(ret, fill);
  filled += static_cast<std::int32_t>(!(ret == ret));
}

// One row of the result, 0 for all days and 1 + c for cell c, of one constituent: what a CUDA thread does.
TOPHEAVY_HD inline void risk_of_constituent(panel_view panel, const risk_days& days,
                                            const risk_contributions_result& result, std::size_t row,
                                            std::size_t n) {
  double beta = 0.0;
  std::int32_t filled = 0;
  for (std::size_t t = 0; t < panel.days; ++t) {
    const std::int32_t cell = days.cell[t];
    if (row == 0 ? cell == day_not_used : cell != static_cast<std::int32_t>(row) - 1) continue;
    add_risk_day(panel.ret[t * panel.constituents + n],
                 days.fill[t * days.sectors + static_cast<std::size_t>(days.sector[n])],
                 row == 0 ? days.slope_all[t] : days.slope_cell[t], beta, filled);
  }
  result.beta[row * panel.constituents + n] = beta;
  result.filled[row * panel.constituents + n] = filled;
}

}  // namespace topheavy
