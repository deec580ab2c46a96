// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"
#include "host/data/plain_vector.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// A table in a file, whatever its format: blocks of rows with plain columns. Used inside host/data only.
namespace topheavy {

class batch_source;  // host/data/arrow_sources.h

inline constexpr date earliest_date = std::chrono::year{1900} / 1 / 1;

enum class column_kind {
  day,    // a date of any type; checked: a date, not before earliest_date, not in the future
  text,   // text or dictionary of text
  label,  // the same, and any other type written as text
  number  // integer, floating or decimal; as float64
};

struct column_request {
  std::string name;
  column_kind kind;
};

// One column of a block; what is filled depends on the kind.
struct column_values {
  plain_vector<std::int32_t> days;  // day: since 1970-01-01
  std::vector<std::string>
      texts;  // text, label: the different values, some perhaps unused or twice; missing is ""
  plain_vector<std::int32_t> codes;  // text, label: [rows] index into texts
  plain_vector<double> numbers;      // number: missing and NaN are one NaN, -0.0 is 0.0
};

struct table_block {
  std::int64_t first_row = 0;  // 0-based, in the file
  std::size_t rows = 0;
  std::vector<column_values> columns;  // in the order asked for
};

class table_file {
 public:
  // Opens the file and reads its column names. The format is told by content: Parquet, gzip (of CSV), else
  // CSV.
  explicit table_file(const std::filesystem::path& path);
  // A table from elsewhere than a file: `path` is its name in messages.
  table_file(std::filesystem::path path, std::unique_ptr<batch_source> source);
  ~table_file();

  const std::filesystem::path& path() const { return path_; }
  const std::vector<std::string>& columns() const;
  bool has(const std::string& column) const;
  std::optional<std::int64_t> rows() const;  // where the format tells without reading

  // Throws where, for any entry, none of its names is a column; one text for all of them.
  void require(const std::vector<std::vector<std::string>>& one_of) const;

  // Calls take(block) for every block, in the order of the file, one at a time; take may keep what is in it. Blocks, and
  // where the format allows it their columns, are decoded in parallel. Columns not asked for are not decoded. What take
  // throws ends the reading; of several faults that of the first block is thrown, in the order of the columns asked for.
  void read(const std::vector<column_request>& wanted, const std::function<void(table_block&)>& take) const;

 private:
  std::filesystem::path path_;
  std::unique_ptr<batch_source> source_;
};

// "panel.csv: row 5, column 'date'": row is 0-based here, 1-based in the text, the header not counted.
std::string cell_name(const std::filesystem::path& file, std::int64_t row, const std::string& column);

}  // namespace topheavy
