// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/arrow_sources.h"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>

#include <arrow/csv/api.h>
#include <arrow/io/api.h>
#include <arrow/util/compression.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>

namespace topheavy {
namespace {

// Columns are found by name, so a name that is wanted must be there once.
void refuse_twice(const std::vector<std::string>& columns, const std::string& name,
                  const std::filesystem::path& path) {
  if (std::count(columns.begin(), columns.end(), name) > 1) {
    throw error(error_class::data,
                fmt::format("{}: there are several columns '{}'; keep one", path.string(), name));
  }
}

class parquet_source : public batch_source {
 public:
  parquet_source(std::filesystem::path path, std::shared_ptr<arrow::io::RandomAccessFile> file)
      : path_(std::move(path)), file_(std::move(file)) {
    const auto reader = open({});
    metadata_ = reader->parquet_reader()->metadata();
    for (const auto& field : reader->manifest().schema_fields) {
      columns_.push_back(field.field->name());
      leaves_.push_back(field.column_index);
      is_text_.push_back(arrow::is_base_binary_like(field.field->type()->id()));
    }
  }

  const std::vector<std::string>& columns() const override { return columns_; }
  std::optional<std::int64_t> rows() const override { return metadata_->num_rows(); }

  void start(const std::vector<column_request>& wanted) override {
    wanted_ = wanted;
    wanted_leaves_.clear();
    dictionary_leaves_.clear();
    for (const column_request& column : wanted) {
      refuse_twice(columns_, column.name, path_);
      const auto i = static_cast<std::size_t>(std::find(columns_.begin(), columns_.end(), column.name) -
                                              columns_.begin());
      if (leaves_[i] < 0) {
        throw error(error_class::data, fmt::format("{}: column '{}' is nested; allowed: one value a row",
                                                   path_.string(), column.name));
      }
      wanted_leaves_.push_back(leaves_[i]);
      if (is_text_[i] && column.kind != column_kind::number) dictionary_leaves_.push_back(leaves_[i]);
    }
    next_group_ = 0;
    next_row_ = 0;
  }

  std::optional<batch> next() override {
    if (next_group_ == metadata_->num_row_groups()) return std::nullopt;
    const int group = next_group_++;
    const std::int64_t first_row = next_row_;
    next_row_ += metadata_->RowGroup(group)->num_rows();
    return batch{first_row, [this, group] { return decode(group); }};
  }

 private:
  // A reader each for whoever decodes: they share the file and its metadata, which are read only.
  std::unique_ptr<parquet::arrow::FileReader> open(const std::vector<int>& dictionary_leaves) const {
    parquet::ArrowReaderProperties properties(/*use_threads=*/false);
    properties.set_pre_buffer(false);
    for (const int leaf : dictionary_leaves) properties.set_read_dictionary(leaf, true);
    try {
      parquet::arrow::FileReaderBuilder builder;
      check(builder.Open(file_, parquet::default_reader_properties(), metadata_), path_);
      std::unique_ptr<parquet::arrow::FileReader> reader;
      check(builder.properties(properties)->Build(&reader), path_);
      return reader;
    } catch (const parquet::ParquetException& e) {
      throw error(error_class::data, fmt::format("{}: {}", path_.string(), e.what()));
    }
  }

  arrow_columns decode(int group) const {
    const auto reader = open(dictionary_leaves_);
    std::shared_ptr<arrow::Table> table;
    try {
      check(reader->RowGroup(group)->ReadTable(wanted_leaves_, &table), path_);
    } catch (const parquet::ParquetException& e) {
      throw error(error_class::data, fmt::format("{}: {}", path_.string(), e.what()));
    }
    arrow_columns result;
    for (const column_request& column : wanted_) result.push_back(table->GetColumnByName(column.name));
    return result;
  }

  std::filesystem::path path_;
  std::shared_ptr<arrow::io::RandomAccessFile> file_;
  std::shared_ptr<parquet::FileMetaData> metadata_;
  std::vector<std::string> columns_;
  std::vector<int> leaves_;  // Parquet's own column number; -1: nested
  std::vector<bool> is_text_;
  std::vector<column_request> wanted_;
  std::vector<int> wanted_leaves_;
  std::vector<int> dictionary_leaves_;
  int next_group_ = 0;
  std::int64_t next_row_ = 0;
};

class csv_source : public batch_source {
 public:
  csv_source(std::filesystem::path path, std::shared_ptr<arrow::io::RandomAccessFile> file, bool is_gzip)
      : path_(std::move(path)), file_(std::move(file)) {
    if (is_gzip) codec_ = value_of(arrow::util::Codec::Create(arrow::Compression::GZIP), path_);
    // For the names only: a wrong separator shall be told by them, not by the first row that does not fit.
    auto parse = parse_options();
    parse.invalid_row_handler = [](const arrow::csv::InvalidRow&) {
      return arrow::csv::InvalidRowResult::Skip;
    };
    columns_ = open(parse, arrow::csv::ConvertOptions::Defaults())->schema()->field_names();
  }

  const std::vector<std::string>& columns() const override { return columns_; }
  std::optional<std::int64_t> rows() const override { return std::nullopt; }

  void start(const std::vector<column_request>& wanted) override {
    auto convert = arrow::csv::ConvertOptions::Defaults();  // empty, NA, NaN, null: missing, in numbers only
    convert.strings_can_be_null = false;
    for (const column_request& column : wanted) {
      refuse_twice(columns_, column.name, path_);
      convert.include_columns.push_back(column.name);
      const auto text = arrow::dictionary(arrow::int32(), arrow::utf8());
      convert.column_types[column.name] = column.kind == column_kind::number ? arrow::float64() : text;
    }
    next_row_ = 0;
    reader_ = open(parse_options(), convert);
  }

  std::optional<batch> next() override {
    std::shared_ptr<arrow::RecordBatch> rows;
    check_cells(reader_->ReadNext(&rows));
    if (!rows) return std::nullopt;
    const std::int64_t first_row = next_row_;
    next_row_ += rows->num_rows();
    return batch{first_row, [rows] {
                   arrow_columns result;
                   for (const auto& column : rows->columns()) {
                     result.push_back(std::make_shared<arrow::ChunkedArray>(column));
                   }
                   return result;
                 }};
  }

 private:
  static constexpr std::int32_t block_bytes = 4 << 20;

  static arrow::csv::ParseOptions parse_options() {
    auto parse = arrow::csv::ParseOptions::Defaults();
    parse.newlines_in_values = true;  // a quoted name may hold one; costs a quarter of the time
    return parse;
  }

  std::shared_ptr<arrow::csv::StreamingReader> open(const arrow::csv::ParseOptions& parse,
                                                    const arrow::csv::ConvertOptions& convert) const {
    // Arrow closes what it has read to the end; the file is still needed for the next pass.
    std::shared_ptr<arrow::io::InputStream> stream =
        value_of(arrow::io::RandomAccessFile::GetStream(file_, 0, value_of(file_->GetSize(), path_)), path_);
    if (codec_) stream = value_of(arrow::io::CompressedInputStream::Make(codec_.get(), stream), path_);
    auto read = arrow::csv::ReadOptions::Defaults();
    read.use_threads = false;
    read.block_size = block_bytes;
    auto reader =
        arrow::csv::StreamingReader::Make(arrow::io::default_io_context(), stream, read, parse, convert);
    check_cells(reader.status());
    return *reader;
  }

  // Arrow says "In CSV column #2: Row #7: ..." or "CSV parse error: Row #7: ..." where the header is row 1;
  // our rows are data rows, and our columns have names.
  void check_cells(const arrow::Status& status) const {
    if (status.ok()) return;
    const std::string text = status.message();
    if (text.find("Empty CSV file") != std::string::npos) {
      throw error(error_class::data, path_.string() + ": the table has no rows");
    }
    std::size_t column = columns_.size();
    long long row = 0;
    int rest = 0;  // where the complaint proper begins
    std::sscanf(text.c_str(), "In CSV column #%zu: Row #%lld: %n", &column, &row, &rest);
    if (rest == 0) std::sscanf(text.c_str(), "CSV parse error: Row #%lld: %n", &row, &rest);
    if (rest > 0) {
      const std::string where = column < columns_.size() ? cell_name(path_, row - 2, columns_[column])
                                                         : fmt::format("{}: row {}", path_.string(), row - 1);
      throw error(error_class::data, where + ": " + text.substr(static_cast<std::size_t>(rest)));
    }
    check(status, path_);
  }

  std::filesystem::path path_;
  std::shared_ptr<arrow::io::RandomAccessFile> file_;
  std::unique_ptr<arrow::util::Codec> codec_;  // none: plain; outlives reader_, which refers to it
  std::vector<std::string> columns_;
  std::shared_ptr<arrow::csv::StreamingReader> reader_;
  std::int64_t next_row_ = 0;
};

}  // namespace

void check(const arrow::Status& status, const std::filesystem::path& path) {
  if (status.ok()) return;
  const bool no_memory = status.IsOutOfMemory();
  throw error(no_memory ? error_class::resources : error_class::data,
              fmt::format("{}: {}", path.string(), status.message()));
}

std::unique_ptr<batch_source> open_batch_source(const std::filesystem::path& path) {
  std::shared_ptr<arrow::io::RandomAccessFile> file =
      value_of(arrow::io::ReadableFile::Open(path.string()), path);
  char head[512] = {};
  const std::int64_t size = value_of(file->ReadAt(0, sizeof head, head), path);
  const std::string_view start(head, static_cast<std::size_t>(size));
  if (start.empty()) throw error(error_class::data, path.string() + ": the file is empty");
  if (start.starts_with("PAR1")) return std::make_unique<parquet_source>(path, file);
  const bool is_gzip = start.starts_with("\x1f\x8b");
  if (!is_gzip && start.find('\0') != std::string_view::npos) {
    throw error(error_class::data, path.string() + ": neither Parquet, CSV nor CSV in gzip by its content");
  }
  return std::make_unique<csv_source>(path, file, is_gzip);
}

}  // namespace topheavy
