// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/scenario/generators.h"
#include "host/scenario/path_walk.h"
#include "host/scenario/results.h"
#include "kernels/backend.h"

#include <functional>
#include <vector>

namespace topheavy {

struct history_error_request {
  std::uint64_t replicates = 0;
  std::uint64_t scenarios = 0;  // of each
};

// Fills in history_error of each level, or the reason why there is none: how much ES would differ had the past days been
// others of their kind. A replicate is a history as long as this one, drawn from it in blocks by the stationary bootstrap
// (blocks as those of the scenarios, the last of the history followed by the first), and ES over scenarios of its own:
//   history_error = sqrt(var of ES over replicates - mean of simulation_error^2 within them)
// Where that is no number above 0 the draws hide it, and there is none: 0 would say that the history adds nothing. The
// probabilities of the chain stay. Replicates in which a regime that can be reached has no days are not used; above 10 % of
// them there is none.
// Random words: blocks of replicate r from (seed, r, block, history_stream): word 0 draws the first day, word 1 the
// length; its scenarios have the numbers (r + 1) 2^40 and on.
inline constexpr std::uint32_t history_stream = 2;

// Scenarios of a replicate, as the settings say, of a set of so many.
std::uint64_t scenarios_of_history(const scenario_settings& set, std::uint64_t scenarios);

void add_history_error(const scenario_plan& plan, const history_error_request& request, path_walk& walk,
                       backend& b, std::vector<tail_risk>& risk, const std::function<void(double)>& done);

}  // namespace topheavy
