// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/diff/diff_text.h"

#include "host/report/console_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;

constexpr int label_width = 38, value_width = 16, part_width = 11;
constexpr std::size_t names_shown = 10;

// A signed one is a change.
std::string shown(const std::string& unit, const json& value, bool is_signed) {
  if (value.is_string()) return fitted(value.get<std::string>(), value_width);
  if (!value.is_number()) return "-";
  const double v = value.get<double>();
  if (unit == "fraction")
    return is_signed ? fmt::format("{:+.3f} %", 100.0 * v) : fmt::format("{:.3f} %", 100.0 * v);
  if (unit == "points") return is_signed ? fmt::format("{:+.2f}", v) : fmt::format("{:.2f}", v);
  if (value.is_number_integer()) return thousands(value.get<std::int64_t>());
  return is_signed ? fmt::format("{:+.5g}", v) : fmt::format("{:.6g}", v);
}

std::string headline_lines(const recorded_run& a, const recorded_run& b) {
  std::string lines, section;
  for (const headline_change& c : headline_changes(a.summary, b.summary)) {
    if (c.what.section != section) {
      section = c.what.section;
      lines += fmt::format("\n{:<{}}{:>{}}{:>{}}{:>{}}\n", section, label_width + 2, a.as_of, value_width,
                           b.as_of, value_width, "change", value_width);
    }
    lines += fmt::format("  {:<{}}{:>{}}{:>{}}{:>{}}\n", fitted(c.what.label, label_width), label_width,
                         shown(c.what.unit, c.a, false), value_width, shown(c.what.unit, c.b, false),
                         value_width, shown(c.what.unit, c.change, true), value_width);
  }
  return lines;
}

// What is exactly 0 is told from what is only small.
std::string shown_step(double change, double unit, int digits) {
  return change == 0.0 ? "0" : fmt::format("{:+.{}f}", unit * change, digits);
}

std::string named(const char* what, const std::vector<std::string>& symbols) {
  if (symbols.empty()) return "";
  std::string names;
  for (std::size_t i = 0; i < std::min(symbols.size(), names_shown); ++i)
    names += (i == 0 ? "" : ", ") + symbols[i];
  return fmt::format("  {} {}: {}{}\n", symbols.size(), what, names,
                     symbols.size() > names_shown ? ", ..." : "");
}

std::string split_lines(const recorded_run& a, const recorded_run& b, const split& parts) {
  if (!parts.reason.empty()) return fmt::format("\nno split into parts: {}\n", parts.reason);
  std::size_t width = 18;  // of the labels, which end in what tells them apart
  for (const split_figure& figure : parts.figures) width = std::max(width, figure.what.what.label.size());
  std::string lines =
      fmt::format("\nHHI, VaR and ES by part\n  {:<{}}  {:>{}}", "", width, a.as_of, part_width);
  for (const char* const part : {"members", "caps", "window", "regime", "config", "program"})
    lines += fmt::format("{:>{}}", part, part_width);
  lines += fmt::format("{:>{}}{:>{}}\n", b.as_of, part_width, "draws", part_width);
  for (const split_figure& figure : parts.figures) {
    const bool is_percent = figure.what.what.unit == "fraction";
    const double unit = is_percent ? 100.0 : 1.0;
    const int digits = is_percent ? 4 : 7;
    lines += fmt::format("  {:<{}}  {:>{}.{}f}", figure.what.what.label, width, unit * figure.a(), part_width,
                         digits);
    for (std::size_t k = 0; k < figure.value.size(); ++k)
      lines += fmt::format("{:>{}}", shown_step(figure.change(k), unit, digits), part_width);
    const json error = figure.draw_error();
    lines += fmt::format(
        "{:>{}.{}f}{:>{}}\n", unit * figure.b(), part_width, digits,
        error.is_number() ? fmt::format("+-{:.{}f}", unit * error.get<double>(), digits) : "-", part_width);
  }
  return lines + named("came", parts.came) + named("left", parts.left) +
         "  VaR and ES in %. Parts are taken over from B in this order, and add up exactly; the\n"
         "  rounded numbers above may miss by their last digit. Where other days are drawn, as by the\n"
         "  window, the regime or the configuration, a change within `draws` may be nothing but other\n"
         "  draws. What is in each part: `topheavy diff --help`.\n";
}

}  // namespace

std::string diff_text(const recorded_run& a, const recorded_run& b, const split& parts) {
  const auto name = [](const recorded_run& run) {
    return fmt::format("{}, as of {}, version {}: {}", run.name, run.as_of, run.version, run.folder.string());
  };
  return fmt::format("A  {}\nB  {}\n", name(a), name(b)) +
         (a.digest == b.digest ? "\nThe results are the same: the digests are equal.\n" : "") +
         headline_lines(a, b) + "  Changes of % are differences in percentage points.\n" +
         split_lines(a, b, parts);
}

}  // namespace topheavy
