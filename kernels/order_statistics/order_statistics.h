// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

// Values by their place in ascending order, rank 0 first                                         specification, section 7
//
// They are chosen and not computed: the same bits whatever the way. -0 and +0 are equal, and a zero comes out as +0. No
// value is NaN. Moves each column once; CUDA sorts it there, which takes four more of its size at a time.
namespace topheavy {

// The `count` smallest of a column, ascending, equal ones by index; count <= size.
struct smallest_values {
  std::uint64_t* index = nullptr;  // [count]
  double* value = nullptr;         // [count]
};

// Columns of one length.
struct value_columns {
  const double* const* column = nullptr;  // [count], each [size]
  std::size_t count = 0;
  std::size_t size = 0;
};

// Ascending, none twice, all below the size of a column.
struct rank_list {
  const std::size_t* rank = nullptr;  // [count]
  std::size_t count = 0;
};

// Throw std::invalid_argument where the above does not hold; that no value is NaN is the caller's to see to.
void check_smallest(std::size_t size, std::size_t count);
void check_ranks(const value_columns& columns, const rank_list& ranks);

void smallest_cpu(const double* x, std::size_t size, std::size_t count, const smallest_values& result);

// value [columns, ranks]; columns side by side.
void values_at_ranks_cpu(const value_columns& columns, const rank_list& ranks, double* value);

}  // namespace topheavy
