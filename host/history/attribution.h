// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/data/panel.h"
#include "host/history/dimensions.h"
#include "host/history/index.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Who made the move of a window (specification, section 2).
namespace topheavy {

// (base_day, last_day] as rows of the panel; the close of base_day is the base.
struct window {
  std::string name;
  std::size_t base_day = 0;
  std::size_t last_day = 0;
};

struct window_left_out {
  std::string name;
  std::string reason;
};

struct window_list {
  std::vector<window> windows;            // configured ones in the order of the file, then the automatic ones
  std::vector<window_left_out> left_out;  // automatic windows that this history cannot have
};

// Starts and ends on the last panel date on or before the date given. Throws error(usage) for a window outside the panel
// or without a day in it.
window place_window(const window_settings& w, const std::vector<date>& dates);

// Configured windows, placed so; automatic ones are last_1, last_21, last_252, year_to_date and since_peak (`last_peak`: peak date
// of the last volatility episode, if any).
window_list make_windows(const std::vector<window_settings>& configured, const std::vector<date>& dates,
                         std::optional<date> last_peak);

// How few made the move: contributors in the direction of the move, ties by position.
struct ranking {
  std::vector<std::int32_t> order;  // those that took part; the first drove the move most
  std::array<std::optional<std::int32_t>, 3> names_for;  // names that add up to 50, 80, 100 % of the move
  std::array<std::optional<double>, 5> top_share;        // share of the move of the first 1, 5, 10, 25, 50
};
inline constexpr std::array<double, 3> shares_of_move{0.5, 0.8, 1.0};
inline constexpr std::array<std::int32_t, 5> counts_of_top{1, 5, 10, 25, 50};

// contribution: of names or groups; took_part: 0 for those without a member day, which have no place in the order (their
// zero would stand before whoever worked against the move); move: what the contributions add up to. A move below 1e-6 in absolute value has no shares. A share
// is reached within 1e-12 of the move, so that rounding does not ask for one name more.
ranking rank_contributions(const std::vector<double>& contribution, const std::vector<char>& took_part,
                           double move);

struct group_attribution {
  double weight_start = 0.0;  // share of all caps at the base day's close
  double weight_end = 0.0;    // share of all caps at the last day's close
  double ret =
      0.0;  // compounded daily group returns; NaN where the group never had a member, or not asked for
  double contribution = 0.0;
};

struct dimension_attribution {
  std::string name;
  std::vector<group_attribution> groups;  // as in the dimension
  ranking rank;
};

struct attribution {
  window when;
  double index_return = 0.0;              // L[t1] / L[t0] - 1
  double equal_weight_return = 0.0;       // compounded
  std::vector<double> contribution;       // [N], fraction of the index level at the base day's close
  std::vector<double> ret;                // [N], compounded over member days
  std::vector<double> weight_start;       // [N]
  std::vector<std::int32_t> member_days;  // [N]; 0: not in the index in this window
  ranking rank;                           // of constituents
  std::vector<dimension_attribution> dimensions;
};

// What the constituent pass says of one window (kernels/window_contributions).
struct window_sums {  // each [N]
  std::vector<double> contribution;
  std::vector<double> growth;
  std::vector<std::int32_t> member_days;
};

// [T] what turns a day's b r into a contribution to the window: L[t-1] / L[t0] / base[t], 0 outside the window and on
// days without members.
std::vector<double> scales_of(const index_history& index, const window& when);

// daily: group_history of each dimension whose compounded returns are wanted, null for the others (issuers).
attribution attribute_window(const panel& p, const index_history& index,
                             const std::vector<dimension>& dimensions,
                             const std::vector<const group_history*>& daily, const window& when,
                             window_sums sums);

}  // namespace topheavy
