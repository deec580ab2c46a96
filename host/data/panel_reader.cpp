// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/panel_reader.h"

#include "host/base/error.h"
#include "host/data/panel_rules.h"
#include "host/data/plain_vector.h"
#include "host/data/table_file.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <map>
#include <mutex>
#include <numeric>
#include <string_view>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr std::int32_t no_index = -1;

// Days of the calendar of the file, as a table over all dates that table_file lets through.
constexpr std::int32_t first_day = std::int32_t{earliest_date.time_since_epoch().count()};
std::size_t slot_of(std::int32_t day) { return static_cast<std::size_t>(day - first_day); }
std::size_t day_slots() {
  return slot_of(to_days(today())) + 2;
}  // one to spare: midnight may pass while reading

struct day_range {
  std::int32_t first = std::numeric_limits<std::int32_t>::min();
  std::int32_t last = std::numeric_limits<std::int32_t>::max();
  bool has(std::int32_t day) const { return first <= day && day <= last; }
};

// Rows as they stand in the file.
struct row_block {
  plain_vector<std::int32_t> days;
  plain_vector<std::int32_t> codes;  // of the symbol
  std::vector<std::int32_t>
      index_of;  // [codes] in symbols of the file, then of the panel (no_index: not in it)
  plain_vector<double> caps;
  plain_vector<double> values;  // returns or closes
};

// A run of rows of one block, and what days they are of.
struct row_run {
  const row_block* block;
  std::size_t first, last;  // [first, last)
  std::int32_t first_day = std::numeric_limits<std::int32_t>::max();
  std::int32_t last_day = std::numeric_limits<std::int32_t>::min();
  bool is_ascending = true;
};

struct file_rows {
  std::vector<row_block> blocks;
  std::vector<std::string> symbols;  // in order of appearance
};

void refuse_empty_symbol(const table_block& block, const column_values& symbol, const table_file& file) {
  for (std::size_t i = 0; i < block.rows; ++i) {
    if (!symbol.texts[static_cast<std::size_t>(symbol.codes[i])].empty()) continue;
    const auto row = block.first_row + static_cast<std::int64_t>(i);
    throw error(error_class::data, cell_name(file.path(), row, "symbol") + ": the symbol is missing");
  }
}

file_rows read_rows(const table_file& file, const std::string& value_column,
                    const std::function<void(std::int64_t)>& advance) {
  file_rows read;
  std::unordered_map<std::string, std::int32_t> index_of_symbol;
  const std::vector<column_request> wanted{{"date", column_kind::day},
                                           {"symbol", column_kind::text},
                                           {"market_cap", column_kind::number},
                                           {value_column, column_kind::number}};
  file.read(wanted, [&](table_block& block) {
    column_values& symbol = block.columns[1];
    if (std::find(symbol.texts.begin(), symbol.texts.end(), "") != symbol.texts.end()) {
      refuse_empty_symbol(block, symbol, file);
    }
    row_block rows;
    for (const std::string& text : symbol.texts) {
      const auto [entry, is_new] =
          index_of_symbol.try_emplace(text, static_cast<std::int32_t>(read.symbols.size()));
      if (is_new) read.symbols.push_back(text);
      rows.index_of.push_back(entry->second);
    }
    rows.days = std::move(block.columns[0].days);
    rows.codes = std::move(symbol.codes);
    rows.caps = std::move(block.columns[2].numbers);
    rows.values = std::move(block.columns[3].numbers);
    read.blocks.push_back(std::move(rows));
    advance(static_cast<std::int64_t>(block.rows));
  });
  return read;
}

std::vector<row_run> cut_into_runs(const std::vector<row_block>& blocks) {
  constexpr std::size_t rows_a_run = 1 << 16;
  std::vector<row_run> runs;
  for (const row_block& block : blocks) {
    for (std::size_t first = 0; first < block.days.size(); first += rows_a_run)
      runs.push_back({&block, first, std::min(first + rows_a_run, block.days.size())});
  }
  return runs;
}

// Which dates and symbols there are.
struct outline {
  std::vector<date> file_dates;   // ascending; all of the file
  std::vector<date> dates;        // ascending; inside [start, as_of]
  std::vector<char> symbol_used;  // [symbols of the file]: has a row inside
  std::int64_t rows = 0;          // inside
  std::int64_t rows_outside = 0;
};

struct marks {
  std::vector<char> day_seen;     // [slots]
  std::vector<char> symbol_used;  // [symbols of the file]
  std::int64_t rows = 0;
};

void mark(row_run& run, const day_range& inside, marks& found) {
  const row_block& block = *run.block;
  std::int32_t before = std::numeric_limits<std::int32_t>::min();
  bool is_inside = false;
  for (std::size_t i = run.first; i < run.last; ++i) {
    const std::int32_t day = block.days[i];
    if (day != before) {
      found.day_seen[slot_of(day)] = 1;
      run.is_ascending &= before < day;
      run.first_day = std::min(run.first_day, day);
      run.last_day = std::max(run.last_day, day);
      is_inside = inside.has(day);
      before = day;
    }
    if (!is_inside) continue;
    ++found.rows;
    const auto code = static_cast<std::size_t>(block.codes[i]);
    found.symbol_used[static_cast<std::size_t>(block.index_of[code])] = 1;
  }
}

outline find_outline(const file_rows& read, std::vector<row_run>& runs, const day_range& inside) {
  const auto merge = [](std::vector<char>& into, const std::vector<char>& from) {
    for (std::size_t i = 0; i < into.size(); ++i) into[i] |= from[i];
  };
  outline result;
  result.symbol_used.assign(read.symbols.size(), 0);
  std::vector<char> day_seen(day_slots(), 0);
  std::mutex merging;
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, runs.size()), [&](const auto& range) {
    marks found{std::vector<char>(day_seen.size(), 0), std::vector<char>(read.symbols.size(), 0)};
    for (std::size_t k = range.begin(); k < range.end(); ++k) mark(runs[k], inside, found);
    const std::lock_guard lock(merging);
    merge(day_seen, found.day_seen);
    merge(result.symbol_used, found.symbol_used);
    result.rows += found.rows;
  });
  for (const row_run& run : runs) result.rows_outside += static_cast<std::int64_t>(run.last - run.first);
  result.rows_outside -= result.rows;
  for (std::size_t slot = 0; slot < day_seen.size(); ++slot) {
    const std::int32_t day = first_day + static_cast<std::int32_t>(slot);
    if (!day_seen[slot]) continue;
    result.file_dates.push_back(from_days(day));
    if (inside.has(day)) result.dates.push_back(from_days(day));
  }
  return result;
}

void check_as_of(const outline& found, const data_settings& data, date as_of, const std::string& origin) {
  const auto& dates = found.file_dates;
  const auto next = std::lower_bound(dates.begin(), dates.end(), as_of);
  if (next == dates.end() || *next != as_of) {
    std::string neighbours;
    if (next != dates.begin()) neighbours += "; the date before it is " + to_iso(*std::prev(next));
    if (next != dates.end()) neighbours += "; the date after it is " + to_iso(*next);
    throw error(error_class::usage, fmt::format("{}: {} has no rows in {}{}", origin, to_iso(as_of),
                                                data.panel.string(), neighbours));
  }
  if (data.start && as_of < *data.start) {
    throw error(error_class::usage,
                fmt::format("{}: {} is before data.start, {}", origin, to_iso(as_of), to_iso(*data.start)));
  }
}

void check_rows(const outline& found, const data_settings& data) {
  if (found.rows > 0) return;
  std::string text = data.panel.string() + ": the table has no rows";
  if (found.rows_outside > 0) {
    text += fmt::format(" on or after data.start, {}; it has rows from {} to {}", to_iso(*data.start),
                        to_iso(found.file_dates.front()), to_iso(found.file_dates.back()));
  }
  throw error(error_class::data, text);
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

// Market cap, and return or close, as they stand in the file.
struct row_values {
  double cap;
  double value;
  bool operator==(const row_values& other) const {
    return same_bits(cap, other.cap) && same_bits(value, other.value);
  }
};

// Rows of one (date, symbol) that differ: the first ten such cells in canonical order, with the values seen.
// What is kept does not depend on the order of the rows.
class conflicts {
 public:
  void add(std::size_t cell, const row_values& a, const row_values& b) {
    auto& seen = cells_[cell];
    seen.insert({bits(a), a});
    seen.insert({bits(b), b});
    forget_beyond_named();
  }

  void merge(conflicts&& other) {  // of other cells
    cells_.merge(other.cells_);
    has_more_ |= other.has_more_;
    while (cells_.size() > named) forget_beyond_named();
  }

  void refuse_any(const panel& p, const std::filesystem::path& path, const std::string& value_column) const {
    if (cells_.empty()) return;
    std::string text = path.string() + ": different rows of one (date, symbol); correct or remove them";
    for (const auto& [cell, seen] : cells_) {
      text += fmt::format("\n  {} {}:", to_iso(p.dates[cell / p.constituents()]),
                          p.symbols[cell % p.constituents()]);
      std::string separator;
      for (const auto& [unused, v] : seen) {
        text += fmt::format("{} market_cap {} {} {}", std::exchange(separator, ","), shown(v.cap),
                            value_column, shown(v.value));
      }
    }
    if (has_more_) text += "\n  and more";
    throw error(error_class::data, text);
  }

 private:
  using key = std::pair<std::uint64_t, std::uint64_t>;
  static constexpr std::size_t named = 10;

  void forget_beyond_named() {
    if (cells_.size() <= named) return;
    has_more_ = true;
    cells_.erase(std::prev(cells_.end()));
  }
  static key bits(const row_values& v) {
    return {std::bit_cast<std::uint64_t>(v.cap), std::bit_cast<std::uint64_t>(v.value)};
  }
  static std::string shown(double v) { return v == v ? fmt::format("{}", v) : "missing"; }

  std::map<std::size_t, std::map<key, row_values>> cells_;
  bool has_more_ = false;
};

panel allocate(const outline& found, const std::filesystem::path& path) {
  panel p;
  p.dates = found.dates;
  const auto symbols =
      static_cast<std::size_t>(std::count(found.symbol_used.begin(), found.symbol_used.end(), char{1}));
  const std::size_t cells = p.days() * symbols;  // far below 2^64: 2^16 days and 2^31 symbols at most
  try {
    tbb::parallel_for(
        0, 2, [&](int which) { which == 0 ? p.cap.assign(cells, 0.0) : p.ret.assign(cells, missing_value); });
  } catch (const std::exception&) {  // bad_alloc, length_error
    throw error(
        error_class::resources,
        fmt::format(
            "{}: out of memory: the panel needs {} bytes ({:.1f} GiB) for {} days x {} symbols; use a later "
            "data.start, fewer symbols or more memory",
            path.string(), 16 * cells, 16.0 * static_cast<double>(cells) / (1 << 30), p.days(), symbols));
  }
  return p;
}

// Symbols in the order of the panel; row_block::index_of turns to it.
void put_symbols_in_order(file_rows& read, const outline& found, panel& p) {
  std::vector<std::int32_t> order;
  for (std::size_t i = 0; i < read.symbols.size(); ++i) {
    if (found.symbol_used[i]) order.push_back(static_cast<std::int32_t>(i));
  }
  const auto symbol = [&](std::int32_t i) -> std::string& {
    return read.symbols[static_cast<std::size_t>(i)];
  };
  std::sort(order.begin(), order.end(),
            [&](std::int32_t a, std::int32_t b) { return symbol(a) < symbol(b); });
  std::vector<std::int32_t> place(read.symbols.size(), no_index);
  for (const std::int32_t i : order) {
    place[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(p.symbols.size());
    p.symbols.push_back(std::move(symbol(i)));
  }
  for (row_block& block : read.blocks) {
    for (std::int32_t& index : block.index_of) index = place[static_cast<std::size_t>(index)];
  }
}

// What is found while the rows go to their cells.
struct findings {
  lost_by_reason lost;
  std::int64_t duplicates = 0;
  conflicts different;
  double largest_cap = 0.0;
  std::vector<std::size_t> dropped;  // cells of rows with a bad cap

  void merge(findings&& other) {
    lost.add(other.lost);
    duplicates += other.duplicates;
    different.merge(std::move(other.different));
    largest_cap = std::max(largest_cap, other.largest_cap);
    dropped.insert(dropped.end(), other.dropped.begin(), other.dropped.end());
  }
};

// Puts the rows of some days into the panel and applies the rules to each. Different days can be worked on at the same
// time: they share no cell, and of the rows of one cell the first in the file is met first.
class days_writer {
 public:
  days_writer(panel& p, bool from_close, double max_abs_return)
      : p_(p),
        from_close_(from_close),
        max_abs_return_(max_abs_return),
        index_of_day_(day_slots(), no_index) {
    for (std::size_t t = 0; t < p.days(); ++t)
      index_of_day_[slot_of(to_days(p.dates[t]))] = static_cast<std::int32_t>(t);
  }

  // Days t in [first, last).
  findings write(const std::vector<row_run>& runs, std::size_t first, std::size_t last) const {
    findings found;
    unusual_rows unusual;
    const day_range wanted{to_days(p_.dates[first]), to_days(p_.dates[last - 1])};
    for (const row_run& run : runs) {
      if (run.last_day < wanted.first || wanted.last < run.first_day) continue;
      write_run(run, wanted, found, unusual);
    }
    for (const auto& [cell, row] : unusual) apply_rules(cell, row, found);
    return found;
  }

 private:
  // Rows that a rule applies to, by cell, until all rows are known; their cells have the cap `reserved` meanwhile.
  using unusual_rows = std::unordered_map<std::size_t, row_values>;
  static constexpr double reserved = missing_value;

  bool is_usual(const row_values& row) const {
    return is_positive_number(row.cap) && (from_close_ || is_usable_return(row.value, max_abs_return_));
  }

  void write_run(const row_run& run, const day_range& wanted, findings& found, unusual_rows& unusual) const {
    const row_block& block = *run.block;
    const std::int32_t* days = block.days.data();
    std::size_t first = run.first, last = run.last;
    if (run.is_ascending) {
      first = static_cast<std::size_t>(std::lower_bound(days + first, days + last, wanted.first) - days);
      last = static_cast<std::size_t>(std::upper_bound(days + first, days + last, wanted.last) - days);
    }
    double largest = 0.0;
    for (std::size_t i = first; i < last; ++i) {
      if (!wanted.has(days[i])) continue;
      const auto t = static_cast<std::size_t>(index_of_day_[slot_of(days[i])]);
      const auto n = static_cast<std::size_t>(block.index_of[static_cast<std::size_t>(block.codes[i])]);
      const std::size_t cell = t * p_.constituents() + n;
      const row_values row{block.caps[i], block.values[i]};
      if (p_.cap[cell] != 0.0) {
        meet(cell, row, found, unusual);
      } else if (is_usual(row)) {
        p_.cap[cell] = row.cap;
        p_.ret[cell] = row.value;
        largest = std::max(largest, row.cap);
      } else {
        p_.cap[cell] = reserved;
        unusual.emplace(cell, row);
      }
    }
    found.largest_cap = std::max(found.largest_cap, largest);
  }

  // A further row of a cell.
  void meet(std::size_t cell, const row_values& row, findings& found, const unusual_rows& unusual) const {
    const bool is_reserved = p_.cap[cell] != p_.cap[cell];
    const row_values before = is_reserved ? unusual.at(cell) : row_values{p_.cap[cell], p_.ret[cell]};
    if (before == row) {
      ++found.duplicates;
    } else {
      found.different.add(cell, before, row);
    }
  }

  void apply_rules(std::size_t cell, const row_values& row, findings& found) const {
    if (!is_positive_number(row.cap)) {
      found.lost.bad_cap.add(cell, row.cap);
      p_.cap[cell] = 0.0;
      found.dropped.push_back(cell);
      return;
    }
    found.lost.add_return(cell, row.value);
    p_.cap[cell] = row.cap;
    found.largest_cap = std::max(found.largest_cap, row.cap);
  }

  panel& p_;
  bool from_close_;
  double max_abs_return_;
  std::vector<std::int32_t> index_of_day_;
};

findings write_rows(const std::vector<row_run>& runs, bool from_close, double max_abs_return, panel& p) {
  const days_writer writer(p, from_close, max_abs_return);
  findings found;
  std::mutex merging;
  // Where days are mixed, every piece of work looks at the day of every row: then a piece a thread.
  const bool is_ascending =
      std::all_of(runs.begin(), runs.end(), [](const row_run& run) { return run.is_ascending; });
  const auto threads = static_cast<std::size_t>(tbb::this_task_arena::max_concurrency());
  const std::size_t days_a_piece = is_ascending ? 1 : (p.days() + threads - 1) / threads;
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, p.days(), days_a_piece), [&](const auto& days) {
    findings some = writer.write(runs, days.begin(), days.end());
    const std::lock_guard lock(merging);
    found.merge(std::move(some));
  });
  return found;
}

// Sums of caps, and of caps times returns, stay far from the end of float64: an overflow would look like an index that
// stands still.
void refuse_overflowing_caps(const panel& p, double largest_cap, const std::filesystem::path& path) {
  const double most = 1e300 / static_cast<double>(p.constituents());
  if (p.cap.empty() || largest_cap < most) return;
  const auto largest = std::max_element(p.cap.begin(), p.cap.end());
  const auto cell = static_cast<std::size_t>(largest - p.cap.begin());
  throw error(error_class::data,
              fmt::format("{}: market_cap {} of {} on {} is too large to be added up; allowed: below {}",
                          path.string(), *largest, p.symbols[cell % p.constituents()],
                          to_iso(p.dates[cell / p.constituents()]), most));
}

}  // namespace

panel_input read_panel(const data_settings& data, std::optional<date> as_of, const progress_hook& progress,
                       const std::string& as_of_origin) {
  return read_panel(table_file(data.panel), data, as_of, progress, as_of_origin);
}

panel_input read_panel(const table_file& file, const data_settings& data, std::optional<date> as_of,
                       const progress_hook& progress, const std::string& as_of_origin) {
  file.require({{"date"}, {"symbol"}, {"market_cap"}, {"return", "close"}});
  const bool from_close = !file.has("return");
  const std::string value_column = from_close ? "close" : "return";
  day_range inside;
  if (data.start) inside.first = to_days(*data.start);
  if (as_of) inside.last = to_days(*as_of);

  read_progress reached{0, file.rows().value_or(0)};
  file_rows read = read_rows(file, value_column, [&](std::int64_t rows) {
    reached.rows += rows;
    if (progress) progress(reached);
  });
  std::vector<row_run> runs = cut_into_runs(read.blocks);
  const outline found = find_outline(read, runs, inside);
  if (as_of && !found.file_dates.empty()) check_as_of(found, data, *as_of, as_of_origin);
  check_rows(found, data);

  panel_input result;
  panel& p = result.data;
  data_quality& quality = result.quality;
  p = allocate(found, data.panel);
  put_symbols_in_order(read, found, p);
  check_symbols(p.symbols, data.panel);
  findings written = write_rows(runs, from_close, data.max_abs_return, p);
  written.different.refuse_any(p, data.panel, value_column);
  if (from_close) make_returns_of_closes(p, data.max_abs_return, written.lost);
  quality.rows = found.rows;
  quality.rows_outside = found.rows_outside;
  quality.rows_dropped["duplicate"] = written.duplicates;
  written.lost.write_to(quality, p);
  remove_empty(p, written.dropped);
  quality.days = static_cast<std::int64_t>(p.days());
  quality.constituents = static_cast<std::int64_t>(p.constituents());
  if (p.days() > 0) {
    quality.first_date = p.dates.front();
    quality.last_date = p.dates.back();
  }
  check_dropped_share(data, quality);
  refuse_overflowing_caps(p, written.largest_cap, data.panel);
  if (as_of && quality.last_date != *as_of) {
    throw error(error_class::data, fmt::format("{}: {}: no row of {} has a usable market_cap", as_of_origin,
                                               data.panel.string(), to_iso(*as_of)));
  }
  return result;
}

}  // namespace topheavy
