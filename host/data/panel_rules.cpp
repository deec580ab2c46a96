// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/panel_rules.h"

#include "host/base/error.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <fmt/format.h>

namespace topheavy {
namespace {

// All days of constituents [first, last), in the order of days since a close needs the one before.
row_counts make_returns(panel& p, double max_abs_return, std::size_t first, std::size_t last) {
  row_counts counts;
  std::vector<char> has_previous(last - first, 0);
  std::vector<double> previous_close(last - first, missing_value);  // of the last row
  for (std::size_t t = 0; t < p.days(); ++t) {
    for (std::size_t n = first; n < last; ++n) {
      double& ret = p.ret[t * p.constituents() + n];
      if (p.cap[t * p.constituents() + n] == 0.0) continue;
      const double close = is_positive_number(ret) ? ret : missing_value;
      const double r = close / previous_close[n - first] - 1.0;
      const bool is_usable = is_usable_return(r, max_abs_return);
      // The first row expects no return.
      if (has_previous[n - first] && !is_usable) count_unusable_return(r, counts);
      ret = is_usable ? r : missing_value;
      previous_close[n - first] = close;
      has_previous[n - first] = 1;
    }
  }
  return counts;
}

// Moves what is kept to the front, row by row: the destination is never behind the source.
void keep_only(panel& p, const std::vector<char>& day_kept, const std::vector<char>& constituent_kept) {
  std::size_t to = 0;
  for (std::size_t t = 0; t < p.days(); ++t) {
    if (!day_kept[t]) continue;
    for (std::size_t n = 0; n < p.constituents(); ++n) {
      if (!constituent_kept[n]) continue;
      p.cap[to] = p.cap[t * p.constituents() + n];
      p.ret[to] = p.ret[t * p.constituents() + n];
      ++to;
    }
  }
  p.cap.resize(to);
  p.ret.resize(to);
  const auto compact = [](auto& values, const std::vector<char>& kept) {
    std::size_t i = 0;
    std::erase_if(values, [&](const auto&) { return kept[i++] == 0; });
  };
  compact(p.dates, day_kept);
  compact(p.symbols, constituent_kept);
}

constexpr const char* panel_reasons[] = {"bad_cap", "bad_return", "duplicate", "extreme_return",
                                         "missing_return"};

}  // namespace

row_counts& row_counts::operator+=(const row_counts& other) {
  bad_cap += other.bad_cap;
  bad_return += other.bad_return;
  missing_return += other.missing_return;
  extreme_return += other.extreme_return;
  duplicate += other.duplicate;
  return *this;
}

void row_counts::write_to(data_quality& quality) const {
  quality.rows_dropped["bad_cap"] = bad_cap;
  quality.rows_dropped["bad_return"] = bad_return;
  quality.rows_dropped["missing_return"] = missing_return;
  quality.rows_dropped["extreme_return"] = extreme_return;
  quality.rows_dropped["duplicate"] = duplicate;
}

void count_unusable_return(double r, row_counts& counts) {
  if (std::isnan(r)) {
    ++counts.missing_return;
  } else if (std::isinf(r) || r <= -1.0) {
    ++counts.bad_return;
  } else {
    ++counts.extreme_return;
  }
}

void make_returns_of_closes(panel& p, double max_abs_return, row_counts& counts) {
  std::mutex adding;
  constexpr std::size_t constituents_a_task = 512;  // a row of a task is a few pages
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, p.constituents(), constituents_a_task),
                    [&](const auto& range) {
                      const row_counts found = make_returns(p, max_abs_return, range.begin(), range.end());
                      const std::lock_guard lock(adding);
                      counts += found;
                    });
}

void remove_empty(panel& p, const std::vector<std::size_t>& dropped) {
  const std::size_t N = p.constituents();
  const auto has_row = [&](std::size_t first, std::size_t step, std::size_t count) -> char {
    for (std::size_t i = 0; i < count; ++i) {
      if (p.cap[first + i * step] > 0.0) return 1;
    }
    return 0;
  };
  std::vector<char> day_doubtful(p.days(), 0), constituent_doubtful(N, 0);
  for (const std::size_t cell : dropped) {
    day_doubtful[cell / N] = 1;
    constituent_doubtful[cell % N] = 1;
  }
  std::vector<char> day_kept(p.days(), 1), constituent_kept(N, 1);
  bool all_kept = true;
  for (std::size_t t = 0; t < p.days(); ++t) {
    if (day_doubtful[t]) all_kept &= (day_kept[t] = has_row(t * N, 1, N)) != 0;
  }
  for (std::size_t n = 0; n < N; ++n) {
    if (constituent_doubtful[n]) all_kept &= (constituent_kept[n] = has_row(n, N, p.days())) != 0;
  }
  if (!all_kept) keep_only(p, day_kept, constituent_kept);
}

void check_dropped_share(const data_settings& data, const data_quality& quality) {
  std::int64_t lost = 0;
  for (const char* reason : panel_reasons) lost += quality.rows_dropped.at(reason);
  const double share = static_cast<double>(lost) / static_cast<double>(quality.rows);
  const bool too_many = share > data.max_dropped_share;
  if (!too_many && quality.days > 0) return;

  std::string text = fmt::format("{}: {} of {} rows ({:.4g} %) are dropped or without a return",
                                 data.panel.string(), lost, quality.rows, 100.0 * share);
  text += too_many ? fmt::format(", more than data.max_dropped_share = {} allows", data.max_dropped_share)
                   : std::string("; none is left");
  for (const char* reason : panel_reasons)
    text += fmt::format("\n  {:15} {:>12}", reason, quality.rows_dropped.at(reason));
  text += "\ncorrect the file; or, if these rows are as expected, raise data.max_dropped_share";
  if (quality.rows_dropped.at("extreme_return") > 0) {
    text += fmt::format(" (extreme_return: data.max_abs_return is {})", data.max_abs_return);
  }
  throw error(error_class::data, text);
}

}  // namespace topheavy
