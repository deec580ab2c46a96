// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace topheavy {

// What an event of a set of scenarios may speak of; what they are: kernels/scenario_figures.
struct event_metric {
  std::string_view name;  // group_return stands for group_return.<dimension>.<group>
  std::string_view unit;  // empty: the metric takes no bound
  double low = 0.0;       // a bound beyond these is a mistake: 60 for 0.60
  double high = 0.0;
  std::string_view needs;  // the key that must be on
  std::string_view meaning;
};

std::span<const event_metric> event_metrics();

inline constexpr std::string_view group_return_metric = "group_return";

}  // namespace topheavy
