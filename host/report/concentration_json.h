// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/history/history.h"

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

// `concentration` of summary.json.
nlohmann::ordered_json concentration_json(const inputs& in, const history& h);

// top, hhi .. gini, negative and leaders of shares that may be negative; each null without figures.
nlohmann::ordered_json shares_json(const inputs& in, const share_figures* figures);

}  // namespace topheavy
