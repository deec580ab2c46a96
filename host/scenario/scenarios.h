// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/stages.h"
#include "host/scenario/cost.h"
#include "host/scenario/figure_table.h"
#include "host/scenario/results.h"
#include "host/scenario/universe.h"
#include "kernels/backend.h"

#include <cstddef>
#include <string>
#include <vector>

// The sets of scenarios of a run, one after another                                              specification, section 7
namespace topheavy {

// Where the rows of scenarios.parquet go while a set is computed.
class scenario_rows {
 public:
  virtual ~scenario_rows() = default;
  // Rows first .. first + count - 1 of a set, in order; rows_at_once of them but at its end. dimensions: of the set.
  virtual void write(const std::string& set, const std::vector<dimension>& dimensions,
                     const figure_table& figures, std::size_t first, std::size_t count) = 0;
};
inline constexpr std::size_t rows_at_once = std::size_t{1} << 17;

// stresses [sets]: as read_stresses gives them; costs [sets]: expected_costs. Of every set a stage for its universe, then of each in turn one for its
// returns, its paths, its tail, its history_error and its stresses. Throws, for any set before the first is computed, what
// make_universe, make_plan and check_events throw, and error(resources) where a set does not fit in memory; error(data)
// where a cap on a path or its square is beyond what float32 holds.
std::vector<scenario_results> run_scenarios(const settings& s, const inputs& in, const history& h,
                                            const std::vector<std::vector<stress>>& stresses,
                                            const std::vector<scenario_cost>& costs, backend& b,
                                            stages& timed, scenario_rows& rows);

// The tail of the sets of the settings alone: name, count and risk without history_error, the same to the bit. Stresses of
// the sets are left out; a set of nothing else has no tail. Throws as run_scenarios.
std::vector<scenario_results> run_tails(const settings& s, const inputs& in, const history& h, backend& b,
                                        stages& timed);

}  // namespace topheavy
