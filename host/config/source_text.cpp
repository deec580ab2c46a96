// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/source_text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace topheavy {
namespace {

// The length of the UTF-8 character at text[i], 0 where there is none.
std::size_t utf8_length(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
  const unsigned first = byte(i);
  const std::size_t length = first < 0x80                    ? 1
                             : first >= 0xc2 && first < 0xe0 ? 2
                             : (first & 0xf0u) == 0xe0       ? 3
                             : first >= 0xf0 && first < 0xf5 ? 4
                                                             : 0;
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte(i + k) & 0xc0u) != 0x80u) return 0;
  }
  const unsigned second = byte(i + 1);
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool outside = (first == 0xed && second >= 0xa0) || (first == 0xf4 && second >= 0x90);
  return overlong || outside ? 0 : length;
}

std::size_t count_characters(std::string_view text) {
  const auto starts_one = [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_one));
}

}  // namespace

std::string strange_byte::what() const {
  return fmt::format("{} 0x{:02x}", is_control ? "control character" : "not UTF-8 text: byte", value);
}

std::optional<strange_byte> first_strange_byte(std::string_view text, std::string_view allowed_controls) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    const auto byte = static_cast<unsigned char>(text[i]);
    if (length == 0) return strange_byte{i, byte, false};
    const bool is_control = byte < 0x20 || byte == 0x7f;
    if (is_control && allowed_controls.find(text[i]) == std::string_view::npos)
      return strange_byte{i, byte, true};
    i += length;
  }
  return std::nullopt;
}

source_text::source_text(std::string text, int source) : text_(std::move(text)), source_(source) {
  if (text_.starts_with("\xEF\xBB\xBF")) text_.erase(0, 3);
  line_starts_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
    if (static_cast<unsigned char>(text_[i]) >= 0x80) is_ascii_ = false;
  }
}

std::size_t source_text::offset(int line, int column) const {
  const auto index = static_cast<std::size_t>(std::max(line, 0));
  if (index >= line_starts_.size()) return text_.size();
  return std::min(line_starts_[index] + static_cast<std::size_t>(std::max(column, 0)), text_.size());
}

place source_text::place_at(int line, int column) const { return place_at(offset(line, column)); }

place source_text::place_at(std::size_t offset) const {
  if (source_ > 0) return {source_, 0, 0};
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = next - line_starts_.begin();
  std::size_t column = offset - *(next - 1);
  if (!is_ascii_) column = count_characters(std::string_view{text_}.substr(*(next - 1), column));
  return {source_, static_cast<int>(line), static_cast<int>(column) + 1};
}

void source_text::check_characters(problems& found) const {
  const auto strange = first_strange_byte(text_, "\t\n\r");
  if (!strange) return;
  found.add(place_at(strange->offset),
            strange->what() + (strange->is_control ? "; a configuration is plain text" : ""));
  found.fail();
}

void source_text::check_indentation(problems& found) const {
  constexpr std::string_view no_break_space = "\xC2\xA0";  // of texts copied from a page; looks like a space
  int lines = 0;
  place first;
  for (const std::size_t start : line_starts_) {
    const std::size_t indentation = std::min(text_.find_first_not_of(' ', start), text_.size());
    if (text_.compare(indentation, no_break_space.size(), no_break_space) == 0) {
      found.add(place_at(indentation),
                "a no-break space (U+00A0) in the indentation; YAML indents with spaces only");
      found.fail();
    }
    const std::size_t content = text_.find_first_not_of(" \t", start);
    if (content == std::string::npos || text_[content] == '\n' || text_[content] == '\r' ||
        text_[content] == '#')
      continue;
    const std::size_t tab = text_.find('\t', start);
    if (tab >= content) continue;
    if (lines++ == 0) first = place_at(tab);
  }
  if (lines == 0) return;
  const std::string more =
      lines == 1 ? "" : fmt::format(" (and on {} more line{})", lines - 1, lines == 2 ? "" : "s");
  found.add(first, fmt::format("a tab in the indentation{}; YAML indents with spaces only", more));
  found.fail();
}

void source_text::check(problems& found) const {
  check_characters(found);
  check_indentation(found);
}

}  // namespace topheavy
