// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/history/history.h"

#include <cstddef>

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

// Matrices of more groups are left out of summary.json: sixteen of 150 x 150 would be tens of megabytes.
inline constexpr std::size_t most_groups_in_matrices = 50;

// `correlation` of summary.json: {dimension: {regime: {...}}}; null without a volatility index.
nlohmann::ordered_json correlation_json(const history& h);

// `correlation_method`: how the above was made, and what its columns assume.
nlohmann::ordered_json correlation_method_json(const settings& s, const history& h);

}  // namespace topheavy
