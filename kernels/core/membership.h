// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"
#include "kernels/core/view.h"

#include <cstddef>

// Who is in the index on a day (specification, section 2): every constituent with a cap on the previous panel
// date and a return on the day itself; its base b is that cap.
namespace topheavy {

// What one day needs of the panel: [N] caps of the previous date and [N] returns of the day.
struct day_rows {
  const double* prior_cap = nullptr;
  const double* ret = nullptr;
};

// day >= 1: day 0 has no previous date, hence no members.
TOPHEAVY_HD inline day_rows rows_of(panel_view panel, std::size_t day) {
  return {panel.cap + (day - 1) * panel.constituents, panel.ret + day * panel.constituents};
}

struct member_day {
  double base;  // b, currency; 0 where not a member
  double ret;   // fraction; 0 where not a member
  bool in;
};

TOPHEAVY_HD inline member_day member_of(day_rows rows, std::size_t n) {
  const double base = rows.prior_cap[n];
  const double ret = rows.ret[n];
  // & and not &&: both are loaded anyway, and without a branch the loops over n become vector code.
  const bool in = static_cast<bool>(static_cast<int>(base > 0.0) & static_cast<int>(ret == ret));
  return {in ? base : 0.0, in ? ret : 0.0, in};
}

}  // namespace topheavy
