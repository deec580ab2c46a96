// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/node.h"

#include <string>
#include <vector>

namespace topheavy {

// Collects what is wrong with a configuration, so that one run tells all of it.
class problems {
 public:
  explicit problems(std::string file) : sources_{std::move(file)} {}

  // The number of the next override, and the text that stands for its place: "--set a.b.c".
  int add_source(std::string label);

  void add(place at, std::string text);
  bool empty() const { return found_.empty(); }

  std::string origin(place at) const;  // "file:line:column", or "--set a.b.c"

  // Throws error(usage) with a line for each problem, the file's first, in the order of their places. Beyond
  // 100 lines the rest is counted only.
  [[noreturn]] void fail() const;
  void fail_if_any() const {
    if (!empty()) fail();
  }

 private:
  struct problem {
    place at;
    std::string text;
    auto operator<=>(const problem&) const = default;
  };
  std::vector<std::string> sources_;
  std::vector<problem> found_;
};

}  // namespace topheavy
