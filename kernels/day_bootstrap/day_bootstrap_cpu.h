// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/day_bootstrap/day_bootstrap.h"

// The CPU body of day_bootstrap.h.
namespace topheavy {

// Threads over replicates; memory of a thread does not depend on how many there are.
void day_bootstrap_cpu(const bootstrap_draws& draws, const bootstrap_days& days, bootstrap_range range,
                       bootstrap_result result);

}  // namespace topheavy
