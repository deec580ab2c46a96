// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/dates.h"

#include <gtest/gtest.h>

namespace topheavy {
namespace {

TEST(Dates, OnlyIso) {
  EXPECT_EQ(to_iso(*parse_date("2024-02-29")), "2024-02-29");
  EXPECT_EQ(to_iso(*parse_date("2026-07-22T16:00:00.123456789")), "2026-07-22");
  EXPECT_EQ(to_iso(*parse_date("2026-07-22 16:00")), "2026-07-22");
  for (const char* text :
       {"", "2026", "2026-7-22", "2026-07-22x", "2026-02-29", "2026-13-01", "22.07.2026", "2026/07/22",
        " 2026-07-22", "2026-07-22 ", "2026-07-22T", "2026-07-22T24:00", "2026-07-22T16:00:00Z",
        "2026-07-22T16:00:00+02:00", "2026-07-22T16:00:00.", "+026-07-22", "2026-07-22T16:00:0"}) {
    EXPECT_FALSE(parse_date(text).has_value()) << "'" << text << "'";
  }
}

TEST(Dates, CountsAndWeekdays) {
  EXPECT_EQ(to_days(*parse_date("1970-01-01")), 0);
  EXPECT_EQ(to_days(*parse_date("2026-07-22")), 20656);
  EXPECT_EQ(from_days(20656), *parse_date("2026-07-22"));
  EXPECT_EQ(year_of(*parse_date("1899-12-31")), 1899);
  EXPECT_TRUE(is_weekday(*parse_date("2026-07-22")));
  EXPECT_FALSE(is_weekday(*parse_date("2026-07-25")));
}

}  // namespace
}  // namespace topheavy
