// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace topheavy {

struct stress_text {
  std::string_view file;  // without a folder
  std::string_view text;
};

// Stresses of configs/stress that a synthetic universe can take: it has a volatility index and the tier semiconductors.
std::span<const stress_text> stress_texts();

}  // namespace topheavy
