// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/report/table.h"

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

// One string that tells whether two runs have the same results (specification, section 8): SHA-256 over every value of
// the tables, to the bit, and over the summary's text. The summary comes without what may differ between equal runs:
// name, run, digest, and neither has what eigen-solvers of libraries say: absorption_ratio, noise_floor. -0 counts as 0
// and every NaN as the same null.
std::string digest_of(const nlohmann::ordered_json& summary, const std::vector<table>& tables);

}  // namespace topheavy
