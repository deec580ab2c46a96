// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/error.h"
#include "host/config/settings.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/type_fwd.h>

// Tiny tables on disk for the tests of host/data.
namespace topheavy::tests {

// A folder of its own for each test, gone afterwards.
class temporary_folder {
 public:
  temporary_folder();
  ~temporary_folder();
  std::filesystem::path file(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

std::filesystem::path write_text(const std::filesystem::path& path, std::string_view text);
std::filesystem::path write_gzip(const std::filesystem::path& path, std::string_view text);
std::filesystem::path write_parquet(const std::filesystem::path& path, const arrow::Table& table,
                                    std::int64_t row_group_rows = 1 << 20);

// One column from the JSON text of an array, e.g. column("market_cap", arrow::int8(), "[1, null]").
struct column {
  std::string name;
  std::shared_ptr<arrow::DataType> type;
  std::string json;
};
std::shared_ptr<arrow::Table> table_of(const std::vector<column>& columns);

// A row of a panel table, and such tables in both formats. No value: empty in a CSV, null in Parquet.
struct panel_row {
  std::string date;
  std::string symbol;
  std::optional<double> market_cap;
  std::optional<double> value;  // return or close
};
std::string csv_of(const std::vector<panel_row>& rows, const std::string& value_column = "return");
std::shared_ptr<arrow::Table> table_of(const std::vector<panel_row>& rows,
                                       const std::string& value_column = "return");

// Settings for a panel, lenient unless a test says otherwise: nothing is refused for the share of bad rows.
data_settings lenient(const std::filesystem::path& panel);

// Fails unless `work` throws an error of this class whose text has all these parts.
void expect_error(error_class kind, const std::vector<std::string>& parts, const std::function<void()>& work);

}  // namespace topheavy::tests
