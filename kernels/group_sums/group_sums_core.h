// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/membership.h"
#include "kernels/core/portable.h"
#include "kernels/core/warp_sum.h"
#include "kernels/group_sums/group_sums.h"

#include <cstddef>

// The arithmetic of group_sums.h: one constituent on one day, and one (day, group) as a CUDA block computes
// it. The block is a parameter, so that tests run the very same text on the host, warp after warp in any
// order.
namespace topheavy {

struct base_sums {
  double base;         // b, currency
  double base_return;  // b r, currency
};

TOPHEAVY_HD inline base_sums operator+(base_sums a, base_sums b) {
  return {a.base + b.base, a.base_return + b.base_return};
}

TOPHEAVY_HD inline base_sums base_terms(day_rows rows, std::size_t constituent) {
  const member_day member = member_of(rows, constituent);
  return {member.base, member.base * member.ret};
}

// base and base_return of one group on one day, written to result. The block's warps are dealt chunks; the
// sums of `capacity` chunks at a time stand in `shared` (memory of the block) and are added in index order by
// one thread. How many warps there are and what they can hold changes the speed, never a bit. A `Block`
// offers
//   warps()            how many it has
//   each_warp(f)       f(warp, index) by every warp, all threads of it together
//   leader(warp, sum, f)   f(sum) by the warp's first thread, sum being that thread's value
//   first_thread(f)    f() by the block's first thread
//   barrier()          every thread waits for all the others; stands between any two of these phases
template <typename Block>
TOPHEAVY_HD inline void group_sums_block(const Block& block, panel_view panel, groups_view groups,
                                         group_sums_result result, std::size_t day, std::size_t group,
                                         base_sums* shared, std::size_t capacity) {
  const std::size_t begin = static_cast<std::size_t>(groups.offsets[group]);
  const std::size_t count = day == 0 ? 0 : static_cast<std::size_t>(groups.offsets[group + 1]) - begin;
  const std::size_t chunks = (count + sum_chunk - 1) / sum_chunk;
  const day_rows rows = day == 0 ? day_rows{} : rows_of(panel, day);
  base_sums total = {};  // the first thread's
  for (std::size_t batch = 0; batch < chunks; batch += capacity) {
    const std::size_t batch_end = chunks - batch < capacity ? chunks : batch + capacity;
    block.each_warp([&](const auto& warp, std::size_t index) {
      for (std::size_t chunk = batch + index; chunk < batch_end; chunk += block.warps()) {
        const std::size_t first = chunk * sum_chunk;
        const std::size_t used = count - first < sum_chunk ? count - first : sum_chunk;
        const auto sum = warp_chunk_sum(warp, used, [&](std::size_t i) {
          return base_terms(rows, static_cast<std::size_t>(groups.members[begin + first + i]));
        });
        block.leader(warp, sum, [&](base_sums chunk_total) { shared[chunk - batch] = chunk_total; });
      }
    });
    block.barrier();
    block.first_thread([&] {
      for (std::size_t chunk = batch; chunk < batch_end; ++chunk) total = total + shared[chunk - batch];
    });
    block.barrier();  // before the next batch overwrites what was just added
  }
  block.first_thread([&] {
    result.base[day * groups.groups + group] = total.base;
    result.base_return[day * groups.groups + group] = total.base_return;
  });
  block.barrier();
}

}  // namespace topheavy
