// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/cli/commands.h"
#include "host/generate/write_universe.h"

#include <fmt/format.h>

namespace topheavy {

int generate_command(const generate_options& options) {
  universe_request request;
  request.constituents = options.constituents;
  request.days = options.days;
  request.seed = options.seed;
  write_options how;
  how.format = options.format == "csv" ? panel_format::csv : panel_format::parquet;
  how.row_group_rows = options.row_group_rows;
  how.force = options.force;
  generate_universe(request, how, options.out);
  if (!options.quiet) {
    fmt::print("{}: {} constituents, {} days, seed {}; run it with: topheavy run {}\n", options.out.string(),
               options.constituents, options.days, options.seed, (options.out / "config.yaml").string());
  }
  return 0;
}

int demo_command(const run_options& options) {
  run_options run = options;
  const std::filesystem::path folder = options.out.empty() ? "topheavy-demo" : options.out;
  write_options how;
  how.data_folder = "data";
  how.force = options.force;
  generate_universe({}, how, folder);
  run.config = folder / "config.yaml";
  run.out = folder / "run";
  return run_command(run);
}

}  // namespace topheavy
