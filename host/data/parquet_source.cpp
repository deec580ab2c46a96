// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/node.h"
#include "host/data/arrow_sources.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>

namespace topheavy {
namespace {

class parquet_source : public batch_source {
 public:
  parquet_source(std::filesystem::path path, random_access_file file)
      : path_(std::move(path)), file_(std::move(file)) {
    const auto reader = open();
    metadata_ = reader->parquet_reader()->metadata();
    for (const auto& field : reader->manifest().schema_fields) {
      columns_.push_back(field.field->name());
      leaves_.push_back(field.column_index);
      is_text_.push_back(arrow::is_string(field.field->type()->id()));
    }
  }

  const std::vector<std::string>& columns() const override { return columns_; }
  std::optional<std::int64_t> rows() const override { return metadata_->num_rows(); }

  void start(const std::vector<column_request>& wanted) override {
    wanted_.clear();
    for (const column_request& column : wanted) {
      refuse_twice(columns_, column.name, path_);
      const auto i = static_cast<std::size_t>(std::find(columns_.begin(), columns_.end(), column.name) -
                                              columns_.begin());
      if (leaves_[i] < 0) {
        throw error(error_class::data, fmt::format("{}: column '{}' is nested; allowed: one value a row",
                                                   path_.string(), shown(column.name)));
      }
      wanted_.push_back({leaves_[i], is_text_[i] && column.kind != column_kind::number});
    }
    next_group_ = 0;
  }

  std::optional<batch> next() override {
    if (next_group_ == metadata_->num_row_groups()) return std::nullopt;
    const int group = next_group_++;
    const std::int64_t rows = metadata_->RowGroup(group)->num_rows();
    const auto decode_column = [this, group](std::size_t column, const array_taker& take) {
      decode(group, column, take);
    };
    return batch{static_cast<std::size_t>(std::clamp(rows, std::int64_t{0}, rows_believed)), wanted_.size(),
                 decode_column};
  }

 private:
  struct leaf {
    int index;           // Parquet's own column number
    bool as_dictionary;  // to be read as codes
  };

  // A damaged file may claim any number of rows: above this, memory grows with the rows that come.
  static constexpr std::int64_t rows_believed = std::int64_t{1} << 24;
  // Decoded at once, so that what Arrow makes is still in the cache when it is turned into plain values.
  static constexpr std::int64_t rows_at_once = 1 << 16;
  // Read at once of a column of a row group, instead of the whole of it.
  static constexpr std::int64_t bytes_at_once = 1 << 20;

  // A reader each for whoever decodes: they share the file and its metadata, which are read only.
  std::unique_ptr<parquet::arrow::FileReader> open(const leaf& wanted = {-1, false}) const {
    parquet::ArrowReaderProperties arrow_properties(/*use_threads=*/false);
    arrow_properties.set_pre_buffer(false);
    arrow_properties.set_batch_size(rows_at_once);
    if (wanted.as_dictionary) arrow_properties.set_read_dictionary(wanted.index, true);
    auto properties = parquet::default_reader_properties();
    properties.enable_buffered_stream();
    properties.set_buffer_size(bytes_at_once);
    properties.set_page_checksum_verification(true);  // where the file has them
    parquet::arrow::FileReaderBuilder builder;
    try {
      check_parquet(builder.Open(file_, properties, metadata_));
      std::unique_ptr<parquet::arrow::FileReader> reader;
      check_parquet(builder.properties(arrow_properties)->Build(&reader));
      return reader;
    } catch (const parquet::ParquetException& e) {
      refuse_damage(e.what());
    }
  }

  [[noreturn]] void refuse_damage(std::string arrows) const {
    std::replace(arrows.begin(), arrows.end(), '\n', ' ');
    arrows.erase(arrows.find_last_not_of(" .") + 1);
    throw error(error_class::data,
                fmt::format("{}: the Parquet file is damaged or incomplete ({}); copy or make it again",
                            path_.string(), arrows));
  }

  void check_parquet(const arrow::Status& status) const {
    if (status.IsInvalid() || status.IsIOError() || status.IsUnknownError()) refuse_damage(status.message());
    check(status, path_);
  }

  void decode(int group, std::size_t column, const array_taker& take) const {
    const auto reader = open(wanted_[column]);
    try {
      const auto batches =
          reader->GetRecordBatchReader(std::vector<int>{group}, std::vector<int>{wanted_[column].index});
      check_parquet(batches.status());
      while (true) {
        std::shared_ptr<arrow::RecordBatch> rows;
        check_parquet((*batches)->ReadNext(&rows));
        if (!rows) return;
        take(column, *rows->column(0));
      }
    } catch (const parquet::ParquetException& e) {
      refuse_damage(e.what());
    }
  }

  std::filesystem::path path_;
  random_access_file file_;
  std::shared_ptr<parquet::FileMetaData> metadata_;
  std::vector<std::string> columns_;
  std::vector<int> leaves_;  // Parquet's own column numbers; -1: nested
  std::vector<bool> is_text_;
  std::vector<leaf> wanted_;
  int next_group_ = 0;
};

}  // namespace

std::unique_ptr<batch_source> open_parquet(const std::filesystem::path& path,
                                           const random_access_file& file) {
  return std::make_unique<parquet_source>(path, file);
}

}  // namespace topheavy
