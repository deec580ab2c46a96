// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/data/volatility.h"
#include "host/history/dimensions.h"
#include "host/history/episodes.h"
#include "host/history/index.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

// Which groups lead and lag the index, by regime and direction of the volatility index, and in which order they turn
// after an episode's peak (specification, section 6). A group's excess return of a day is its return less the index
// return; a day on which either is missing has none.
namespace topheavy {

struct group_excess {
  std::size_t group = 0;                                   // of the dimension
  double mean = std::numeric_limits<double>::quiet_NaN();  // daily, fraction; NaN without days
  double standard_error =
      std::numeric_limits<double>::quiet_NaN();  // sd (ddof 1) / sqrt(days); NaN below 2 days
  std::optional<std::int32_t> rank;              // 1: the highest mean; equal ones as in the dimension
  std::int32_t days = 0;
};

// Strength: product of (1 + r) / (1 + I) over the days after the peak's, 1 at its close. A day without an excess return
// leaves it where it was.
struct group_trough {
  std::size_t group = 0;
  std::optional<std::size_t>
      day;  // of the panel: the lowest strength, the earliest of equals; none: no excess return
  std::int32_t days_after_peak = 0;                            // of the panel
  double strength = std::numeric_limits<double>::quiet_NaN();  // there
};

struct turning_order {
  date peak_date{};
  std::size_t peak_day = 0;  // of the panel: the last one on or before the peak
  std::size_t last_day = 0;  // the later of the episode's end and peak_day + 21, the panel's last at most
  std::vector<group_trough>
      groups;  // by trough; equal ones as in the dimension, those without one at the end
};

inline constexpr std::int32_t largest_lag = 10;
inline constexpr std::int32_t least_lag_days = 20;
inline constexpr std::int32_t direction_rows = 5;

// Correlation of the excess return of day t with the change of the volatility index on day t - lag: with a positive lag
// volatility leads. Each lag over the days on which both exist.
struct lead_lag {
  std::int32_t lag = 0;
  std::int32_t days = 0;
  double rho =
      std::numeric_limits<double>::quiet_NaN();  // NaN below least_lag_days, and where either never varies
};

struct dimension_rotation {
  std::size_t dimension = 0;  // of the daily ones
  std::vector<std::vector<group_excess>>
      by_regime;                              // [regimes], each by rank, groups without days at the end
  std::vector<group_excess> rising, falling;  // the level against that of 5 rows before
  std::vector<turning_order> order;           // episodes whose peak lies in the panel, in order of time
  std::vector<std::vector<lead_lag>> lags;    // [group][lag from -10 to 10]
};

struct rotation_history {
  std::string reason;                          // why there is nothing; empty where there is a volatility file
  std::vector<dimension_rotation> dimensions;  // the daily ones but issuer
};

// v: null without a volatility file. dates [T]: of the panel; level [T]: joined to it, NaN: none; regime [T]. A day's
// direction is that of the close that its regime is taken from.
rotation_history compute_rotation(const volatility_settings& s, const volatility_series* v,
                                  const std::vector<date>& dates, const std::vector<double>& level,
                                  const std::vector<std::int32_t>& regime,
                                  const std::vector<episode>& episodes,
                                  const std::vector<dimension>& dimensions, const daily_history& daily);

}  // namespace topheavy
