// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/dates.h"

#include <algorithm>

#include <fmt/format.h>

namespace topheavy {
namespace {

// The value of text[first, first + count) where all of it is digits.
std::optional<int> digits(std::string_view text, std::size_t first, std::size_t count) {
  if (first + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = first; i < first + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = 10 * value + (text[i] - '0');
  }
  return value;
}

bool is_time_of_day(std::string_view text) {  // "HH:MM[:SS[.fraction]]"
  const auto hour = digits(text, 0, 2);
  const auto minute = digits(text, 3, 2);
  if (!hour || !minute || text[2] != ':' || *hour > 23 || *minute > 59) return false;
  if (text.size() == 5) return true;
  const auto second = digits(text, 6, 2);
  if (text[5] != ':' || !second || *second > 60) return false;
  if (text.size() == 8) return true;
  return text[8] == '.' && text.size() > 9 &&
         digits(text.substr(0, 18), 9, text.substr(0, 18).size() - 9).has_value() && text.size() <= 18;
}

}  // namespace

std::optional<date> parse_date(std::string_view text) {
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year{*year},
                                        std::chrono::month{static_cast<unsigned>(*month)},
                                        std::chrono::day{static_cast<unsigned>(*day)}};
  if (!ymd.ok()) return std::nullopt;
  if (text.size() > 10) {
    if (text[10] != 'T' && text[10] != ' ') return std::nullopt;
    if (!is_time_of_day(text.substr(11))) return std::nullopt;
  }
  return date{ymd};
}

std::string to_iso(date d) {
  const std::chrono::year_month_day ymd{d};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                     static_cast<unsigned>(ymd.day()));
}

bool is_weekday(date d) {
  const std::chrono::weekday w{d};
  return w != std::chrono::Saturday && w != std::chrono::Sunday;
}

date today() { return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()); }
int year_of(date d) { return static_cast<int>(std::chrono::year_month_day{d}.year()); }
date from_days(std::int32_t days_since_epoch) { return date{std::chrono::days{days_since_epoch}}; }
std::int32_t to_days(date d) { return static_cast<std::int32_t>(d.time_since_epoch().count()); }

std::size_t dates_until(const std::vector<date>& dates, date d) {
  return static_cast<std::size_t>(std::upper_bound(dates.begin(), dates.end(), d) - dates.begin());
}

}  // namespace topheavy
