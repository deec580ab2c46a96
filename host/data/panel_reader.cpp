// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/panel_reader.h"

#include "host/base/error.h"
#include "host/data/panel_rules.h"
#include "host/data/table_file.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <map>
#include <string_view>
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

// What the first pass learns.
struct outline {
  std::vector<date> file_dates;      // ascending; all of the file
  std::vector<date> dates;           // ascending; inside [start, as_of]
  std::vector<std::string> symbols;  // ascending by bytes; those with a row inside
  std::int64_t rows = 0;             // inside
  std::int64_t rows_outside = 0;
};

struct day_range {
  std::int32_t first = std::numeric_limits<std::int32_t>::min();
  std::int32_t last = std::numeric_limits<std::int32_t>::max();
  bool has(std::int32_t day) const { return first <= day && day <= last; }
};

void refuse_empty_symbol(const table_block& block, const column_values& symbol, const table_file& file) {
  for (std::size_t i = 0; i < block.rows; ++i) {
    if (!symbol.texts[static_cast<std::size_t>(symbol.codes[i])].empty()) continue;
    const auto row = block.first_row + static_cast<std::int64_t>(i);
    throw error(error_class::data, cell_name(file.path(), row, "symbol") + ": the symbol is missing");
  }
}

outline read_outline(const table_file& file, const day_range& inside,
                     const std::function<void(std::int64_t)>& advance) {
  std::vector<char> day_seen(day_slots(), 0);
  std::unordered_map<std::string, std::int32_t> ids;
  std::vector<std::string_view> symbol_of_id;  // keys of ids, which stay where they are
  std::vector<char> used;                      // by id: has a row inside
  outline result;
  std::vector<std::int32_t> id_of_code;
  file.read({{"date", column_kind::day}, {"symbol", column_kind::text}}, [&](const table_block& block) {
    const auto& days = block.columns[0].days;
    const auto& symbol = block.columns[1];
    if (std::find(symbol.texts.begin(), symbol.texts.end(), "") != symbol.texts.end()) {
      refuse_empty_symbol(block, symbol, file);
    }
    id_of_code.clear();
    for (const std::string& text : symbol.texts) {
      const auto [entry, is_new] = ids.try_emplace(text, static_cast<std::int32_t>(ids.size()));
      if (is_new) symbol_of_id.push_back(entry->first);
      id_of_code.push_back(entry->second);
    }
    used.resize(ids.size(), 0);
    for (std::size_t i = 0; i < block.rows; ++i) {
      day_seen[slot_of(days[i])] = 1;
      const bool is_inside = inside.has(days[i]);
      result.rows += is_inside ? 1 : 0;
      result.rows_outside += is_inside ? 0 : 1;
      if (is_inside)
        used[static_cast<std::size_t>(id_of_code[static_cast<std::size_t>(symbol.codes[i])])] = 1;
    }
    advance(static_cast<std::int64_t>(block.rows));
  });
  for (std::size_t slot = 0; slot < day_seen.size(); ++slot) {
    const std::int32_t day = first_day + static_cast<std::int32_t>(slot);
    if (!day_seen[slot]) continue;
    result.file_dates.push_back(from_days(day));
    if (inside.has(day)) result.dates.push_back(from_days(day));
  }
  for (std::size_t id = 0; id < used.size(); ++id) {
    if (used[id]) result.symbols.emplace_back(symbol_of_id[id]);
  }
  std::sort(result.symbols.begin(), result.symbols.end());
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

// Rows of one (date, symbol) that differ: the first ten such cells in canonical order, with the values seen.
// What is kept does not depend on the order of the rows.
class conflicts {
 public:
  using values = std::pair<double, double>;

  void add(std::size_t cell, const values& a, const values& b) {
    auto& seen = cells_[cell];
    seen.insert({bits(a), a});
    seen.insert({bits(b), b});
    if (cells_.size() <= named) return;
    has_more_ = true;
    cells_.erase(std::prev(cells_.end()));
  }

  void refuse_any(const panel& p, const std::filesystem::path& path, const std::string& value_column) const {
    if (cells_.empty()) return;
    std::string text = path.string() + ": different rows of one (date, symbol); correct or remove them";
    for (const auto& [cell, seen] : cells_) {
      text += fmt::format("\n  {} {}:", to_iso(p.dates[cell / p.constituents()]),
                          p.symbols[cell % p.constituents()]);
      std::string separator;
      for (const auto& [unused, v] : seen) {
        text += fmt::format("{} market_cap {} {} {}", std::exchange(separator, ","), shown(v.first),
                            value_column, shown(v.second));
      }
    }
    if (has_more_) text += "\n  and more";
    throw error(error_class::data, text);
  }

 private:
  using key = std::pair<std::uint64_t, std::uint64_t>;
  static constexpr std::size_t named = 10;

  static key bits(const values& v) {
    return {std::bit_cast<std::uint64_t>(v.first), std::bit_cast<std::uint64_t>(v.second)};
  }
  static std::string shown(double v) { return v == v ? fmt::format("{}", v) : "missing"; }

  std::map<std::size_t, std::map<key, values>> cells_;
  bool has_more_ = false;
};

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

panel allocate(outline& found, const std::filesystem::path& path) {
  panel p;
  p.dates = std::move(found.dates);
  p.symbols = std::move(found.symbols);
  const std::size_t cells =
      p.days() * p.constituents();  // far below 2^64: 2^16 days and 2^31 symbols at most
  try {
    p.cap.assign(cells, no_row);
    p.ret.assign(cells, missing_value);
  } catch (const std::exception&) {  // bad_alloc, length_error
    throw error(
        error_class::resources,
        fmt::format(
            "{}: out of memory: the panel needs {} bytes ({:.1f} GiB) for {} days x {} symbols; use a later "
            "data.start, fewer symbols or more memory",
            path.string(), 16 * cells, 16.0 * static_cast<double>(cells) / (1 << 30), p.days(),
            p.constituents()));
  }
  return p;
}

// The second pass: every value to its cell, as it stands in the file.
void scatter(const table_file& file, const std::string& value_column, const day_range& inside, panel& p,
             std::int64_t& duplicates, const std::function<void(std::int64_t)>& advance) {
  std::vector<std::int32_t> index_of_day(day_slots(), no_index);
  for (std::size_t t = 0; t < p.days(); ++t)
    index_of_day[slot_of(to_days(p.dates[t]))] = static_cast<std::int32_t>(t);
  std::unordered_map<std::string_view, std::int32_t> index_of_symbol;
  for (std::size_t n = 0; n < p.constituents(); ++n)
    index_of_symbol[p.symbols[n]] = static_cast<std::int32_t>(n);

  conflicts different;
  std::vector<std::int32_t> index_of_code;
  const std::vector<column_request> wanted{{"date", column_kind::day},
                                           {"symbol", column_kind::text},
                                           {"market_cap", column_kind::number},
                                           {value_column, column_kind::number}};
  file.read(wanted, [&](const table_block& block) {
    const auto& days = block.columns[0].days;
    const auto& symbol = block.columns[1];
    const auto& caps = block.columns[2].numbers;
    const auto& values = block.columns[3].numbers;
    index_of_code.clear();
    for (const std::string& text : symbol.texts) {
      const auto entry = index_of_symbol.find(text);
      index_of_code.push_back(entry == index_of_symbol.end() ? no_index : entry->second);
    }
    for (std::size_t i = 0; i < block.rows; ++i) {
      if (!inside.has(days[i])) continue;
      const std::int32_t t = index_of_day[slot_of(days[i])];
      const std::int32_t n = index_of_code[static_cast<std::size_t>(symbol.codes[i])];
      if (t == no_index || n == no_index) {
        throw error(error_class::data, file.path().string() + ": the file changed while it was read");
      }
      const std::size_t cell = static_cast<std::size_t>(t) * p.constituents() + static_cast<std::size_t>(n);
      if (is_no_row(p.cap[cell])) {
        p.cap[cell] = caps[i];
        p.ret[cell] = values[i];
      } else if (same_bits(p.cap[cell], caps[i]) && same_bits(p.ret[cell], values[i])) {
        ++duplicates;
      } else {
        different.add(cell, {p.cap[cell], p.ret[cell]}, {caps[i], values[i]});
      }
    }
    advance(static_cast<std::int64_t>(block.rows));
  });
  different.refuse_any(p, file.path(), value_column);
}

// Sums of caps, and of caps times returns, stay far from the end of float64: an overflow would look like an index that
// stands still.
void refuse_overflowing_caps(const panel& p, const std::filesystem::path& path) {
  const auto largest = std::max_element(p.cap.begin(), p.cap.end());
  const double most = 1e300 / static_cast<double>(p.constituents());
  if (largest == p.cap.end() || *largest < most) return;
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
  day_range inside;
  if (data.start) inside.first = to_days(*data.start);
  if (as_of) inside.last = to_days(*as_of);

  read_progress reached;
  reached.rows_total = 2 * file.rows().value_or(0);
  const auto advance = [&](std::int64_t rows) {
    reached.rows += rows;
    if (progress) progress(reached);
  };
  outline found = read_outline(file, inside, advance);
  if (as_of && !found.file_dates.empty()) check_as_of(found, data, *as_of, as_of_origin);
  check_rows(found, data);
  reached.rows_total = 2 * (found.rows + found.rows_outside);

  panel_input result;
  result.quality.rows = found.rows;
  result.quality.rows_outside = found.rows_outside;
  result.data = allocate(found, data.panel);
  scatter(file, from_close ? "close" : "return", inside, result.data,
          result.quality.rows_dropped["duplicate"], advance);
  apply_rules(result.data, from_close, data.max_abs_return, result.quality);
  check_dropped_share(data, result.quality);
  refuse_overflowing_caps(result.data, data.panel);
  if (as_of && result.quality.last_date != *as_of) {
    throw error(error_class::data, fmt::format("{}: {}: no row of {} has a usable market_cap", as_of_origin,
                                               data.panel.string(), to_iso(*as_of)));
  }
  return result;
}

}  // namespace topheavy
