// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/scalars.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace topheavy {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Takes the digits at the front of `text`; their count.
std::size_t take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  text.remove_prefix(count);
  return count;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool is_decimal(std::string_view text) {
  take(text, "+-");
  const bool zero_first = text.starts_with('0');
  const std::size_t before = take_digits(text);
  if (zero_first && before > 1) return false;
  const std::size_t after = take(text, ".") ? take_digits(text) : 0;
  if (before + after == 0) return false;
  if (take(text, "eE")) {
    take(text, "+-");
    if (take_digits(text) == 0) return false;
  }
  return text.empty();
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  if (!is_decimal(text)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0.0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_long_whole_number(std::string_view text) {
  if (!is_decimal(text)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<int> parse_whole_number(std::string_view text) {
  const auto value = parse_long_whole_number(text);
  return value && std::in_range<int>(*value) ? std::optional{static_cast<int>(*value)} : std::nullopt;
}

std::optional<date> parse_plain_date(std::string_view text) {
  return text.size() == 10 ? parse_date(text) : std::nullopt;
}

bool is_name(std::string_view text) {
  constexpr std::size_t longest = 100;
  if (text.empty() || text.size() > longest || !(is_letter(text[0]) || is_digit(text[0]))) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace topheavy
