// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/error.h"
#include "host/data/table_file.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <arrow/api.h>

namespace topheavy {

using arrow_columns = std::vector<std::shared_ptr<arrow::ChunkedArray>>;

// A run of rows not yet decoded: a row group of a Parquet file, a block of a CSV.
struct batch {
  std::int64_t first_row = 0;
  std::function<arrow_columns()> decode;  // in the order asked for; from any thread
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

std::unique_ptr<batch_source> open_batch_source(const std::filesystem::path& path);

// Throws Arrow's complaint as ours, the file first.
void check(const arrow::Status& status, const std::filesystem::path& path);

template <typename Value>
Value value_of(arrow::Result<Value> result, const std::filesystem::path& path) {
  check(result.status(), path);
  return std::move(result).ValueUnsafe();
}

}  // namespace topheavy
