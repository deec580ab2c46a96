// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/backend.h"

// A pass over the panel that holds one operation and what it cannot be without.
namespace topheavy {

inline void group_sums(backend& b, panel_view panel, groups_view groups, group_sums_result result) {
  day_parts parts;
  parts.groups = groups;
  parts.sums = result;
  b.day_pass(panel, parts);
}

inline void new_highs(backend& b, panel_view panel, new_highs_rule rule, std::int32_t* count) {
  constituent_parts parts;
  parts.highs = rule;
  parts.new_highs = count;
  b.constituent_pass(panel, parts);
}

inline void window_contributions(backend& b, panel_view panel, contribution_window window,
                                 window_contributions_result result) {
  constituent_parts parts;
  parts.windows = &window;
  parts.by_window = &result;
  parts.window_count = 1;
  b.constituent_pass(panel, parts);
}

}  // namespace topheavy
