// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/history/history.h"
#include "host/report/run_record.h"
#include "host/scenario/results.h"

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

inline constexpr const char* summary_schema = "topheavy.summary/1";

// The results' part of summary.json: every headline number in full precision, NaN as null (specification, section 9).
nlohmann::ordered_json summary_of_results(const settings& s, const inputs& in, const history& h,
                                          const std::vector<scenario_results>& scenarios = {});

// Puts `digest` and `run` in their places.
void add_run_to_summary(nlohmann::ordered_json& summary, const std::string& digest, const run_record& run);

}  // namespace topheavy
