// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/episodes.h"

namespace topheavy {

std::vector<episode> find_episodes(const volatility_series& v, date last,
                                   const std::vector<double>& thresholds) {
  std::vector<episode> found;
  bool open = false;
  for (std::size_t i = 0; i < v.dates.size() && v.dates[i] <= last; ++i) {
    const double close = v.close[i];
    if (!open) {
      if (close < thresholds.back()) continue;
      found.push_back(
          {.start = v.dates[i], .peak_date = v.dates[i], .peak = close, .end_date = std::nullopt});
      open = true;
    } else if (close < thresholds.front()) {
      found.back().end_date = v.dates[i];
      found.back().end = close;
      open = false;
    } else if (close > found.back().peak) {
      found.back().peak_date = v.dates[i];
      found.back().peak = close;
    }
  }
  return found;
}

}  // namespace topheavy
