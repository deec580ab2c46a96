// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/traffic.h"
#include "kernels/core/view.h"

#include <cstddef>
#include <cstdint>

// Who made the move of a window (t0, t1] (specification, section 2), b[t,n] and membership as in
// group_sums.h:
//   contribution[n] = sum over t = t0+1 .. t1, ascending, of scale[t] (b[t,n] ret[t,n])
//   with scale[t] = L[t-1] / L[t0] / base[t,index], so that contributions add up to L[t1] / L[t0] - 1
//   growth[n] = product over the days n is a member of (1 + ret[t,n])
//   member_days[n] = number of those days
// Order: one constituent's sum runs over its days in sequence.
namespace topheavy {

struct contribution_window {
  std::size_t base_day = 0;       // t0
  std::size_t last_day = 0;       // t1 > t0, < T
  const double* scale = nullptr;  // [T]; read at t0+1 .. t1
};

struct window_contributions_result {  // each [N]
  double* contribution = nullptr;     // fraction of the index level at t0's close
  double* growth = nullptr;           // 1 + compounded return
  std::int32_t* member_days = nullptr;
};

// Items: constituents times the days of the window.
inline traffic window_contributions_traffic(std::size_t window_days, std::size_t constituents) {
  const double items = static_cast<double>(window_days) * static_cast<double>(constituents);
  return {items, 16.0 * items + 8.0 * static_cast<double>(window_days),
          20.0 * static_cast<double>(constituents)};
}

}  // namespace topheavy
