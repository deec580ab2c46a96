// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"

// Base and return-weighted base of groups, day by day (specification, section 2):
//   b[t,n] = cap[t-1,n] where constituent n is in the index on day t, i.e. cap[t-1,n] > 0 and ret[t,n] is a number; else 0
//   base[t,g] = sum over n in g of b[t,n]          base_return[t,g] = sum over n in g of b[t,n] ret[t,n]
// From these: weight W = base[t,g] / base[t,index], contribution K = base_return[t,g] / base[t,index], return K / W.
// The index is the group that holds every constituent.
// Order: kernels/core/tree_sum.h over the group's members, present or not. Day 0 has no previous date: zeros.
namespace topheavy {

struct group_sums_result {
  double* base = nullptr;         // [T, G] row-major, currency
  double* base_return = nullptr;  // [T, G] row-major, currency
};

void group_sums_cpu(panel_view panel, groups_view groups, group_sums_result result);

}  // namespace topheavy
