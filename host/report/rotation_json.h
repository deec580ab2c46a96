// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/history/history.h"

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

// `rotation` of summary.json: leaders by regime and direction, order of turning, lead and lag (host/history/rotation.h).
nlohmann::ordered_json rotation_json(const inputs& in, const history& h);

}  // namespace topheavy
