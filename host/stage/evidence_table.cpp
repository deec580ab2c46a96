// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/stage/evidence_table.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace topheavy {
namespace {

constexpr double most_days = 100000.0;
constexpr std::array<double, 5> counts{1.0, 5.0, 10.0, 25.0, 50.0};

std::vector<evidence_kind> make_table() {
  using enum argument_kind;
  return {
      {"volatility.level", {}, "points", "Level of the volatility index on the as-of date"},
      {"volatility.change",
       {rows},
       "points",
       "Last close of the volatility index less the close so many rows before it"},
      {"volatility.days_below",
       {level},
       "closes",
       "Consecutive closes of the volatility index below the level, up to the last one; null where all that "
       "are known are"},
      {"volatility.days_above",
       {level},
       "closes",
       "Consecutive closes of the volatility index above the level, up to the last one; null where all that "
       "are known are"},
      {"volatility.from_peak",
       {},
       "fraction",
       "Last close of the volatility index over the peak of the last episode, less 1"},
      {"index.return", {days}, "fraction", "Return of the index over the last days"},
      {"index.distance_to_high",
       {},
       "fraction",
       "Level of the index over its highest close of the panel, less 1; 0 at the high"},
      {"index.new_highs",
       {days},
       "days",
       "How many of the last days closed above every close of the panel before them"},
      {"index.equal_weight_gap",
       {days},
       "fraction",
       "Compounded equal-weight return over the last days less the return of the index"},
      {"breadth.advancers",
       {days},
       "fraction",
       "Mean share of members that rose, by count, over the last days"},
      {"breadth.new_highs",
       {days},
       "fraction",
       "Mean share of members within 1 % of their 252-day high over the last days"},
      {"breadth.dispersion",
       {days},
       "fraction",
       "Mean cross-sectional dispersion of returns over the last days"},
      {"concentration.top", {count}, "fraction", "Weight of the so many largest constituents at the close"},
      {"concentration.effective_n", {}, "constituents", "Effective number of constituents at the close"},
      {"move.index_return", {window}, "fraction", "Return of the index over a window"},
      {"move.top_share",
       {window, count},
       "fraction",
       "Share of a window's move that its so many largest contributors made"},
      {"group.weight", {dimension, group}, "fraction", "Share of a group in all caps at the close"},
      {"group.return",
       {dimension, group, days},
       "fraction",
       "Compounded return of a group over the last days"},
      {"group.excess",
       {dimension, group, days},
       "fraction",
       "Return of a group over the last days less that of the index"},
      {"growth.premium",
       {dimension},
       "fraction",
       "Expected growth above the index, weighted, of the groups of a dimension"},
      {"growth.gap", {dimension, group}, "fraction", "Expected growth of a group less that of the index"},
  };
}

}  // namespace

const std::vector<evidence_kind>& evidence_table() {
  static const std::vector<evidence_kind> table = make_table();
  return table;
}

std::string_view name_of(argument_kind kind) {
  switch (kind) {
    case argument_kind::days:
      return "days";
    case argument_kind::rows:
      return "rows";
    case argument_kind::level:
      return "level";
    case argument_kind::count:
      return "count";
    case argument_kind::dimension:
      return "dimension";
    case argument_kind::group:
      return "group";
    case argument_kind::window:
      break;
  }
  return "window";
}

std::string allowed_by(argument_kind kind) {
  switch (kind) {
    case argument_kind::days:
    case argument_kind::rows:
      return "a whole number from 1 to 100000";
    case argument_kind::level:
      return "a number above 0";
    case argument_kind::count:
      return "1, 5, 10, 25 or 50";
    default:
      return "a name";
  }
}

bool is_name(argument_kind kind) {
  return kind == argument_kind::dimension || kind == argument_kind::group || kind == argument_kind::window;
}

bool is_allowed(argument_kind kind, double value) {
  switch (kind) {
    case argument_kind::days:
    case argument_kind::rows:
      return value >= 1.0 && value <= most_days && value == std::floor(value);
    case argument_kind::level:
      return value > 0.0;
    case argument_kind::count:
      return std::find(counts.begin(), counts.end(), value) != counts.end();
    default:
      return false;
  }
}

std::string usage_of(const evidence_kind& kind) {
  std::string text{kind.name};
  for (std::size_t i = 0; i < kind.arguments.size(); ++i) {
    text += i == 0 ? "(" : ", ";
    text += name_of(kind.arguments[i]);
  }
  return kind.arguments.empty() ? text : text + ")";
}

}  // namespace topheavy
