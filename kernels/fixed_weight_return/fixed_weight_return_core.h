// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/block_sum.h"
#include "kernels/core/log_exp.h"
#include "kernels/core/portable.h"
#include "kernels/fixed_weight_return/fixed_weight_return.h"
#include "kernels/group_sums/group_sums.h"

#include <cstddef>

// The arithmetic of fixed_weight_return.h: what stands in for a missing return, one constituent on one day,
// and one day as a CUDA block computes it.
namespace topheavy {

// The return of a group on a day from its sums; `otherwise` where it has no member.
TOPHEAVY_HD inline double return_of_sums(double base, double base_return, double otherwise) {
  return base > 0.0 ? base_return / base : otherwise;
}

TOPHEAVY_HD inline double filled_return(double ret, double fill) { return ret == ret ? ret : fill; }

// What stands in for a return of `group` on that day; column 0 of the `groups` is the whole index.
TOPHEAVY_HD inline double fill_of(group_sums_result sums, std::size_t groups, std::size_t day,
                                  std::size_t group) {
  constexpr double none = log_exp_detail::not_a_number;
  const double* base = sums.base + day * groups;
  const double* base_return = sums.base_return + day * groups;
  const double index = return_of_sums(base[0], base_return[0], none);
  return return_of_sums(base[group], base_return[group], index);
}

TOPHEAVY_HD inline double weighted_return(const fixed_weights& weights, const double* ret, const double* fill,
                                          std::size_t n) {
  return weights.weight[n] * filled_return(ret[n], fill[weights.sector[n]]);
}

// I* of one day by a block of threads. fill [sectors] of that day; shared as in block_sum.h.
template <typename Block>
TOPHEAVY_HD inline void fixed_weight_return_block(const Block& block, panel_view panel,
                                                  group_sums_result sums, std::size_t groups,
                                                  const fixed_weights& weights, const double* fill,
                                                  std::size_t day, double* result, double* shared,
                                                  std::size_t capacity) {
  const bool has_members = sums.base[day * groups] > 0.0;
  const double* ret = panel.ret + day * panel.constituents;
  const double total = block_tree_sum(
      block, has_members ? panel.constituents : 0,
      [&](std::size_t n) { return weighted_return(weights, ret, fill, n); }, shared, capacity);
  block.first_thread([&] { result[day] = has_members ? total : log_exp_detail::not_a_number; });
  block.barrier();
}

}  // namespace topheavy
