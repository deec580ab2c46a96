// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/breadth/breadth_cpu.h"

#include "kernels/breadth/breadth_core.h"
#include "kernels/core/tree_sum.h"

namespace topheavy {

void breadth_day(panel_view panel, double index_return, std::size_t day, breadth_result result) {
  if (day == 0) return write_breadth(result, day, {});
  const day_rows rows = rows_of(panel, day);
  std::int32_t members = 0;
  std::int32_t advancers = 0;
  const sum_pack<4> sums = tree_sum(panel.constituents, [&](std::size_t n) {
    const breadth_terms term = breadth_of(rows, index_return, n);
    members += term.member;
    advancers += term.advancer;
    return sum_pack<4>{{term.prior_cap, term.ret, term.advancers_base, term.deviation}};
  });
  write_breadth(result, day,
                {{sums.value[0], sums.value[1], sums.value[2], sums.value[3], static_cast<double>(members),
                  static_cast<double>(advancers)}});
}

}  // namespace topheavy
