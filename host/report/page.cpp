// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/page.h"

#include "host/base/child.h"
#include "host/base/error.h"
#include "host/report/finished_run.h"

#include <cstdlib>
#include <system_error>

#include <fmt/format.h>

namespace topheavy {
namespace {

namespace fs = std::filesystem;

const fs::path source_tree = TOPHEAVY_SOURCE_TREE;

fs::path this_program() {
  std::error_code unknown;
  fs::path program = fs::read_symlink("/proc/self/exe", unknown);
  return unknown ? fs::path("topheavy") : program;
}

std::string from_environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

fs::path find_script() {
  if (const std::string given = from_environment("TOPHEAVY_REPORT"); !given.empty())
    return fs::absolute(given);
  const fs::path installed =
      this_program().parent_path().parent_path() / "share" / "topheavy" / "report" / "report.py";
  std::error_code unknown;
  return fs::exists(installed, unknown) ? installed : source_tree / "scripts" / "report.py";
}

std::string find_python() {
  if (std::string given = from_environment("TOPHEAVY_PYTHON"); !given.empty()) return given;
  const fs::path of_project = source_tree / ".venv" / "bin" / "python";
  std::error_code unknown;
  return fs::exists(of_project, unknown) ? of_project.string() : "python3";
}

[[noreturn]] void refuse(const std::string& why, const std::string& what_to_do) {
  throw error(error_class::usage, fmt::format("`report.page` is `true`, but {}\n{}, or set `report.page` to "
                                              "`false`: scripts/report.py makes the page later",
                                              why, what_to_do));
}

// What a child said, as lines of a message.
std::string said(const child_end& end) { return end.output.empty() ? "it said nothing" : end.output; }

}  // namespace

bool has_page(const fs::path& folder) {
  std::error_code unknown;
  return fs::exists(folder / page_files[0], unknown) && fs::exists(folder / page_files[1], unknown);
}

page_maker ready_page_maker(const report_settings& s) {
  const page_maker maker{find_python(), find_script()};
  std::error_code unknown;
  if (!fs::is_regular_file(maker.script, unknown)) {
    refuse(fmt::format("there is no {}", maker.script.string()),
           "set TOPHEAVY_REPORT to the path of report.py");
  }
  const std::vector<std::string> check{maker.python, maker.script.string(), "--check"};
  try {
    const child_end end = run_child(check);
    if (end.status != 0) {
      refuse(fmt::format("it could not be made: `{}` ended with exit status {}:\n{}", shell_words(check),
                         end.status, said(end)),
             "run scripts/setup.sh, set TOPHEAVY_PYTHON to a Python that has what is missing");
    }
  } catch (const error& e) {
    if (e.kind() != error_class::internal) throw;
    refuse(e.what(), "set TOPHEAVY_PYTHON to a Python that has what scripts/requirements.txt lists");
  }
  if (s.previous) {
    read_manifest(*s.previous);
    read_summary(*s.previous);
  }
  return maker;
}

std::vector<std::string> page_command(const page_maker& maker, const fs::path& folder,
                                      const std::optional<fs::path>& previous) {
  std::vector<std::string> command{maker.python, maker.script.string(), folder.string()};
  if (previous) command.insert(command.end(), {"--previous", previous->string()});
  command.insert(command.end(), {"--program", this_program().string()});
  return command;
}

std::string make_page(const page_maker& maker, const fs::path& folder,
                      const std::optional<fs::path>& previous) {
  child_end end;
  try {
    end = run_child(page_command(maker, folder, previous));
  } catch (const error& e) {
    if (e.kind() != error_class::internal) throw;
    return e.what();
  }
  if (end.status != 0) return fmt::format("exit status {}:\n{}", end.status, said(end));
  if (!has_page(folder)) {
    return fmt::format("{} and {} are not both there, though it ended well:\n{}", page_files[0],
                       page_files[1], said(end));
  }
  return {};
}

}  // namespace topheavy
