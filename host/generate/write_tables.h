// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/generate/universe.h"

#include <cstdint>
#include <filesystem>
#include <string>

// The files of a synthetic universe. Each function writes a new file and throws error(resources) where the
// disk refuses.
namespace topheavy {

// Panel rows by date, then symbol: date, symbol, close (4 decimals), return (6 decimals, null where not
// reported), market_cap (integer). Memory: one row group beyond the universe.
void write_panel_parquet(const universe& u, const std::filesystem::path& file, std::int64_t row_group_rows);

// The same rows in CSV. Every number is written with the fewest digits that read back as the same double; a
// missing return is an empty field.
void write_panel_csv(const universe& u, const std::filesystem::path& file);

void write_constituents_csv(const universe& u, const std::filesystem::path& file);  // a row a constituent
void write_volatility_csv(const universe& u, const std::filesystem::path& file);    // date, close

}  // namespace topheavy
