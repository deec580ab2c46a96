// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>

// What the small programs that scripts start have in common.
namespace topheavy::bench {

// Throws std::invalid_argument for anything but a whole number.
inline std::size_t number(const char* text) {
  std::size_t value = 0;
  const char* end = text + std::strlen(text);
  const auto [stop, problem] = std::from_chars(text, end, value);
  if (problem != std::errc() || stop != end)
    throw std::invalid_argument(std::string(text) + " is no whole number");
  return value;
}

// As main does: serve(arguments) where there are as many as the usage names, 2 where not, 1 where serve throws.
template <typename Serve>
int serve_arguments(int argc, char** argv, int expected, const char* usage, Serve serve) {
  if (argc != 1 + expected) {
    std::fprintf(stderr, "usage: %s\n", usage);
    return 2;
  }
  try {
    serve(argv + 1);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 1;
  }
  return 0;
}

}  // namespace topheavy::bench
