// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/history/history.h"

#include <cstdint>
#include <vector>

namespace topheavy {

// What a set will take, known before it is begun.
struct scenario_cost {
  std::uint64_t scenarios = 0;
  std::uint64_t members = 0;
  double cells =
      0.0;  // constituents x days x scenarios of all passes: the set's, its stresses', history_error's
  double universe_bytes = 0.0;  // returns of every member on every day, twice while they are laid out
  double scenario_bytes = 0.0;  // figures of all scenarios, and what sorts them; ES of a history drawn anew
  double correlation_bytes = 0.0;  // histograms of correlations along paths, of each thread
  double tail_bytes = 0.0;         // sums over the tail, of each constituent
  double bytes() const { return universe_bytes + scenario_bytes + correlation_bytes + tail_bytes; }
};

scenario_cost expected_cost(const settings& s, const scenario_settings& set, const inputs& in,
                            const history& h);

std::vector<scenario_cost> expected_costs(const settings& s, const inputs& in, const history& h);  // [sets]

// Throws error(resources) that says what to change where there is not so much memory.
void check_memory(const scenario_cost& cost, const scenario_settings& set);

// Logs it, then check_memory.
void tell_cost(const scenario_cost& cost, const scenario_settings& set);

}  // namespace topheavy
