// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace topheavy {

// What went wrong decides the exit code; host/main.cpp alone maps one to the other.
enum class error_class {
  usage,      // command line or configuration: exit 2
  data,       // input data refused: exit 3
  resources,  // out of memory, device or disk: exit 6
  internal,   // our mistake: exit 1
  retry       // stopped by a signal, or a passing fault: exit 75
};

// The one exception of the host. The text is for the reader at 02:00: what, where (file:line:column or file, row,
// column), the value, what is allowed, what to do. It may span several lines, one problem a line.
class error : public std::runtime_error {
 public:
  error(error_class kind, const std::string& text) : std::runtime_error(text), kind_(kind) {}
  error_class kind() const { return kind_; }

 private:
  error_class kind_;
};

}  // namespace topheavy
