// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/traffic.h"

#include <cstddef>
#include <cstdint>

// Sums over the days that a stationary bootstrap draws (Politis and Romano 1994, circular; specification,
// section 5):
//   sums[c,p,r] = sum over the days t of cell c of count[r,t] * columns[t,p]
// where count[r,t] is how often replicate r draws day t. A replicate is a row of blocks until `days` days are
// drawn: block j starts at day integer_below(days, word 0) and has 1 + (how many l have word 1 < longer[l])
// days, after the last day comes the first; the last block is cut. The words are
// random_words(seed, replicate, j, stream) of kernels/core/philox.h, so a replicate is the same in whatever
// range it is asked for.
//
// Exact: columns hold whole numbers (fixed point is the caller's) with |x| * days < 2^53, so every product and
// every partial sum is a whole number below 2^53, which float64 holds. So neither the order of summation nor
// fused multiplication can change a bit, and none is prescribed here.
namespace topheavy {

struct bootstrap_draws {
  std::uint64_t seed = 0;
  std::uint32_t stream = 0;
  // longer[l - 1] = floor(2^32 P(a block has more than l days)), descending; without any, every block has one
  // day, which is the bootstrap of independent days.
  const std::uint32_t* longer = nullptr;
  std::size_t longer_count = 0;
};

struct bootstrap_days {
  std::size_t days = 0;
  const std::int32_t* cell = nullptr;  // [T] of each day, -1: drawn, and counted nowhere
  std::size_t cells = 0;
  const double* columns = nullptr;  // [T, P] row-major, whole numbers; rows of cell -1 are not looked at
  std::size_t column_count = 0;
};

struct bootstrap_range {  // replicates
  std::uint64_t first = 0;
  std::size_t count = 0;
};

struct bootstrap_result {
  double* sums = nullptr;  // [cells, P, count], replicates side by side
};

// Throws std::invalid_argument, with the place and the value, where a cell is outside [-1, cells), a value is not
// whole or too large, `longer` ascends, days are 2^31 or more, or replicates go beyond 2^64. Host memory.
void check_day_bootstrap(const bootstrap_draws& draws, const bootstrap_days& days, bootstrap_range range);

// Items: multiplications with a count.
inline traffic day_bootstrap_traffic(std::size_t days, std::size_t columns, std::size_t cells,
                                     std::size_t replicates) {
  const auto table = static_cast<double>(days) * static_cast<double>(columns);
  return {table * static_cast<double>(replicates), 8.0 * table + 4.0 * static_cast<double>(days),
          8.0 * static_cast<double>(cells) * static_cast<double>(columns) * static_cast<double>(replicates)};
}

}  // namespace topheavy
