// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

// What one path says: figures of each scenario from the float64 caps of classes after each step    specification, section 7
//
// P_g[h] is the cap of group g at the end of day h, the sum of its classes in index order; total[h] that of all classes;
// h = 0 is the start.
//   index_return   total[H] / total[0] - 1
//   max_drawdown   max over h of 1 - total[h] / max of total[0 .. h]; >= 0
//   highest        max over h >= 1 of total[h] / total[0]
//   group_return   P_g[H] / P_g[0] - 1
//   top_k          sum of the k largest caps / total[H], at most 1; k = 1, 5, 10, 25, 50
//   hhi            sum of cap^2 / total[H]^2;  effective_n = 1 / hhi
//   max_top_10, max_hhi   their largest at the end of a day 1 .. H; NaN where total[h] of a day is 0, as are top_k and hhi
//                         where total[H] is
//   max_volatility   the highest simulated level of the volatility index, points; NaN where a day has none
//   rho            Pearson correlation of the daily returns P_g[h] / P_g[h-1] - 1 of two groups of a dimension, over all
//                  days and over the days of each simulated regime: moments by days in order within a regime (days
//                  without one come last), those of all days the sum over regimes in order. There is none where a group's
//                  return does not vary.
// The sum of the k largest caps: sum_of_largest of kernels/scenario_paths/path_body.h, equal caps by the order of slots.
namespace topheavy {

inline constexpr std::array<std::size_t, 5> scenario_top_k{1, 5, 10, 25, 50};
inline constexpr std::size_t place_of_top_10 = 2;
static_assert(scenario_top_k[place_of_top_10] == 10);

// A dimension whose groups' correlations are asked for; groups as in figure_request::groups.
struct correlated_groups {
  std::uint32_t first = 0;
  std::uint32_t count = 0;

  std::size_t pairs() const { return std::size_t{count} * (count - 1) / 2; }
};

// What to compute, the same for every scenario.
struct figure_request {
  groups_view groups;         // over classes
  bool end_weights = true;    // top and hhi; false: nor what follows
  bool daily_top_10 = false;  // max_top_10
  bool daily_hhi = false;     // max_hhi
  std::vector<correlated_groups> correlated;
  std::uint32_t regimes = 0;    // simulated ones, for the correlations
  std::uint32_t min_days = 10;  // of a path in a regime, for its correlation there

  // Correlations of a scenario: of all days first, then of each regime; each one pair after the other, dimension by
  // dimension, (0,1) (0,2) ... (1,2) ...
  std::size_t pairs() const {
    std::size_t total = 0;
    for (const correlated_groups& d : correlated) total += d.pairs();
    return total;
  }
  std::size_t rhos() const { return (regimes + std::size_t{1}) * pairs(); }
};

// Bins of a correlation: 4,096 equal ones on [-1, 1].
inline constexpr std::uint32_t rho_bins = 4096;

// Correlations are rounded to it before they are added up: sums are exact and so free of order.
inline constexpr double rho_unit = 0x1p-32;

// Columns of a range of scenarios: row i is scenario first + i. Null where not asked for.
struct figure_columns {
  double* index_return = nullptr;
  double* max_drawdown = nullptr;
  double* highest = nullptr;
  double* hhi = nullptr;
  double* max_hhi = nullptr;
  double* top[scenario_top_k.size()] = {};
  double* max_top_10 = nullptr;
  double* max_volatility = nullptr;
  double* group_return = nullptr;  // [G, stride]
  std::size_t stride = 0;
  std::uint8_t* start_regime = nullptr;  // of day 1, no_simulated_regime: none
  std::uint8_t* end_regime = nullptr;    // of day H
};

// Correlations over all scenarios that have them, in the order of figure_request; added to what stands there.
struct rho_columns {
  std::uint32_t* histogram = nullptr;  // [rhos, rho_bins]
  std::int64_t* sum = nullptr;         // [rhos], in rho_unit
  std::uint64_t* count = nullptr;      // [rhos]
};

}  // namespace topheavy
