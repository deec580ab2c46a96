// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"

#include <cstdint>
#include <optional>
#include <string_view>

// Text to values, strictly: the whole text or nothing.
namespace topheavy {

// Decimal digits with at most a sign, a point and an exponent: 3, -0.5, .5, 1e-3. No leading zeros, no
// hexadecimal, octal, underscores, infinities or NaN; none too large for a double.
std::optional<double> parse_number(std::string_view text);
std::optional<int> parse_whole_number(std::string_view text);  // digits with at most a sign; no leading zeros
std::optional<std::int64_t> parse_long_whole_number(std::string_view text);  // the same
std::optional<date> parse_plain_date(std::string_view text);  // YYYY-MM-DD, without a time of day

// Letters, digits, '.', '_' and '-', a letter or digit first, at most 100: fit for a folder on any system.
bool is_name(std::string_view text);

}  // namespace topheavy
