// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/breadth/breadth.h"
#include "kernels/breadth/breadth_core.h"
#include "kernels/core/tree_sum.h"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {

void breadth_cpu(panel_view panel, const double* index_return, breadth_result result) {
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, panel.days), [&](const auto& days) {
    for (std::size_t t = days.begin(); t < days.end(); ++t) {
      double total[4] = {0.0, 0.0, 0.0, 0.0};
      std::int32_t members = 0;
      std::int32_t advancers = 0;
      if (t > 0) {
        const day_rows rows = rows_of(panel, t);
        const double index = index_return[t];
        const auto terms = [&members, &advancers, rows, index](std::size_t n, double(&v)[4]) {
          const breadth_terms term = breadth_of(rows, index, n);
          v[0] = term.prior_cap;
          v[1] = term.ret;
          v[2] = term.advancers_base;
          v[3] = term.deviation;
          members += term.member;
          advancers += term.advancer;
        };
        tree_sums(panel.constituents, terms, total);
      }
      result.prior_cap[t] = total[0];
      result.members[t] = members;
      result.return_sum[t] = total[1];
      result.advancers[t] = advancers;
      result.advancers_base[t] = total[2];
      result.deviation[t] = total[3];
    }
  });
}

}  // namespace topheavy
