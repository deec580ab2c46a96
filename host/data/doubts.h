// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/data/constituents.h"
#include "host/data/data_quality.h"
#include "host/data/panel.h"
#include "host/data/volatility.h"

#include <string>
#include <vector>

// What reads well and can hardly be meant. Nothing is refused for it, nor changed; each is a sentence for data_quality.doubts.
namespace topheavy {

inline constexpr double hardly_a_day = 0.1;   // half of all returns of two months beyond it: percent
inline constexpr double hardly_a_jump = 3.0;  // of a cap from one panel date to the next, beside its return

// Returns that look like percent: the median of the absolute ones of the last 63 days is above hardly_a_day. Empty: none.
std::string doubt_of_returns(const panel& p);

// Caps that grow or shrink more than threefold beyond their return, cap[t] / cap[t-1] against 1 + return (a missing one
// counts as 0), where both dates have a row: how many, and of those the one with the largest weight at either close.
std::string doubt_of_caps(const panel& p);

// A volatility index in fractions: ten times its highest level is below the lowest threshold.
std::string doubt_of_levels(const volatility_series& series, const std::vector<double>& thresholds);

// A table of constituents that has rows and none of the panel's symbols.
std::string doubt_of_constituents(const panel& p, const constituents_table& table,
                                  const data_quality& quality);

}  // namespace topheavy
