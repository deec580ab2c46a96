// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/table.h"

#include "host/base/error.h"

#include <cmath>
#include <memory>

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <fmt/format.h>
#include <parquet/arrow/writer.h>

namespace topheavy {
namespace {

void need(const arrow::Status& status) {
  if (!status.ok()) throw error(error_class::resources, status.ToString());
}

template <typename T>
T need(arrow::Result<T> result) {
  need(result.status());
  return std::move(result).ValueUnsafe();
}

std::shared_ptr<arrow::Array> finish(arrow::ArrayBuilder& builder) { return need(builder.Finish()); }

std::shared_ptr<arrow::Array> to_arrow(const date_column& values) {
  arrow::Date32Builder builder;
  need(builder.Reserve(static_cast<std::int64_t>(values.size())));
  for (const date d : values) builder.UnsafeAppend(to_days(d));
  return finish(builder);
}

std::shared_ptr<arrow::Array> to_arrow(const number_column& values) {
  arrow::DoubleBuilder builder;
  need(builder.Reserve(static_cast<std::int64_t>(values.size())));
  for (const double v : values) {
    if (std::isnan(v)) {
      builder.UnsafeAppendNull();
    } else {
      builder.UnsafeAppend(v);
    }
  }
  return finish(builder);
}

std::shared_ptr<arrow::Array> to_arrow(const count_column& values) {
  arrow::Int32Builder builder;
  need(builder.AppendValues(values));
  return finish(builder);
}

std::shared_ptr<arrow::Array> to_arrow(const flag_column& values) {
  arrow::BooleanBuilder builder;
  need(builder.Reserve(static_cast<std::int64_t>(values.size())));
  for (const char v : values) builder.UnsafeAppend(v != 0);
  return finish(builder);
}

std::shared_ptr<arrow::Array> to_arrow(const text_column& values) {
  arrow::StringBuilder words;
  need(words.AppendValues(values.words));
  std::vector<std::uint8_t> is_word;
  for (const std::int32_t i : values.index) is_word.push_back(i >= 0 ? 1 : 0);
  arrow::Int32Builder index;
  need(index.AppendValues(values.index.data(), static_cast<std::int64_t>(is_word.size()), is_word.data()));
  return need(arrow::DictionaryArray::FromArrays(arrow::dictionary(arrow::int32(), arrow::utf8()),
                                                 finish(index), finish(words)));
}

}  // namespace

std::size_t table::rows() const {
  if (columns.empty()) return 0;
  const auto size = [](const auto& values) -> std::size_t {
    if constexpr (requires { values.index; }) {
      return values.index.size();
    } else {
      return values.size();
    }
  };
  return std::visit(size, columns.front().second);
}

void write_parquet(const table& t, const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / (t.name + ".parquet");
  try {
    arrow::FieldVector fields;
    arrow::ArrayVector arrays;
    for (const auto& [name, values] : t.columns) {
      arrays.push_back(std::visit([](const auto& v) { return to_arrow(v); }, values));
      fields.push_back(arrow::field(name, arrays.back()->type()));
    }
    const auto whole = arrow::Table::Make(arrow::schema(fields), arrays, static_cast<std::int64_t>(t.rows()));
    const auto properties =
        parquet::WriterProperties::Builder().compression(parquet::Compression::ZSTD)->build();
    const auto keep_types = parquet::ArrowWriterProperties::Builder().store_schema()->build();
    const auto out = need(arrow::io::FileOutputStream::Open(file.string()));
    need(parquet::arrow::WriteTable(*whole, arrow::default_memory_pool(), out, 1 << 20, properties,
                                    keep_types));
    need(out->Close());
  } catch (const error& e) {
    throw error(e.kind(), fmt::format("{}: cannot be written: {}", file.string(), e.what()));
  }
}

}  // namespace topheavy
