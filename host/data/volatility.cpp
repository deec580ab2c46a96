// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/volatility.h"

#include "host/base/error.h"
#include "host/data/table_file.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include <fmt/format.h>

namespace topheavy {
namespace {

bool contains(const std::vector<date>& ascending, date d) {
  return std::binary_search(ascending.begin(), ascending.end(), d);
}

void check_common_date(const std::vector<date>& panel_dates, const volatility_series& series) {
  if (std::any_of(panel_dates.begin(), panel_dates.end(), [&](date d) { return contains(series.dates, d); }))
    return;
  throw error(error_class::data,
              fmt::format("{}: no common dates: it runs from {} to {}, the panel from {} to {}",
                          series.file.string(), to_iso(series.dates.front()), to_iso(series.dates.back()),
                          to_iso(panel_dates.front()), to_iso(panel_dates.back())));
}

}  // namespace

volatility_series read_volatility(const std::filesystem::path& file) {
  const table_file input(file);
  input.require({{"date"}, {"close"}});
  std::map<date, double> close_of;
  volatility_series series;
  series.file = file;
  std::int64_t rows = 0;
  input.read({{"date", column_kind::day}, {"close", column_kind::number}}, [&](const table_block& block) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      const date day = from_days(block.columns[0].days[i]);
      const double close = block.columns[1].numbers[i];
      ++rows;
      if (!std::isfinite(close) || close <= 0.0) {
        ++series.bad_rows;
        continue;
      }
      const auto [entry, is_new] = close_of.try_emplace(day, close);
      if (!is_new && entry->second != close) {
        throw error(error_class::data,
                    fmt::format("{}: different rows of {}: close is {} and {}; keep one row", file.string(),
                                to_iso(day), std::min(entry->second, close), std::max(entry->second, close)));
      }
    }
  });
  if (close_of.empty()) {
    throw error(error_class::data,
                fmt::format("{}: {}", file.string(),
                            rows == 0 ? std::string("the table has no rows")
                                      : fmt::format("none of {} rows has a close above 0", rows)));
  }
  for (const auto& [day, close] : close_of) {
    series.dates.push_back(day);
    series.close.push_back(close);
  }
  return series;
}

std::vector<std::int64_t> rows_of_days(const std::vector<date>& panel_dates, const volatility_series& series,
                                       int max_staleness_days, int lag) {
  std::vector<std::int64_t> rows;
  for (const date day : panel_dates) {
    const date last = day - std::chrono::days(lag);
    const std::int64_t row = static_cast<std::int64_t>(dates_until(series.dates, last)) - 1;
    const bool is_fresh = row >= 0 && day - series.dates[static_cast<std::size_t>(row)] <=
                                          std::chrono::days(max_staleness_days);
    rows.push_back(is_fresh ? row : -1);
  }
  return rows;
}

std::vector<double> join_volatility(const std::vector<date>& panel_dates, const volatility_series& series,
                                    int max_staleness_days) {
  check_common_date(panel_dates, series);
  std::vector<double> levels;
  for (const std::int64_t row : rows_of_days(panel_dates, series, max_staleness_days, 0)) {
    levels.push_back(row < 0 ? std::numeric_limits<double>::quiet_NaN()
                             : series.close[static_cast<std::size_t>(row)]);
  }
  return levels;
}

std::vector<date> find_gap_days(const std::vector<date>& panel_dates, const volatility_series& series,
                                const std::vector<date>& holidays) {
  std::vector<date> gaps;
  if (panel_dates.empty()) return gaps;
  for (const date day : series.dates) {
    const bool is_between = panel_dates.front() < day && day < panel_dates.back();
    const bool is_holiday = std::find(holidays.begin(), holidays.end(), day) != holidays.end();
    if (is_between && is_weekday(day) && !is_holiday && !contains(panel_dates, day)) gaps.push_back(day);
  }
  return gaps;
}

std::vector<char> flag_days_after_gap(const std::vector<date>& panel_dates,
                                      const std::vector<date>& gap_days) {
  std::vector<char> flags(panel_dates.size(), 0);
  for (const date gap : gap_days) {
    const std::size_t next = dates_until(panel_dates, gap);
    if (next > 0 && next < panel_dates.size()) flags[next] = 1;
  }
  return flags;
}

}  // namespace topheavy
