// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"
#include "host/generate/profiles.h"
#include "host/generate/story.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace topheavy {

// What all constituents have in common. T panel days, V = lead + T volatility days.
struct common_paths {
  std::vector<date> volatility_dates;                    // [V]
  std::vector<double> volatility;                        // [V] points, 2 decimals
  std::vector<double> market;                            // [T] log return of the market factor
  std::array<std::vector<double>, sector_count> sector;  // [T] log return beyond the market
  std::array<std::vector<double>, tier_count> tier;      // [T] log return beyond market and sector
  std::vector<double> own_scale;                         // [T] factor on the constituents' own volatility
};

// The last `count` weekdays up to `last`, ascending.
std::vector<date> weekdays_until(date last, std::size_t count);

// Draws the paths for panel days `days` (weekdays without a gap) and bends them through the marks of the
// story that lie inside. The volatility index is a mean-reverting log process with upward jumps; its level of
// the day before sets the market's volatility, and its surprises push the market the other way.
common_paths draw_common_paths(std::uint64_t seed, const std::vector<date>& days);

}  // namespace topheavy
