// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/traffic.h"
#include "kernels/core/view.h"

#include <cstddef>

// Base and return-weighted base of groups, day by day (specification, section 2):
//   b[t,n] = cap[t-1,n] where constituent n is in the index on day t, i.e. cap[t-1,n] > 0 and ret[t,n] is a
//            number; else 0
//   base[t,g] = sum over n in g of b[t,n]
//   base_return[t,g] = sum over n in g of b[t,n] ret[t,n]
// From these: weight W = base[t,g] / base[t,index], contribution K = base_return[t,g] / base[t,index],
// return K / W. The index is the group that holds every constituent.
// Order: kernels/core/tree_sum.h over the group's members, present or not. Day 0 has no previous date: zeros.
namespace topheavy {

struct group_sums_result {
  double* base = nullptr;         // [T, G] row-major, currency
  double* base_return = nullptr;  // [T, G] row-major, currency
};

// Throws std::invalid_argument, with `what`, group and value, where offsets do not ascend from 0 or members do
// not ascend within [0, constituents). Host memory.
void check_groups(const char* what, std::size_t constituents, groups_view groups);

// Items: members of all groups times the days after the first.
inline traffic group_sums_traffic(std::size_t days, std::size_t constituents, std::size_t groups,
                                  std::size_t members) {
  const auto later_days = static_cast<double>(days == 0 ? 0 : days - 1);
  return {
      later_days * static_cast<double>(members),
      16.0 * later_days * static_cast<double>(constituents) + 4.0 * static_cast<double>(groups + 1 + members),
      16.0 * static_cast<double>(days) * static_cast<double>(groups)};
}

}  // namespace topheavy
