// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/stress/stress_file.h"

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace topheavy {

// What a limit may speak of: numbers of summary.json by their path there, elements of lists by their names.
struct limit_metric {
  std::string_view
      path;  // "concentration.{constituent|issuer|risk}.top.<k>": one of {a|b}, <...> as the settings have them
  std::string_view meaning;
  // What it can be: a bound outside is a slip, as 40 for 40 %.
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
};

// "0 to 1", "-1 or more", "any number"
std::string shown_range(const limit_metric& m);

std::span<const limit_metric> limit_metrics();

// What is left of a path after its first name and the point behind it, which may be part of names too: empty where the path
// is that name, none where it does not begin with it.
std::optional<std::string_view> rest_after(std::string_view path, std::string_view name);

// Throws error(usage) that tells of every limit whose metric is none, or whose bound is none that the metric can have, with
// its place, before anything is computed. Groups of labels are known only once the constituents are read, so any name
// passes for one. stresses: of each set of scenarios.
void check_limit_metrics(const settings& s, const std::vector<std::vector<stress>>& stresses);

// The limits that scenarios can breach at their end, as events of every set: those on weights of constituents.
std::vector<event_settings> events_of_limits(const std::vector<limit_settings>& limits);

}  // namespace topheavy
