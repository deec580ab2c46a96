// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_plan/scenario_plan.h"
#include "kernels/scenario_plan/scenario_plan_core.h"

#include <algorithm>
#include <array>

namespace topheavy {
namespace {

constexpr std::uint32_t days_at_once = 16;

struct words_of_days {
  std::array<std::uint32_t, days_at_once> chain, block, position;
};

// Apart from what follows, which goes day by day, so that the cipher runs in vectors.
TOPHEAVY_CLONES void draw_words(std::uint64_t seed, std::uint64_t scenario, std::uint32_t first,
                                words_of_days& words) {
  for (std::uint32_t d = 0; d < days_at_once; ++d) {
    const random_block block = random_words(seed, scenario, first + d, plan_stream);
    words.chain[d] = block.word[0];
    words.block[d] = block.word[1];
    words.position[d] = block.word[2];
  }
}

// Calls use(day, planned day) for each day of the scenario.
template <typename Use>
void plan_scenario(const plan_recipe& recipe, std::uint64_t scenario, Use use) {
  if (recipe.windows) {
    for (std::uint32_t day = 0; day < recipe.days; ++day) {
      use(day, scaled_day(recipe, day, static_cast<std::uint32_t>(scenario) + day));
    }
    return;
  }
  plan_state state = start_of(recipe);
  words_of_days words;
  for (std::uint32_t first = 0; first < recipe.days; first += days_at_once) {
    draw_words(recipe.seed, scenario, first, words);
    for (std::uint32_t d = 0; d < std::min(days_at_once, recipe.days - first); ++d) {
      const random_block block{{words.chain[d], words.block[d], words.position[d], 0}};
      use(first + d, draw_day(recipe, first + d, block, state));
    }
  }
}

}  // namespace

void make_plans_cpu(const plan_recipe& recipe, const std::uint64_t* scenario, std::size_t count,
                    const plan_rows& rows) {
  for (std::size_t s = 0; s < count; ++s) {
    std::uint32_t* row = rows.row + s * recipe.steps;
    float* scale = rows.scale + s * recipe.steps;
    std::size_t step = 0;
    double highest = 0.0;
    const auto write_shocks = [&] {
      for (; step < recipe.steps && !recipe.step[step].is_day; ++step) {
        row[step] = recipe.step[step].row;
        scale[step] = recipe.step[step].scale;
      }
    };
    plan_scenario(recipe, scenario[s], [&](std::uint32_t day, const planned_day& planned) {
      write_shocks();
      row[step] = recipe.row[planned.position];
      scale[step] = planned.scale;
      ++step;
      if (rows.regime != nullptr) rows.regime[s * recipe.days + day] = planned.regime;
      if (!(planned.level <= highest) && highest == highest) highest = planned.level;  // NaN stays
    });
    write_shocks();
    if (rows.max_level != nullptr) rows.max_level[s] = highest;
  }
}

}  // namespace topheavy
