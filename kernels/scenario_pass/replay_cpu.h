// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_pass/path_tiles.h"
#include "kernels/scenario_pass/scenario_pass.h"

namespace topheavy {

void replay_cpu(const path_tiles& tiles, const plan_recipe& recipe, const replay_request& request,
                const replay_result& result);

}  // namespace topheavy
