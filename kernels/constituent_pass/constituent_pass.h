// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/traffic.h"
#include "kernels/core/view.h"
#include "kernels/new_highs/new_highs.h"
#include "kernels/regime_moments/regime_moments.h"
#include "kernels/risk_contributions/risk_contributions.h"
#include "kernels/window_contributions/window_contributions.h"

#include <cstddef>
#include <cstdint>

// Everything of the history that one constituent makes on its way through the days (specification, sections 2
// and 3), in one reading of the panel: each operation by its own contract. Constituents are independent of
// each other.
namespace topheavy {

struct constituent_parts {
  new_highs_rule highs;
  std::int32_t* new_highs = nullptr;  // [T]; null: not asked for

  const contribution_window* windows = nullptr;            // [window_count]
  const window_contributions_result* by_window = nullptr;  // [window_count]
  std::size_t window_count = 0;

  risk_days risk;
  risk_contributions_result by_risk;  // beta null: not asked for

  moment_days moments;
  regime_moments_result by_moments;  // count null: not asked for
};

// Throws std::invalid_argument, with the value, where a window is not t0 < t1 < T, the rule of the highs is
// outside its range, or the cell of a day is none of the cells of the risk or of the moments.
void check_constituent_parts(panel_view panel, const constituent_parts& parts);

// Throws as check_constituent_parts. Threads over blocks of constituents.
void constituent_pass_cpu(panel_view panel, const constituent_parts& parts);

// Items: constituents times days. Caps and returns are read once for all parts.
inline traffic constituent_pass_traffic(std::size_t days, std::size_t constituents, std::size_t windows,
                                        std::size_t cells, std::size_t moment_cells) {
  const auto names = static_cast<double>(constituents);
  const double items = static_cast<double>(days) * names;
  return {items, 16.0 * items,
          4.0 * static_cast<double>(days) +
              names * (20.0 * static_cast<double>(windows) + 12.0 * static_cast<double>(1 + cells) +
                       28.0 * static_cast<double>(moment_cells))};
}

}  // namespace topheavy
