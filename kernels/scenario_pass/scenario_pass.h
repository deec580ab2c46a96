// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_figures/scenario_figures.h"
#include "kernels/scenario_paths/path_layout.h"
#include "kernels/scenario_plan/scenario_plan.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

// The pass over scenarios: plans, paths and figures of a range. What a back end offers beside the passes over the panel. All pointers are host memory; the same bits on every back end, for any number of threads and any
// unit of work.
namespace topheavy {

// The universe of constituents along scenarios, in the layout's order; read while a path_engine is made, not kept.
struct path_universe {
  const path_layout* layout = nullptr;
  const float* start = nullptr;  // [slots] caps at the as-of date, 0 in the padding; a total near 2^20
  const float* ret = nullptr;    // [rows, slots] row-major, 0 in the padding: returns of days, then shocks
  std::size_t rows = 0;
};

// Scenarios first .. first + count - 1.
struct scenario_range {
  std::uint64_t first = 0;
  std::size_t count = 0;
};

// Scenarios walked again for the caps of each constituent at the end. Added up within buckets, scenario after scenario in
// the order given, in one run: not in blocks of 1,024 as statistics over all scenarios are.
struct replay_request {
  const std::uint64_t* scenario = nullptr;  // [count]
  const std::uint32_t* bucket = nullptr;    // [count], < buckets
  std::size_t count = 0;
  std::size_t buckets = 0;
  const std::uint32_t* watched = nullptr;  // slots whose caps are asked for one by one
  std::size_t watched_count = 0;
  const std::function<void()>* between = nullptr;  // called now and then; what it throws ends the replay
};

// change = cap at the end - cap at the start, float64.
struct replay_result {
  double* sum = nullptr;      // [buckets, slots] of changes
  double* squares = nullptr;  // [buckets, slots] of changes^2
  double* watched = nullptr;  // [watched, count] changes
};

// A universe where and how a back end wants it. One call at a time.
class path_engine {
 public:
  virtual ~path_engine() = default;

  // Where the request has correlations they are counted, and kept until take_correlations; passes between two calls of
  // that have the same ones.
  virtual void scenario_pass(const plan_recipe& recipe, const figure_request& request, scenario_range range,
                             const figure_columns& columns) = 0;
  virtual void take_correlations(const rho_columns& columns) = 0;

  virtual void replay(const plan_recipe& recipe, const replay_request& request,
                      const replay_result& result) = 0;
};

}  // namespace topheavy
