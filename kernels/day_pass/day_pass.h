// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/breadth/breadth.h"
#include "kernels/concentration/concentration.h"
#include "kernels/core/traffic.h"
#include "kernels/core/view.h"
#include "kernels/fixed_weight_return/fixed_weight_return.h"
#include "kernels/group_sums/group_sums.h"

// Everything of the history that one day makes from the panel (specification, sections 2 and 3), in one
// reading of it: each operation by its own contract. Days are independent of each other.
namespace topheavy {

struct day_parts {
  // Always. Where breadth or fixed weights are asked for, group 0 holds every constituent: the index.
  groups_view groups;
  group_sums_result sums;

  breadth_result breadth;  // prior_cap null: not asked for

  fixed_weights weights;
  fixed_weight_result fixed;  // ret null: not asked for

  concentration_result constituents;  // count null: not asked for
  groups_view entities;               // issuers: no constituent in two of them
  concentration_result by_entity;     // count null: not asked for; needs constituents asked for
};

// Throws std::invalid_argument, with group and value, where the members of groups or entities do not ascend
// within [0, N), a constituent is in two entities, or group 0 is not the index although it has to be.
void check_day_parts(panel_view panel, const day_parts& parts);

// Throws as check_day_parts. Threads over days.
void day_pass_cpu(panel_view panel, const day_parts& parts);

// Items: constituents times days. Caps and returns are read once for all parts.
inline traffic day_pass_traffic(std::size_t days, std::size_t constituents, std::size_t groups) {
  const double items = static_cast<double>(days) * static_cast<double>(constituents);
  return {items, 16.0 * items, static_cast<double>(days) * (16.0 * static_cast<double>(groups) + 200.0)};
}

}  // namespace topheavy
