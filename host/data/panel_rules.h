// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/data/data_quality.h"
#include "host/data/panel.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

// The rules of specification section 1 for the rows of the panel. Used inside host/data only.
namespace topheavy {

// Where the file has a row without the value.
inline constexpr double missing_value = std::numeric_limits<double>::quiet_NaN();

struct row_counts {
  std::int64_t bad_cap = 0;
  std::int64_t bad_return = 0;
  std::int64_t missing_return = 0;
  std::int64_t extreme_return = 0;
  std::int64_t duplicate = 0;

  row_counts& operator+=(const row_counts& other);
  void write_to(data_quality& quality) const;
};

inline bool is_positive_number(double x) { return x > 0.0 && x <= std::numeric_limits<double>::max(); }

inline bool is_usable_return(double r, double max_abs_return) {
  return r > -1.0 && std::abs(r) <= max_abs_return && r <= std::numeric_limits<double>::max();
}

// Under which reason a return that is not usable is counted.
void count_unusable_return(double r, row_counts& counts);

// panel.ret comes as closes (of the rows, that is where panel.cap > 0) and leaves as returns over the constituent's
// previous row; what is missing, impossible or extreme is taken out and counted.
void make_returns_of_closes(panel& p, double max_abs_return, row_counts& counts);

// Removes days and constituents without a row left. Only days and constituents of `dropped` cells can have none.
void remove_empty(panel& p, const std::vector<std::size_t>& dropped);

// Throws error(data) with the table of counts where more than data.max_dropped_share of quality.rows are
// dropped or without a return, or where no row is left.
void check_dropped_share(const data_settings& data, const data_quality& quality);

}  // namespace topheavy
