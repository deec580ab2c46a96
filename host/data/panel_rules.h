// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/data/data_quality.h"
#include "host/data/panel.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

// The rules of specification section 1 for the rows of the panel. Used inside host/data only.
namespace topheavy {

// Where the file has a row without the value.
inline constexpr double missing_value = std::numeric_limits<double>::quiet_NaN();

// Rows lost for one reason, and the first of them in the order of the panel.
struct lost_rows {
  std::int64_t count = 0;
  std::size_t first_cell = std::numeric_limits<std::size_t>::max();
  double first_value = 0.0;

  void add(std::size_t cell, double value);
  void add(const lost_rows& other);
};

struct lost_by_reason {
  lost_rows bad_cap, bad_return, missing_return, extreme_return;

  void add(const lost_by_reason& other);
  void add_return(std::size_t cell, double r);  // one that is not usable, under its reason
  void write_to(data_quality& quality, const panel& p) const;
};

inline bool is_positive_number(double x) { return x > 0.0 && x <= std::numeric_limits<double>::max(); }

inline bool is_usable_return(double r, double max_abs_return) {
  return r > -1.0 && std::abs(r) <= max_abs_return && r <= std::numeric_limits<double>::max();
}

// panel.ret comes as closes (of the rows, that is where panel.cap > 0) and leaves as returns over the constituent's
// previous row; what is missing, impossible or extreme is taken out and counted.
void make_returns_of_closes(panel& p, double max_abs_return, lost_by_reason& lost);

// Removes days and constituents without a row left. Only days and constituents of `dropped` cells can have none.
void remove_empty(panel& p, const std::vector<std::size_t>& dropped);

// Throws error(data) for the first symbol that cannot be printed: not UTF-8, or with a control character.
void check_symbols(const std::vector<std::string>& symbols, const std::filesystem::path& file);

// Throws error(data) with the table of counts where more than data.max_dropped_share of quality.rows are
// dropped or without a return, or where no row is left.
void check_dropped_share(const data_settings& data, const data_quality& quality);

}  // namespace topheavy
