// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/error.h"
#include "host/data/table_file.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <arrow/api.h>
#include <arrow/io/type_fwd.h>

namespace topheavy {

// Takes the next rows of a column; the column by its place in the order asked for.
using array_taker = std::function<void(std::size_t column, const arrow::Array& rows)>;

// A run of rows not yet decoded: a row group of a Parquet file, a block of a CSV.
struct batch {
  std::size_t rows_expected = 0;  // 0: not known
  std::size_t parts = 1;          // what can be decoded at the same time: each column of a row group
  std::function<void(std::size_t part, const array_taker& take)> decode;  // from any thread
};

// What is wrong with a cell of a batch, or with a whole row where no column is named. table_file, which knows how many
// rows came before, makes an error of it.
struct cell_fault {
  std::int64_t row = 0;  // 0-based, in the batch
  std::string column;
  std::string complaint;
};

// An open file. One pass at a time; next() by one thread at a time.
class batch_source {
 public:
  virtual ~batch_source() = default;
  virtual const std::vector<std::string>& columns() const = 0;
  virtual std::optional<std::int64_t> rows() const = 0;
  virtual void start(const std::vector<column_request>& wanted) = 0;  // begins a pass from the first row
  virtual std::optional<batch> next() = 0;                            // none: the end
};

using random_access_file = std::shared_ptr<arrow::io::RandomAccessFile>;
std::unique_ptr<batch_source> open_parquet(const std::filesystem::path& path, const random_access_file& file);
std::unique_ptr<batch_source> open_csv(const std::filesystem::path& path, const random_access_file& file,
                                       bool is_gzip);

// Tells the format by content.
std::unique_ptr<batch_source> open_batch_source(const std::filesystem::path& path);

// Columns are found by name, so a name that is wanted must be there once.
void refuse_twice(const std::vector<std::string>& columns, const std::string& name,
                  const std::filesystem::path& path);

// Throws Arrow's complaint as ours, the file first.
void check(const arrow::Status& status, const std::filesystem::path& path);

template <typename Value>
Value value_of(arrow::Result<Value> result, const std::filesystem::path& path) {
  check(result.status(), path);
  return std::move(result).ValueUnsafe();
}

}  // namespace topheavy
