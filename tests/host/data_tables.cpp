// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/host/data_tables.h"

#include <fstream>
#include <unistd.h>

#include <arrow/api.h>
#include <arrow/io/api.h>
#include <arrow/json/from_string.h>
#include <arrow/util/compression.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <parquet/arrow/writer.h>

namespace topheavy::tests {
namespace {

template <typename Value>
Value value_of(arrow::Result<Value> result) {
  if (!result.ok()) throw std::runtime_error(result.status().ToString());
  return std::move(result).ValueUnsafe();
}

void check(const arrow::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

std::shared_ptr<arrow::Array> numbers(const std::vector<panel_row>& rows,
                                      std::optional<double> panel_row::* member) {
  arrow::DoubleBuilder builder;
  for (const panel_row& row : rows)
    check(row.*member ? builder.Append(*(row.*member)) : builder.AppendNull());
  return value_of(builder.Finish());
}

std::shared_ptr<arrow::Array> texts(const std::vector<panel_row>& rows, std::string panel_row::* member) {
  arrow::StringBuilder builder;
  for (const panel_row& row : rows) check(builder.Append(row.*member));
  return value_of(builder.Finish());
}

}  // namespace

temporary_folder::temporary_folder() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  path_ = std::filesystem::path(testing::TempDir()) /
          fmt::format("topheavy-{}-{}-{}", test->test_suite_name(), test->name(), getpid());
  std::filesystem::create_directories(path_);
}

temporary_folder::~temporary_folder() { std::filesystem::remove_all(path_); }

std::filesystem::path write_text(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

std::filesystem::path write_gzip(const std::filesystem::path& path, std::string_view text) {
  const auto codec = value_of(arrow::util::Codec::Create(arrow::Compression::GZIP));
  const auto file = value_of(arrow::io::FileOutputStream::Open(path.string()));
  const auto stream = value_of(arrow::io::CompressedOutputStream::Make(codec.get(), file));
  check(stream->Write(text.data(), static_cast<std::int64_t>(text.size())));
  check(stream->Close());
  return path;
}

std::filesystem::path write_parquet(const std::filesystem::path& path, const arrow::Table& table,
                                    std::int64_t row_group_rows) {
  const auto file = value_of(arrow::io::FileOutputStream::Open(path.string()));
  const auto arrow_properties = parquet::ArrowWriterProperties::Builder().store_schema()->build();
  check(parquet::arrow::WriteTable(table, arrow::default_memory_pool(), file, row_group_rows,
                                   parquet::default_writer_properties(), arrow_properties));
  check(file->Close());
  return path;
}

std::shared_ptr<arrow::Table> table_of(const std::vector<column>& columns) {
  std::vector<std::shared_ptr<arrow::Field>> fields;
  std::vector<std::shared_ptr<arrow::Array>> arrays;
  for (const column& c : columns) {
    fields.push_back(arrow::field(c.name, c.type));
    arrays.push_back(value_of(arrow::json::ArrayFromJSONString(c.type, c.json)));
  }
  return arrow::Table::Make(arrow::schema(fields), arrays);
}

std::string csv_of(const std::vector<panel_row>& rows, const std::string& value_column) {
  std::string text = "date,symbol,market_cap," + value_column + "\n";
  const auto shown = [](const std::optional<double>& v) { return v ? fmt::format("{}", *v) : std::string(); };
  for (const panel_row& row : rows) {
    text += fmt::format("{},{},{},{}\n", row.date, row.symbol, shown(row.market_cap), shown(row.value));
  }
  return text;
}

std::shared_ptr<arrow::Table> table_of(const std::vector<panel_row>& rows, const std::string& value_column) {
  const auto schema = arrow::schema(
      {arrow::field("date", arrow::utf8()), arrow::field("symbol", arrow::utf8()),
       arrow::field("market_cap", arrow::float64()), arrow::field(value_column, arrow::float64())});
  return arrow::Table::Make(schema,
                            {texts(rows, &panel_row::date), texts(rows, &panel_row::symbol),
                             numbers(rows, &panel_row::market_cap), numbers(rows, &panel_row::value)});
}

data_settings lenient(const std::filesystem::path& panel) {
  data_settings data;
  data.panel = panel;
  data.max_dropped_share = 1.0;
  return data;
}

void expect_error(error_class kind, const std::vector<std::string>& parts,
                  const std::function<void()>& work) {
  try {
    work();
  } catch (const error& e) {
    EXPECT_EQ(e.kind(), kind) << e.what();
    for (const std::string& part : parts) {
      EXPECT_NE(std::string(e.what()).find(part), std::string::npos)
          << "missing: " << part << "\nin: " << e.what();
    }
    return;
  }
  ADD_FAILURE() << "no error; expected one with: " << (parts.empty() ? "" : parts.front());
}

}  // namespace topheavy::tests
