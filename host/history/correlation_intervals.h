// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/history/correlation.h"

namespace topheavy {

// Adds to the estimates of `by_regime` their intervals and replicates_unused, by the stationary bootstrap of the days of
// `sample` (Politis and Romano 1994): regime labels travel with their days, and one draw of days serves every pair and
// regime. In a replicate a pair needs at least min(10, n / 2) draws of its n days in the regime, and for what compares
// also in the lowest one; the mean over pairs needs all of them.
// The draws are counts, what they multiply are whole numbers (returns standardised by group and regime, 2^-33 or finer),
// so that the sums are exact and no order matters.
// memory: bytes for the sums; pairs that do not fit are done one batch after the other, to the same bits.
void add_intervals(std::vector<regime_correlation>& by_regime, const regime_sample& sample,
                   const correlation_settings& s, double mean_block_length, backend& b,
                   std::size_t memory = std::size_t{1} << 28);

}  // namespace topheavy
