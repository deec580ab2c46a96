// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/membership.h"
#include "kernels/core/portable.h"
#include "kernels/core/view.h"
#include "kernels/window_contributions/window_contributions.h"

#include <cstddef>
#include <cstdint>

// The arithmetic of window_contributions.h: one more day of one constituent, and all of them.
namespace topheavy {

TOPHEAVY_HD inline void add_day(member_day member, double scale, double& contribution, double& growth,
                                std::int32_t& member_days) {
  const double part = scale * (member.base * member.ret);
  contribution +=
      member.in ? part : 0.0;  // selected, not 0 * scale: scale is no number on a day without members
  growth *= 1.0 + member.ret;  // an absent member's return is 0
  member_days += static_cast<std::int32_t>(member.in);
}

// One constituent: what a CUDA thread does.
TOPHEAVY_HD inline void window_of_constituent(panel_view panel, const contribution_window& window,
                                              const window_contributions_result& result, std::size_t n) {
  double contribution = 0.0;
  double growth = 1.0;
  std::int32_t member_days = 0;
  for (std::size_t t = window.base_day + 1; t <= window.last_day; ++t) {
    add_day(member_of(rows_of(panel, t), n), window.scale[t], contribution, growth, member_days);
  }
  result.contribution[n] = contribution;
  result.growth[n] = growth;
  result.member_days[n] = member_days;
}

}  // namespace topheavy
