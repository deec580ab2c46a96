// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"

#include <cmath>
#include <cstdint>

// Which constituents can be standardised over a set of days (specification, section 5): those with returns on at least
// 80 % of the days and a variance. A standard deviation within rounding of nothing is none.
namespace topheavy {

enum class part { taken, too_few_returns, no_variance };

TOPHEAVY_HD inline part part_in_pairs(std::int32_t returns, std::int32_t days, double mean, double sd) {
  constexpr double rounding = 1e-12;
  if (returns == 0 || std::int64_t{5} * returns < std::int64_t{4} * days) return part::too_few_returns;
  return sd > rounding * fabs(mean) ? part::taken : part::no_variance;
}

}  // namespace topheavy
