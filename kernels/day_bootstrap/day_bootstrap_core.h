// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/philox.h"
#include "kernels/core/portable.h"
#include "kernels/day_bootstrap/day_bootstrap.h"

#include <cstddef>
#include <cstdint>

// The draws of day_bootstrap.h: which days one replicate takes.
namespace topheavy {

// How many of the thresholds lie above the word: days of a block after its first.
TOPHEAVY_HD inline std::uint32_t days_after_first(const std::uint32_t* longer, std::size_t count,
                                                  std::uint32_t word) {
  std::size_t below = 0;  // word < longer[i] for i < below, and for no i from `end`
  std::size_t end = count;
  while (below < end) {
    const std::size_t middle = below + (end - below) / 2;
    if (word < longer[middle]) {
      below = middle + 1;
    } else {
      end = middle;
    }
  }
  return static_cast<std::uint32_t>(below);
}

// add(t, 1) where a block of days starts and add(t, -1) where it has ended, t in [0, days): the running sum of what
// was added up to day t is count[r,t]. A block that goes around the end is two, the second from day 0.
template <typename Add>
TOPHEAVY_HD inline void add_block(std::uint32_t days, std::uint32_t start, std::uint32_t length,
                                  const Add& add) {
  add(start, 1);
  const std::uint32_t to_end = days - start;
  if (length < to_end) {
    add(start + length, -1);
  } else if (length > to_end) {
    add(0, 1);
    add(length - to_end, -1);
  }
}

// The whole replicate. A length is below 2^32: `days` is below 2^31, and what is longer is cut.
template <typename Add>
TOPHEAVY_HD inline void draw_replicate(const bootstrap_draws& draws, std::uint32_t days,
                                       std::uint64_t replicate, const Add& add) {
  std::uint32_t left = days;
  for (std::uint32_t j = 0; left > 0; ++j) {
    const random_block words = random_words(draws.seed, replicate, j, draws.stream);
    const std::uint32_t after = days_after_first(draws.longer, draws.longer_count, words.word[1]);
    const std::uint32_t length = after < left ? 1 + after : left;
    add_block(days, integer_below(days, words.word[0]), length, add);
    left -= length;
  }
}

}  // namespace topheavy
