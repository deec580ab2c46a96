// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"
#include "kernels/core/tree_sum.h"

#include <cstddef>

// The chunk of tree_sum.h as a warp of 32 threads sums it, to the same bits:
//   thread j owns lane j % 16 and vectors 4 (j / 16) .. + 3, that is, one half of a lane's leaf:
//   (v0+v1)+(v2+v3) or (v4+v5)+(v6+v7); partner thread xor 16 joins the halves; then lanes xor 2, 1, 4, 8.
// Addition commutes, so the partners of each step agree and every thread ends with the sum.
//
// Written once over a `Warp`, which is the threads of a warp on the device (kernels/device/block.cuh) and
// arrays of 32 in the tests. It offers
//   each(f)          f(thread) for each of the 32 threads; returns what the threads now hold
//   add_partner(x, mask)   x + x of the thread whose index differs by mask, in every thread
namespace topheavy {

inline constexpr unsigned warp_threads = 32;

// Sum of term(0) .. term(used - 1), used <= 128, the rest of the chunk being zero. The terms are double or
// sum_pack.
template <typename Warp, typename Term>
TOPHEAVY_HD inline auto warp_chunk_sum(const Warp& warp, std::size_t used, Term term) {
  auto sum = warp.each([&](unsigned thread) {
    const std::size_t lane = thread % sum_lanes;
    const std::size_t vector = thread / sum_lanes * (sum_vectors / 2);
    const auto value = [&](std::size_t k) {
      const std::size_t i = (vector + k) * sum_lanes + lane;
      return i < used ? term(i) : decltype(term(i)){};
    };
    return (value(0) + value(1)) + (value(2) + value(3));
  });
  for (const unsigned mask : {16u, 2u, 1u, 4u, 8u}) sum = warp.add_partner(sum, mask);
  return sum;
}

}  // namespace topheavy
