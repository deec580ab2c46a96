// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/arrow_columns.h"
#include "host/data/arrow_sources.h"
#include "host/data/panel_reader.h"
#include "host/data/table_file.h"
#include "tests/host/data_tables.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <limits>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <arrow/api.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

// One panel, whatever the format, the types and the order of its rows.
namespace topheavy::tests {
namespace {

std::vector<std::uint64_t> bits(const std::vector<double>& values) {
  std::vector<std::uint64_t> result;
  for (const double v : values) result.push_back(std::bit_cast<std::uint64_t>(v));
  return result;
}

void expect_same(const panel_input& a, const panel_input& b) {
  EXPECT_EQ(a.data.dates, b.data.dates);
  EXPECT_EQ(a.data.symbols, b.data.symbols);
  EXPECT_EQ(bits(a.data.cap), bits(b.data.cap));
  EXPECT_EQ(bits(a.data.ret), bits(b.data.ret));
  EXPECT_EQ(a.quality.rows, b.quality.rows);
  EXPECT_EQ(a.quality.rows_outside, b.quality.rows_outside);
  EXPECT_EQ(a.quality.rows_dropped, b.quality.rows_dropped);
  EXPECT_EQ(a.quality.days, b.quality.days);
  EXPECT_EQ(a.quality.constituents, b.quality.constituents);
}

// Numbers that need all their digits, rows that break every rule, tickers that look like something else.
std::vector<panel_row> awkward_rows() {
  std::vector<panel_row> rows;
  const std::vector<std::string> tickers{"NA",  "NAN",  "ON",  "NO", "Y",    "TRUE",
                                         "1E5", "NULL", "007", "-",  "BRK.B"};
  std::uint64_t state = 1;
  const auto next = [&state] {  // a linear congruence is random enough here
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state >> 11) * 0x1p-53;
  };
  for (int t = 1; t <= 9; ++t) {
    for (const std::string& ticker : tickers) {
      if (next() < 0.2) continue;
      panel_row row{fmt::format("2024-01-{:02}", t), ticker, 1e12 * next(), 0.2 * next() - 0.1};
      const double kind = next();
      if (kind < 0.05) row.market_cap = std::nullopt;
      if (kind > 0.05 && kind < 0.1) row.value = std::nullopt;
      if (kind > 0.1 && kind < 0.15) row.value = 30.0 * next();
      if (kind > 0.15 && kind < 0.2) row.value = -1.0;
      rows.push_back(row);
      if (kind > 0.9) rows.push_back(row);
    }
  }
  rows.push_back({"2024-01-10", "ON", std::numeric_limits<double>::infinity(), 0.1});
  rows.push_back({"2024-01-10", "Y", 1e-300, std::numeric_limits<double>::infinity()});
  rows.push_back({"2024-01-10", "NO", std::numeric_limits<double>::quiet_NaN(), 0.1});
  rows.push_back({"2024-01-10", "NA", 5e-324, std::numeric_limits<double>::quiet_NaN()});
  return rows;
}

class data_formats : public testing::Test {
 protected:
  panel_input read(const std::filesystem::path& path) { return read_panel(lenient(path), std::nullopt); }
  panel_input read_csv(std::string_view text) { return read(write_text(folder.file("panel.csv"), text)); }
  panel_input read_columns(const std::vector<column>& columns) {
    return read(write_parquet(folder.file("panel.parquet"), *table_of(columns)));
  }
  temporary_folder folder;
};

TEST_F(data_formats, parquet_csv_and_gzip_give_the_same_bits) {
  for (const char* value_column : {"return", "close"}) {
    const auto rows = awkward_rows();
    const auto parquet = read(write_parquet(folder.file("panel.parquet"), *table_of(rows, value_column)));
    const std::string csv = csv_of(rows, value_column);
    expect_same(read(write_text(folder.file("panel.csv"), csv)), parquet);
    expect_same(read(write_gzip(folder.file("panel.csv.gz"), csv)), parquet);
    EXPECT_GT(parquet.quality.rows_dropped.at("bad_cap"), 2);
    EXPECT_EQ(parquet.quality.rows_dropped.at("bad_return") > 0, value_column == std::string("return"));
    EXPECT_GT(parquet.quality.rows_dropped.at("missing_return"), 0);
    EXPECT_GT(parquet.quality.rows_dropped.at("extreme_return"), 0);
    EXPECT_GT(parquet.quality.rows_dropped.at("duplicate"), 0);
  }
}

TEST_F(data_formats, the_format_is_told_by_content_not_by_name) {
  const auto rows = awkward_rows();
  const auto expected = read(write_text(folder.file("panel.csv"), csv_of(rows)));
  expect_same(read(write_parquet(folder.file("a.csv"), *table_of(rows))), expected);
  expect_same(read(write_gzip(folder.file("b.parquet"), csv_of(rows))), expected);
  expect_same(read(write_text(folder.file("c.gz"), csv_of(rows))), expected);
}

TEST_F(data_formats, row_groups_and_threads_never_change_a_bit) {
  const auto rows = awkward_rows();
  const auto expected = read(write_parquet(folder.file("panel.parquet"), *table_of(rows)));
  const tbb::global_control enough(tbb::global_control::max_allowed_parallelism, 7);
  for (const int row_group_rows : {1, 2, 7, 50, 1000}) {
    const auto path = write_parquet(folder.file("groups.parquet"), *table_of(rows), row_group_rows);
    for (const int threads : {1, 2, 7}) {
      tbb::task_arena(threads).execute([&] { expect_same(read(path), expected); });
    }
  }
}

TEST_F(data_formats, the_order_of_rows_never_changes_a_bit) {
  for (const char* value_column : {"return", "close"}) {
    auto rows = awkward_rows();
    const auto expected = read(write_parquet(folder.file("panel.parquet"), *table_of(rows, value_column)));
    for (std::size_t round = 0; round < 5; ++round) {
      for (std::size_t i = rows.size() - 1; i > 0; --i)
        std::swap(rows[i], rows[(i * 7919 + round * 104729) % (i + 1)]);
      const auto parquet = write_parquet(folder.file("shuffled.parquet"), *table_of(rows, value_column), 11);
      expect_same(read(parquet), expected);
      expect_same(read(write_text(folder.file("shuffled.csv"), csv_of(rows, value_column))), expected);
    }
  }
}

TEST_F(data_formats, tickers_are_text) {
  const auto p = read_csv(
      "date,symbol,market_cap,return\n2024-01-02,NA,1,0\n2024-01-02,NULL,1,0\n2024-01-02,TRUE,1,0\n2024-01-"
      "02,ON,1,0\n"
      "2024-01-02,1E5,1,0\n2024-01-02,NAN,1,0\n2024-01-02,null,1,0\n2024-01-02,nan,1,0\n2024-01-02,#N/A,1,0\n"
      "2024-01-02,007,1,0\n2024-01-02,\"a,b\",1,0\n");
  EXPECT_EQ(p.data.symbols, (std::vector<std::string>{"#N/A", "007", "1E5", "NA", "NAN", "NULL", "ON", "TRUE",
                                                      "a,b", "nan", "null"}));
}

TEST_F(data_formats, csv_is_read_in_its_usual_dialects) {
  const auto expected =
      read_csv("date,symbol,market_cap,return\n2024-01-02,A,1,0.5\n2024-01-03,\"B\",2e3,\n");
  expect_same(read_csv("\xef\xbb\xbf"
                       "date,symbol,market_cap,return\r\n2024-01-02,A,1,0.5\r\n\r\n2024-01-03,B,2000.0,NA"),
              expected);
  expect_same(
      read_csv("name,return,x,market_cap,symbol,date\n\"Alpha, Inc\",0.5,abc,1,A,2024-01-02T16:00:00\n"
               "\"Be\nta\",NaN,,2000,B,2024-01-03 09:30\n"),
      expected);
  for (const char* missing : {"", "NA", "NaN", "nan", "NULL", "null", "N/A"}) {
    expect_same(read_csv(fmt::format(
                    "date,symbol,market_cap,return\n2024-01-02,A,1,0.5\n2024-01-03,B,2000,{}\n", missing)),
                expected);
  }
}

TEST_F(data_formats, a_csv_of_many_blocks_is_read_whole_and_its_rows_are_named) {
  std::string text = "date,symbol,market_cap,return\n";
  const std::size_t rows = 460'000;  // three blocks and some
  for (std::size_t i = 0; i < rows; ++i) {
    text += fmt::format("20{:02}-{:02}-{:02},SYMBOL{},1.5,0.25\n", i % 25, i % 12 + 1, i % 28 + 1, i % 997);
  }
  ASSERT_GT(text.size(), std::size_t{13} << 20);
  auto data = lenient(write_text(folder.file("panel.csv"), text));
  const auto p = read_panel(data, std::nullopt);
  EXPECT_EQ(p.quality.rows, static_cast<std::int64_t>(rows));
  EXPECT_EQ(p.quality.constituents, 997);
  std::size_t row = text.find('\n', text.size() - 1000) + 1;
  const auto number = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(row), '\n');
  std::string broken = text;
  broken.replace(row, 10, "2024-13-01");
  expect_error(error_class::data, {fmt::format("panel.csv: row {}, column 'date': '2024-13-01'", number)},
               [&] { read_csv(broken); });
  broken = text;
  broken.replace(broken.find("1.5", row), 3, "1,5");
  expect_error(error_class::data,
               {fmt::format("panel.csv: row {}: 5 cells, and the header has 4 columns", number)},
               [&] { read_csv(broken); });
  broken.replace(broken.find("1,5", row), 3, "1x5");
  expect_error(error_class::data, {fmt::format("panel.csv: row {}, column 'market_cap': ", number), "'1x5'"},
               [&] { read_csv(broken); });
}

// Blocks are cut at ends of lines, which a quoted text may hold many of.
TEST_F(data_formats, a_csv_may_have_line_ends_in_quotes) {
  std::string text = "name,date,symbol,market_cap,return\n";
  const std::string name = '"' + std::string(500, '\n') + '"';
  const int rows = 20'000;
  for (int i = 0; i < rows; ++i) text += fmt::format("{},2024-01-02,S{},1.5,0.25\n", name, i);
  EXPECT_EQ(read_csv(text).quality.constituents, rows);
}

// A row may be longer than the blocks of a small file, but not without end, as it is where a quote is not closed.
TEST_F(data_formats, a_csv_row_may_be_long_but_has_an_end) {
  const std::string header = "name,date,symbol,market_cap,return\n";
  const std::string row = ",2024-01-02,A,1.5,0.25\n";
  const std::string other = "short,2024-01-03,A,1.5,0.25\n";
  const auto expected = read_csv(header + "x" + row + other);
  expect_same(read_csv(header + std::string(1'900'000, 'x') + row + other), expected);
  expect_same(read_csv(header + '"' + std::string(1'900'000, '\n') + '"' + row + other), expected);
  const std::string open_quote = '"' + std::string(6'000'000, 'x');
  expect_error(error_class::data, {"panel.csv: row 2: longer than 2 MiB", "quote not closed"},
               [&] { read_csv(header + "x" + row + open_quote + row + other); });
  expect_error(error_class::data, {"panel.csv: the header is longer than 2 MiB"},
               [&] { read_csv(open_quote + header + row); });
}

// A quote inside a text opens nothing.
TEST_F(data_formats, a_csv_may_have_single_quotes_and_ends_of_lines_in_texts) {
  std::string text = "name,date,symbol,market_cap,return\n";
  const int rows = 40'000;  // some blocks
  for (int i = 0; i < rows; ++i) {
    text += fmt::format("{},2024-01-02,S{},1.5,0.25\n",
                        i % 2 == 0 ? "5\" pipes" : "\"say \"\"ten\"\",\r\nor more\"", i);
  }
  EXPECT_EQ(read_csv(text).quality.constituents, rows);
}

TEST_F(data_formats, blocks_come_in_the_order_of_the_file) {
  std::vector<panel_row> rows(2'000, {"2024-01-02", "A", 1, 0.1});
  const auto path = write_parquet(folder.file("panel.parquet"), *table_of(rows), 1);
  const tbb::global_control enough(tbb::global_control::max_allowed_parallelism, 7);
  tbb::task_arena(7).execute([&] {
    std::int64_t expected = 0;
    table_file(path).read({{"date", column_kind::day}}, [&](const table_block& block) {
      EXPECT_EQ(block.first_row, expected);
      expected += static_cast<std::int64_t>(block.rows);
    });
    EXPECT_EQ(expected, 2'000);
  });
}

TEST_F(data_formats, of_several_faults_the_first_in_the_file_is_named) {
  std::vector<panel_row> rows;
  for (int i = 0; i < 200; ++i)
    rows.push_back({i < 100 ? "2024-01-02" : "never", fmt::format("S{}", i), 1, 0.1});
  const auto path = write_parquet(folder.file("panel.parquet"), *table_of(rows), 1);
  const tbb::global_control enough(tbb::global_control::max_allowed_parallelism, 7);
  for (int round = 0; round < 20; ++round) {
    expect_error(error_class::data, {"row 101, column 'date': 'never'"},
                 [&] { tbb::task_arena(7).execute([&] { read(path); }); });
  }
}

std::vector<column> typed(const std::shared_ptr<arrow::DataType>& date_type, const std::string& dates,
                          const std::shared_ptr<arrow::DataType>& number_type = arrow::int64(),
                          const std::string& caps = "[1, 2]",
                          const std::shared_ptr<arrow::DataType>& symbol_type = arrow::utf8()) {
  return {{"date", date_type, dates},
          {"symbol", symbol_type, R"(["NA", "TRUE"])"},
          {"market_cap", number_type, caps},
          {"return", arrow::float64(), "[0.5, 0.25]"}};
}

TEST_F(data_formats, accepts_dates_of_every_type) {
  const auto expected =
      read_csv("date,symbol,market_cap,return\n2024-01-02,NA,1,0.5\n1969-12-31,TRUE,2,0.25\n");
  const std::string iso = R"(["2024-01-02", "1969-12-31"])";
  const std::string times = R"(["2024-01-02T16:30:00", "1969-12-31T23:59:59"])";
  expect_same(read_columns(typed(arrow::date32(), "[19724, -1]")), expected);
  expect_same(read_columns(typed(arrow::date64(), "[1704153600000, -86400000]")), expected);
  for (const auto unit :
       {arrow::TimeUnit::SECOND, arrow::TimeUnit::MILLI, arrow::TimeUnit::MICRO, arrow::TimeUnit::NANO}) {
    expect_same(read_columns(typed(arrow::timestamp(unit), times)), expected);
    expect_same(read_columns(typed(arrow::timestamp(unit, "UTC"),
                                   R"(["2024-01-02T00:00:00Z", "1969-12-31T23:00:00Z"])")),
                expected);
  }
  for (const auto& type : {arrow::utf8(), arrow::large_utf8(), arrow::utf8_view()}) {
    expect_same(read_columns(typed(type, iso)), expected);
  }
  expect_same(read_columns(typed(arrow::dictionary(arrow::int16(), arrow::utf8()), iso)), expected);
}

TEST_F(data_formats, accepts_symbols_of_every_text_type) {
  const auto expected =
      read_csv("date,symbol,market_cap,return\n2024-01-02,NA,1,0.5\n1969-12-31,TRUE,2,0.25\n");
  for (const auto& text : {arrow::utf8(), arrow::large_utf8(), arrow::utf8_view()}) {
    expect_same(read_columns(typed(arrow::date32(), "[19724, -1]", arrow::int64(), "[1, 2]", text)),
                expected);
  }
  std::vector<std::shared_ptr<arrow::DataType>> indices{arrow::int8(), arrow::int16(), arrow::int32(),
                                                        arrow::int64()};
  if (ARROW_VERSION_MAJOR >= 26) {  // Arrow 24 itself does not read back dictionaries with unsigned codes
    indices.insert(indices.end(), {arrow::uint8(), arrow::uint16(), arrow::uint32()});
  }
  for (const auto& index : indices) {
    const auto type = arrow::dictionary(index, arrow::utf8());
    expect_same(read_columns(typed(arrow::date32(), "[19724, -1]", arrow::int64(), "[1, 2]", type)),
                expected);
  }
  const auto large = arrow::dictionary(arrow::int32(), arrow::large_utf8());
  expect_same(read_columns(typed(arrow::date32(), "[19724, -1]", arrow::int64(), "[1, 2]", large)), expected);
}

TEST_F(data_formats, accepts_numbers_of_every_type) {
  const std::string csv = "date,symbol,market_cap,return\n2024-01-02,NA,{},0.5\n1969-12-31,TRUE,,0.25\n";
  const auto expected =
      read_csv("date,symbol,market_cap,return\n2024-01-02,NA,100,0.5\n1969-12-31,TRUE,,0.25\n");
  for (const auto& type :
       {arrow::int8(), arrow::int16(), arrow::int32(), arrow::int64(), arrow::uint8(), arrow::uint16(),
        arrow::uint32(), arrow::uint64(), arrow::float16(), arrow::float32(), arrow::float64()}) {
    SCOPED_TRACE(type->ToString());
    expect_same(read_columns(typed(arrow::date32(), "[19724, -1]", type, "[100, null]")), expected);
  }
  const auto cents =
      read_csv("date,symbol,market_cap,return\n2024-01-02,NA,1234.5,0.5\n1969-12-31,TRUE,,0.25\n");
  for (const auto& type : {arrow::decimal128(12, 2), arrow::decimal256(50, 2)}) {
    SCOPED_TRACE(type->ToString());
    expect_same(read_columns(typed(arrow::date32(), "[19724, -1]", type, R"(["1234.50", null])")), cents);
  }
}

// Entries of a dictionary that no row uses are not there: not as a constituent, nor as a bad date.
TEST_F(data_formats, ignores_unused_entries_of_dictionaries) {
  const auto type = arrow::dictionary(arrow::int32(), arrow::utf8());
  const auto dictionary = [](std::vector<std::string> texts) {
    arrow::StringBuilder builder;
    EXPECT_TRUE(builder.AppendValues(texts).ok());
    return *builder.Finish();
  };
  arrow::Int32Builder index;
  EXPECT_TRUE(index.Append(1).ok());
  const auto second = *index.Finish();
  const auto dates = *arrow::DictionaryArray::FromArrays(type, second, dictionary({"never", "2024-01-02"}));
  const auto symbols = *arrow::DictionaryArray::FromArrays(type, second, dictionary({"", "A", "B"}));
  auto table = table_of({{"market_cap", arrow::int64(), "[1]"}, {"return", arrow::float64(), "[0.5]"}});
  table = *table->AddColumn(0, arrow::field("date", type), std::make_shared<arrow::ChunkedArray>(dates));
  table = *table->AddColumn(1, arrow::field("symbol", type), std::make_shared<arrow::ChunkedArray>(symbols));
  const auto p = read(write_parquet(folder.file("panel.parquet"), *table));
  EXPECT_EQ(p.data.symbols, (std::vector<std::string>{"A"}));
}

// A row group may come in chunks with a dictionary each.
TEST_F(data_formats, every_chunk_is_read_by_its_own_dictionary) {
  const auto type = arrow::dictionary(arrow::int32(), arrow::utf8());
  const auto one = table_of({{"symbol", type, R"(["B", "A", null])"}})->column(0)->chunk(0);
  const auto other = table_of({{"symbol", type, R"(["C", "B", "A"])"}})->column(0)->chunk(0);
  plain_column column({"symbol", column_kind::text}, "panel.parquet", 0);
  for (const auto& chunk : {one, other, one}) column.append(*chunk);
  const column_values values = column.take();
  std::vector<std::string> texts;
  for (const std::int32_t code : values.codes)
    texts.push_back(values.texts.at(static_cast<std::size_t>(code)));
  EXPECT_EQ(texts, (std::vector<std::string>{"B", "A", "", "C", "B", "A", "B", "A", ""}));
}

TEST_F(data_formats, refuses_codes_beyond_the_dictionary) {
  const auto type = arrow::dictionary(arrow::int32(), arrow::utf8());
  const auto words = table_of({{"words", arrow::utf8(), R"(["A", "B"])"}})->column(0)->chunk(0);
  for (const char* codes : {"[0, 2]", "[0, -1]"}) {
    const auto indices = table_of({{"codes", arrow::int32(), codes}})->column(0)->chunk(0);
    plain_column column({"symbol", column_kind::text}, "panel.parquet", 0);
    try {
      column.append(arrow::DictionaryArray(type, indices, words));
      FAIL() << codes;
    } catch (const cell_fault& fault) {
      EXPECT_EQ(fault.row, 1);
      EXPECT_EQ(fault.column, "symbol");
      EXPECT_NE(fault.complaint.find("damaged"), std::string::npos);
    }
  }
}

TEST_F(data_formats, refuses_columns_of_other_types) {
  const auto refused = [&](const std::vector<column>& columns, const std::vector<std::string>& parts) {
    expect_error(error_class::data, parts, [&] { read_columns(columns); });
  };
  const std::string iso = R"(["2024-01-02", "2024-01-03"])";
  refused(typed(arrow::int64(), "[20240102, 20240103]"),
          {"panel.parquet: column 'date' has the type int64; allowed: date"});
  refused(typed(arrow::timestamp(arrow::TimeUnit::MICRO, "America/New_York"),
                R"(["2024-01-02T00:00:00Z", "2024-01-03T00:00:00Z"])"),
          {"panel.parquet: column 'date'", "America/New_York", "ambiguous"});
  refused(typed(arrow::utf8(), iso, arrow::utf8(), R"(["1", "2"])"),
          {"column 'market_cap' has the type string; allowed"});
  refused(typed(arrow::utf8(), iso, arrow::boolean(), "[true, false]"),
          {"column 'market_cap' has the type bool"});
  refused(typed(arrow::utf8(), iso, arrow::list(arrow::int64()), "[[1], [2]]"),
          {"column 'market_cap' is nested"});
  auto numbered = typed(arrow::utf8(), iso);
  numbered[1] = {"symbol", arrow::int64(), "[1, 2]"};
  refused(numbered, {"column 'symbol' has the type int64; allowed: text"});
}

TEST_F(data_formats, refuses_missing_cells_of_date_and_symbol) {
  auto columns = typed(arrow::date32(), "[19724, null]");
  expect_error(error_class::data, {"row 2, column 'date': the date is missing"},
               [&] { read_columns(columns); });
  for (const auto& type : {arrow::utf8(), arrow::dictionary(arrow::int32(), arrow::utf8())}) {
    columns = typed(arrow::date32(), "[19724, 19725]");
    columns[1] = {"symbol", type, R"(["A", null])"};
    expect_error(error_class::data, {"row 2, column 'symbol': the symbol is missing"},
                 [&] { read_columns(columns); });
  }
  expect_error(error_class::data, {"panel.csv: row 2, column 'symbol': the symbol is missing"},
               [&] { read_csv("date,symbol,market_cap,return\n2024-01-02,A,1,0\n2024-01-02,,1,0\n"); });
}

TEST_F(data_formats, refuses_missing_columns_and_says_what_is_there) {
  expect_error(
      error_class::data,
      {"panel.csv: column 'market_cap' is missing (did you mean 'Market Cap'?)",
       "panel.csv: column 'return' or 'close' is missing", "the columns are: date, symbol, Market Cap"},
      [&] { read_csv("date,symbol,Market Cap\n2024-01-02,A,1\n"); });
  expect_error(error_class::data, {"only the comma separates"},
               [&] { read_csv("date;symbol;market_cap;return\n2024-01-02;A;1;0,5\n"); });
  expect_error(error_class::data, {"panel.csv: there are several columns 'return'"},
               [&] { read_csv("date,symbol,market_cap,return,return\n2024-01-02,A,1,0.5,0.5\n"); });
}

TEST_F(data_formats, refuses_broken_files) {
  const auto refused = [&](const std::filesystem::path& path, const std::vector<std::string>& parts) {
    expect_error(error_class::data, parts, [&] { read(path); });
  };
  refused(folder.file("absent.parquet"), {"absent.parquet: "});
  refused(folder.file(""), {"directory"});
  refused(write_text(folder.file("empty.csv"), ""), {"empty.csv: the file is empty"});
  refused(write_text(folder.file("header.csv"), "date,symbol,market_cap,return"),
          {"header.csv: the table has no rows"});
  refused(write_text(folder.file("header.csv"), "date,symbol,market_cap,return\n"),
          {"header.csv: the table has no rows"});
  refused(write_text(folder.file("blank.csv"), "\n\n"), {"blank.csv: the table has no rows"});
  refused(write_text(folder.file("zip.csv"), std::string_view("PK\x03\x04\0\0", 6)),
          {"zip.csv: neither Parquet"});
  refused(write_text(folder.file("latin.csv"), "date,symbol,market_cap,return\n2024-01-02,\xe9,1,0\n"),
          {"latin.csv: row 1, column 'symbol': not UTF-8"});
  const auto cut = [&](const std::filesystem::path& path, double share) {
    std::filesystem::resize_file(
        path, static_cast<std::uintmax_t>(static_cast<double>(std::filesystem::file_size(path)) * share));
    return path;
  };
  const auto rows = awkward_rows();
  for (const double share : {0.1, 0.5, 0.99}) {
    refused(cut(write_parquet(folder.file("cut.parquet"), *table_of(rows)), share), {"cut.parquet: "});
    refused(cut(write_gzip(folder.file("cut.csv.gz"), csv_of(rows)), share), {"cut.csv.gz: "});
  }
  refused(write_text(folder.file("cut.csv"), "date,symbol,market_cap,return\n2024-01-02,A,1,0\n2024-01-02,B"),
          {"cut.csv: row 2: 2 cells, and the header has 4 columns"});
}

}  // namespace
}  // namespace topheavy::tests
