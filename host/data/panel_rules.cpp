// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/panel_rules.h"

#include "host/base/error.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <vector>

#include <fmt/format.h>

namespace topheavy {
namespace {

struct row_counts {
  std::int64_t bad_cap = 0;
  std::int64_t bad_return = 0;
  std::int64_t missing_return = 0;
  std::int64_t extreme_return = 0;
};

// The return where it is one that may be used, else NaN; counts why not.
double checked_return(double r, double max_abs_return, row_counts& counts) {
  if (std::isnan(r)) {
    ++counts.missing_return;
  } else if (std::isinf(r) || r <= -1.0) {
    ++counts.bad_return;
  } else if (std::abs(r) > max_abs_return) {
    ++counts.extreme_return;
  } else {
    return r;
  }
  return missing_value;
}

bool is_positive_number(double x) { return std::isfinite(x) && x > 0.0; }

// All days of constituents [first, last), in the order of days since a close needs the one before.
row_counts apply_to_constituents(panel& p, bool from_close, double max_abs_return, std::size_t first,
                                 std::size_t last) {
  row_counts counts;
  std::vector<double> previous_close(last - first, no_row);  // of the last kept row; no_row before the first
  for (std::size_t t = 0; t < p.days(); ++t) {
    for (std::size_t n = first; n < last; ++n) {
      double& cap = p.cap[t * p.constituents() + n];
      double& ret = p.ret[t * p.constituents() + n];
      const bool has_row = !is_no_row(cap);
      if (!has_row || !is_positive_number(cap)) {
        counts.bad_cap += has_row ? 1 : 0;
        cap = 0.0;
        ret = missing_value;
        continue;
      }
      if (!from_close) {
        ret = checked_return(ret, max_abs_return, counts);
        continue;
      }
      double& previous = previous_close[n - first];
      const double close = is_positive_number(ret) ? ret : missing_value;
      const bool is_first = is_no_row(previous);  // then there is no return to expect
      ret = is_first ? missing_value : checked_return(close / previous - 1.0, max_abs_return, counts);
      previous = close;
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

void remove_empty(panel& p) {
  std::vector<char> day_kept(p.days(), 0);
  std::vector<char> constituent_kept(p.constituents(), 0);
  for (std::size_t t = 0; t < p.days(); ++t) {
    for (std::size_t n = 0; n < p.constituents(); ++n) {
      const char has_row = p.cap[t * p.constituents() + n] > 0.0 ? 1 : 0;
      day_kept[t] |= has_row;
      constituent_kept[n] |= has_row;
    }
  }
  const auto all = [](const std::vector<char>& kept) {
    return std::find(kept.begin(), kept.end(), char{0}) == kept.end();
  };
  if (!all(day_kept) || !all(constituent_kept)) keep_only(p, day_kept, constituent_kept);
}

constexpr const char* panel_reasons[] = {"bad_cap", "bad_return", "duplicate", "extreme_return",
                                         "missing_return"};

}  // namespace

void apply_rules(panel& p, bool from_close, double max_abs_return, data_quality& quality) {
  std::atomic<std::int64_t> bad_cap{0}, bad_return{0}, missing_return{0}, extreme_return{0};
  constexpr std::size_t constituents_a_task = 512;  // a row of a task is a few pages
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, p.constituents(), constituents_a_task),
                    [&](const auto& range) {
                      const row_counts counts =
                          apply_to_constituents(p, from_close, max_abs_return, range.begin(), range.end());
                      bad_cap += counts.bad_cap;
                      bad_return += counts.bad_return;
                      missing_return += counts.missing_return;
                      extreme_return += counts.extreme_return;
                    });
  quality.rows_dropped["bad_cap"] += bad_cap;
  quality.rows_dropped["bad_return"] += bad_return;
  quality.rows_dropped["missing_return"] += missing_return;
  quality.rows_dropped["extreme_return"] += extreme_return;

  remove_empty(p);
  quality.days = static_cast<std::int64_t>(p.days());
  quality.constituents = static_cast<std::int64_t>(p.constituents());
  if (p.days() == 0) return;
  quality.first_date = p.dates.front();
  quality.last_date = p.dates.back();
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
