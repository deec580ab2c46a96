// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/block_sum.h"
#include "kernels/core/portable.h"
#include "kernels/standardised_sums/standardised_sums.h"

#include <cstddef>
#include <cstdint>

// The arithmetic of standardised_sums.h: one constituent on one day, and one (day, group) as a CUDA block computes it.
namespace topheavy {

TOPHEAVY_HD inline double standardised(double ret, double mean, double per_sd) {
  return ret == ret ? (ret - mean) * per_sd : 0.0;
}

// sum of one group on one day. shared: memory of the block for `capacity` chunk sums (kernels/core/block_sum.h).
template <typename Block>
TOPHEAVY_HD inline void standardised_sum_block(const Block& block, panel_view panel,
                                               const standardised_days& days, groups_view groups, double* sum,
                                               std::size_t day, std::size_t group, double* shared,
                                               std::size_t capacity) {
  const bool used = days.cell[day] >= 0;
  const std::size_t row = used ? static_cast<std::size_t>(days.cell[day]) * panel.constituents : 0;
  const double* ret = panel.ret + day * panel.constituents;
  const std::size_t begin = static_cast<std::size_t>(groups.offsets[group]);
  const std::size_t count = used ? static_cast<std::size_t>(groups.offsets[group + 1]) - begin : 0;
  const auto term = [&](std::size_t i) {
    const auto n = static_cast<std::size_t>(groups.members[begin + i]);
    return standardised(ret[n], days.mean[row + n], days.per_sd[row + n]);
  };
  const double total = block_tree_sum(block, count, term, shared, capacity);
  block.first_thread([&] { sum[day * groups.groups + group] = total; });
  block.barrier();
}

}  // namespace topheavy
