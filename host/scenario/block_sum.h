// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>

namespace topheavy {

inline constexpr std::size_t scenario_block = 1024;

// Sum of value(0) .. value(count - 1), the order of every statistic over scenarios: 0 + value(first) + ... within blocks
// of exactly 1,024, then 0 + block 0 + block 1 + ...
template <typename Value>
double block_sum(std::size_t count, Value value) {
  double total = 0.0;
  for (std::size_t first = 0; first < count; first += scenario_block) {
    const std::size_t last = std::min(first + scenario_block, count);
    double block = 0.0;
    for (std::size_t i = first; i < last; ++i) block += value(i);
    total += block;
  }
  return total;
}

}  // namespace topheavy
