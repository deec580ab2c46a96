// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/membership.h"
#include "kernels/core/portable.h"

#include <cstddef>
#include <cstdint>

// The arithmetic of breadth.h: what one constituent adds on one day.
namespace topheavy {

struct breadth_terms {
  double prior_cap;       // currency, member or not
  double ret;             // fraction; 0 where not a member
  double advancers_base;  // currency
  double deviation;       // b (r - I)^2, currency
  std::int32_t member;    // 0 or 1
  std::int32_t advancer;  // 0 or 1
};

TOPHEAVY_HD inline breadth_terms breadth_of(day_rows rows, double index_return, std::size_t constituent) {
  const member_day member = member_of(rows, constituent);
  const bool advances = member.ret > 0.0;  // an absent member's return is 0
  const double away = member.ret - index_return;
  const double deviation = member.base * (away * away);
  return {rows.prior_cap[constituent],          member.ret,
          advances ? member.base : 0.0,
          member.in ? deviation : 0.0,  // not base * ... alone: index_return is NaN on a day without members
          static_cast<std::int32_t>(member.in), static_cast<std::int32_t>(advances)};
}

}  // namespace topheavy
