// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/history/history.h"
#include "host/scenario/results.h"

#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

// `scenarios` of summary.json, an object a set (host/scenario/results.h). Levels and quantiles are keys by their decimal
// text, as "0.975".
nlohmann::ordered_json scenarios_json(const inputs& in, const history& h,
                                      const std::vector<scenario_results>& sets);

}  // namespace topheavy
