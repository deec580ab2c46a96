// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/check_cells.h"
#include "kernels/core/tree_sum.h"
#include "kernels/group_sums/group_sums.h"
#include "kernels/standardised_sums/standardised_sums_core.h"

#include <algorithm>
#include <vector>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

TOPHEAVY_CLONES void one_day(panel_view panel, const standardised_days& days, groups_view groups,
                             std::size_t day, double* z, double* sum) {
  const std::size_t row = static_cast<std::size_t>(days.cell[day]) * panel.constituents;
  const double* ret = panel.ret + day * panel.constituents;
  for (std::size_t n = 0; n < panel.constituents; ++n) {
    z[n] = standardised(ret[n], days.mean[row + n], days.per_sd[row + n]);
  }
  for (std::size_t g = 0; g < groups.groups; ++g) {
    const std::int32_t* members = groups.members + groups.offsets[g];
    const auto count = static_cast<std::size_t>(groups.offsets[g + 1] - groups.offsets[g]);
    sum[g] = tree_sum(count, [=](std::size_t i) { return z[members[i]]; });
  }
}

}  // namespace

void check_standardised_sums(panel_view panel, const standardised_days& days, groups_view groups) {
  check_groups("standardised_sums", panel.constituents, groups);
  check_cells("standardised_sums", days.cell, panel.days, days.cells);
}

void standardised_sums_cpu(panel_view panel, const standardised_days& days, groups_view groups, double* sum) {
  check_standardised_sums(panel, days, groups);
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, panel.days), [&](const auto& range) {
    std::vector<double> z(panel.constituents);
    for (std::size_t t = range.begin(); t < range.end(); ++t) {
      double* const row = sum + t * groups.groups;
      if (days.cell[t] >= 0) {
        one_day(panel, days, groups, t, z.data(), row);
      } else {
        std::fill(row, row + groups.groups, 0.0);
      }
    }
  });
}

}  // namespace topheavy
