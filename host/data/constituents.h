// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/data/data_quality.h"
#include "host/data/panel.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace topheavy {

// The constituents table: a row a symbol.
struct constituents_table {
  std::filesystem::path file;        // for messages; empty: no table
  std::vector<std::string> symbols;  // [rows], ascending by bytes, each once
  std::map<std::string, std::vector<std::string>>
      labels;  // column -> [rows]; every column but symbol; empty: missing
};

// What each constituent of the panel is; every vector is [N], aligned with panel.symbols.
struct classification {
  std::vector<std::string> sector;  // "Unclassified" where there is no row or no text
  std::vector<std::string> issuer;  // the symbol where there is no row, no column or no text
  std::vector<std::string> name;    // the same
  // Every column of the table but symbol, and always sector, issuer and name (these three as above). Empty:
  // no label.
  std::map<std::string, std::vector<std::string>> labels;
};

inline constexpr const char* unclassified_sector = "Unclassified";

// Reads the constituents (Parquet, CSV, CSV in gzip). Columns symbol and sector are required, any other is a
// label; numbers and dates become text. Identical rows of one symbol are one row. Throws error(data): missing
// column, unreadable file, no rows, empty symbol, different rows of one symbol.
constituents_table read_constituents(const std::filesystem::path& file);

// Looks up every constituent of the panel; counts quality.rows_dropped["unclassified"] (constituents without
// a row) and quality.issuers. An empty table (no file) leaves everything unclassified.
classification classify(const panel& data, const constituents_table& table, data_quality& quality);

}  // namespace topheavy
