// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/history/dimensions.h"
#include "host/scenario/figure_table.h"
#include "host/scenario/results.h"

#include <string>
#include <vector>

// How often something happens over the scenarios of a set                                         specification, section 7
namespace topheavy {

// Throws error(usage) that lists every event whose metric is none or names a group that none of the set's dimensions has,
// with its place. Metrics: index_return, max_drawdown, top_1 .. top_50, hhi, effective_n, max_top_10, max_hhi,
// max_volatility, index_new_high, group_return.<dimension>.<group>.
void check_events(const std::vector<event_settings>& events, const std::vector<dimension>& dimensions);

// Probability: the share of scenarios whose figure is above, or below, the bound, itself excluded. index_new_high: the
// index ends a day above new_high times its level at the start. Not known, with the reason, where a scenario has no such
// figure. no_sampling_error: why there is no error; empty: there is one, but where the event happens in no scenario, or in all:
// the reason is the bound that their number gives.
std::vector<event_probability> event_probabilities(const std::vector<event_settings>& events,
                                                   const figure_table& figures,
                                                   const std::vector<dimension>& dimensions, double new_high,
                                                   const std::string& no_sampling_error);

}  // namespace topheavy
