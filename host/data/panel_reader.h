// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/data/data_quality.h"
#include "host/data/panel.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace topheavy {

class table_file;  // host/data/table_file.h

// How far reading is.
struct read_progress {
  std::int64_t rows = 0;
  std::int64_t rows_total = 0;  // 0: not known
};

// Called now and then, by one thread at a time, though not always the same one. What it throws stops the
// reading and comes out of read_panel.
using progress_hook = std::function<void(const read_progress&)>;

struct panel_input {
  panel data;            // only days and constituents with at least one kept row
  data_quality quality;  // all but unclassified, bad_volatility, issuers and gap_days
};

// Reads the long table data.panel (Parquet, CSV, CSV in gzip; told apart by content) into the dense panel,
// rows in [data.start, as_of] only, by the rules of specification section 1. The order of rows, row groups,
// columns and the number of threads never change a bit of the result.
//
// Memory: 16 bytes a cell of the panel and 24 bytes a row of the file while reading (10,000 constituents x 5,000 days
// without a hole: 2 GB), and what Arrow has in flight: for each thread some MB and the largest page of a Parquet file.
//
// Throws error(data) naming file, row (1-based, header not counted), column, value and what is expected;
// error(usage) where as_of is not a panel date, beginning with as_of_origin; error(resources) where the panel
// does not fit.
panel_input read_panel(const data_settings& data, std::optional<date> as_of,
                       const progress_hook& progress = {}, const std::string& as_of_origin = "as_of");

// The same of an open table, whatever its rows come from, instead of the file data.panel.
panel_input read_panel(const table_file& file, const data_settings& data, std::optional<date> as_of,
                       const progress_hook& progress = {}, const std::string& as_of_origin = "as_of");

}  // namespace topheavy
