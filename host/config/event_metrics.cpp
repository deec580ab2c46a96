// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/event_metrics.h"

namespace topheavy {
namespace {

constexpr event_metric metrics[] = {
    {"index_return", "fraction", -1.0, 10.0, {}, "Return of the index over the horizon"},
    {"max_drawdown",
     "fraction",
     0.0,
     1.0,
     {},
     "Deepest fall of the index below an earlier close, 0.1 for 10 %"},
    {"top_1", "fraction", 0.0, 1.0, {}, "Weight of the largest constituent at the end"},
    {"top_5", "fraction", 0.0, 1.0, {}, "Weight of the 5 largest at the end"},
    {"top_10", "fraction", 0.0, 1.0, {}, "Weight of the 10 largest at the end"},
    {"top_25", "fraction", 0.0, 1.0, {}, "Weight of the 25 largest at the end"},
    {"top_50", "fraction", 0.0, 1.0, {}, "Weight of the 50 largest at the end"},
    {"hhi", "fraction", 0.0, 1.0, {}, "HHI at the end"},
    {"effective_n", "constituents", 1.0, 1e6, {}, "Effective number of constituents at the end"},
    {"max_top_10", "fraction", 0.0, 1.0, "daily.top_10",
     "Highest weight of the 10 largest at the end of a day"},
    {"max_hhi", "fraction", 0.0, 1.0, "daily.hhi", "Highest HHI at the end of a day"},
    {"max_volatility", "points", 0.0, 1000.0, {}, "Highest level of the volatility index of a day"},
    {"index_new_high", {}, 0.0, 0.0, {}, "The index closes above its highest level of the panel"},
    {group_return_metric, "fraction", -1.0, 10.0, {}, "Return of a group of one of the set's dimensions"},
};

}  // namespace

std::span<const event_metric> event_metrics() { return metrics; }

}  // namespace topheavy
