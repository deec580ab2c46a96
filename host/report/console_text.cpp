// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/console_text.h"

#include <cmath>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr std::size_t line_width = 96;  // of 100, four kept for an ellipsis

}  // namespace

std::string thousands(std::int64_t v) {
  std::string text = std::to_string(v);
  for (std::ptrdiff_t i = static_cast<std::ptrdiff_t>(text.size()) - 3; i > 0; i -= 3) {
    text.insert(static_cast<std::size_t>(i), ",");
  }
  return text;
}

std::string percent(double v, int digits) {
  return std::isfinite(v) ? fmt::format("{:+.{}f} %", 100.0 * v, digits) : "-";
}
std::string share(double v, int digits) {
  return std::isfinite(v) ? fmt::format("{:.{}f} %", 100.0 * v, digits) : "-";
}

std::string fitted(const std::string& text, std::size_t width) {
  return text.size() <= width ? text : text.substr(0, width - 1) + "~";
}

std::string item_line(const std::string& label, const std::vector<std::string>& items) {
  std::string text, line = fmt::format("  {:<12} ", fitted(label, 12));
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string next = items[i] + (i + 1 < items.size() ? ", " : "");
    if (line.size() + next.size() > line_width) {
      if (!text.empty()) return text + line + "...\n";
      text = line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
      line.assign(15, ' ');
    }
    line += next;
  }
  return text + line + "\n";
}

}  // namespace topheavy
