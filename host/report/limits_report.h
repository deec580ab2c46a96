// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/limits/limits.h"

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

// `limits` of summary.json (specification, section 9): breached is null where the value is not known.
nlohmann::ordered_json limits_json(const std::vector<limit_result>& limits);

// Lines of the console's summary, the broken ones first; empty where there are none.
std::string limit_lines(const std::vector<limit_result>& limits);

}  // namespace topheavy
