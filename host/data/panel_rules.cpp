// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/panel_rules.h"

#include "host/base/error.h"
#include "host/config/source_text.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <string>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tuple>
#include <vector>

#include <fmt/format.h>

namespace topheavy {
namespace {

// Rows lost for one reason, and the first of them in the order of the panel.
struct lost_rows {
  std::int64_t count = 0;
  std::size_t first_cell = std::numeric_limits<std::size_t>::max();
  double first_value = 0.0;

  void add(std::size_t cell, double value) {
    ++count;
    if (cell < first_cell) std::tie(first_cell, first_value) = std::tuple(cell, value);
  }
  void add(const lost_rows& other) {
    count += other.count;
    if (other.first_cell < first_cell)
      std::tie(first_cell, first_value) = std::tie(other.first_cell, other.first_value);
  }
};

struct lost_by_reason {
  lost_rows bad_cap, bad_return, missing_return, extreme_return;

  void add(const lost_by_reason& other) {
    bad_cap.add(other.bad_cap);
    bad_return.add(other.bad_return);
    missing_return.add(other.missing_return);
    extreme_return.add(other.extreme_return);
  }
};

// The return where it is one that may be used, else NaN; counts why not.
double checked_return(double r, double max_abs_return, std::size_t cell, lost_by_reason& lost) {
  if (std::isnan(r)) {
    lost.missing_return.add(cell, r);
  } else if (std::isinf(r) || r <= -1.0) {
    lost.bad_return.add(cell, r);
  } else if (std::abs(r) > max_abs_return) {
    lost.extreme_return.add(cell, r);
  } else {
    return r;
  }
  return missing_value;
}

bool is_positive_number(double x) { return std::isfinite(x) && x > 0.0; }

// All days of constituents [first, last), in the order of days since a close needs the one before.
lost_by_reason apply_to_constituents(panel& p, bool from_close, double max_abs_return, std::size_t first,
                                     std::size_t last) {
  lost_by_reason lost;
  std::vector<double> previous_close(last - first, no_row);  // of the last kept row; no_row before the first
  for (std::size_t t = 0; t < p.days(); ++t) {
    for (std::size_t n = first; n < last; ++n) {
      const std::size_t cell = t * p.constituents() + n;
      double& cap = p.cap[cell];
      double& ret = p.ret[cell];
      const bool has_row = !is_no_row(cap);
      if (!has_row || !is_positive_number(cap)) {
        if (has_row) lost.bad_cap.add(cell, cap);
        cap = 0.0;
        ret = missing_value;
        continue;
      }
      if (!from_close) {
        ret = checked_return(ret, max_abs_return, cell, lost);
        continue;
      }
      double& previous = previous_close[n - first];
      const double close = is_positive_number(ret) ? ret : missing_value;
      const bool is_first = is_no_row(previous);  // then there is no return to expect
      ret = is_first ? missing_value : checked_return(close / previous - 1.0, max_abs_return, cell, lost);
      previous = close;
    }
  }
  return lost;
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
  lost_by_reason lost;
  std::mutex adding;
  constexpr std::size_t constituents_a_task = 512;  // a row of a task is a few pages
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, p.constituents(), constituents_a_task),
                    [&](const auto& range) {
                      const lost_by_reason part =
                          apply_to_constituents(p, from_close, max_abs_return, range.begin(), range.end());
                      const std::lock_guard lock(adding);
                      lost.add(part);
                    });
  const auto record = [&](const char* reason, const char* column, const lost_rows& rows) {
    quality.rows_dropped[reason] += rows.count;
    if (rows.count == 0) return;
    const std::string value = std::isnan(rows.first_value) ? "missing" : fmt::format("{}", rows.first_value);
    quality.first_dropped[reason] =
        fmt::format("{} {}: {} {}", to_iso(p.dates[rows.first_cell / p.constituents()]),
                    p.symbols[rows.first_cell % p.constituents()], column, value);
  };
  record("bad_cap", "market_cap", lost.bad_cap);
  record("bad_return", "return", lost.bad_return);
  record("missing_return", "return", lost.missing_return);
  record("extreme_return", "return", lost.extreme_return);

  remove_empty(p);
  quality.days = static_cast<std::int64_t>(p.days());
  quality.constituents = static_cast<std::int64_t>(p.constituents());
  if (p.days() == 0) return;
  quality.first_date = p.dates.front();
  quality.last_date = p.dates.back();
}

void check_symbols(const std::vector<std::string>& symbols, const std::filesystem::path& file) {
  for (const std::string& symbol : symbols) {
    const auto strange = first_strange_byte(symbol, "");
    if (!strange) continue;
    throw error(error_class::data, fmt::format("{}: column 'symbol': {:?} is not plain text ({}); correct it",
                                               file.string(), symbol, strange->what()));
  }
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
  for (const char* reason : panel_reasons) {
    text += fmt::format("\n  {:15} {:>12}", reason, quality.rows_dropped.at(reason));
    const auto first = quality.first_dropped.find(reason);
    if (first != quality.first_dropped.end()) text += "   first " + first->second;
  }
  text += "\ncorrect the file; or, if these rows are as expected, raise data.max_dropped_share";
  if (quality.rows_dropped.at("extreme_return") > 0) {
    text += fmt::format(" (extreme_return: data.max_abs_return is {})", data.max_abs_return);
  }
  throw error(error_class::data, text);
}

}  // namespace topheavy
