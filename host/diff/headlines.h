// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

// The headline figures of a run, and what became of them in another.
namespace topheavy {

struct headline {
  std::string metric;   // its path in summary.json, as limits have it (host/limits/limit_metrics.h)
  std::string label;    // for people, within its section
  std::string unit;     // "fraction", "points", "number"; "text" where there is nothing to subtract
  std::string section;  // of the printed table
};

struct headline_change {
  headline what;
  nlohmann::ordered_json a, b, change;  // null: not known; change: b - a
};

// All headline figures of either, in the order of the sections.
std::vector<headline_change> headline_changes(const nlohmann::ordered_json& a,
                                              const nlohmann::ordered_json& b);

// Those that are split into parts: HHI of constituents and of issuers, VaR and ES at each level of each set of scenarios, as
// far as both have them.
std::vector<headline_change> split_changes(const nlohmann::ordered_json& a, const nlohmann::ordered_json& b);

// A level as it stands in metrics: "0.975".
std::string level_key(double level);

}  // namespace topheavy
