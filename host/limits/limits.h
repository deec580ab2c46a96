// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

// A limit beside its value of a run.
struct limit_result {
  std::string name, metric;
  double value = std::numeric_limits<double>::quiet_NaN();  // as in summary.json; NaN: not known
  double limit = 0.0;
  bool is_max = true;  // else the value is to be at least so much
  std::string reason;  // why the value is not known

  bool is_known() const { return value == value; }
  bool is_breached() const { return is_max ? value > limit : value < limit; }
  // Nobody shall take a value that is not known for one within its limit.
  bool is_kept() const { return is_known() && !is_breached(); }
};

// A number of a summary by the path of a metric (limit_metrics.h), null where it is not known; nullptr where nothing is of
// that name.
const nlohmann::ordered_json* value_of_metric(const nlohmann::ordered_json& summary, std::string_view metric);

// In the order of the settings; summary: of summary_of_results. A value equal to its limit is within it.
std::vector<limit_result> check_limits(const std::vector<limit_settings>& limits,
                                       const nlohmann::ordered_json& summary);

}  // namespace topheavy
