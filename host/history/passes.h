// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/data/panel.h"
#include "host/history/attribution.h"
#include "host/history/concentration.h"
#include "host/history/dimensions.h"
#include "host/history/index.h"
#include "host/history/pairs.h"
#include "kernels/backend.h"

#include <cstdint>
#include <vector>

// The two passes over the panel that the whole history is made of: by day, then, once the levels of the index are
// known, by constituent. Each reads every cell once and answers all questions that can be asked on its way.
namespace topheavy {

struct day_answers {
  index_sums index;
  concentration_history constituents, issuers;
  std::vector<double> weight;        // [N] at the last day's close
  std::vector<std::int32_t> sector;  // [N] position in the dimension sector
  std::vector<double>
      fixed_weight_return;   // [T] of those weights, fraction; NaN where the index has no member
  std::vector<double> fill;  // [T, sectors] what stands in for a missing return, fraction
};

// dimensions: those with daily series, the first of them the sectors, which hold every constituent once; issuers: those
// of all constituents.
day_answers run_day_pass(backend& b, const panel& p, const std::vector<dimension>& dimensions,
                         const dimension& issuers);

struct constituent_answers {
  std::vector<std::int32_t> new_highs;  // [T] members within 1 % of their 252-day high
  std::vector<window_sums> windows;
  risk_sums risk;
};

// Fills `moments` for the days it names.
constituent_answers run_constituent_pass(backend& b, const panel& p, const index_history& index,
                                         const std::vector<window>& windows, const day_answers& days,
                                         const risk_plan& plan, constituent_moments& moments);

}  // namespace topheavy
