// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/history/history.h"
#include "host/limits/limits.h"
#include "host/report/run_record.h"
#include "host/scenario/results.h"

#include <filesystem>
#include <string>
#include <vector>

namespace topheavy {

// What a person reads first: at most 60 lines of at most 100 columns, percentages and points rounded for reading.
std::string console_summary(const settings& s, const inputs& in, const history& h, const run_record& run,
                            const std::string& digest, const std::filesystem::path& folder,
                            const std::vector<scenario_results>& scenarios = {},
                            const std::vector<limit_result>& limits = {});

}  // namespace topheavy
