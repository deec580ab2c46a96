// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/node.h"
#include "host/config/problems.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace topheavy {

// A byte that plain text does not hold: not UTF-8, or a control character other than those allowed.
struct strange_byte {
  std::size_t offset;
  unsigned char value;
  bool is_control;
  std::string what() const;  // "not UTF-8 text: byte 0xff", "control character 0x1b"
};
std::optional<strange_byte> first_strange_byte(std::string_view text, std::string_view allowed_controls);

// The text of a configuration, where its lines start, and the checks the YAML parser does not make. A byte
// order mark is dropped. Lines and columns given to it are the parser's: from 0, columns in bytes.
class source_text {
 public:
  source_text(std::string text, int source);

  const std::string& text() const { return text_; }
  place place_at(int line, int column) const;
  std::string_view rest_at(int line, int column) const {
    return std::string_view{text_}.substr(offset(line, column));
  }

  // What is not UTF-8, or holds control characters, or indents with tabs: added, then found.fail().
  void check(problems& found) const;

 private:
  std::size_t offset(int line, int column) const;
  place place_at(std::size_t offset) const;
  void check_characters(problems& found) const;
  void check_indentation(problems& found) const;

  std::string text_;
  int source_;
  bool is_ascii_ = true;  // columns are bytes: no counting in lines of a thousand symbols
  std::vector<std::size_t> line_starts_;
};

}  // namespace topheavy
