// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/core/tree_sum.h"
#include "kernels/group_sums/group_sums.h"
#include "kernels/group_sums/group_sums_core.h"

#include <stdexcept>
#include <string>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {

void check_group_sums(panel_view panel, groups_view groups) {
  const auto say = [](std::size_t group, const std::string& what) {
    throw std::invalid_argument("group_sums: group " + std::to_string(group) + ": " + what);
  };
  for (std::size_t g = 0; g < groups.groups; ++g) {
    const std::int32_t begin = groups.offsets[g];
    const std::int32_t end = groups.offsets[g + 1];
    if ((g == 0 && begin != 0) || end < begin) {
      say(g, "offsets " + std::to_string(begin) + " to " + std::to_string(end) + "; they ascend from 0");
    }
    for (std::int32_t i = begin; i < end; ++i) {
      const std::int32_t n = groups.members[i];
      if (n < 0 || static_cast<std::size_t>(n) >= panel.constituents) {
        say(g, "member " + std::to_string(n) + " of " + std::to_string(panel.constituents) + " constituents");
      }
      if (i > begin && n <= groups.members[i - 1]) {
        say(g, "member " + std::to_string(n) + " after " + std::to_string(groups.members[i - 1]) +
                   "; they ascend");
      }
    }
  }
}

void group_sums_cpu(panel_view panel, groups_view groups, group_sums_result result) {
  check_group_sums(panel, groups);
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, panel.days), [&](const auto& days) {
    for (std::size_t t = days.begin(); t < days.end(); ++t) {
      for (std::size_t g = 0; g < groups.groups; ++g) {
        double total[2] = {0.0, 0.0};
        if (t > 0) {
          const day_rows rows = rows_of(panel, t);
          const std::int32_t* members = groups.members + groups.offsets[g];
          const auto count = static_cast<std::size_t>(groups.offsets[g + 1] - groups.offsets[g]);
          const auto terms = [rows, members](std::size_t i, double(&v)[2]) {
            const base_sums term = base_terms(rows, static_cast<std::size_t>(members[i]));
            v[0] = term.base;
            v[1] = term.base_return;
          };
          tree_sums(count, terms, total);
        }
        result.base[t * groups.groups + g] = total[0];
        result.base_return[t * groups.groups + g] = total[1];
      }
    }
  });
}

}  // namespace topheavy
