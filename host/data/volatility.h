// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace topheavy {

// The volatility index on its own calendar, which has days that the panel lacks and the other way round.
struct volatility_series {
  std::filesystem::path file;  // for messages
  std::vector<date> dates;     // ascending, each once
  std::vector<double> close;   // points, > 0, finite
  std::int64_t bad_rows =
      0;  // left out: close missing, NaN, infinite or <= 0; for quality.rows_dropped["bad_volatility"]
};

// Reads columns date and close (Parquet, CSV, CSV in gzip), rows in any order. Identical rows of a date are
// one. Throws error(data): missing column, unreadable file, no usable row, bad date, different rows of one
// date.
volatility_series read_volatility(const std::filesystem::path& file);

// [T] The row of the series that each panel day takes: that day's (lag 0) or the last one before it (lag 1); else the
// last earlier one, at most max_staleness_days calendar days old; -1 where there is none.
std::vector<std::int64_t> rows_of_days(const std::vector<date>& panel_dates, const volatility_series& series,
                                       int max_staleness_days, int lag);

// [T] level of each panel day: that day's, else the last earlier one that is at most max_staleness_days
// calendar days old, else NaN. Throws error(data) where the two calendars have no date in common.
std::vector<double> join_volatility(const std::vector<date>& panel_dates, const volatility_series& series,
                                    int max_staleness_days);

// Trading days that the panel seems to miss: weekdays with a volatility level, between the first and last
// panel date, without panel rows and not in holidays. Ascending.
std::vector<date> find_gap_days(const std::vector<date>& panel_dates, const volatility_series& series,
                                const std::vector<date>& holidays);

// [T] 1 for the first panel day after one or more gap days, else 0: its returns may span several trading
// days.
std::vector<char> flag_days_after_gap(const std::vector<date>& panel_dates,
                                      const std::vector<date>& gap_days);

}  // namespace topheavy
