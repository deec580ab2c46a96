// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_figures/largest.h"

#include <bit>

namespace topheavy {

TOPHEAVY_CLONES std::size_t count_at_least(const float* cap, std::size_t count, float threshold) {
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < count; ++i) found += cap[i] >= threshold ? 1u : 0u;
  return found;
}

void find_largest(const float* cap, std::size_t count, std::size_t k, float hint,
                  std::vector<std::uint32_t>& slots) {
  slots.clear();
  if (k >= count) {
    for (std::uint32_t i = 0; i < count; ++i) slots.push_back(i);
    return;
  }
  // The largest threshold that at least k caps reach, by halving: of floats >= 0 the bits are in their order.
  std::uint32_t low = 0, high = std::bit_cast<std::uint32_t>(__builtin_inff()) + 1;
  std::size_t reached = count;
  const auto look_at = [&](std::uint32_t bits) {
    const std::size_t found = count_at_least(cap, count, std::bit_cast<float>(bits));
    if (found >= k) {
      low = bits;
      reached = found;
    } else {
      high = bits;
    }
  };
  if (hint > 0.0F && hint < 0x1p100F) {
    for (const float factor : {0.95F, 1.05F, 0.7F, 1.4F}) {
      const std::uint32_t bits = std::bit_cast<std::uint32_t>(hint * factor);
      if (bits > low && bits < high) look_at(bits);
    }
  }
  while (high - low > 1 && reached != k) look_at(low + (high - low) / 2);

  const float threshold = std::bit_cast<float>(low);
  std::size_t equal = reached == k ? count : k - count_at_least(cap, count, std::bit_cast<float>(high));
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!(cap[i] >= threshold)) continue;
    if (reached != k && cap[i] == threshold) {
      if (equal == 0) continue;
      --equal;
    }
    slots.push_back(i);
  }
}

}  // namespace topheavy
