// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

// The letters and words of an expression.
namespace topheavy {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
inline bool is_keyword(std::string_view word) { return word == "and" || word == "or" || word == "not"; }

// Bare names: what is_letter begins and letters, digits, '.', '_' and '-' continue.
inline bool is_bare_name(std::string_view text) {
  return !text.empty() && is_letter(text[0]) && !is_keyword(text) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '-'; });
}

}  // namespace topheavy
