// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"

#include <cstdint>

// Random numbers that belong to a place, (seed, scenario, day, stream), and not to a sequence: whoever
// computes scenario 17, in whatever order, gets the same ones. Philox4x32-10 of Salmon, Moraes, Dror and
// Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11).
namespace topheavy {

// Four random words of 32 bits.
struct random_block {
  std::uint32_t word[4];
};

// The cipher itself: ten rounds over the counter under the key.
TOPHEAVY_HD inline random_block philox4x32_10(random_block counter, std::uint32_t key_0,
                                              std::uint32_t key_1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product_0 = std::uint64_t{0xD2511F53u} * counter.word[0];
    const std::uint64_t product_1 = std::uint64_t{0xCD9E8D57u} * counter.word[2];
    counter = {{static_cast<std::uint32_t>(product_1 >> 32) ^ counter.word[1] ^ key_0,
                static_cast<std::uint32_t>(product_1),
                static_cast<std::uint32_t>(product_0 >> 32) ^ counter.word[3] ^ key_1,
                static_cast<std::uint32_t>(product_0)}};
    key_0 += 0x9E3779B9u;
    key_1 += 0xBB67AE85u;
  }
  return counter;
}

// The random words of one place. Key: seed, low word first. Counter: scenario (low word first), day, stream.
TOPHEAVY_HD inline random_block random_words(std::uint64_t seed, std::uint64_t scenario, std::uint32_t day,
                                             std::uint32_t stream) {
  const random_block counter{
      {static_cast<std::uint32_t>(scenario), static_cast<std::uint32_t>(scenario >> 32), day, stream}};
  return philox4x32_10(counter, static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
}

// An integer in [0, k) from one random word, by multiply-high; 0 for k = 0. Probabilities differ by at most
// 2^-32.
TOPHEAVY_HD inline std::uint32_t integer_below(std::uint32_t k, std::uint32_t word) {
  return static_cast<std::uint32_t>((std::uint64_t{word} * k) >> 32);
}

// A number in (0, 1), never an end: the middle of one of 2^32 equal cells. Exact.
TOPHEAVY_HD inline double uniform_from(std::uint32_t word) {
  return (static_cast<double>(word) + 0.5) * 0x1p-32;
}

// A number in (0, 1), never an end: the middle of one of 2^52 equal cells; the last 12 bits of `low` are not
// used. Exact.
TOPHEAVY_HD inline double uniform_from(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t cell = (std::uint64_t{high} << 20) | (low >> 12);
  return (static_cast<double>(cell) + 0.5) * 0x1p-52;
}

}  // namespace topheavy
