// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/problems.h"

#include "host/base/error.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace topheavy {

int problems::add_source(std::string label) {
  sources_.push_back(std::move(label));
  return static_cast<int>(sources_.size()) - 1;
}

void problems::add(place at, std::string text) { found_.push_back({at, std::move(text)}); }

std::string problems::origin(place at) const {
  const std::string& source = sources_[static_cast<std::size_t>(at.source)];
  return at.line == 0 ? source : fmt::format("{}:{}:{}", source, at.line, at.column);
}

void problems::fail() const {
  constexpr std::size_t most_lines = 100;
  auto sorted = found_;
  std::sort(sorted.begin(), sorted.end());
  // What stands under an anchor is checked at every alias of it.
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::string text;
  for (std::size_t i = 0; i < std::min(sorted.size(), most_lines); ++i) {
    text += fmt::format("{}{}: {}", i == 0 ? "" : "\n", origin(sorted[i].at), sorted[i].text);
  }
  if (sorted.size() > most_lines) text += fmt::format("\nand {} more", sorted.size() - most_lines);
  throw error(error_class::usage, text);
}

}  // namespace topheavy
