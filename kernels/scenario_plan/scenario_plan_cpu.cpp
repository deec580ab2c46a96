// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_plan/scenario_plan.h"
#include "kernels/scenario_plan/scenario_plan_core.h"

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

}  // namespace

void make_plans_cpu(const plan_recipe& recipe, const std::uint64_t* scenario, std::size_t count,
                    const plan_rows& rows) {
  words_of_days words;
  for (std::size_t s = 0; s < count; ++s) {
    write_plan(recipe, scenario[s], s, rows, [&](std::uint32_t day) -> random_block {
      const std::uint32_t d = day % days_at_once;
      if (d == 0) draw_words(recipe.seed, scenario[s], day, words);
      return {{words.chain[d], words.block[d], words.position[d], 0}};
    });
  }
}

}  // namespace topheavy
