// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/data/plain_vector.h"
#include "host/history/history.h"
#include "host/stress/stress_file.h"
#include "kernels/core/tree_sum.h"
#include "kernels/scenario_pass/scenario_pass.h"
#include "kernels/scenario_plan/scenario_plan.h"

#include <cstdint>
#include <string>
#include <vector>

// The constituents at the as-of date as the path engine takes them                              specification, section 7
namespace topheavy {

// A stress as steps of a plan: the row to be taken before the return of each of the first days.
struct stress_row {
  std::string name, meaning;
  std::vector<double> growth;  // [N] 1 + what it returns each constituent of the panel as a whole
  std::uint32_t row = 0;       // of scenario_universe::ret, already spread over the days
  std::uint32_t days = 1;
};

struct scenario_universe {
  path_layout layout;
  std::vector<std::int32_t> constituent;  // [slots] of the panel; -1 in the padding
  std::vector<float> start;               // [slots] caps at the as-of date, scaled to a total of 2^20
  double start_total = 0.0;               // in the panel's currency
  plain_vector<float> ret;  // [rows, slots]: `days` rows, then the stresses', then one of zeros;
                            // empty before fill_returns
  std::size_t rows = 0;
  std::size_t days = 0;           // T
  std::vector<std::int32_t> day;  // [T] of the panel: its dates with an index member that the lookback holds
  std::uint32_t zero_row = 0;     // no return
  std::vector<stress_row> stresses;   // as given
  std::vector<dimension> dimensions;  // those of the settings; members are classes of the layout
  std::int64_t cells = 0,
               filled = 0;  // of days x members; those that took the sector's return, or 0 (fill_returns)
  std::vector<std::string> left_out;  // members without a whole history, where the settings leave them out

  path_universe view() const { return {&layout, start.data(), ret.data(), rows}; }
};

// Members: the constituents with a cap at the last date of the panel; with `missing_history: exclude` those of them that
// have a return on every day. Classes and order: classes.h. What stands in for a missing return: member_returns.h. What a
// shock comes to: shock_rows.h. Dimensions, unless the set has its own, are those of correlations without `issuer`; a group
// may be without classes.
// Throws error(usage) with a line for each problem where a stress names a dimension, group, symbol or date that does not
// exist or is not in the universe, or needs more days than there are; error(data) where fewer than two
// days or no members are left. read_stresses has seen to it that no stress is longer than the
// horizon or needs a volatility index where there is none.
scenario_universe make_universe(const settings& s, const scenario_settings& set, const inputs& in,
                                const history& h, const std::vector<stress>& stresses);

// Dimensions of a set: its own, or those that correlations take without issuers, of which classes would be single names;
// members are constituents of the panel. Throws error(usage) where there is no such dimension.
std::vector<dimension> dimensions_of(const settings& s, const scenario_settings& set, const history& h);

// The returns of that universe, its size: what everything else can be checked without. Of the same settings and data.
void fill_returns(const scenario_settings& set, const inputs& in, const history& h, scenario_universe& u);

// Sum of value(slot) over the constituents of a group of one of the universe's dimensions, class by class.
template <typename Value>
double slot_sum(const scenario_universe& u, const dimension& d, std::size_t group, Value value) {
  double sum = 0.0;
  for (std::int32_t i = d.offsets[group]; i < d.offsets[group + 1]; ++i) {
    const auto k = static_cast<std::size_t>(d.members[static_cast<std::size_t>(i)]);
    const std::size_t begin = u.layout.class_slots[k];
    const std::size_t end = k + 1 < u.layout.classes() ? u.layout.class_slots[k + 1] : u.layout.slots();
    sum += tree_sum(end - begin, [&](std::size_t slot) { return value(begin + slot); });
  }
  return sum;
}

// The sum of the start caps, as scaled and rounded.
double total_start(const scenario_universe& u);

}  // namespace topheavy
