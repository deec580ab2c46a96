// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/group_sums/group_sums_cpu.h"

#include "kernels/core/tree_sum.h"

#include <stdexcept>
#include <string>

namespace topheavy {

void check_groups(const char* what, std::size_t constituents, groups_view groups) {
  const auto say = [what](std::size_t group, const std::string& complaint) {
    throw std::invalid_argument(std::string(what) + ": group " + std::to_string(group) + ": " + complaint);
  };
  for (std::size_t g = 0; g < groups.groups; ++g) {
    const std::int32_t begin = groups.offsets[g];
    const std::int32_t end = groups.offsets[g + 1];
    if ((g == 0 && begin != 0) || end < begin) {
      say(g, "offsets " + std::to_string(begin) + " to " + std::to_string(end) + "; they ascend from 0");
    }
    for (std::int32_t i = begin; i < end; ++i) {
      const std::int32_t n = groups.members[i];
      if (n < 0 || static_cast<std::size_t>(n) >= constituents) {
        say(g, "member " + std::to_string(n) + " of " + std::to_string(constituents) + " constituents");
      }
      if (i > begin && n <= groups.members[i - 1]) {
        say(g, "member " + std::to_string(n) + " after " + std::to_string(groups.members[i - 1]) +
                   "; they ascend");
      }
    }
  }
}

TOPHEAVY_CLONES void group_sums_day(const base_sums* terms, groups_view groups, std::size_t day,
                                    group_sums_result result) {
  for (std::size_t g = 0; g < groups.groups; ++g) {
    const std::int32_t* members = groups.members + groups.offsets[g];
    const auto count = static_cast<std::size_t>(groups.offsets[g + 1] - groups.offsets[g]);
    const base_sums total = tree_sum(count, [=](std::size_t i) { return terms[members[i]]; });
    result.base[day * groups.groups + g] = total.value[0];
    result.base_return[day * groups.groups + g] = total.value[1];
  }
}

}  // namespace topheavy
