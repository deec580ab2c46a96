// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/source_text.h"

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

}  // namespace topheavy
