// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/block_length.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace topheavy {

std::vector<std::uint32_t> block_length_thresholds(double mean, std::size_t days) {
  if (!(mean >= 1.0) || !std::isfinite(mean)) {
    throw std::invalid_argument("block length: a mean of " + std::to_string(mean) + " days; at least 1");
  }
  const double stays = 1.0 - 1.0 / mean;
  constexpr double most = std::numeric_limits<std::uint32_t>::max();  // where 1 - 1 / mean rounds to 1
  std::vector<std::uint32_t> longer;
  double probability = stays;
  while (longer.size() + 1 < days && probability >= 0x1p-32) {
    longer.push_back(static_cast<std::uint32_t>(std::min(probability * 0x1p32, most)));
    probability *= stays;
  }
  return longer;
}

}  // namespace topheavy
