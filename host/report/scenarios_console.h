// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/history/history.h"
#include "host/scenario/results.h"

#include <string>
#include <vector>

namespace topheavy {

// What may come, of the first two sets, each on at most six lines: ES with its errors and VaR at the level nearest to
// 97.5 %, what the loss is made of, the worst stress. Empty without a set.
std::string scenario_lines(const inputs& in, const history& h, const std::vector<scenario_results>& sets);

}  // namespace topheavy
