// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/block_sum.h"
#include "kernels/core/membership.h"
#include "kernels/core/portable.h"
#include "kernels/group_sums/group_sums.h"

#include <cstddef>

// The arithmetic of group_sums.h: one constituent on one day, and one (day, group) as a CUDA block computes
// it.
namespace topheavy {

using base_sums = sum_pack<2>;  // b, b r: currency

TOPHEAVY_HD inline base_sums base_terms(day_rows rows, std::size_t constituent) {
  const member_day member = member_of(rows, constituent);
  return {{member.base, member.base * member.ret}};
}

// base and base_return of one group on one day, written to result. shared: memory of the block for `capacity`
// chunk sums (kernels/core/block_sum.h).
template <typename Block>
TOPHEAVY_HD inline void group_sums_block(const Block& block, panel_view panel, groups_view groups,
                                         group_sums_result result, std::size_t day, std::size_t group,
                                         base_sums* shared, std::size_t capacity) {
  const std::size_t begin = static_cast<std::size_t>(groups.offsets[group]);
  const std::size_t count = day == 0 ? 0 : static_cast<std::size_t>(groups.offsets[group + 1]) - begin;
  const day_rows rows = day == 0 ? day_rows{} : rows_of(panel, day);
  const auto term = [&](std::size_t i) {
    return base_terms(rows, static_cast<std::size_t>(groups.members[begin + i]));
  };
  const base_sums total = block_tree_sum(block, count, term, shared, capacity);
  block.first_thread([&] {
    result.base[day * groups.groups + group] = total.value[0];
    result.base_return[day * groups.groups + group] = total.value[1];
  });
  block.barrier();
}

}  // namespace topheavy
