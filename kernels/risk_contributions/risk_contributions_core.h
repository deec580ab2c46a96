// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"
#include "kernels/fixed_weight_return/fixed_weight_return_core.h"
#include "kernels/risk_contributions/risk_contributions.h"

#include <cstddef>
#include <cstdint>

// The arithmetic of risk_contributions.h: one more day of one constituent.
namespace topheavy {

TOPHEAVY_HD inline void add_risk_day(double ret, double fill, double slope, double& beta,
                                     std::int32_t& filled) {
  beta += slope * filled_return(ret, fill);
  filled += static_cast<std::int32_t>(!(ret == ret));
}

}  // namespace topheavy
