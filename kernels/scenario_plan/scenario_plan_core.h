// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/philox.h"
#include "kernels/core/portable.h"
#include "kernels/scenario_plan/scenario_plan.h"

#include <limits>

namespace topheavy {

// A constant: nvcc keeps the functions of numeric_limits on the host.
inline constexpr double no_level = std::numeric_limits<double>::quiet_NaN();

// Where a scenario stands between two days.
struct plan_state {
  std::uint32_t position = 0;
  std::uint32_t pool = 0;
  bool begun = false;
};

struct planned_day {
  std::uint32_t position = 0;
  float scale = 1.0F;
  double level = 0.0;  // of the volatility index, points; NaN: none
  std::uint8_t regime = no_simulated_regime;
};

TOPHEAVY_HD inline plan_state start_of(const plan_recipe& recipe) { return {0, recipe.start_pool, false}; }

TOPHEAVY_HD inline std::uint32_t next_in_chain(const plan_recipe& recipe, std::uint32_t pool,
                                               std::uint32_t word) {
  const std::uint64_t* const limit = recipe.chain + pool * recipe.pools;
  std::uint32_t next = 0;
  for (std::uint32_t k = 0; k + 1 < recipe.pools; ++k) next += static_cast<std::uint32_t>(word >= limit[k]);
  return next;
}

TOPHEAVY_HD inline std::uint8_t simulated_regime(const plan_recipe& recipe, double level) {
  if (level != level) return no_simulated_regime;
  std::uint8_t regime = 0;
  for (std::uint32_t k = 0; k < recipe.thresholds; ++k) {
    regime = static_cast<std::uint8_t>(regime + (level >= recipe.threshold[k] ? 1 : 0));
  }
  return regime;
}

// The scale of a day of the path at a position, and what the level of the volatility index then is: the path's own, not
// the product of a rounded quotient, so that a path on a threshold stays on it.
TOPHEAVY_HD inline planned_day scaled_day(const plan_recipe& recipe, std::uint32_t day,
                                          std::uint32_t position) {
  planned_day planned{position, 1.0F, no_level, no_simulated_regime};
  if (recipe.level == nullptr) return planned;
  double level = recipe.level[position];
  if (recipe.path_level != nullptr) {
    const double wanted = recipe.path_level[day];
    const double scale = wanted / level;
    const double kept = scale < least_scale ? least_scale : scale > most_scale ? most_scale : scale;
    planned.scale = static_cast<float>(kept);
    level = kept == scale ? wanted : level * kept;
  }
  planned.level = level;
  planned.regime = simulated_regime(recipe, level);
  return planned;
}

// Day `day` of a scenario from the random words of that place; moves the state.
TOPHEAVY_HD inline planned_day draw_day(const plan_recipe& recipe, std::uint32_t day,
                                        const random_block& words, plan_state& state) {
  state.pool =
      recipe.path_pool != nullptr ? recipe.path_pool[day] : next_in_chain(recipe, state.pool, words.word[0]);
  const std::uint32_t first = recipe.pool_offsets[state.pool];
  const std::uint32_t size = recipe.pool_offsets[state.pool + 1] - first;
  const std::uint32_t drawn = recipe.pool_members[first + integer_below(size, words.word[2])];
  // Both ways are made and one is taken: which, a processor could not foresee.
  const bool has_next = state.position + 1 < recipe.positions;
  const std::uint32_t next = has_next ? state.position + 1 : state.position;
  const bool goes_on = (static_cast<unsigned>(state.begun) & static_cast<unsigned>(has_next) &
                        static_cast<unsigned>(words.word[1] < recipe.goes_on_below) &
                        static_cast<unsigned>(recipe.pool[next] == state.pool)) != 0;
  state.position = goes_on ? next : drawn;
  state.begun = true;
  return scaled_day(recipe, day, state.position);
}

// All of a scenario into row s of the columns. words(day) gives the random words of its days, which it is asked for one
// after the other.
template <typename Words>
TOPHEAVY_HD TOPHEAVY_INLINE void write_plan(const plan_recipe& recipe, std::uint64_t scenario, std::size_t s,
                                            const plan_rows& rows, Words words) {
  std::uint32_t* const row = rows.row + s * recipe.steps;
  float* const scale = rows.scale + s * recipe.steps;
  std::uint8_t* const regime = rows.regime == nullptr ? nullptr : rows.regime + s * recipe.days;
  plan_state state = start_of(recipe);
  std::uint32_t day = 0;
  double highest = 0.0;
  for (std::size_t step = 0; step < recipe.steps; ++step) {
    if (!recipe.step[step].is_day) {
      row[step] = recipe.step[step].row;
      scale[step] = recipe.step[step].scale;
      continue;
    }
    const planned_day planned = recipe.windows
                                    ? scaled_day(recipe, day, static_cast<std::uint32_t>(scenario) + day)
                                    : draw_day(recipe, day, words(day), state);
    row[step] = recipe.row[planned.position];
    scale[step] = planned.scale;
    if (regime != nullptr) regime[day] = planned.regime;
    if (!(planned.level <= highest) && highest == highest) highest = planned.level;  // NaN stays
    ++day;
  }
  if (rows.max_level != nullptr) rows.max_level[s] = highest;
}

}  // namespace topheavy
