// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"

#include <array>
#include <cstddef>
#include <span>
#include <string>

// What the synthetic history is made to replay: three volatility spikes, and after the last of them a rally
// led by the AI leaders, then semiconductors, then crypto, with defensive sectors behind. Between these marks
// everything is drawn.
namespace topheavy {

enum tier_index : std::size_t { ai_leaders_tier, semiconductors_tier, crypto_tier, tier_count };

// The volatility index closes at this level on this date.
struct volatility_mark {
  date day;
  double level;  // points
};

// From the close of `from` to the close of `to` the factors move by these log returns in all.
struct factor_mark {
  date from;
  date to;
  double market;
  std::array<double, tier_count> tier;  // beyond the market and the sector
  // Sector factors then move by 0 in all and own returns are halved, so that the totals show in the groups'
  // returns.
  bool together;
};

struct story_window {
  std::string name;
  date start;  // its close is the base
  date end;
};

std::span<const volatility_mark> volatility_marks();  // ascending
std::span<const factor_mark> factor_marks();          // ascending, without overlap
std::span<const story_window> story_windows();

}  // namespace topheavy
