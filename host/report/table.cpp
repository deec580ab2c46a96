// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/table.h"

#include "host/base/error.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <system_error>

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/io_util.h>
#include <fmt/format.h>
#include <parquet/arrow/writer.h>

namespace topheavy {
namespace {

// What the system said, where it did, in its own words: "No space left on device".
void need(const arrow::Status& status) {
  if (status.ok()) return;
  const int number = arrow::internal::ErrnoFromStatus(status);
  throw error(error_class::resources,
              number != 0 ? std::generic_category().message(number) : status.ToString());
}

template <typename T>
T need(arrow::Result<T> result) {
  need(result.status());
  return std::move(result).ValueUnsafe();
}

std::shared_ptr<arrow::Array> finish(arrow::ArrayBuilder& builder) { return need(builder.Finish()); }

// Arrow's view of the values, without a copy; they outlive it.
template <typename T>
std::shared_ptr<arrow::Buffer> view_of(const std::vector<T>& values) {
  return arrow::Buffer::Wrap(values);
}

std::shared_ptr<arrow::Array> to_arrow(const date_column& values) {
  arrow::Date32Builder builder;
  need(builder.Reserve(static_cast<std::int64_t>(values.size())));
  for (const date d : values) builder.UnsafeAppend(to_days(d));
  return finish(builder);
}

std::shared_ptr<arrow::Array> to_arrow(const number_column& values) {
  const auto rows = static_cast<std::int64_t>(values.size());
  const auto nulls = std::count_if(values.begin(), values.end(), [](double v) { return std::isnan(v); });
  if (nulls == 0) return std::make_shared<arrow::DoubleArray>(rows, view_of(values));
  const auto valid = need(arrow::AllocateBitmap(rows));
  for (std::int64_t i = 0; i < rows; ++i) {
    arrow::bit_util::SetBitTo(valid->mutable_data(), i, !std::isnan(values[static_cast<std::size_t>(i)]));
  }
  return std::make_shared<arrow::DoubleArray>(rows, view_of(values), valid, nulls);
}

std::shared_ptr<arrow::Array> to_arrow(const count_column& values) {
  return std::make_shared<arrow::Int32Array>(static_cast<std::int64_t>(values.size()), view_of(values));
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
  if (!is_word.empty()) {  // the memory of an empty column is null, which Arrow copies from
    need(index.AppendValues(values.index.data(), static_cast<std::int64_t>(is_word.size()), is_word.data()));
  }
  return need(arrow::DictionaryArray::FromArrays(arrow::dictionary(arrow::int32(), arrow::utf8()),
                                                 finish(index), finish(words)));
}

// Numbers hardly repeat: a dictionary of them is given up half-way, larger and slower than none. The statistics of
// texts cost more than all else and tell a reader little.
std::shared_ptr<parquet::WriterProperties> properties_of(const table& t) {
  parquet::WriterProperties::Builder builder;
  builder.compression(parquet::Compression::ZSTD)->enable_page_checksum();
  for (const auto& [name, values] : t.columns) {
    if (std::holds_alternative<number_column>(values)) builder.disable_dictionary(name);
    if (std::holds_alternative<text_column>(values)) builder.disable_statistics(name);
  }
  return builder.build();
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

struct table_stream::open_file {
  std::string path;
  std::shared_ptr<arrow::io::FileOutputStream> out;
  std::shared_ptr<arrow::Schema> schema;
  std::unique_ptr<parquet::arrow::FileWriter> writer;

  // Runs `work`; what the disk refuses names the file.
  template <typename Work>
  static void naming(const std::string& path, Work work) {
    try {
      work();
    } catch (const error& e) {
      throw error(e.kind(), fmt::format("{}: cannot be written: {}", path, e.what()));
    }
  }
};

table_stream::table_stream(std::filesystem::path folder) : folder_(std::move(folder)) {}
table_stream::~table_stream() = default;

void table_stream::write(const table& rows) {
  const std::string path = (folder_ / (rows.name + ".parquet")).string();
  open_file::naming(path, [&] {
    arrow::FieldVector fields;
    arrow::ArrayVector arrays;
    for (const auto& [name, values] : rows.columns) {
      arrays.push_back(std::visit([](const auto& v) { return to_arrow(v); }, values));
      fields.push_back(arrow::field(name, arrays.back()->type()));
    }
    if (file_ == nullptr) {
      file_ = std::make_unique<open_file>();
      file_->path = path;
      file_->schema = arrow::schema(fields);
      file_->out = need(arrow::io::FileOutputStream::Open(path));
      const auto keep_types = parquet::ArrowWriterProperties::Builder().store_schema()->build();
      file_->writer = need(parquet::arrow::FileWriter::Open(*file_->schema, arrow::default_memory_pool(),
                                                            file_->out, properties_of(rows), keep_types));
    }
    const auto part = arrow::Table::Make(file_->schema, arrays, static_cast<std::int64_t>(rows.rows()));
    need(file_->writer->WriteTable(*part, 1 << 20));
  });
}

void table_stream::close() {
  if (file_ == nullptr) return;
  open_file::naming(file_->path, [&] {
    need(file_->writer->Close());
    need(file_->out->Close());
  });
}

void write_parquet(const table& t, const std::filesystem::path& folder) {
  table_stream stream(folder);
  stream.write(t);
  stream.close();
}

}  // namespace topheavy
