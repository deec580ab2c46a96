// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"
#include "host/data/volatility.h"

#include <optional>
#include <vector>

namespace topheavy {

// A volatility episode (specification, section 4): from the first close at or above the top threshold to the first close
// below the lowest. Its peak is its highest close, the earliest one of equals. Levels are in points.
struct episode {
  date start{};
  date peak_date{};
  double peak = 0.0;
  std::optional<date> end_date;  // none: still open
  double end = 0.0;              // close on end_date
};

// Over the closes up to `last`, in order of time. thresholds: ascending, at least one.
std::vector<episode> find_episodes(const volatility_series& v, date last,
                                   const std::vector<double>& thresholds);

}  // namespace topheavy
