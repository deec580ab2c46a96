// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

// Which day, at which scale, every scenario takes at every step: what the generators yield          specification, section 7
//
// A history is a list of D positions, each of which is a row of returns and belongs to one pool (a regime, or the one pool
// of all days) or to none. The step after position d takes d + 1 with probability 1 - 1 / b where d + 1 exists and belongs
// to the pool of that day, else a position drawn uniformly from that pool. The pool of each day comes from a Markov chain
// or from a given path.
//
// Random words of (seed, scenario, day, plan_stream): word 0 moves the chain, word 1 says whether the block goes on, word 2
// draws a position. A scenario's plan so depends on its number alone.
namespace topheavy {

inline constexpr std::uint32_t plan_stream = 1;  // 0 is the bootstrap of days
inline constexpr std::uint8_t no_simulated_regime = 255;
inline constexpr std::size_t most_pools = 16;

// A step of every scenario: the day with that number, or a shock row.
struct plan_step {
  bool is_day = true;
  std::uint32_t row = 0;  // of the shock
  float scale = 1.0F;     // of the shock
};

struct plan_recipe {
  std::uint64_t seed = 0;
  std::uint32_t days = 0;           // H
  const plan_step* step = nullptr;  // [steps], H of which are days
  std::size_t steps = 0;

  std::uint32_t positions = 0;         // D
  const std::uint32_t* row = nullptr;  // [D] of the universe
  const double* level = nullptr;       // [D] of the volatility index, points; NaN: none; null: none at all

  // Scenario s takes positions s .. s + H - 1; the rest of this struct but the thresholds is not used.
  bool windows = false;

  const std::uint8_t* pool = nullptr;           // [D], `pools` for none
  const std::uint32_t* pool_offsets = nullptr;  // [pools + 1]
  const std::uint32_t* pool_members = nullptr;  // positions, ascending within a pool
  std::uint32_t pools = 1;                      // at most most_pools
  std::uint64_t goes_on_below = 0;              // of 2^32, 1 - 1 / b
  std::uint32_t start_pool = 0;                 // of the chain
  const std::uint64_t* chain =
      nullptr;  // [pools, pools] from row to column, of 2^32, summed up along the row
  const std::uint8_t* path_pool = nullptr;  // [H] instead of the chain; null: the chain
  const double* path_level = nullptr;       // [H] points: scale = level of the path / level of the position,
                                            // within least_scale .. most_scale; null: scale 1

  const double* threshold = nullptr;  // [regimes - 1] of simulated regimes, points, ascending
  std::uint32_t thresholds = 0;
};

inline constexpr double least_scale = 0.25, most_scale = 4.0;

// row, scale [scenarios, steps]; regime [scenarios, H]: of the level of each day's position times its scale, a level equal
// to a threshold belonging to the regime above it; no_simulated_regime without a level. max_level [scenarios]: the highest
// of those levels; NaN where a day has none. regime and max_level may be null.
struct plan_rows {
  std::uint32_t* row = nullptr;
  float* scale = nullptr;
  std::uint8_t* regime = nullptr;
  double* max_level = nullptr;
};

// scenario [count]: the numbers of the scenarios.
void make_plans_cpu(const plan_recipe& recipe, const std::uint64_t* scenario, std::size_t count,
                    const plan_rows& rows);

}  // namespace topheavy
