// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace topheavy {

// Whole numbers in the order of the values, equal where these are: for a sort of bits.
TOPHEAVY_HD inline std::uint64_t order_key(double x) {
  constexpr std::uint64_t sign = std::uint64_t{1} << 63;
  x += 0.0;  // -0 becomes +0
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return (bits & sign) != 0 ? ~bits : bits | sign;
}

TOPHEAVY_HD inline double value_of_key(std::uint64_t key) {
  constexpr std::uint64_t sign = std::uint64_t{1} << 63;
  const std::uint64_t bits = (key & sign) != 0 ? key & ~sign : ~key;
  double x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

// The same of a value whose bits are given.
TOPHEAVY_HD inline std::uint64_t order_key_of_bits(std::uint64_t bits) {
  double x;
  std::memcpy(&x, &bits, sizeof x);
  return order_key(x);
}

// The smallest `count` of `size` values, in room for count + piece of them: the smallest so far, in order, and the next
// piece behind them are put into order together, over and over. load(at, first, n): values first .. first + n - 1 with
// their indices into places at, at + 1, ...; sort(n): places 0 .. n - 1 by value. A sort that is stable keeps equal ones by
// index, because what comes later has higher ones.
template <typename Load, typename Sort>
void smallest_in_pieces(std::size_t size, std::size_t count, std::size_t piece, const Load& load,
                        const Sort& sort) {
  std::size_t kept = 0;
  for (std::size_t first = 0; first < size; first += piece) {
    const std::size_t n = std::min(piece, size - first);
    load(kept, first, n);
    sort(kept + n);
    kept = std::min(count, kept + n);
  }
}

}  // namespace topheavy
