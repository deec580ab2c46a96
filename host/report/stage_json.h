// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/history/stage.h"

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

// `stage` of summary.json.
nlohmann::ordered_json stage_json(const stage_result& stage);

}  // namespace topheavy
