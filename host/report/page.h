// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The page that people read, made by scripts/report.py from a run folder.
namespace topheavy {

// What report.py may write into a run folder, by hand too.
inline constexpr std::array<std::string_view, 3> page_files{"report.html", "summary.md", "report.pdf"};

bool has_page(const std::filesystem::path& folder);

// Python and report.py: those of TOPHEAVY_PYTHON and TOPHEAVY_REPORT, of the installation, or of the tree that the program
// was built from.
struct page_maker {
  std::string python;
  std::filesystem::path script;
};

// For settings that ask for a page. Throws error(usage), which says what to do, where report.py, Python or a package is
// missing, or the previous run is none: a run that cannot make its page shall not begin.
page_maker ready_page_maker(const report_settings& s);

// The command that makes the page of a folder.
std::vector<std::string> page_command(const page_maker& maker, const std::filesystem::path& folder,
                                      const std::optional<std::filesystem::path>& previous);

// Makes it; empty where all went well, else what went wrong. Throws error(retry) where a stop is asked for.
std::string make_page(const page_maker& maker, const std::filesystem::path& folder,
                      const std::optional<std::filesystem::path>& previous);

}  // namespace topheavy
