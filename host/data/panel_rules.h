// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/data/data_quality.h"
#include "host/data/panel.h"

#include <bit>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

// The rules of specification section 1 over the dense panel. Used inside host/data, but for check_symbols.
namespace topheavy {

// Until the rules are applied panel.cap and panel.ret hold what the file holds: any cap, and the return or
// the close; missing_value where the file has a row without the value, and cap no_row where it has no row.
// Both are NaN, told apart by their bits.
inline constexpr double missing_value = std::numeric_limits<double>::quiet_NaN();
inline constexpr double no_row = std::bit_cast<double>(std::bit_cast<std::uint64_t>(missing_value) | 1U);

inline bool is_no_row(double cap) {
  return std::bit_cast<std::uint64_t>(cap) == std::bit_cast<std::uint64_t>(no_row);
}

// Drops rows without a usable cap, makes returns of closes where `from_close`, and takes out returns that are
// missing, impossible or extreme; counts each into quality.rows_dropped. Then removes days and constituents
// without a row left and fills quality's days, constituents, first_date and last_date.
void apply_rules(panel& p, bool from_close, double max_abs_return, data_quality& quality);

// Throws error(data) for the first symbol that cannot be printed: not UTF-8, or with a control character.
void check_symbols(const std::vector<std::string>& symbols, const std::filesystem::path& file);

// Throws error(data) with the table of counts where more than data.max_dropped_share of quality.rows are
// dropped or without a return, or where no row is left.
void check_dropped_share(const data_settings& data, const data_quality& quality);

}  // namespace topheavy
