// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace topheavy {

// A trading date without time of day or time zone.
using date = std::chrono::sys_days;

// Parses ISO 8601: "2026-07-22", or that followed by 'T' or a space and a time of day "HH:MM[:SS[.fraction]]", which is
// checked and dropped. Nothing else is a date: no other order, no time zone, no blanks around.
std::optional<date> parse_date(std::string_view text);

std::string to_iso(date d);  // "2026-07-22"
bool is_weekday(date d);     // Monday to Friday
date today();                // by the system's clock, UTC
int year_of(date d);
date from_days(std::int32_t days_since_epoch);  // date32 of Arrow
std::int32_t to_days(date d);

// How many of the dates, which ascend, are d or earlier.
std::size_t dates_until(const std::vector<date>& dates, date d);

}  // namespace topheavy
