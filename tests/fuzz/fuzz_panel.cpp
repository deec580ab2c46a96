// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
//
// Any table of Arrow as a panel (see table_text.h): an error(data, usage or resources) that names the file, or a panel
// as panel.h promises it; and the same answer whatever the order of the rows, the types of their columns and however
// they are cut up.
#include "host/base/error.h"
#include "host/data/panel_reader.h"
#include "host/data/table_file.h"
#include "tests/fuzz/property.h"
#include "tests/fuzz/table_text.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <tbb/global_control.h>

namespace topheavy {
namespace {

const std::filesystem::path file_name = "panel.fuzz";
std::size_t accepted = 0;

struct outcome {
  std::optional<panel_input> input;
  error_class kind{};
  std::string message;
};

void require_clear(const error& e) {
  const std::string message = e.what();
  require(
      e.kind() == error_class::data || e.kind() == error_class::usage || e.kind() == error_class::resources,
      "bad data are refused as data, usage or resources: " + message);
  require_plain_message(message);
  const bool names_the_day = e.kind() == error_class::usage && message.starts_with("as_of");
  require(names_the_day || message.find(file_name.string()) != std::string::npos,
          "a message names the file: " + message);
}

outcome read(const table_text& table, const table_layout& layout) {
  try {
    const table_file file(file_name, memory_source(table, layout, file_name));
    return {read_panel(file, table.settings, table.as_of), {}, {}};
  } catch (const error& e) {
    require_clear(e);
    return {std::nullopt, e.kind(), e.what()};
  }
}

// A code beyond the dictionary in a column that the panel needs.
bool has_damaged_codes(const table_text& table) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    if (column.type->id() != arrow::Type::DICTIONARY || (column.name != "date" && column.name != "symbol"))
      continue;
    for (const auto& row : table.rows) {
      if (row[i].starts_with('#')) return true;
    }
  }
  return false;
}

template <typename Value>
bool is_ascending(const std::vector<Value>& values) {
  return std::adjacent_find(values.begin(), values.end(),
                            [](const auto& a, const auto& b) { return !(a < b); }) == values.end();
}

void require_panel(const panel_input& input, const table_text& table) {
  const panel& p = input.data;
  const data_quality& quality = input.quality;
  const std::size_t T = p.days(), N = p.constituents();
  require(T > 0 && N > 0, "a panel is not empty");
  require(!has_damaged_codes(table), "a code beyond the dictionary is refused");
  require(is_ascending(p.dates), "dates ascend");
  require(is_ascending(p.symbols), "symbols ascend");
  require(!p.symbols.front().empty(), "a symbol has a text");
  require(p.cap.size() == T * N && p.ret.size() == T * N, "a panel has T x N cells");

  std::int64_t kept = 0, without_return = 0;
  std::vector<char> day_has_row(T, 0), constituent_has_row(N, 0);
  for (std::size_t cell = 0; cell < T * N; ++cell) {
    const double cap = p.cap[cell], ret = p.ret[cell];
    require(std::isfinite(cap) && cap >= 0.0 && !std::signbit(cap), "a cap is finite and above 0, or 0");
    require(std::isnan(ret) || (ret > -1.0 && std::abs(ret) <= table.settings.max_abs_return),
            "a return is missing or in (-1, max_abs_return]");
    require(cap > 0.0 || std::isnan(ret), "where there is no row there is no return");
    if (cap == 0.0) continue;
    ++kept;
    without_return += std::isnan(ret) ? 1 : 0;
    day_has_row[cell / N] = constituent_has_row[cell % N] = 1;
  }
  require(std::count(day_has_row.begin(), day_has_row.end(), char{0}) == 0, "no day is without a row");
  require(std::count(constituent_has_row.begin(), constituent_has_row.end(), char{0}) == 0,
          "no constituent is without a row");

  const auto dropped = [&](const char* reason) { return quality.rows_dropped.at(reason); };
  require(quality.rows + quality.rows_outside == static_cast<std::int64_t>(table.rows.size()),
          "every row is counted");
  require(quality.rows == kept + dropped("bad_cap") + dropped("duplicate"),
          "a row is kept or counted as dropped");
  const std::int64_t lost = dropped("bad_return") + dropped("missing_return") + dropped("extreme_return");
  const bool from_close = std::none_of(table.columns.begin(), table.columns.end(),
                                       [](const auto& column) { return column.name == "return"; });
  const auto first_rows = from_close ? static_cast<std::int64_t>(N) : 0;  // a first close gives no return
  require(without_return == lost + first_rows, "a return is there or counted as lost");
  const double share = static_cast<double>(lost + dropped("bad_cap") + dropped("duplicate")) /
                       static_cast<double>(quality.rows);
  require(share <= table.settings.max_dropped_share, "too large a loss is refused");

  require(
      quality.days == static_cast<std::int64_t>(T) && quality.constituents == static_cast<std::int64_t>(N),
      "quality tells the size of the panel");
  require(quality.first_date == p.dates.front() && quality.last_date == p.dates.back(),
          "quality tells the dates");
  require(!table.as_of || p.dates.back() == *table.as_of, "the last date is as_of");
  require(!table.settings.start || p.dates.front() >= *table.settings.start, "no date is before start");
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
    return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
  });
}

bool is_same(const panel_input& a, const panel_input& b) {
  const data_quality& q = a.quality;
  const data_quality& r = b.quality;
  return a.data.dates == b.data.dates && a.data.symbols == b.data.symbols &&
         same_bits(a.data.cap, b.data.cap) && same_bits(a.data.ret, b.data.ret) && q.rows == r.rows &&
         q.rows_outside == r.rows_outside && q.rows_dropped == r.rows_dropped &&
         q.first_dropped == r.first_dropped;
}

// Of several faults another may be met first; where both are refused the class must be the same.
void require_same(const outcome& a, const outcome& b, const std::string& difference) {
  const std::string both = difference + " changes nothing:\n" + a.message + "\n" + b.message;
  require(a.input.has_value() == b.input.has_value(), both);
  require(a.input ? is_same(*a.input, *b.input) : a.kind == b.kind, both);
}

// Every column as a label of the constituents would be read.
void read_labels(const table_text& table, const table_layout& layout) {
  const table_file file(file_name, memory_source(table, layout, file_name));
  for (const auto& column : table.columns) {
    std::size_t rows = 0;
    try {
      file.read({{column.name, column_kind::label}}, [&](const table_block& block) {
        const column_values& values = block.columns[0];
        require(values.codes.size() == block.rows, "a label a row");
        for (const std::int32_t code : values.codes)
          require(code >= 0 && static_cast<std::size_t>(code) < values.texts.size(), "a code of a text");
        rows += block.rows;
      });
      require(rows == table.rows.size(), "all rows are read");
    } catch (const error& e) {
      require_clear(e);
    }
  }
}

void check_panel(std::string_view text) {
  table_text table = parse_table_text(text);
  table.settings.panel = file_name;
  const outcome first = read(table, table.layout);
  if (first.input) {
    ++accepted;
    require_panel(*first.input, table);
  }

  table_layout other = table.layout;
  other.array_rows = {2, 0, 7};
  other.offset = (other.offset + 3) % 8;
  other.parts = other.tells_rows = other.one_dictionary = true;
  const outcome cut = read(table, other);
  require_same(first, cut, "another cut into arrays");
  // Codes are looked at an array at a time, before what they stand for.
  require(has_damaged_codes(table) || first.message == cut.message,
          "of the same batches the same fault is told:\n" + first.message + "\n" + cut.message);

  other.batch_rows = {1, 4, 2};
  other.reversed = true;
  require_same(first, read(table, other), "the order of the rows");
  require_same(first, read(in_plain_types(table), table.layout), "the type of a column");
  read_labels(table, other);
}

}  // namespace
}  // namespace topheavy

extern "C" std::size_t accepted_inputs();
extern "C" std::size_t accepted_inputs() { return topheavy::accepted; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The fuzzer tells apart inputs by what they run through, which must not depend on the turn of threads.
  static const tbb::global_control one_thread(tbb::global_control::max_allowed_parallelism, 1);
  topheavy::check_panel({reinterpret_cast<const char*>(data), size});
  return 0;
}
