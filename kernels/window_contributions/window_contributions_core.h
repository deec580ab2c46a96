// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/membership.h"
#include "kernels/core/portable.h"

#include <cstdint>

// The arithmetic of window_contributions.h: one more day of one constituent.
namespace topheavy {

TOPHEAVY_HD inline void add_day(member_day member, double scale, double& contribution, double& growth,
                                std::int32_t& member_days) {
  const double part = scale * (member.base * member.ret);
  contribution +=
      member.in ? part : 0.0;  // selected, not 0 * scale: scale is no number on a day without members
  growth *= 1.0 + member.ret;  // an absent member's return is 0
  member_days += static_cast<std::int32_t>(member.in);
}

}  // namespace topheavy
