// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/panel_reader.h"
#include "tests/host/data_tables.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sys/resource.h>
#include <unistd.h>

#include <arrow/api.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

// The rules of specification section 1 for the panel, one test a rule.
namespace topheavy::tests {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
using counts = std::map<std::string, std::int64_t>;
using symbols = std::vector<std::string>;

date day(const char* text) { return *parse_date(text); }

class data_panel : public testing::Test {
 protected:
  // In Parquet, since a CSV has no row groups and cannot tell NaN from missing.
  data_settings input(const std::vector<panel_row>& rows, const std::string& value_column = "return") {
    return lenient(write_parquet(folder.file("panel.parquet"), *table_of(rows, value_column)));
  }
  panel_input read(const std::vector<panel_row>& rows, const std::string& value_column = "return") {
    return read_panel(input(rows, value_column), std::nullopt);
  }
  static counts dropped(const panel_input& p) {  // only what occurred
    counts c = p.quality.rows_dropped;
    std::erase_if(c, [](const auto& entry) { return entry.second == 0; });
    return c;
  }
  static double cap(const panel_input& p, std::size_t t, std::size_t n) {
    return p.data.cap.at(t * p.data.constituents() + n);
  }
  static double ret(const panel_input& p, std::size_t t, std::size_t n) {
    return p.data.ret.at(t * p.data.constituents() + n);
  }

  temporary_folder folder;
};

TEST_F(data_panel, is_dense_in_canonical_order) {
  const auto p = read({{"2024-01-03", "b", 4, 0.04},
                       {"2024-01-02", "b", 2, 0.02},
                       {"2024-01-03", "B", 3, 0.03},
                       {"2024-01-02", "a", 1, 0.01}});
  EXPECT_EQ(p.data.dates, (std::vector{day("2024-01-02"), day("2024-01-03")}));
  EXPECT_EQ(p.data.symbols, (symbols{"B", "a", "b"}));  // by bytes
  EXPECT_EQ(p.data.cap, (std::vector<double>{0, 1, 2, 3, 0, 4}));
  EXPECT_EQ(ret(p, 0, 1), 0.01);
  EXPECT_EQ(ret(p, 1, 0), 0.03);
  EXPECT_TRUE(std::isnan(ret(p, 0, 0)));
  EXPECT_TRUE(std::isnan(ret(p, 1, 1)));
  EXPECT_EQ(p.quality.rows, 4);
  EXPECT_EQ(p.quality.rows_outside, 0);
  EXPECT_EQ(p.quality.days, 2);
  EXPECT_EQ(p.quality.constituents, 3);
  EXPECT_EQ(p.quality.first_date, day("2024-01-02"));
  EXPECT_EQ(p.quality.last_date, day("2024-01-03"));
  const counts none{{"bad_cap", 0},        {"bad_return", 0},     {"bad_volatility", 0}, {"duplicate", 0},
                    {"extreme_return", 0}, {"missing_return", 0}, {"unclassified", 0}};
  EXPECT_EQ(p.quality.rows_dropped, none);  // every reason is there, at zero
}

TEST_F(data_panel, drops_rows_without_a_usable_cap) {
  const auto p = read({{"2024-01-02", "A", 0, 0.1},
                       {"2024-01-02", "B", -1, 0.1},
                       {"2024-01-02", "C", nan, 0.1},
                       {"2024-01-02", "D", inf, nan},
                       {"2024-01-02", "E", std::nullopt, 0.1},
                       {"2024-01-02", "F", 1, 0.1},
                       {"2024-01-03", "A", 5, 0.1}});
  EXPECT_EQ(dropped(p), (counts{{"bad_cap", 5}}));  // a dropped row is not also return-less
  EXPECT_EQ(p.data.symbols, (symbols{"A", "F"}));   // the others have no row left
  EXPECT_EQ(p.data.cap, (std::vector<double>{0, 1, 5, 0}));
  EXPECT_TRUE(std::isnan(ret(p, 0, 0)));
}

TEST_F(data_panel, leaves_out_days_and_constituents_without_a_row_left) {
  const auto p = read({{"2024-01-01", "A", 0, 0.1},
                       {"2024-01-02", "A", 1, 0.1},
                       {"2024-01-02", "C", 2, 0.2},
                       {"2024-01-03", "A", std::nullopt, 0.1},
                       {"2024-01-03", "B", 0, 0.1},
                       {"2024-01-04", "B", -1, 0.1},
                       {"2024-01-04", "C", 3, 0.3}});
  EXPECT_EQ(p.data.dates, (std::vector{day("2024-01-02"), day("2024-01-04")}));
  EXPECT_EQ(p.data.symbols, (symbols{"A", "C"}));
  EXPECT_EQ(p.data.cap, (std::vector<double>{1, 2, 0, 3}));
  EXPECT_EQ(ret(p, 0, 1), 0.2);
  EXPECT_EQ(ret(p, 1, 1), 0.3);
  EXPECT_EQ(p.quality.days, 2);
  EXPECT_EQ(p.quality.constituents, 2);
  EXPECT_EQ(p.quality.first_date, day("2024-01-02"));
}

TEST_F(data_panel, keeps_the_cap_where_the_return_cannot_be_used) {
  const auto p = read({{"2024-01-02", "A", 1, -1.0},
                       {"2024-01-02", "B", 1, -1.5},
                       {"2024-01-02", "C", 1, inf},
                       {"2024-01-02", "D", 1, -inf},
                       {"2024-01-02", "E", 1, nan},
                       {"2024-01-02", "F", 1, std::nullopt},
                       {"2024-01-02", "G", 1, std::nextafter(3.0, 4.0)},
                       {"2024-01-02", "H", 1, 3.0},
                       {"2024-01-02", "I", 1, std::nextafter(-1.0, 0.0)}});
  EXPECT_EQ(dropped(p), (counts{{"bad_return", 4}, {"missing_return", 2}, {"extreme_return", 1}}));
  EXPECT_EQ(p.data.cap, std::vector<double>(9, 1.0));
  for (std::size_t n = 0; n < 7; ++n) EXPECT_TRUE(std::isnan(ret(p, 0, n))) << n;
  EXPECT_EQ(ret(p, 0, 7), 3.0);  // the limit itself is allowed
  EXPECT_EQ(ret(p, 0, 8), std::nextafter(-1.0, 0.0));
}

TEST_F(data_panel, applies_the_limit_of_returns_to_falls_too) {
  auto data = input({{"2024-01-02", "A", 1, -0.6}, {"2024-01-02", "B", 1, -0.5}});
  data.max_abs_return = 0.5;
  const auto p = read_panel(data, std::nullopt);
  EXPECT_EQ(dropped(p), (counts{{"extreme_return", 1}}));
  EXPECT_EQ(ret(p, 0, 1), -0.5);
}

TEST_F(data_panel, keeps_one_of_identical_rows) {
  const auto p = read({{"2024-01-02", "A", 1, 0.1},
                       {"2024-01-02", "A", 1, 0.1},
                       {"2024-01-02", "A", 1, 0.1},
                       {"2024-01-02", "B", 2, nan},
                       {"2024-01-02", "B", 2, std::nullopt},
                       {"2024-01-02", "C", 2, 0.0},
                       {"2024-01-02", "C", 2, -0.0},
                       {"2024-01-02", "D", nan, 0.1},
                       {"2024-01-02", "D", std::nullopt, 0.1}});
  EXPECT_EQ(dropped(p), (counts{{"duplicate", 5}, {"missing_return", 1}, {"bad_cap", 1}}));
  EXPECT_EQ(p.quality.rows, 9);
  EXPECT_EQ(p.data.cap, (std::vector<double>{1, 2, 2}));
}

TEST_F(data_panel, knows_no_difference_between_one_nan_and_another) {
  for (const std::uint64_t payload : {0x7ff8000000000001U, 0xfff8000000000000U, 0x7ff0000000000001U}) {
    const double other = std::bit_cast<double>(payload);
    const auto p = read({{"2024-01-02", "A", 1, nan},
                         {"2024-01-02", "A", 1, other},
                         {"2024-01-02", "B", other, 0.1},
                         {"2024-01-02", "B", nan, 0.1}});
    EXPECT_EQ(dropped(p), (counts{{"duplicate", 2}, {"missing_return", 1}, {"bad_cap", 1}}));
    EXPECT_EQ(std::bit_cast<std::uint64_t>(ret(p, 0, 0)), std::bit_cast<std::uint64_t>(nan));
  }
}

TEST_F(data_panel, refuses_different_rows_of_one_date_and_symbol) {
  expect_error(
      error_class::data,
      {"panel.parquet: different rows", "2024-01-02 A: market_cap 1 return 0.1, market_cap 1 return missing",
       "2024-01-03 A: market_cap 1 return 0.1, market_cap 2 return 0.1"},
      [&] {
        read({{"2024-01-03", "A", 2, 0.1},
              {"2024-01-02", "A", 1, std::nullopt},
              {"2024-01-02", "A", 1, 0.1},
              {"2024-01-03", "A", 1, 0.1}});
      });
}

// Also where only rows that would be dropped differ, and whatever the order of the rows.
TEST_F(data_panel, names_the_first_ten_differences_in_any_order) {
  std::vector<panel_row> rows;
  for (int i = 0; i < 12; ++i) {
    for (const double c : {0.0, -1.0, 7.0}) rows.push_back({"2024-01-02", fmt::format("S{:02}", i), c, 0.1});
    rows.push_back(rows[rows.size() - 3]);
  }
  std::vector<std::string> texts;
  const auto text_of = [&] {
    try {
      read(rows);
    } catch (const error& e) {
      texts.emplace_back(e.what());
    }
  };
  text_of();
  std::reverse(rows.begin(), rows.end());
  text_of();
  std::rotate(rows.begin(), rows.begin() + 17, rows.end());
  text_of();
  ASSERT_EQ(texts.size(), 3U);
  EXPECT_EQ(texts[0], texts[1]);
  EXPECT_EQ(texts[0], texts[2]);
  EXPECT_NE(texts[0].find("S00: market_cap 0 return 0.1, market_cap 7 return 0.1, market_cap -1 return 0.1"),
            std::string::npos)
      << texts[0];
  EXPECT_NE(texts[0].find("S09"), std::string::npos);
  EXPECT_EQ(texts[0].find("S10"), std::string::npos);
  EXPECT_NE(texts[0].find("and more"), std::string::npos);
}

TEST_F(data_panel, makes_returns_of_closes_over_the_own_previous_row) {
  const auto p = read({{"2024-01-02", "A", 1, 100.0},
                       {"2024-01-03", "A", 1, 110.0},
                       {"2024-01-04", "A", 0, 1.0},  // dropped: not the previous row of the next
                       {"2024-01-05", "A", 1, 121.0},
                       {"2024-01-04", "B", 1, 50.0},  // the first row of B expects no return
                       {"2024-01-05", "B", 1, 25.0}},
                      "close");
  EXPECT_EQ(dropped(p), (counts{{"bad_cap", 1}}));
  EXPECT_TRUE(std::isnan(ret(p, 0, 0)));
  EXPECT_EQ(ret(p, 1, 0), 110.0 / 100.0 - 1.0);
  EXPECT_TRUE(std::isnan(ret(p, 2, 0)));
  EXPECT_EQ(ret(p, 3, 0), 121.0 / 110.0 - 1.0);
  EXPECT_TRUE(std::isnan(ret(p, 2, 1)));
  EXPECT_EQ(ret(p, 3, 1), -0.5);
}

TEST_F(data_panel, a_close_that_is_no_price_costs_its_own_and_the_next_return) {
  for (const std::optional<double> close : {std::optional<double>(0.0),
                                            std::optional<double>(-1.0),
                                            std::optional<double>(nan),
                                            std::optional<double>(inf),
                                            {}}) {
    const auto p = read({{"2024-01-02", "A", 1, 1.0},
                         {"2024-01-03", "A", 1, close},
                         {"2024-01-04", "A", 1, 2.0},
                         {"2024-01-05", "A", 1, 10.0}},
                        "close");
    EXPECT_EQ(dropped(p), (counts{{"missing_return", 2}, {"extreme_return", 1}}));
  }
}

TEST_F(data_panel, prefers_the_return_to_the_close) {
  const auto table = table_of({{"date", arrow::utf8(), R"(["2024-01-02"])"},
                               {"close", arrow::utf8(), R"(["not even a number"])"},
                               {"market_cap", arrow::int64(), "[1]"},
                               {"return", arrow::float64(), "[0.25]"},
                               {"symbol", arrow::utf8(), R"(["A"])"}});
  const auto p = read_panel(lenient(write_parquet(folder.file("panel.parquet"), *table)), std::nullopt);
  EXPECT_EQ(ret(p, 0, 0), 0.25);
}

const std::vector<panel_row> three_days{{"2024-01-02", "A", 1, 0.1},
                                        {"2024-01-03", "B", 2, 0.2},
                                        {"2024-01-05", "A", 3, 0.3},
                                        {"2024-01-05", "C", 0, 0.3}};

TEST_F(data_panel, uses_rows_from_start_to_as_of_only) {
  auto data = input(three_days);
  data.start = day("2024-01-03");
  const auto p = read_panel(data, day("2024-01-03"));
  EXPECT_EQ(p.data.dates, (std::vector{day("2024-01-03")}));
  EXPECT_EQ(p.data.symbols, (symbols{"B"}));
  EXPECT_EQ(p.quality.rows, 1);
  EXPECT_EQ(p.quality.rows_outside, 3);
  EXPECT_EQ(dropped(p), counts{});  // rows outside are not looked at
}

TEST_F(data_panel, refuses_an_as_of_date_that_the_panel_lacks) {
  const auto data = input(three_days);
  const auto at = [&](const char* as_of) {
    return [&data, as_of] { read_panel(data, day(as_of), {}, "nightly.yaml:2:8: as_of"); };
  };
  expect_error(error_class::usage,
               {"nightly.yaml:2:8: as_of: 2024-01-04 has no rows in ", "panel.parquet",
                "before it is 2024-01-03", "after it is 2024-01-05"},
               at("2024-01-04"));
  expect_error(error_class::usage, {"after it is 2024-01-02"}, at("2023-12-31"));
  expect_error(error_class::usage, {"before it is 2024-01-05"}, at("2024-01-06"));
}

TEST_F(data_panel, refuses_an_as_of_date_without_a_usable_cap_or_before_start) {
  auto data = input({{"2024-01-02", "A", 1, 0.1}, {"2024-01-03", "A", 0, 0.1}});
  expect_error(error_class::data, {"as_of", "no row of 2024-01-03 has a usable market_cap"},
               [&] { read_panel(data, day("2024-01-03")); });
  data.start = day("2024-01-03");
  expect_error(error_class::usage, {"2024-01-02 is before data.start, 2024-01-03"},
               [&] { read_panel(data, day("2024-01-02")); });
}

TEST_F(data_panel, refuses_a_table_without_rows) {
  expect_error(error_class::data, {"panel.parquet: the table has no rows"}, [&] { read({}); });
  auto data = input(three_days);
  data.start = day("2024-02-01");
  expect_error(error_class::data,
               {"no rows on or after data.start, 2024-02-01", "rows from 2024-01-02 to 2024-01-05"},
               [&] { read_panel(data, std::nullopt); });
  expect_error(error_class::data, {"none is left", "bad_cap"}, [&] { read({{"2024-01-02", "A", 0, 0.1}}); });
}

TEST_F(data_panel, refuses_caps_whose_sum_would_overflow) {
  const data_settings data = input({{"2024-01-02", "a", 1e308, 0.01}, {"2024-01-02", "b", 1e299, 0.01}});
  try {
    read_panel(data, std::nullopt);
    FAIL();
  } catch (const error& e) {
    EXPECT_EQ(e.kind(), error_class::data);
    EXPECT_EQ(std::string(e.what()), data.panel.string() +
                                         ": market_cap 1e+308 of a on 2024-01-02 is too large to be "
                                         "added up; allowed: below 5e+299");
  }
}

TEST_F(data_panel, refuses_too_many_dropped_or_return_less_rows) {
  std::vector<panel_row> rows(20, {"2024-01-02", "", 1, 0.1});
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].symbol = fmt::format("S{}", i);
  rows[3].value = -2.0;
  auto data = input(rows);
  data.max_dropped_share = 0.05;
  EXPECT_EQ(dropped(read_panel(data, std::nullopt)),
            (counts{{"bad_return", 1}}));  // exactly the share is allowed
  rows[4].value = std::nullopt;
  rows[5].value = 9.0;
  rows[6].market_cap = 0;
  rows.push_back(rows[7]);
  data = input(rows);
  data.max_dropped_share = 0.05;
  expect_error(
      error_class::data,
      {"panel.parquet: 5 of 21 rows (23.81 %)", "data.max_dropped_share = 0.05",
       "bad_cap                    1", "bad_return                 1", "duplicate                  1",
       "extreme_return             1", "missing_return             1", "data.max_abs_return is 3"},
      [&] { read_panel(data, std::nullopt); });
}

TEST_F(data_panel, refuses_dates_that_are_none_or_out_of_range) {
  const auto second = [](const char* date) {
    return std::vector<panel_row>{{"2024-01-02", "A", 1, 0.1}, {date, "A", 1, 0.1}};
  };
  expect_error(error_class::data, {"panel.parquet: row 2, column 'date': 2999-01-01 is in the future"},
               [&] { read(second("2999-01-01")); });
  expect_error(error_class::data, {"row 2, column 'date': 1899-12-31 is before 1900-01-01"},
               [&] { read(second("1899-12-31")); });
  expect_error(error_class::data, {"row 2, column 'date': '2024-02-30' is not a date", "2026-07-22"},
               [&] { read(second("2024-02-30")); });
  expect_error(error_class::data, {"row 2, column 'date': the date is missing"}, [&] { read(second("")); });
  EXPECT_EQ(read({{"1900-01-01", "A", 1, 0.1}}).data.dates, (std::vector{day("1900-01-01")}));
}

TEST_F(data_panel, counts_rows_of_the_file_across_row_groups) {
  const auto path = folder.file("panel.parquet");
  std::vector<panel_row> rows(25, {"2024-01-02", "", 1, 0.1});
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].symbol = fmt::format("S{}", i);
  rows[17].date = "yesterday";
  rows[21].date = "tomorrow";
  write_parquet(path, *table_of(rows), 3);
  expect_error(error_class::data, {"row 18, column 'date': 'yesterday'"},
               [&] { read_panel(lenient(path), std::nullopt); });
  rows[17].date = "2024-01-02";
  rows[21].date = "2024-01-02";
  rows[11].symbol = "";
  write_parquet(path, *table_of(rows), 3);
  expect_error(error_class::data, {"row 12, column 'symbol': the symbol is missing"},
               [&] { read_panel(lenient(path), std::nullopt); });
}

TEST_F(data_panel, reports_progress_and_stops_when_told) {
  const auto path = folder.file("panel.parquet");
  write_parquet(path, *table_of(three_days), 2);
  std::vector<std::int64_t> rows;
  read_panel(lenient(path), std::nullopt, [&](const read_progress& p) {
    rows.push_back(p.rows);
    EXPECT_EQ(p.rows_total, 4);
  });
  EXPECT_EQ(rows, (std::vector<std::int64_t>{2, 4}));
  expect_error(error_class::retry, {"stopped"}, [&] {
    read_panel(lenient(path), std::nullopt, [](const read_progress& p) {
      if (p.rows > 2) throw error(error_class::retry, "stopped");
    });
  });
}

#if !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)  // they need more address space than is left here
TEST_F(data_panel, says_how_much_memory_it_wants_where_there_is_not_enough) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  constexpr int rows = 30'000;  // each its own date and symbol
  std::vector<panel_row> diagonal;
  for (int i = 0; i < rows; ++i) {
    diagonal.push_back(
        {to_iso(*parse_date("1900-01-01") + std::chrono::days(i)), fmt::format("S{}", i), 1, 0.1});
  }
  const auto data = input(diagonal);
  const auto read_with_little_memory = [&] {
    long pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const auto bytes =
        static_cast<rlim_t>(pages) * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + (rlim_t{3} << 30);
    const rlimit limit{bytes, bytes};
    setrlimit(RLIMIT_AS, &limit);
    try {
      read_panel(data, std::nullopt);
    } catch (const error& e) {
      std::fputs(e.what(), stderr);
      std::filesystem::remove_all(data.panel.parent_path());  // this process ends without leaving the test
      std::_Exit(e.kind() == error_class::resources ? 6 : 1);
    }
    std::_Exit(0);
  };
  EXPECT_EXIT(read_with_little_memory(), testing::ExitedWithCode(6),
              "panel.parquet: out of memory: the panel needs 14400000000 bytes .13.4 GiB. for 30000 days x "
              "30000 symbols");
}
#endif

}  // namespace
}  // namespace topheavy::tests
