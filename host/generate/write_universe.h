// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/generate/universe.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace topheavy {

enum class panel_format { parquet, csv };

struct write_options {
  panel_format format = panel_format::parquet;
  std::int64_t row_group_rows = 500000;  // at least 1
  std::string name = "demo";             // of the configuration
  std::string data_folder;               // where the tables go inside the folder; empty: beside config.yaml
  bool force = false;                    // replace a universe that stands there
};

// Draws the universe and writes it into a new folder: panel.parquet or panel.csv, constituents.csv,
// volatility.csv, stages.yaml, files in stress/ and config.yaml, which is ready to run and names them by relative paths. The folder appears
// under its name whole or not at all; what an earlier, killed call left beside it is removed. Throws
// error(usage) for a request outside the limits, where the folder exists and `force` is not set, and where it
// exists and is not one of a universe (such a folder is never replaced); error(resources) where the disk
// refuses; error(retry) when stopped by a signal.
void generate_universe(const universe_request& request, const write_options& options,
                       const std::filesystem::path& folder);

// The configuration that generate_universe writes.
std::string configuration_text(const universe& u, const write_options& options);

}  // namespace topheavy
