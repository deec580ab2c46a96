// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_pass/scenario_pass.h"

#include <cstddef>
#include <cstdint>
#include <vector>

// What every body of the pass over scenarios works out before it walks.
namespace topheavy {

// Of the largest caps: after each step, and at the end of a scenario.
inline constexpr std::size_t daily_k = scenario_top_k[place_of_top_10];
inline constexpr std::size_t most_k = scenario_top_k.back();

// What does not change from scenario to scenario.
struct pass_setting {
  const plan_recipe& recipe;
  const figure_request& request;
  const figure_columns& columns;
  std::vector<std::uint32_t> day_step;
  std::vector<std::vector<std::size_t>> groups_of;  // [classes] the groups that a class belongs to, ascending
  double start_total = 0.0;
  std::vector<double> start_group;

  pass_setting(const plan_recipe& r, const figure_request& f, const figure_columns& c,
               const std::vector<double>& class_start)
      : recipe(r), request(f), columns(c), groups_of(class_start.size()), start_group(f.groups.groups) {
    for (std::size_t i = 0; i < r.steps; ++i) {
      if (r.step[i].is_day) day_step.push_back(static_cast<std::uint32_t>(i));
    }
    for (std::size_t g = 0; g < f.groups.groups; ++g) {
      for (std::int32_t i = f.groups.offsets[g]; i < f.groups.offsets[g + 1]; ++i) {
        groups_of[static_cast<std::size_t>(f.groups.members[i])].push_back(g);
      }
    }
    for (std::size_t k = 0; k < class_start.size(); ++k) {
      start_total += class_start[k];
      for (const std::size_t g : groups_of[k]) start_group[g] += class_start[k];
    }
  }
};

// [classes]: sums of the caps at the start, in the order of the layout.
std::vector<double> class_sums_at_start(const path_universe& universe);

}  // namespace topheavy
