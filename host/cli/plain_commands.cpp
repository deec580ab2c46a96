// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/provenance.h"
#include "host/base/threads.h"
#include "host/cli/commands.h"
#include "host/config/config.h"
#include "host/limits/limit_metrics.h"
#include "host/report/page.h"
#include "host/stage/rule_file.h"
#include "host/stress/stress_file.h"
#include "kernels/backend.h"

#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace topheavy {

int validate_command(const std::filesystem::path& config, const std::vector<std::string>& overrides) {
  const settings s = read_settings(config, overrides);
  if (s.stage.rules) read_rules(*s.stage.rules);
  check_limit_metrics(s, read_stresses(s));
  if (s.report.page) ready_page_maker(s.report);
  const auto counted = [](std::size_t n, const char* what) {
    return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
  };
  fmt::print("{}: valid; '{}', {} and {} beside those that exist by themselves\n", config.string(), s.name,
             counted(s.groups.size(), "dimension"), counted(s.windows.size(), "window"));
  return 0;
}

int schema_command(schema_kind of) {
  const nlohmann::ordered_json schema =
      of == schema_kind::rules
          ? schema_of_keys(rule_file_keys(), "topheavy rules",
                           "Stages of the market and what to look out for, as rules over evidence.")
      : of == schema_kind::stress
          ? schema_of_keys(stress_file_keys(), "topheavy stress", "A named shock of the whole market.")
          : settings_schema();
  fmt::print("{}\n", schema.dump(2));
  return 0;
}

int info_command() {
  const provenance p = program_provenance();
  fmt::print(
      "topheavy {} (commit {})\n  compiler  {}\n  flags     {}\n  CUDA      {}\n  Arrow     {}\n  threads   "
      "{}\n",
      p.version, p.commit, p.compiler, p.flags, p.cuda, p.arrow, available_threads());
  for (const backend_status& b : known_backends()) {
    fmt::print("  backend   {}: {}\n", b.name, b.available ? b.reason : "not available: " + b.reason);
    for (std::size_t i = 0; i < b.devices.size(); ++i) {
      const device_status& d = b.devices[i];
      fmt::print("  device    {}: {}\n", i, d.available ? d.reason : "not available: " + d.reason);
    }
  }
  return 0;
}

}  // namespace topheavy
