// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"
#include "host/config/settings.h"
#include "host/data/volatility.h"

#include <cstdint>
#include <string>
#include <vector>

// Regimes of the volatility index (specification, section 4), numbered from the calmest: regime k lies between
// thresholds k - 1 and k; a level equal to a threshold belongs to the regime above it.
namespace topheavy {

inline constexpr std::int32_t no_regime = -1;

// One name a regime: those of the settings, or calm, recovering, stressed, panic for three thresholds, or
// below_20, 20_to_25, ..., from_30 for another number.
std::vector<std::string> regime_names(const volatility_settings& s);

// [rows of v] The regime at each close. With a hysteresis of x points: from regime k up, one threshold at a time
// and repeated, while the level is >= threshold + x, down while it is < threshold - x; the first row is raw.
std::vector<std::int32_t> regimes_of_closes(const volatility_series& v, const volatility_settings& s);

// [T] The regime of each panel day, by the close of the day itself or, with lag 1, by the last close before it, at
// most max_staleness_days calendar days old; no_regime without such a close.
std::vector<std::int32_t> regimes_of_days(const std::vector<date>& panel_dates, const volatility_series& v,
                                          const volatility_settings& s);

}  // namespace topheavy
