// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"
#include "host/config/settings.h"
#include "host/data/arrow_sources.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/type_fwd.h>

// Tables of Arrow written as text, so that a finding of the fuzzer can be read. One statement a line, words separated by
// blanks; what is not understood is passed over, so that most inputs mean something:
//
//   start 2024-01-02              of data_settings; also max_abs_return, max_dropped_share
//   as_of 2024-01-03
//   column date timestamp/ms/UTC  a column: its name, and its type as Arrow calls it, parameters behind slashes:
//                                 decimal128/9/2, dictionary/int8/utf8, fixed_size_binary/3
//   without return                that column is not there
//   again date                    a second column of that name
//   batches 5 1                   rows of the batches, in turn
//   arrays 3 1 2                  rows of the arrays of a batch, in turn; every column begins with another one
//   offset 2                      arrays are slices that begin behind so many rows
//   rows                          from here on a row a line, a word a cell
//   2024-01-02 AAA 12 0.01
//
// There are date date32, symbol utf8, market_cap double and return double, in this order, where nothing else is said.
// Cells: - is missing. A date, or a whole number in the unit of the type. For numbers what strtod reads, 0x.. for the
// bits; for decimals the digits without their point. For texts %41 is a byte and % alone the empty text. Behind a
// dictionary ~ is an entry that is itself missing, and #N a code beyond the dictionary.
namespace topheavy {

// How the rows are cut up; of an equal table this changes no result.
struct table_layout {
  std::vector<std::size_t> batch_rows{1000};
  std::vector<std::size_t> array_rows{1000};
  std::size_t offset = 0;
  bool reversed = false;        // the last row first
  bool parts = false;           // every column a part of its batch
  bool tells_rows = false;      // before reading, as Parquet does
  bool one_dictionary = false;  // of all arrays of a column, else each its own
};

struct table_text {
  struct column {
    std::string name;
    std::shared_ptr<arrow::DataType> type;
  };
  data_settings settings;
  std::optional<date> as_of;
  table_layout layout;
  std::vector<column> columns;
  std::vector<std::vector<std::string>> rows;  // [rows][columns]
};

table_text parse_table_text(std::string_view text);

// The same table with its days as date32, its symbols as utf8 and its numbers as double, converted here and not by
// host/data. What has another type than days, symbols and numbers may have stays, and so do decimals, the conversion of
// which is Arrow's, and dictionaries that are damaged.
table_text in_plain_types(const table_text& table);

// Arrays are built as their rows are asked for, in memory that ends where the values end.
std::unique_ptr<batch_source> memory_source(const table_text& table, const table_layout& layout,
                                            const std::filesystem::path& path);

}  // namespace topheavy
