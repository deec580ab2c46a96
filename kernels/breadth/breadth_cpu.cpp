// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/breadth/breadth_cpu.h"

#include "kernels/breadth/breadth_core.h"
#include "kernels/core/tree_sum.h"

namespace topheavy {

void breadth_day(panel_view panel, double index_return, std::size_t day, breadth_result result) {
  double total[4] = {0.0, 0.0, 0.0, 0.0};
  std::int32_t members = 0;
  std::int32_t advancers = 0;
  if (day > 0) {
    const day_rows rows = rows_of(panel, day);
    const auto terms = [&members, &advancers, rows, index_return](std::size_t n, double(&v)[4]) {
      const breadth_terms term = breadth_of(rows, index_return, n);
      v[0] = term.prior_cap;
      v[1] = term.ret;
      v[2] = term.advancers_base;
      v[3] = term.deviation;
      members += term.member;
      advancers += term.advancer;
    };
    tree_sums(panel.constituents, terms, total);
  }
  write_breadth(result, day,
                {{total[0], total[1], total[2], total[3], static_cast<double>(members),
                  static_cast<double>(advancers)}});
}

}  // namespace topheavy
