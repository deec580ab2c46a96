// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/history/history.h"

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

// `correlation` of summary.json: {dimension: {regime: {...}}}; null without a volatility index.
nlohmann::ordered_json correlation_json(const history& h);

// `correlation_method`: how the above was made, and what its columns assume.
nlohmann::ordered_json correlation_method_json(const settings& s, const history& h);

}  // namespace topheavy
