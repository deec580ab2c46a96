// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/history/history.h"
#include "host/report/table.h"
#include "host/scenario/results.h"

#include <vector>

namespace topheavy {

table daily_table(const inputs& in, const history& h);   // a row a panel date
table groups_table(const inputs& in, const history& h);  // a row a date but the first, dimension and group
table correlation_table(const history& h);               // a row a dimension, regime and pair of groups
table attribution_table(const inputs& in,
                        const history& h);  // a row a window and constituent with a day in it
table closing_constituents_table(
    const inputs& in,
    const history& h);  // a row a constituent of the last close, largest weight first
table components_table(const inputs& in,
                       const std::vector<scenario_results>& sets);  // a row a set, level and member

}  // namespace topheavy
