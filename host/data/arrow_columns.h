// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/data/table_file.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <arrow/type_fwd.h>

namespace topheavy {

// Turns a column of a batch from Arrow into plain values, array by array.
class plain_column {
 public:
  plain_column(column_request wanted, std::filesystem::path path, std::size_t rows_expected);

  // Throws error(data) for a type that the kind does not accept, and cell_fault for the first row whose date is none,
  // before 1900 or in the future.
  void append(const arrow::Array& rows);

  std::size_t rows() const { return rows_; }
  column_values take() { return std::move(values_); }

 private:
  [[noreturn]] void refuse_type(const arrow::DataType& type, std::string_view allowed) const;
  [[noreturn]] void refuse_cell(std::size_t i, const std::string& complaint) const;
  [[noreturn]] void refuse_day(std::size_t i, std::int64_t day) const;
  [[noreturn]] void refuse_date(std::size_t i, std::string_view text) const;
  bool is_allowed(std::int64_t day) const { return first_day_ <= day && day <= last_day_; }

  std::int32_t add_text(std::string_view text);
  void append_text(const arrow::Array& rows);
  void append_dictionary(const arrow::Array& rows);
  void refuse_codes_beyond_dictionary(const arrow::DictionaryArray& rows) const;
  void append_printed(const arrow::Array& rows);
  void append_numbers(const arrow::Array& rows);
  void append_days(const arrow::Array& rows);
  void append_days_of_texts(const arrow::Array& rows);
  template <typename Array>
  void append_days_of(const arrow::Array& rows, std::int64_t units_a_day);

  column_request wanted_;
  std::filesystem::path path_;
  std::int32_t first_day_;  // accepted days
  std::int32_t last_day_;
  std::size_t rows_ = 0;  // before the array at hand
  column_values values_;
  std::unordered_map<std::string, std::int32_t> code_of_;  // where texts come without a dictionary
  std::shared_ptr<arrow::Array> dictionary_;               // the last seen, whose first entry has this code
  std::int32_t dictionary_code_ = 0;
  std::optional<std::int32_t> missing_code_;
  std::vector<std::optional<std::int32_t>> day_of_text_;  // none: no date
};

}  // namespace topheavy
