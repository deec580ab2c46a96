// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/generate/write_tables.h"

#include "host/base/error.h"
#include "host/base/stop.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/util/compression.h>
#include <fmt/format.h>
#include <parquet/arrow/writer.h>

namespace topheavy {
namespace {

[[noreturn]] void disk_refused(const std::filesystem::path& file, const std::string& why) {
  throw error(error_class::resources, fmt::format("{}: cannot be written: {}", file.string(), why));
}

// Calls row(t, n, close) for every row of the panel, by date, then symbol.
template <typename Row>
void for_each_row(const universe& u, Row row) {
  const std::size_t N = u.data.constituents();
  std::vector<double> shares = u.first_shares;
  auto issue = u.issues.begin();
  for (std::size_t t = 0; t < u.data.days(); ++t) {
    throw_if_stopped();
    for (; issue != u.issues.end() && issue->day == t; ++issue) shares[issue->constituent] *= issue->growth;
    for (std::size_t n = 0; n < N; ++n) {
      const double cap = u.data.cap[t * N + n];
      if (cap > 0.0) row(t, n, std::floor(cap / shares[n] * 1e4 + 0.5) / 1e4);
    }
  }
}

// A text file written in pieces of about a megabyte.
class text_writer {
 public:
  explicit text_writer(const std::filesystem::path& file) : file_(file), stream_(file, std::ios::binary) {
    if (!stream_) disk_refused(file_, std::strerror(errno));
  }
  template <typename... Arguments>
  void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::vformat_to(std::back_inserter(text_), format, fmt::make_format_args(arguments...));
    if (text_.size() > 1000000) flush();
  }
  void close() {
    flush();
    stream_.close();
    if (!stream_) disk_refused(file_, std::strerror(errno));
  }

 private:
  void flush() {
    stream_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    if (!stream_) disk_refused(file_, std::strerror(errno));
    text_.clear();
  }
  std::filesystem::path file_;
  std::ofstream stream_;
  std::string text_;
};

// Parquet rows, collected and written one row group at a time.
class row_group_writer {
 public:
  row_group_writer(const universe& u, const std::filesystem::path& file, std::int64_t rows)
      : u_(u), file_(file), rows_(rows) {
    arrow::StringBuilder symbols;
    check(symbols.AppendValues(u.data.symbols));
    symbols_ = value(symbols.Finish());
    // A dictionary in memory only: what readers find in the file is text.
    schema_ = arrow::schema({arrow::field("date", arrow::date32(), false),
                             arrow::field("symbol", arrow::dictionary(arrow::int32(), arrow::utf8()), false),
                             arrow::field("close", arrow::float64(), false),
                             arrow::field("return", arrow::float64()),
                             arrow::field("market_cap", arrow::int64(), false)});
    stream_ = value(arrow::io::FileOutputStream::Open(file.string()));
    parquet::WriterProperties::Builder properties;
    if (arrow::util::Codec::IsAvailable(arrow::Compression::ZSTD))
      properties.compression(arrow::Compression::ZSTD);
    properties.max_row_group_length(rows);
    writer_ = value(parquet::arrow::FileWriter::Open(*schema_, arrow::default_memory_pool(), stream_,
                                                     properties.build()));
  }

  void add(std::size_t t, std::size_t n, double close) {
    const std::size_t cell = t * u_.data.constituents() + n;
    const double ret = u_.data.ret[cell];
    check(date_.Append(to_days(u_.data.dates[t])));
    check(symbol_.Append(static_cast<std::int32_t>(n)));
    check(close_.Append(close));
    check(std::isnan(ret) ? return_.AppendNull() : return_.Append(ret));
    check(cap_.Append(static_cast<std::int64_t>(u_.data.cap[cell])));
    if (date_.length() == rows_) flush();
  }

  void close() {
    flush();
    check(writer_->Close());
    check(stream_->Close());
  }

 private:
  void check(const arrow::Status& status) const {
    if (!status.ok()) disk_refused(file_, status.ToString());
  }
  template <typename T>
  T value(arrow::Result<T> result) const {
    check(result.status());
    return std::move(result).ValueUnsafe();
  }
  void flush() {
    if (date_.length() == 0) return;
    const auto symbol = value(arrow::DictionaryArray::FromArrays(value(symbol_.Finish()), symbols_));
    const auto table = arrow::Table::Make(schema_, {value(date_.Finish()), symbol, value(close_.Finish()),
                                                    value(return_.Finish()), value(cap_.Finish())});
    check(writer_->WriteTable(*table, rows_));
  }

  const universe& u_;
  std::filesystem::path file_;
  std::int64_t rows_;
  std::shared_ptr<arrow::Array> symbols_;
  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<arrow::io::FileOutputStream> stream_;
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  arrow::Date32Builder date_;
  arrow::Int32Builder symbol_;
  arrow::DoubleBuilder close_;
  arrow::DoubleBuilder return_;
  arrow::Int64Builder cap_;
};

}  // namespace

void write_panel_parquet(const universe& u, const std::filesystem::path& file, std::int64_t row_group_rows) {
  row_group_writer out(u, file, row_group_rows);
  for_each_row(u, [&](std::size_t t, std::size_t n, double close) { out.add(t, n, close); });
  out.close();
}

void write_panel_csv(const universe& u, const std::filesystem::path& file) {
  const std::size_t N = u.data.constituents();
  std::vector<std::string> dates;
  for (const date d : u.data.dates) dates.push_back(to_iso(d));
  text_writer out(file);
  out.add("date,symbol,close,return,market_cap\n");
  for_each_row(u, [&](std::size_t t, std::size_t n, double close) {
    const double ret = u.data.ret[t * N + n];
    out.add("{},{},{},", dates[t], u.data.symbols[n], close);
    if (!std::isnan(ret)) out.add("{}", ret);
    out.add(",{}\n", static_cast<std::int64_t>(u.data.cap[t * N + n]));
  });
  out.close();
}

void write_constituents_csv(const universe& u, const std::filesystem::path& file) {
  text_writer out(file);
  out.add("symbol,issuer,name,sector,industry,country\n");
  for (const constituent_label& c : u.labels) {
    out.add("{},{},{},{},{},{}\n", c.symbol, c.issuer, c.name, c.sector, c.industry, c.country);
  }
  out.close();
}

void write_volatility_csv(const universe& u, const std::filesystem::path& file) {
  text_writer out(file);
  out.add("date,close\n");
  for (std::size_t v = 0; v < u.volatility.size(); ++v) {
    out.add("{},{:.2f}\n", to_iso(u.volatility_dates[v]), u.volatility[v]);
  }
  out.close();
}

}  // namespace topheavy
