// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/arrow_sources.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include <arrow/csv/api.h>
#include <arrow/csv/chunker.h>
#include <arrow/csv/parser.h>
#include <arrow/io/api.h>
#include <arrow/util/compression.h>
#include <fmt/format.h>

namespace topheavy {
namespace {

// Arrow's complaint of a row or a cell, as the reader of a table says it.
std::string complaint_of(const std::string& arrows) {
  if (arrows.find("invalid UTF8") != std::string::npos) return "not UTF-8 text; save the file as UTF-8";
  constexpr std::string_view no_number = "CSV conversion error to double: invalid value ";
  if (arrows.starts_with(no_number)) {
    return arrows.substr(no_number.size()) + " is not a number; expected a number as 0.0125 or 1.5e9";
  }
  int expected = 0, cells = 0, rest = 0;
  std::sscanf(arrows.c_str(), "Expected %d columns, got %d: %n", &expected, &cells, &rest);
  if (rest == 0) return arrows;
  const std::string row = arrows.substr(static_cast<std::size_t>(rest));
  const std::size_t line = std::min(row.find_first_of("\r\n"), row.size());
  return fmt::format("{} cell{}, and the header has {} column{}: '{}{}'{}", cells, cells == 1 ? "" : "s",
                     expected, expected == 1 ? "" : "s", row.substr(0, line), line < row.size() ? "..." : "",
                     row.find('"') == std::string::npos ? "" : "; is a quote not closed?");
}

// Cuts the text into blocks of whole rows, which Arrow parses one by one and so in parallel.
class csv_source : public batch_source {
 public:
  csv_source(std::filesystem::path path, random_access_file file, bool is_gzip)
      : path_(std::move(path)), file_(std::move(file)) {
    if (is_gzip) codec_ = value_of(arrow::util::Codec::Create(arrow::Compression::GZIP), path_);
    block_bytes_ = std::clamp(value_of(file_->GetSize(), path_) / 8, smallest_block, largest_block);
    read_header();
  }

  const std::vector<std::string>& columns() const override { return columns_; }
  std::optional<std::int64_t> rows() const override { return std::nullopt; }

  void start(const std::vector<column_request>& wanted) override {
    convert_ = arrow::csv::ConvertOptions::Defaults();  // empty, NA, NaN, null: missing, in numbers only
    convert_.strings_can_be_null = false;
    for (const column_request& column : wanted) {
      refuse_twice(columns_, column.name, path_);
      convert_.include_columns.push_back(column.name);
      const auto text = arrow::dictionary(arrow::int32(), arrow::utf8());
      convert_.column_types[column.name] = column.kind == column_kind::number ? arrow::float64() : text;
    }
    open_stream();
    rest_ = read_after(nullptr, header_bytes_);
    rest_ = arrow::SliceBuffer(rest_, rest_->size());  // the header is passed
  }

  std::optional<batch> next() override {
    const std::shared_ptr<arrow::Buffer> rows = next_rows();
    if (rows->size() == 0) return std::nullopt;
    return batch{.decode = [this, rows](std::size_t, const array_taker& take) { decode(rows, take); }};
  }

 private:
  // A block is worth a thread's while, small tables too have a few, and large ones not too many: what all blocks have in
  // common, as their symbols, is looked up for each.
  static constexpr std::int64_t smallest_block = 1 << 17;
  static constexpr std::int64_t largest_block = 1 << 21;
  static constexpr const char* too_long = "longer than 2 MiB; is a quote not closed?";

  // Arrow closes what it has read to the end; the file is still needed for the next pass.
  void open_stream() {
    stream_ =
        value_of(arrow::io::RandomAccessFile::GetStream(file_, 0, value_of(file_->GetSize(), path_)), path_);
    if (codec_) stream_ = value_of(arrow::io::CompressedInputStream::Make(codec_.get(), stream_), path_);
    at_end_ = false;
  }

  // `before` (or nothing) and the next `bytes` of the text; fewer at its end only.
  std::shared_ptr<arrow::Buffer> read_after(const std::shared_ptr<arrow::Buffer>& before,
                                            std::int64_t bytes) {
    std::int64_t size = before ? before->size() : 0;
    const std::int64_t room = size + bytes;
    const std::shared_ptr<arrow::ResizableBuffer> buffer =
        value_of(arrow::AllocateResizableBuffer(room), path_);
    if (size > 0) std::memcpy(buffer->mutable_data(), before->data(), static_cast<std::size_t>(size));
    while (size < room && !at_end_) {
      const auto more = stream_->Read(room - size, buffer->mutable_data() + size);
      if (codec_) check_gzip(more.status());
      check(more.status(), path_);
      at_end_ = *more == 0;
      size += *more;
    }
    check(buffer->Resize(size, /*shrink_to_fit=*/false), path_);
    return buffer;
  }

  void check_gzip(const arrow::Status& status) const {
    if (status.ok() || status.IsOutOfMemory()) return;
    const bool is_cut = status.message().find("Truncated") != std::string::npos;
    throw error(error_class::data,
                is_cut ? path_.string() +
                             ": the gzip data end too early: the file is incomplete; copy or make it again"
                       : fmt::format("{}: the gzip data are damaged ({}); copy or make the file again",
                                     path_.string(), status.message()));
  }

  void read_header() {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    open_stream();
    const auto block = read_after(nullptr, largest_block);
    std::string_view text(*block);
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    arrow::csv::BlockParser parser(parse_options(), /*num_cols=*/-1, /*first_row=*/1, /*max_num_rows=*/1);
    std::uint32_t bytes = 0;
    const arrow::Status parsed = at_end_ ? parser.ParseFinal(text, &bytes) : parser.Parse(text, &bytes);
    const bool is_blank = text.find_first_not_of("\r\n") == std::string_view::npos;
    if (is_blank) throw error(error_class::data, path_.string() + ": the table has no rows");
    if (!at_end_ && parser.num_rows() == 0) {
      throw error(error_class::data, fmt::format("{}: the header is {}", path_.string(), too_long));
    }
    check(parsed, path_);
    header_bytes_ = static_cast<std::int64_t>(text.data() + bytes - std::string_view(*block).data());
    check(parser.VisitLastRow([&](const std::uint8_t* name, std::uint32_t size, auto...) {
      columns_.emplace_back(reinterpret_cast<const char*>(name), size);
      return arrow::Status::OK();
    }),
          path_);
  }

  // Whole rows, a block of them; none at the end. Only a text with quotes may have ends of lines inside its rows, which
  // takes longer to cut.
  std::shared_ptr<arrow::Buffer> next_rows() {
    while (true) {
      const auto block = read_after(rest_, block_bytes_);
      if (at_end_) {
        rest_ = nullptr;
        return block;
      }
      auto parse = parse_options();
      parse.newlines_in_values = std::string_view(*block).find('"') != std::string_view::npos;
      std::shared_ptr<arrow::Buffer> rows;
      check(arrow::csv::MakeChunker(parse)->Process(block, &rows, &rest_), path_);
      if (rows->size() > 0) return rows;
      if (rest_->size() > largest_block) throw cell_fault{0, "", too_long};
    }
  }

  void decode(const std::shared_ptr<arrow::Buffer>& rows, const array_taker& take) const {
    auto read = arrow::csv::ReadOptions::Defaults();
    read.use_threads = false;
    read.column_names = columns_;
    read.block_size = static_cast<std::int32_t>(rows->size());  // two blocks at most
    const auto reader = arrow::csv::TableReader::Make(arrow::io::default_io_context(),
                                                      std::make_shared<arrow::io::BufferReader>(rows), read,
                                                      parse_options(), convert_);
    check(reader.status(), path_);
    const auto table = (*reader)->Read();
    check_cells(table.status());
    for (int column = 0; column < (*table)->num_columns(); ++column) {
      for (const auto& array : (*table)->column(column)->chunks())
        take(static_cast<std::size_t>(column), *array);
    }
  }

  static arrow::csv::ParseOptions parse_options() {
    auto parse = arrow::csv::ParseOptions::Defaults();
    parse.newlines_in_values = true;  // a quoted name may hold one
    return parse;
  }

  // Arrow says "In CSV column #2: Row #7: ..." or "CSV parse error: Row #7: ...", counting the rows of the block from 1.
  void check_cells(const arrow::Status& status) const {
    if (status.ok()) return;
    const std::string text = status.message();
    std::size_t column = columns_.size();
    long long row = 0;
    int rest = 0;  // where the complaint proper begins
    std::sscanf(text.c_str(), "In CSV column #%zu: Row #%lld: %n", &column, &row, &rest);
    if (rest == 0) std::sscanf(text.c_str(), "CSV parse error: Row #%lld: %n", &row, &rest);
    if (rest > 0) {
      throw cell_fault{row - 1, column < columns_.size() ? columns_[column] : std::string(),
                       complaint_of(text.substr(static_cast<std::size_t>(rest)))};
    }
    check(status, path_);
  }

  std::filesystem::path path_;
  random_access_file file_;
  std::unique_ptr<arrow::util::Codec> codec_;  // none: plain; outlives stream_, which refers to it
  std::vector<std::string> columns_;
  std::int64_t block_bytes_ = largest_block;
  std::int64_t header_bytes_ = 0;  // where the rows begin in the text
  arrow::csv::ConvertOptions convert_;
  std::shared_ptr<arrow::io::InputStream> stream_;
  bool at_end_ = false;
  std::shared_ptr<arrow::Buffer> rest_;  // the begin of a row that did not end in its block
};

}  // namespace

std::unique_ptr<batch_source> open_csv(const std::filesystem::path& path, const random_access_file& file,
                                       bool is_gzip) {
  return std::make_unique<csv_source>(path, file, is_gzip);
}

}  // namespace topheavy
