// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/source_text.h"

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

}  // namespace topheavy
