// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/fixed_weight_return/fixed_weight_return_cpu.h"

#include "kernels/core/tree_sum.h"
#include "kernels/fixed_weight_return/fixed_weight_return_core.h"

namespace topheavy {

void fixed_weight_return_day(panel_view panel, group_sums_result sums, std::size_t groups,
                             const fixed_weights& weights, std::size_t day, fixed_weight_result result) {
  double* fill = result.fill + day * weights.sectors;
  for (std::size_t s = 0; s < weights.sectors; ++s) {
    fill[s] = fill_of(sums, groups, day, weights.first_group + s);
  }
  result.ret[day] = log_exp_detail::not_a_number;
  if (!(sums.base[day * groups] > 0.0)) return;
  const double* ret = panel.ret + day * panel.constituents;
  result.ret[day] = tree_sum(panel.constituents, [&weights, ret, fill](std::size_t n) {
    return weighted_return(weights, ret, fill, n);
  });
}

}  // namespace topheavy
