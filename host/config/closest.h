// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace topheavy {

// The candidate closest to a misspelt word; empty where none is close (more than a
// third of its letters differ).
std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates);

// For the message about an unknown name: "did you mean `x`?", or where none is close "there are x, y, z", of which so many
// bytes are shown.
std::string what_else(std::string_view word, const std::vector<std::string_view>& candidates,
                      std::size_t longest_list = 300);

// "unknown group `x`; did you mean `y`?"
std::string unknown_name(std::string_view what, std::string_view name,
                         const std::vector<std::string_view>& known);

}  // namespace topheavy
