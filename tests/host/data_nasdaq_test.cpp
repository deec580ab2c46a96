// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/constituents.h"
#include "host/data/panel_reader.h"
#include "host/data/volatility.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

// The real panel beside the project, where it is there.
namespace topheavy::tests {
namespace {

const std::filesystem::path nasdaq = "../shared/data/nasdaq";

date day(const char* text) { return *parse_date(text); }

class data_nasdaq : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(nasdaq))
      GTEST_SKIP() << "NOT TESTED: no data in " << std::filesystem::absolute(nasdaq);
    data.panel = nasdaq / "panel.parquet";
  }
  data_settings data;
};

TEST_F(data_nasdaq, is_read_whole) {
  const auto p = read_panel(data, std::nullopt);
  EXPECT_EQ(p.quality.rows, 2'434'085);
  EXPECT_EQ(p.quality.days, 759);
  EXPECT_EQ(p.quality.constituents, 4'385);
  EXPECT_EQ(p.quality.first_date, day("2023-07-03"));
  EXPECT_EQ(p.quality.last_date, day("2026-07-22"));
  EXPECT_EQ(std::count_if(p.data.cap.begin(), p.data.cap.end(), [](double cap) { return cap > 0; }),
            2'434'085);
  for (const char* ticker : {"NA", "ON", "TRUE"}) {
    EXPECT_TRUE(std::binary_search(p.data.symbols.begin(), p.data.symbols.end(), ticker)) << ticker;
  }
}

TEST_F(data_nasdaq, the_tables_beside_it_fit) {
  auto p = read_panel(data, day("2026-04-24"));
  EXPECT_EQ(p.quality.last_date, day("2026-04-24"));
  EXPECT_GT(p.quality.rows_outside, 0);
  const auto labels = classify(p.data, read_constituents(nasdaq / "constituents.csv"), p.quality);
  EXPECT_EQ(p.quality.rows_dropped.at("unclassified"), 0);
  EXPECT_LT(p.quality.issuers, p.quality.constituents);
  const auto google =
      std::lower_bound(p.data.symbols.begin(), p.data.symbols.end(), "GOOG") - p.data.symbols.begin();
  const auto n = static_cast<std::size_t>(google);
  ASSERT_EQ(p.data.symbols[n + 1], "GOOGL");
  EXPECT_EQ(labels.issuer[n], labels.issuer[n + 1]);
  const auto v = read_volatility(nasdaq / "vix.csv");
  EXPECT_EQ(v.bad_rows, 0);
  const auto levels = join_volatility(p.data.dates, v, 5);
  const auto at = [&](const char* text) {
    return levels[static_cast<std::size_t>(std::find(p.data.dates.begin(), p.data.dates.end(), day(text)) -
                                           p.data.dates.begin())];
  };
  EXPECT_EQ(at("2026-03-27"), 31.05);
  EXPECT_EQ(at("2026-04-14"), 18.36);
  const auto gaps = find_gap_days(p.data.dates, v, {});
  for (const char* lost :
       {"2025-03-28", "2025-05-14", "2025-06-16", "2025-10-31", "2026-02-04", "2026-02-19", "2026-02-24"}) {
    EXPECT_TRUE(std::binary_search(gaps.begin(), gaps.end(), day(lost))) << lost;
  }
}

}  // namespace
}  // namespace topheavy::tests
