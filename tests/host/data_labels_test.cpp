// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/constituents.h"
#include "host/data/volatility.h"
#include "tests/host/data_tables.h"

#include <cmath>
#include <limits>

#include <arrow/api.h>
#include <gtest/gtest.h>

// The tables beside the panel: constituents and the volatility index.
namespace topheavy::tests {
namespace {

using texts = std::vector<std::string>;

date day(const char* text) { return *parse_date(text); }

std::vector<date> days(const std::vector<const char*>& isos) {
  std::vector<date> result;
  for (const char* iso : isos) result.push_back(day(iso));
  return result;
}

class data_constituents : public testing::Test {
 protected:
  constituents_table read_csv(std::string_view text) {
    return read_constituents(write_text(folder.file("constituents.csv"), text));
  }
  static panel panel_of(texts symbols) {
    panel p;
    p.symbols = std::move(symbols);
    return p;
  }
  temporary_folder folder;
};

TEST_F(data_constituents, are_sorted_and_every_other_column_is_a_label) {
  const auto table = read_csv(
      "country,symbol,sector,ipo_year,name\nUS,NULL,Tech,2004,\"Null, "
      "Inc\nB\"\nDE,NA,,,Nordic\nUS,1E5,NA,1999,NULL\n");
  EXPECT_EQ(table.symbols, (texts{"1E5", "NA", "NULL"}));
  EXPECT_EQ(table.labels.size(), 4U);
  EXPECT_EQ(table.labels.at("sector"), (texts{"NA", "", "Tech"}));
  EXPECT_EQ(table.labels.at("ipo_year"), (texts{"1999", "", "2004"}));
  EXPECT_EQ(table.labels.at("name"), (texts{"NULL", "Nordic", "Null, Inc\nB"}));
  EXPECT_EQ(table.labels.at("country"), (texts{"US", "DE", "US"}));
}

TEST_F(data_constituents, labels_of_other_types_become_text) {
  const auto table =
      table_of({{"symbol", arrow::large_utf8(), R"(["B", "A"])"},
                {"sector", arrow::dictionary(arrow::int8(), arrow::utf8()), R"([null, "Tech"])"},
                {"ipo_year", arrow::int32(), "[2004, null]"},
                {"listed", arrow::date32(), "[19724, 0]"},
                {"is_adr", arrow::boolean(), "[true, false]"}});
  const auto read = read_constituents(write_parquet(folder.file("constituents.parquet"), *table));
  EXPECT_EQ(read.symbols, (texts{"A", "B"}));
  EXPECT_EQ(read.labels.at("sector"), (texts{"Tech", ""}));
  EXPECT_EQ(read.labels.at("ipo_year"), (texts{"", "2004"}));
  EXPECT_EQ(read.labels.at("listed"), (texts{"1970-01-01", "2024-01-02"}));
  EXPECT_EQ(read.labels.at("is_adr"), (texts{"false", "true"}));
}

TEST_F(data_constituents, identical_rows_are_one_and_different_rows_are_refused) {
  EXPECT_EQ(read_csv("symbol,sector,x\nA,Tech,1\nB,,\nA,Tech,1\nA,Tech,1\n").symbols, (texts{"A", "B"}));
  expect_error(error_class::data, {"constituents.csv: different rows of symbol 'A': x is '' and '1'"},
               [&] { read_csv("symbol,sector,x\nA,Tech,1\nB,,\nA,Tech,\n"); });
}

TEST_F(data_constituents, what_is_missing_is_refused) {
  expect_error(error_class::data, {"constituents.csv: column 'sector' is missing (did you mean 'Sector'?)"},
               [&] { read_csv("symbol,Sector\nA,Tech\n"); });
  expect_error(error_class::data, {"constituents.csv: row 2, column 'symbol': the symbol is missing"},
               [&] { read_csv("symbol,sector\nA,Tech\n,Tech\n"); });
  expect_error(error_class::data, {"constituents.csv: the table has no rows"},
               [&] { read_csv("symbol,sector\n"); });
}

TEST_F(data_constituents, classify_the_panel) {
  const auto table = read_csv(
      "symbol,sector,issuer,name,country\nGOOG,Tech,Alphabet,Alphabet C,US\nZZZ,Energy,Z,Z,US\n"
      "GOOGL,Tech,Alphabet,Alphabet A,\nNA,,,,NO\n");
  data_quality quality;
  const auto c = classify(panel_of({"GOOG", "GOOGL", "NA", "NEW"}), table, quality);
  EXPECT_EQ(c.sector, (texts{"Tech", "Tech", "Unclassified", "Unclassified"}));
  EXPECT_EQ(c.issuer, (texts{"Alphabet", "Alphabet", "NA", "NEW"}));
  EXPECT_EQ(c.name, (texts{"Alphabet C", "Alphabet A", "NA", "NEW"}));
  EXPECT_EQ(c.labels.at("country"), (texts{"US", "", "NO", ""}));
  EXPECT_EQ(c.labels.at("sector"), c.sector);
  EXPECT_EQ(c.labels.at("issuer"), c.issuer);
  EXPECT_EQ(quality.rows_dropped.at("unclassified"), 1);  // NA has a row, though an empty one
  EXPECT_EQ(quality.issuers, 3);
}

TEST_F(data_constituents, without_a_table_or_its_optional_columns) {
  data_quality quality;
  auto c = classify(panel_of({"A", "B"}), {}, quality);
  EXPECT_EQ(c.sector, (texts{"Unclassified", "Unclassified"}));
  EXPECT_EQ(c.issuer, (texts{"A", "B"}));
  EXPECT_EQ(c.name, (texts{"A", "B"}));
  EXPECT_EQ(quality.rows_dropped.at("unclassified"), 2);
  EXPECT_EQ(quality.issuers, 2);
  c = classify(panel_of({"A", "B"}), read_csv("sector,symbol\nTech,B\n"), quality);
  EXPECT_EQ(c.sector, (texts{"Unclassified", "Tech"}));
  EXPECT_EQ(c.issuer, (texts{"A", "B"}));
  EXPECT_EQ(quality.rows_dropped.at("unclassified"), 1);
}

class data_volatility : public testing::Test {
 protected:
  volatility_series read_csv(std::string_view text) {
    return read_volatility(write_text(folder.file("vix.csv"), text));
  }
  temporary_folder folder;
};

TEST_F(data_volatility, is_sorted_and_bad_rows_are_counted) {
  const auto v = read_csv(
      "date,close\n2024-01-05,13.5\n2024-01-02,0\n2024-01-03,-1\n2024-01-04,14\n2024-01-08,\n"
      "2024-01-05,13.5\n2024-01-09,inf\n2024-01-10,nan\n");
  EXPECT_EQ(v.dates, days({"2024-01-04", "2024-01-05"}));
  EXPECT_EQ(v.close, (std::vector<double>{14, 13.5}));
  EXPECT_EQ(v.bad_rows, 5);
}

TEST_F(data_volatility, refuses_what_makes_no_series) {
  expect_error(error_class::data, {"vix.csv: different rows of 2024-01-05: close is 13 and 14"},
               [&] { read_csv("date,close\n2024-01-05,14\n2024-01-05,13\n"); });
  expect_error(error_class::data, {"vix.csv: the table has no rows"}, [&] { read_csv("date,close\n"); });
  expect_error(error_class::data, {"vix.csv: none of 2 rows has a close above 0"},
               [&] { read_csv("date,close\n2024-01-05,0\n2024-01-08,NA\n"); });
  expect_error(error_class::data, {"vix.csv: column 'close' is missing"},
               [&] { read_csv("date,vix\n2024-01-05,14\n"); });
  expect_error(error_class::data, {"vix.csv: row 1, column 'date': 2999-01-05 is in the future"},
               [&] { read_csv("date,close\n2999-01-05,14\n"); });
}

TEST_F(data_volatility, a_day_takes_the_last_level_that_is_fresh_enough) {
  const auto v = read_csv("date,close\n2024-01-03,13\n2024-01-05,14\n2024-01-20,15\n");
  const auto levels = join_volatility(
      days({"2024-01-02", "2024-01-03", "2024-01-04", "2024-01-10", "2024-01-11", "2024-01-20"}), v, 5);
  ASSERT_EQ(levels.size(), 6U);
  EXPECT_TRUE(std::isnan(levels[0]));  // never a later one
  EXPECT_EQ(levels[1], 13);
  EXPECT_EQ(levels[2], 13);
  EXPECT_EQ(levels[3], 14);            // five days old
  EXPECT_TRUE(std::isnan(levels[4]));  // six
  EXPECT_EQ(levels[5], 15);
  EXPECT_TRUE(std::isnan(join_volatility(days({"2024-01-04", "2024-01-05"}), v, 0)[0]));
}

TEST_F(data_volatility, refuses_calendars_without_a_common_date) {
  const auto v = read_csv("date,close\n2024-01-03,13\n2024-01-05,14\n");
  expect_error(error_class::data,
               {"vix.csv: no common dates", "from 2024-01-03 to 2024-01-05",
                "the panel from 2024-01-04 to 2024-01-08"},
               [&] { join_volatility(days({"2024-01-04", "2024-01-08"}), v, 5); });
}

TEST_F(data_volatility, finds_the_days_that_the_panel_misses) {
  // 2024-01-06 is a Saturday; levels before the first and after the last panel date say nothing.
  const auto v = read_csv(
      "date,close\n2024-01-02,1\n2024-01-03,1\n2024-01-04,1\n2024-01-05,1\n2024-01-06,1\n2024-01-08,1\n"
      "2024-01-09,1\n2024-01-10,1\n2024-01-11,1\n2024-01-12,1\n");
  const auto panel_dates = days({"2024-01-03", "2024-01-08", "2024-01-09", "2024-01-11"});
  const auto gaps = find_gap_days(panel_dates, v, days({"2024-01-10", "2023-01-01"}));
  EXPECT_EQ(gaps, days({"2024-01-04", "2024-01-05"}));
  EXPECT_EQ(flag_days_after_gap(panel_dates, gaps), (std::vector<char>{0, 1, 0, 0}));
  EXPECT_EQ(find_gap_days(panel_dates, v, {}), days({"2024-01-04", "2024-01-05", "2024-01-10"}));
  EXPECT_EQ(flag_days_after_gap(panel_dates, {}), (std::vector<char>{0, 0, 0, 0}));
}

}  // namespace
}  // namespace topheavy::tests
