// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace topheavy {

// The candidate closest to a misspelt word; empty where none is close (more than a
// third of its letters differ).
std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace topheavy
