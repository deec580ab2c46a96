// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/stages.h"
#include "host/config/settings.h"
#include "host/data/constituents.h"
#include "host/data/data_quality.h"
#include "host/data/panel.h"
#include "host/data/volatility.h"
#include "host/history/attribution.h"
#include "host/history/concentration.h"
#include "host/history/correlation.h"
#include "host/history/dimensions.h"
#include "host/history/episodes.h"
#include "host/history/index.h"
#include "host/history/pairs.h"
#include "host/history/regimes.h"
#include "host/history/rotation.h"
#include "host/history/stage.h"
#include "host/history/volatility_history.h"
#include "kernels/backend.h"

#include <optional>
#include <vector>

namespace topheavy {

// What a run reads, checked and in canonical order.
struct inputs {
  panel prices;
  constituents_table table;
  classification labels;
  std::optional<volatility_series> volatility;
  std::vector<double> volatility_level;  // [T], points, joined to the panel's dates; NaN: none
  std::vector<char> after_gap;           // [T], 1 where the day's returns come after a gap day
  data_quality quality;
  std::optional<rule_set> rules;  // of the stage
};

// Everything the past says; the writers of host/report print it and compute nothing.
struct history {
  std::vector<dimension> dimensions;  // sector, issuer, configured ones
  std::vector<dimension>
      daily_dimensions;  // those with daily series: issuers only where they have several constituents
  daily_history daily;   // groups as in daily_dimensions
  index_summary index;
  concentration_history constituents, issuers;  // at every close
  std::vector<double> weight;                   // [N] at the last day's close, 0 without a cap
  risk_plan risk;                               // at the last day's close, and by regime
  std::vector<std::string> regime_names;  // [regimes], from the calmest; empty without a volatility file
  std::vector<std::int32_t> regime;       // [T], no_regime where the level is missing; empty without the file
  std::vector<episode> episodes;
  correlation_history correlation;
  pairs_history pairs;               // dimensions as in `daily_dimensions`
  std::vector<attribution> windows;  // dimensions as in `dimensions`
  std::vector<window_left_out> windows_left_out;
  volatility_history volatility;
  rotation_history rotation;
  stage_result stage;
};

history compute_history(const settings& s, const inputs& in, backend& b, stages& timed);

// The part of it that concentration at the close and the scenarios take, the same to the bit: dimensions, the index and its
// groups day by day, concentration of weights, regimes and their transitions. The rest stays empty.
history compute_basis(const settings& s, const inputs& in, backend& b, stages& timed);

}  // namespace topheavy
