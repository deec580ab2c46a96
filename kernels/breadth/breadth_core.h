// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/breadth/breadth.h"
#include "kernels/core/block_sum.h"
#include "kernels/core/membership.h"
#include "kernels/core/portable.h"

#include <cstddef>
#include <cstdint>

// The arithmetic of breadth.h: what one constituent adds on one day, and one day as a CUDA block computes it.
namespace topheavy {

struct breadth_terms {
  double prior_cap;       // currency, member or not
  double ret;             // fraction; 0 where not a member
  double advancers_base;  // currency
  double deviation;       // b (r - I)^2, currency
  std::int32_t member;    // 0 or 1
  std::int32_t advancer;  // 0 or 1
};

TOPHEAVY_HD inline breadth_terms breadth_of(day_rows rows, double index_return, std::size_t constituent) {
  const member_day member = member_of(rows, constituent);
  const bool advances = member.ret > 0.0;  // an absent member's return is 0
  const double away = member.ret - index_return;
  const double deviation = member.base * (away * away);
  return {rows.prior_cap[constituent],          member.ret,
          advances ? member.base : 0.0,
          member.in ? deviation : 0.0,  // not base * ... alone: index_return is NaN on a day without members
          static_cast<std::int32_t>(member.in), static_cast<std::int32_t>(advances)};
}

using breadth_sums = sum_pack<6>;  // prior_cap, return_sum, advancers_base, deviation, members, advancers

TOPHEAVY_HD inline void write_breadth(const breadth_result& result, std::size_t day,
                                      const breadth_sums& sums) {
  result.prior_cap[day] = sums.value[0];
  result.return_sum[day] = sums.value[1];
  result.advancers_base[day] = sums.value[2];
  result.deviation[day] = sums.value[3];
  result.members[day] = static_cast<std::int32_t>(sums.value[4]);
  result.advancers[day] = static_cast<std::int32_t>(sums.value[5]);
}

// One day; shared as in block_sum.h.
template <typename Block>
TOPHEAVY_HD inline void breadth_block(const Block& block, panel_view panel, double index_return,
                                      const breadth_result& result, std::size_t day, breadth_sums* shared,
                                      std::size_t capacity) {
  const day_rows rows = day == 0 ? day_rows{} : rows_of(panel, day);
  const auto term = [&](std::size_t n) {
    const breadth_terms t = breadth_of(rows, index_return, n);
    return breadth_sums{{t.prior_cap, t.ret, t.advancers_base, t.deviation, static_cast<double>(t.member),
                         static_cast<double>(t.advancer)}};
  };
  const breadth_sums sums = block_tree_sum(block, day == 0 ? 0 : panel.constituents, term, shared, capacity);
  block.first_thread([&] { write_breadth(result, day, sums); });
  block.barrier();
}

}  // namespace topheavy
