// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/philox.h"
#include "kernels/core/portable.h"
#include "kernels/core/view.h"
#include "kernels/day_bootstrap/day_bootstrap.h"

#include <cstddef>
#include <cstdint>

// The arithmetic of day_bootstrap.h: which days one replicate takes, and what the threads of CUDA do.
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

// What a CUDA thread does first: how often replicate `first + r` draws each day, to counts[t, r] of
// [T, replicates].
TOPHEAVY_HD inline void count_replicate(const bootstrap_draws& draws, std::size_t days, std::uint64_t first,
                                        std::size_t replicates, std::size_t r, std::int32_t* counts) {
  for (std::size_t t = 0; t < days; ++t) counts[t * replicates + r] = 0;
  draw_replicate(draws, static_cast<std::uint32_t>(days), first + r,
                 [&](std::uint32_t t, std::int32_t by) { counts[t * replicates + r] += by; });
  std::int32_t now = 0;
  for (std::size_t t = 0; t < days; ++t) counts[t * replicates + r] = now += counts[t * replicates + r];
}

// Columns that a thread sums at a time: one reading of a count serves all of them.
inline constexpr std::size_t thread_columns = 8;

// What a CUDA thread does then: up to thread_columns sums of replicate r over the days of one cell, to
// sums[c, p, r] of [cells, P, stride]. counts [T, replicates] as above; a group of cell_days is a cell.
TOPHEAVY_HD inline void sum_replicate(const bootstrap_days& days, groups_view cell_days,
                                      const std::int32_t* counts, std::size_t replicates, std::size_t r,
                                      std::size_t c, std::size_t first_column, double* sums,
                                      std::size_t stride) {
  const std::size_t rest = days.column_count - first_column;
  const std::size_t used = rest < thread_columns ? rest : thread_columns;
  double total[thread_columns] = {};
  for (std::int32_t i = cell_days.offsets[c]; i < cell_days.offsets[c + 1]; ++i) {
    const auto t = static_cast<std::size_t>(cell_days.members[i]);
    const auto count = static_cast<double>(counts[t * replicates + r]);
    const double* row = days.columns + t * days.column_count + first_column;
    for (std::size_t k = 0; k < thread_columns; ++k) {
      if (k < used) total[k] += count * row[k];
    }
  }
  for (std::size_t k = 0; k < thread_columns; ++k) {
    if (k < used) sums[(c * days.column_count + first_column + k) * stride + r] = total[k];
  }
}

}  // namespace topheavy
