// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/concentration/concentration.h"

#include <cstddef>
#include <cstdint>
#include <vector>

// How concentrated a sum is on its parts where parts may be negative: shares of risk, or of a loss
//                                                                                      specification, sections 3 and 7
namespace topheavy {

struct share_leader {
  std::size_t constituent = 0;  // of the panel
  double weight = 0.0;
  double share = 0.0;
};

// Of shares that add up to 1.
struct share_figures {
  double hhi = 0.0;  // of the shares as they are
  double effective_n = 0.0;
  concentration_figures
      positive;  // top, entropy and gini of max(share, 0) rescaled to 1, over all constituents
  std::int32_t negative_count = 0;
  double negative_sum = 0.0;
  std::vector<share_leader> leaders;  // the ten largest shares; ties by symbol
};

// share, weight [N] over the constituents of the panel; those with a weight > 0 take part, the share of the others is 0.
// At least one takes part.
share_figures figures_of_shares(const std::vector<double>& share, const std::vector<double>& weight);

}  // namespace topheavy
