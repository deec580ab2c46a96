// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/data/volatility.h"
#include "host/history/dimensions.h"
#include "host/history/episodes.h"
#include "host/history/index.h"
#include "host/history/regimes.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

// What the volatility index says of the past (specification, section 4): the level now, regimes, episodes, watch levels.
// Levels are in points, returns in fractions.
namespace topheavy {

// Daily returns of some days, a year's rates of which are given from least_regime_days on: fewer say nothing of a year.
struct period_returns {
  std::int32_t days = 0;                                                // with a return
  double return_annual = std::numeric_limits<double>::quiet_NaN();      // product(1 + r)^(252 / days) - 1
  double volatility_annual = std::numeric_limits<double>::quiet_NaN();  // sd (ddof 1) x sqrt(252)
};
inline constexpr std::int32_t least_regime_days = 10;

struct regime_summary {
  std::optional<double> from, to;  // points, [from, to); none: open
  std::int32_t days = 0;           // of the panel
  double share = 0.0;              // of the panel's days that have a regime; NaN where none has
  double base_rate = 0.0;          // share of all closes of the file up to the as-of date
  std::int32_t spells =
      0;  // runs of days of the panel one after the other; a day without a regime ends a run
  double mean_spell_days = 0.0;  // NaN without a spell
  period_returns index;
  std::vector<std::vector<period_returns>> groups;  // [daily dimension][group]
};

// The way from the peak to the end: closes from the peak's on, that one included, to the end's, left out; of an open
// episode to the last close, included.
struct episode_path {
  episode what;
  std::vector<std::int32_t> days_in;  // [regimes] closes of the file, each in its own regime
};

// What the index did after upward crossings of a watch level.
struct watch_horizon {
  std::int32_t days = 0;   // of the panel after the crossing
  std::int32_t count = 0;  // crossings on a day of the panel that so many more days follow
  double median = std::numeric_limits<double>::quiet_NaN();  // of the index returns, type 7; NaN without one
  double worst = std::numeric_limits<double>::quiet_NaN();   // the lowest
};

struct crossing {
  date day{};
  bool upward = false;  // from below the level to at or above it; downward: from at or above it to below
};

struct watch_level {
  std::string name;
  double level = 0.0;
  double value = 0.0;                     // the level now; NaN: none
  bool triggered = false;                 // value >= level
  double distance = 0.0;                  // value - level: negative where it is not reached
  double base_rate = 0.0;                 // share of all closes up to the as-of date at or above the level
  std::optional<crossing> last_crossing;  // none: the level was never crossed
  std::int32_t crossings = 0;             // upward, since the file's first date
  std::int32_t crossings_in_panel = 0;    // of these, on a date of the panel
  std::array<watch_horizon, 3> after{{{.days = 5}, {.days = 21}, {.days = 63}}};
};

struct volatility_history {
  std::string reason;               // why there is nothing; empty where there is a volatility file
  std::optional<date> day;          // of the close that the as-of date takes; none: too old, or none yet
  double level = 0.0;               // that close; NaN: none
  std::int32_t regime = no_regime;  // of that close
  std::int32_t regime_of_day = no_regime;       // of the as-of date: with lag 1 that of the close before
  double change_points = 0.0;                   // over the last 21 rows of the file; NaN: none
  double change_percent = 0.0;                  // 100 x (level / level then - 1)
  std::int32_t days_without = 0;                // of the panel, without a regime
  std::vector<regime_summary> regimes;          // from the calmest
  std::vector<std::int32_t> transition_counts;  // [regimes, regimes] from row to column, one day to the next
  std::vector<double>
      transition_probabilities;        // [regimes, regimes] counts / their row's sum; NaN for an empty row
  std::vector<episode_path> episodes;  // in order of time
  std::vector<watch_level> watch;      // as in the settings
};

// v: null without a volatility file. dates [T]: of the panel, the last one is the as-of date; regime [T] and episodes as
// regimes_of_days and find_episodes give them.
volatility_history summarise_volatility(const volatility_settings& s, const volatility_series* v,
                                        const std::vector<date>& dates,
                                        const std::vector<std::int32_t>& regime,
                                        const std::vector<episode>& episodes, const daily_history& daily);

}  // namespace topheavy
