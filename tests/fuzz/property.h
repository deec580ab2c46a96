// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/source_text.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace topheavy {

// Ends the process, as the fuzzer expects of an input that breaks a promise.
inline void require(bool holds, const std::string& promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise.c_str());
  std::abort();
}

// A message goes to terminals and logs: it says something, in UTF-8, and its only control characters are line ends.
inline void require_plain_message(std::string_view text) {
  require(!text.empty(), "an error has a text");
  const auto strange = first_strange_byte(text, "\n");
  if (strange)
    require(false, "a message is plain text, not: " + strange->what() + " in: " + std::string(text));
}

// Takes "12:" off the front of a message; 0 where there is none.
inline std::size_t take_number(std::string_view& line) {
  std::size_t number = 0;
  const auto [end, code] = std::from_chars(line.data(), line.data() + line.size(), number);
  const auto length = static_cast<std::size_t>(end - line.data());
  if (code != std::errc{} || !line.substr(length).starts_with(':')) return 0;
  line.remove_prefix(length + 1);
  return number;
}

// Every line of a message names a place of the file, but for "and 5 more" at the end.
inline void require_places(std::string_view message, std::string_view yaml, std::string_view file_name) {
  require_plain_message(message);
  const std::string whole{message}, file = std::string{file_name} + ":";
  const auto lines = 1 + static_cast<std::size_t>(std::count(yaml.begin(), yaml.end(), '\n'));
  while (!message.empty()) {
    std::string_view line = message.substr(0, message.find('\n'));
    message.remove_prefix(std::min(message.size(), line.size() + 1));
    if (message.empty() && line.starts_with("and ") && line.ends_with(" more")) return;
    require(line.starts_with(file), "every line names a place: " + whole);
    line.remove_prefix(file.size());
    const std::size_t number = take_number(line);
    const std::size_t column = take_number(line);
    require(number >= 1 && number <= lines && column >= 1 && column <= yaml.size() + 1,
            "a place is one of the file: " + whole);
  }
}

}  // namespace topheavy
