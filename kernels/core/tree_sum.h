// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"

#include <cstddef>

// The order of every float64 sum of the history. Members stand in canonical order; they are cut into chunks
// of 128, the last one padded with +0. A chunk is 8 vectors of 16 lanes: member i is lane i % 16 of
// vector i / 16.
//   leaf, lane by lane:  ((v0+v1)+(v2+v3))+((v4+v5)+(v6+v7))
//   lanes:               partner lane xor 2, then xor 1, xor 4, xor 8
//   chunks:              0 + chunk 0 + chunk 1 + ... in index order
// This is part of the contract of results; how it is shared out among threads is not. kernels/core/warp_sum.h
// is the same chunk for a warp.
namespace topheavy {

inline constexpr std::size_t sum_lanes = 16;
inline constexpr std::size_t sum_vectors = 8;
inline constexpr std::size_t sum_chunk = sum_lanes * sum_vectors;

// Several sums over the same terms. Counts go along as numbers: exact below 2^53.
template <std::size_t sums>
struct sum_pack {
  double value[sums];
};

template <std::size_t sums>
TOPHEAVY_HD inline sum_pack<sums> operator+(const sum_pack<sums>& a, const sum_pack<sums>& b) {
  sum_pack<sums> total;
  for (std::size_t k = 0; k < sums; ++k) total.value[k] = a.value[k] + b.value[k];
  return total;
}

// Sum of one whole chunk: v [128], padded with zeros by the caller. A Sum is double or sum_pack.
template <typename Sum>
TOPHEAVY_HD TOPHEAVY_INLINE Sum chunk_sum(const Sum* v) {
  Sum lane[sum_lanes];
  for (std::size_t j = 0; j < sum_lanes; ++j) {
    lane[j] =
        ((v[j] + v[16 + j]) + (v[32 + j] + v[48 + j])) + ((v[64 + j] + v[80 + j]) + (v[96 + j] + v[112 + j]));
  }
  // xor 2: lanes {0,2} {1,3} ...; a butterfly's lanes agree because addition commutes, so one of each pair
  // suffices.
  Sum pair[8];
  for (std::size_t q = 0; q < 4; ++q) {
    pair[2 * q] = lane[4 * q] + lane[4 * q + 2];
    pair[2 * q + 1] = lane[4 * q + 1] + lane[4 * q + 3];
  }
  Sum quad[4];
  for (std::size_t q = 0; q < 4; ++q) quad[q] = pair[2 * q] + pair[2 * q + 1];  // xor 1
  return (quad[0] + quad[1]) + (quad[2] + quad[3]);                             // xor 4, xor 8
}

// Sum of value(0) .. value(count - 1).
template <typename Value>
TOPHEAVY_HD TOPHEAVY_INLINE auto tree_sum(std::size_t count, Value value) {
  using sum = decltype(value(std::size_t{}));
  if (count == 1) return sum{} + value(0);  // what the chunk comes to; most issuers are one constituent
  sum total = {};
  sum chunk[sum_chunk];
  for (std::size_t first = 0; first < count; first += sum_chunk) {
    const std::size_t used = count - first < sum_chunk ? count - first : sum_chunk;
    for (std::size_t i = 0; i < used; ++i) chunk[i] = value(first + i);
    for (std::size_t i = used; i < sum_chunk; ++i) chunk[i] = {};
    total = total + chunk_sum(chunk);
  }
  return total;
}

}  // namespace topheavy
