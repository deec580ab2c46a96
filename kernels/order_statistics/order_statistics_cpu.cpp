// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/order_statistics/order_statistics.h"
#include "kernels/order_statistics/selection.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

// The values at ranks first .. last - 1, which lie within begin .. end: the middle one parts the values for those on either
// side of it. One that follows another is the least of what stands behind that one.
void find_ranks(std::vector<double>& x, std::size_t begin, std::size_t end, const rank_list& ranks,
                std::size_t first, std::size_t last, double* value) {
  if (first == last) return;
  std::size_t middle = (first + last) / 2;
  if (middle > first && ranks.rank[middle - 1] + 1 == ranks.rank[middle]) --middle;
  const std::size_t rank = ranks.rank[middle];
  double* const at = x.data() + rank;
  const double* const stretch = select_in_order(x.data() + begin, at, x.data() + end);
  value[middle] = *at + 0.0;
  std::size_t next = middle + 1;
  if (next < last && ranks.rank[next] == rank + 1) {
    value[next] = next_in_order(at, stretch, x.data() + end) + 0.0;
    ++next;
  }
  find_ranks(x, begin, rank, ranks, first, middle, value);
  find_ranks(x, rank + 1, end, ranks, next, last, value);
}

}  // namespace

void check_smallest(std::size_t size, std::size_t count) {
  if (count > size) {
    throw std::invalid_argument("order statistics: the " + std::to_string(count) + " smallest of " +
                                std::to_string(size) + " values");
  }
}

void check_ranks(const value_columns& columns, const rank_list& ranks) {
  for (std::size_t i = 0; i < ranks.count; ++i) {
    if (ranks.rank[i] >= columns.size || (i > 0 && ranks.rank[i] <= ranks.rank[i - 1])) {
      throw std::invalid_argument("order statistics: rank " + std::to_string(ranks.rank[i]) + " of " +
                                  std::to_string(columns.size) +
                                  " values; ranks ascend from 0 on, each below the number of values");
    }
  }
}

void smallest_cpu(const double* x, std::size_t size, std::size_t count, const smallest_values& result) {
  check_smallest(size, count);
  if (count == 0) return;
  std::vector<double> value(x, x + size);
  double* const last = value.data() + (count - 1);
  select_in_order(value.data(), last, value.data() + size);
  const double limit = *last;
  // How many of those that equal the limit are among them.
  auto ties = count - static_cast<std::size_t>(
                          std::count_if(value.data(), last, [=](double v) { return v < limit; }));
  std::uint64_t* end = result.index;
  for (std::size_t i = 0; i < size; ++i) {
    if (x[i] > limit || (x[i] == limit && ties == 0)) continue;
    if (x[i] == limit) --ties;
    *end++ = i;
  }
  std::sort(result.index, end,
            [&](std::uint64_t a, std::uint64_t b) { return x[a] < x[b] || (x[a] == x[b] && a < b); });
  std::transform(result.index, end, result.value, [&](std::uint64_t i) { return x[i] + 0.0; });
}

void values_at_ranks_cpu(const value_columns& columns, const rank_list& ranks, double* value) {
  check_ranks(columns, ranks);
  oneapi::tbb::parallel_for(std::size_t{0}, columns.count, [&](std::size_t c) {
    std::vector<double> x(columns.column[c], columns.column[c] + columns.size);
    find_ranks(x, 0, columns.size, ranks, 0, ranks.count, value + c * ranks.count);
  });
}

}  // namespace topheavy
