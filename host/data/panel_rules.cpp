// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/panel_rules.h"

#include "host/base/error.h"
#include "host/config/source_text.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <fmt/format.h>

namespace topheavy {
namespace {

// All days of constituents [first, last), in the order of days since a close needs the one before.
lost_by_reason make_returns(panel& p, double max_abs_return, std::size_t first, std::size_t last) {
  lost_by_reason lost;
  std::vector<char> has_previous(last - first, 0);
  std::vector<double> previous_close(last - first, missing_value);  // of the last row
  for (std::size_t t = 0; t < p.days(); ++t) {
    for (std::size_t n = first; n < last; ++n) {
      const std::size_t cell = t * p.constituents() + n;
      double& ret = p.ret[cell];
      if (p.cap[cell] == 0.0) continue;
      const double close = is_positive_number(ret) ? ret : missing_value;
      const double r = close / previous_close[n - first] - 1.0;
      const bool is_usable = is_usable_return(r, max_abs_return);
      // The first row expects no return.
      if (has_previous[n - first] && !is_usable) lost.add_return(cell, r);
      ret = is_usable ? r : missing_value;
      previous_close[n - first] = close;
      has_previous[n - first] = 1;
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

constexpr const char* panel_reasons[] = {"bad_cap", "bad_return", "duplicate", "extreme_return",
                                         "missing_return"};

}  // namespace

void lost_rows::add(std::size_t cell, double value) { add({1, cell, value}); }

void lost_rows::add(const lost_rows& other) {
  count += other.count;
  if (other.first_cell >= first_cell) return;
  first_cell = other.first_cell;
  first_value = other.first_value;
}

void lost_by_reason::add(const lost_by_reason& other) {
  bad_cap.add(other.bad_cap);
  bad_return.add(other.bad_return);
  missing_return.add(other.missing_return);
  extreme_return.add(other.extreme_return);
}

void lost_by_reason::add_return(std::size_t cell, double r) {
  if (std::isnan(r)) {
    missing_return.add(cell, r);
  } else if (std::isinf(r) || r <= -1.0) {
    bad_return.add(cell, r);
  } else {
    extreme_return.add(cell, r);
  }
}

void lost_by_reason::write_to(data_quality& quality, const panel& p) const {
  const auto record = [&](const char* reason, const char* column, const lost_rows& rows) {
    quality.rows_dropped[reason] = rows.count;
    if (rows.count == 0) return;
    const std::string value = std::isnan(rows.first_value) ? "missing" : fmt::format("{}", rows.first_value);
    quality.first_dropped[reason] =
        fmt::format("{} {}: {} {}", to_iso(p.dates[rows.first_cell / p.constituents()]),
                    p.symbols[rows.first_cell % p.constituents()], column, value);
  };
  record("bad_cap", "market_cap", bad_cap);
  record("bad_return", "return", bad_return);
  record("missing_return", "return", missing_return);
  record("extreme_return", "return", extreme_return);
}

void make_returns_of_closes(panel& p, double max_abs_return, lost_by_reason& lost) {
  std::mutex adding;
  constexpr std::size_t constituents_a_task = 512;  // a row of a task is a few pages
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, p.constituents(), constituents_a_task),
                    [&](const auto& range) {
                      const lost_by_reason part = make_returns(p, max_abs_return, range.begin(), range.end());
                      const std::lock_guard lock(adding);
                      lost.add(part);
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
    text += fmt::format(
        " (extreme_return: data.max_abs_return is {}; returns are fractions, 1.2 % being 0.012: "
        "returns in percent are to be divided by 100)",
        data.max_abs_return);
  }
  throw error(error_class::data, text);
}

}  // namespace topheavy
