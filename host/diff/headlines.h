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
  // Of VaR and ES that are split: error by the draws of a change between two figures that are drawn anew,
  // sqrt(error of a^2 + error of b^2), of VaR from its interval of 95 %. A change within it may be nothing but other draws; one
  // in which the same days are drawn, as of caps, is known better. Null: not known, or nothing is drawn.
  nlohmann::ordered_json draw_error = nullptr;
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
