// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"
#include "kernels/core/warp_sum.h"

#include <cstddef>

// The sum of tree_sum.h as a block of threads computes it, to the same bits: warps are dealt chunks of 128
// terms, and one thread adds the chunks in index order. How many warps there are and how many chunk sums the
// block can hold at a time changes the speed, never a bit.
//
// Written over a `Block`, which is the threads of a block on the device (kernels/device/block.cuh) and an
// emulation in the tests, where warps run one after the other in any order. It offers
//   warps()                how many it has
//   each_warp(f)           f(warp, index) by every warp, all threads of it together
//   leader(warp, sum, f)   f(sum) by the warp's first thread, sum being that thread's value
//   first_thread(f)        f() by the block's first thread
//   barrier()              every thread waits for all the others; stands between any two of these phases
namespace topheavy {

// Sum of term(0) .. term(count - 1); the first thread's return value holds it, that of the others is zero.
// shared: `capacity` sums in the block's memory. Ends with a barrier.
template <typename Sum, typename Block, typename Term>
TOPHEAVY_HD inline Sum block_tree_sum(const Block& block, std::size_t count, Term term, Sum* shared,
                                      std::size_t capacity) {
  const std::size_t chunks = (count + sum_chunk - 1) / sum_chunk;
  Sum total = {};  // the first thread's
  for (std::size_t batch = 0; batch < chunks; batch += capacity) {
    const std::size_t batch_end = chunks - batch < capacity ? chunks : batch + capacity;
    block.each_warp([&](const auto& warp, std::size_t index) {
      for (std::size_t chunk = batch + index; chunk < batch_end; chunk += block.warps()) {
        const std::size_t first = chunk * sum_chunk;
        const std::size_t used = count - first < sum_chunk ? count - first : sum_chunk;
        const auto sum = warp_chunk_sum(warp, used, [&](std::size_t i) { return term(first + i); });
        block.leader(warp, sum, [&](const Sum& chunk_total) { shared[chunk - batch] = chunk_total; });
      }
    });
    block.barrier();
    block.first_thread([&] {
      for (std::size_t chunk = batch; chunk < batch_end; ++chunk) total = total + shared[chunk - batch];
    });
    block.barrier();  // before the next batch overwrites what was just added
  }
  return total;
}

}  // namespace topheavy
