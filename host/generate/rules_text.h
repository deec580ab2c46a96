// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace topheavy {

// configs/rules/stages.yaml, which speaks of the tiers that a synthetic universe has too.
std::string_view rules_text();

}  // namespace topheavy
