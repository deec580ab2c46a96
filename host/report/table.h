// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// An output table: named columns of equal length, in the order of the file.
namespace topheavy {

struct text_column {  // dictionary-encoded: row i reads words[index[i]]; an index of -1 is written as null
  std::vector<std::string> words;
  std::vector<std::int32_t> index;
};
using number_column = std::vector<double>;  // NaN is written as null
using count_column = std::vector<std::int32_t>;
using flag_column = std::vector<char>;  // 0 or 1
using date_column = std::vector<date>;
using column_values = std::variant<date_column, text_column, number_column, count_column, flag_column>;

struct table {
  std::string name;  // file name without its ending
  std::vector<std::pair<std::string, column_values>> columns;

  std::size_t rows() const;
};

// Writes <folder>/<name>.parquet (zstd; the same table gives the same bytes). Throws error(resources) where the disk
// refuses.
void write_parquet(const table& t, const std::filesystem::path& folder);

// The same, some rows at a time, each a row group of the file: tables of the same name and columns. Without any there is
// no file.
class table_stream {
 public:
  explicit table_stream(std::filesystem::path folder);
  ~table_stream();  // what was not closed is no Parquet file
  void write(const table& rows);
  void close();

 private:
  struct open_file;
  std::filesystem::path folder_;
  std::unique_ptr<open_file> file_;
};

}  // namespace topheavy
