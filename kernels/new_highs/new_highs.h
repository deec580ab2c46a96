// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/traffic.h"
#include "kernels/core/view.h"

#include <cstddef>
#include <cstdint>

// Members near their own high (specification, section 2): constituent n's own return index x[0,n] = 1,
//   x[t,n] = x[t-1,n] (1 + ret[t,n]), flat where ret is missing;
//   count[t] = number of members on day t with x[t,n] >= within * max of x[u,n] over the last `window` days,
//   u <= t.
// Day 0 has no members: 0.
namespace topheavy {

struct new_highs_rule {
  std::int32_t window = 252;  // days, today included; >= 1
  double within = 0.99;       // share of the high that still counts, (0, 1]
};

// Throws std::invalid_argument where window or within is outside its range.
void check_new_highs(new_highs_rule rule);

// Items: constituents times the days after the first.
inline traffic new_highs_traffic(std::size_t days, std::size_t constituents) {
  const double items = static_cast<double>(days == 0 ? 0 : days - 1) * static_cast<double>(constituents);
  return {items, 16.0 * items, 4.0 * static_cast<double>(days)};
}

}  // namespace topheavy
