// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/history/history.h"

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

// `volatility` of summary.json: what the volatility index says of the past (host/history/volatility_history.h).
nlohmann::ordered_json volatility_json(const history& h);

}  // namespace topheavy
