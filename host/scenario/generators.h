// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/scenario/universe.h"
#include "kernels/scenario_plan/scenario_plan.h"

#include <cstdint>
#include <string>
#include <vector>

// From the settings of a set to the recipe of its plans                                           specification, section 7
namespace topheavy {

// Owns what a plan_recipe points at; view() is good as long as this stands unchanged and in its place. Members not explained
// here are those of kernels/scenario_plan.
struct scenario_plan {
  std::string kind;                // "bootstrap", "historical", "volatility_path", "stress"
  std::uint64_t count = 0;         // of scenarios; historical: D - H + 1, stress: one a stress
  double mean_block_length = 0.0;  // days, at least 1; NaN: has no blocks
  std::string no_sampling_error;   // why scenarios are no sample; empty: they are
  std::uint64_t seed = 0;
  std::uint32_t days = 0;
  bool windows = false;
  std::vector<plan_step> steps;
  std::vector<std::uint32_t> row;
  std::vector<double> level;
  std::vector<std::uint8_t> pool;
  std::vector<std::uint32_t> pool_offsets, pool_members;
  std::uint64_t goes_on_below = 0;
  std::uint32_t start_pool = 0;
  std::vector<std::uint64_t> chain;
  std::vector<std::uint8_t> path_pool;
  std::vector<double> path_level;
  std::vector<double> thresholds;

  plan_recipe view() const;
};

// Positions are the days of the universe, levels those that the volatility index had on them, simulated regimes by the
// thresholds of the settings; without a volatility file there are no levels.
//   bootstrap        pools by h.regime, a day without a regime being in none; the chain starts at the as-of date's regime,
//                    so that day 1 is one transition after it. Limit of [from, to]: floor(2^32 (c_0 + .. + c_to) / sum of
//                    the row) of h.volatility.transition_counts; a row without transitions is 0 throughout.
//                    `regimes: false`: one pool of all days. goes_on_below = floor(2^32 (1 - 1 / b)), b the block of the
//                    settings, else optimal_block_length of the index returns of these days, at least 1.
//   volatility_path  the same pools and blocks; the pool of a day is the regime of the path's level, without hysteresis.
//                    The m levels of the settings stand at (H - 1) i / (m - 1) days, straight between.
//   historical       windows
//   stress           zero rows only. Its scenario i is that of with_stress(plan, u.stresses[i]), whatever its number below
//                    count.
// What the configuration sees to is taken for granted: a volatility file where regimes are asked for, a path of at most a
// level a day, a stress for a set of stresses. Throws error(usage) where a regime without days is on the path or can be
// reached by the chain within H transitions, or one of which no transition is known has to be left; where a bootstrap by
// regimes has no level for the as-of date; where H exceeds the days of the history.
scenario_plan make_plan(const settings& s, const scenario_settings& set, const inputs& in, const history& h,
                        const scenario_universe& u);

// The same draws with the shock as a step before each of the first stress.days days.
scenario_plan with_stress(const scenario_plan& plan, const stress_row& stress);

// The same recipe over a history that the stationary bootstrap has drawn anew: position d is day `drawn[d]` of this one;
// pools are made anew, probabilities of the chain and of blocks stay. false where a regime that can be reached, or is on the
// path, has no days left.
bool resample(const scenario_plan& plan, const std::vector<std::uint32_t>& drawn, scenario_plan& resampled);

}  // namespace topheavy
