// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/error.h"
#include "host/base/log.h"
#include "host/base/stages.h"
#include "host/base/stop.h"
#include "host/base/text_file.h"
#include "host/cli/machine.h"
#include "host/diff/diff_json.h"
#include "host/diff/diff_text.h"
#include "host/diff/split.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

namespace fs = std::filesystem;

// Before an hour of reruns, not after.
void check_json_target(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : ".";
  if (!fs::is_directory(folder)) {
    throw error(error_class::usage, fmt::format("--json: {}: there is no folder {}; create it first",
                                                file.string(), folder.string()));
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    throw error(error_class::usage, fmt::format("--json: {}: {} cannot be written in ({})", file.string(),
                                                folder.string(), std::strerror(errno)));
  }
  if (fs::exists(file) && !fs::is_regular_file(file)) {  // a device would be replaced by a file
    throw error(error_class::usage,
                fmt::format("--json: {} is no regular file; expected the name of a file", file.string()));
  }
}

}  // namespace

int diff_command(const diff_options& options) {
  if (!options.json.empty()) check_json_target(options.json);
  const recorded_run a = read_run(options.a), b = read_run(options.b);
  const split parts = on_threads(options, [&](int) {
    if (options.totals) return no_split(a, b, "only totals were asked for");
    stages timed;
    return split_change(a, b, [&] { return choose(options).body; }, timed);
  });
  if (!options.totals && !parts.reason.empty()) log_warning("no split into parts: " + parts.reason);
  if (!options.quiet) {
    if (std::fputs(diff_text(a, b, parts).c_str(), stdout) < 0 || std::fflush(stdout) != 0)
      throw error(error_class::resources, "the table could not be written to stdout");
  }
  if (!options.json.empty()) {
    const std::string text =
        diff_json(a, b, parts).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    fs::path beside = options.json;
    beside += fmt::format(".{}.partial", getpid());
    throw_if_stopped();
    write_text_whole(options.json, beside, text);
  }
  return 0;
}

}  // namespace topheavy
