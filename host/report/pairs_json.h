// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/history/history.h"

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

// What is said of pairs of constituents in one regime. Of the whole index:
nlohmann::ordered_json index_pairs_json(const regime_pairs& r);
// The same, and the mean correlations inside and between the groups of a dimension, by its position.
nlohmann::ordered_json dimension_pairs_json(const history& h, std::size_t dimension, std::size_t regime);

}  // namespace topheavy
