// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/stage/expression.h"

#include <limits>
#include <string>

// The values of evidence at the as-of date (specification, section 6); what each is stands in host/stage/evidence_table.
namespace topheavy {

struct inputs;
struct history;

struct evidence_value {
  double value = std::numeric_limits<double>::quiet_NaN();  // NaN: see reason
  std::string reason;
};

// Of a history that is complete but for its stage, where the expectations are in their place already. Names of
// dimensions, groups and windows were checked (check_rule_names in stage.h).
evidence_value value_of(const evidence_call& call, const inputs& in, const history& h);

}  // namespace topheavy
