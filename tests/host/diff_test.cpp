// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/diff/diff_json.h"
#include "host/diff/diff_text.h"
#include "host/diff/exchange.h"
#include "host/diff/headlines.h"
#include "tests/host/small_market.h"

#include <cmath>

#include <gmock/gmock.h>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;

panel two_days(std::vector<std::string> symbols, std::vector<double> before,
               const std::vector<double>& close) {
  panel p;
  p.dates = {day("2026-01-05"), day("2026-01-06")};
  p.symbols = std::move(symbols);
  p.cap = std::move(before);
  p.cap.insert(p.cap.end(), close.begin(), close.end());
  p.ret = std::vector<double>(p.cap.size(), 0.5);
  return p;
}

std::vector<double> at_close(const panel& p) {
  return {p.cap.end() - static_cast<std::ptrdiff_t>(p.constituents()), p.cap.end()};
}

TEST(exchange, members_come_and_leave_at_the_close_alone) {
  // B leaves; D has a past and comes back; A and E are new, before and behind what is known.
  const panel a = two_days({"B", "C", "D"}, {1, 2, 3}, {10, 20, 0});
  const panel b = two_days({"A", "C", "D", "E", "F"}, {0, 0, 0, 0, 7}, {50, 60, 70, 80, 0});
  const panel p = with_members_of(a, b);
  EXPECT_THAT(p.symbols, ElementsAre("A", "B", "C", "D", "E"));
  EXPECT_THAT(at_close(p), ElementsAre(50, 0, 20, 70, 80));
  EXPECT_THAT(std::vector<double>(p.cap.begin(), p.cap.begin() + 5), ElementsAre(0, 1, 2, 3, 0));
  for (std::size_t t = 0; t < 2; ++t) {
    for (const std::size_t known : {1, 2, 3}) EXPECT_EQ(p.ret[t * 5 + known], 0.5);
    for (const std::size_t unknown : {0, 4}) EXPECT_TRUE(std::isnan(p.ret[t * 5 + unknown]));
  }
  EXPECT_THAT(members_at_close(p), ElementsAre("A", "C", "D", "E"));
  EXPECT_EQ(members_at_close(p), members_at_close(b));
}

TEST(exchange, the_same_members_leave_the_panel_as_it_is) {
  const panel a = two_days({"B", "C"}, {1, 0}, {10, 20});
  const panel p = with_members_of(a, two_days({"A", "B", "C"}, {9, 9, 9}, {0, 30, 40}));
  EXPECT_EQ(p.symbols, a.symbols);
  EXPECT_EQ(p.cap, a.cap);
}

TEST(exchange, caps_at_the_close_are_those_of_the_other_close) {
  const panel b = two_days({"A", "C", "F"}, {1, 2, 3}, {50, 60, 0});
  panel p = with_members_of(two_days({"B", "C"}, {1, 2}, {10, 20}), b);
  take_closing_caps(p, b);
  EXPECT_THAT(p.symbols, ElementsAre("A", "B", "C"));
  EXPECT_THAT(at_close(p), ElementsAre(50, 0, 60));
  EXPECT_THAT(std::vector<double>(p.cap.begin(), p.cap.begin() + 3), ElementsAre(0, 1, 2));
}

TEST(exchange, a_level_is_carried_from_what_was_known) {
  const std::vector<date> dates{day("2026-01-05"), day("2026-01-09"), day("2026-03-02")};
  const volatility_series v{
      "v.csv", {day("2026-01-05"), day("2026-01-08"), day("2026-01-09")}, {20, 25, 30}, 0};
  const volatility_series carried = carried_on(v, day("2026-01-08"), dates, 5);
  EXPECT_THAT(carried.dates,
              ElementsAre(day("2026-01-05"), day("2026-01-08"), day("2026-01-09"), day("2026-03-02")));
  EXPECT_THAT(carried.close, ElementsAre(20, 25, 25, 25));
  // Seven days before the last panel date, there was no level any more.
  EXPECT_THAT(carried_on(v, day("2026-01-16"), dates, 5).close, ElementsAre(20, 25, 30));
  EXPECT_THAT(carried_on(v, day("2026-01-16"), dates, 7).close, ElementsAre(20, 25, 30, 30));
  EXPECT_TRUE(carried_on(v, day("2026-01-02"), dates, 5).close.empty());
}

json summary(double hhi, const char* regime, const json& scenarios, const json& limits) {
  return {{"index", {{"level", 100.0}, {"return_total", nullptr}}},
          {"concentration",
           {{"constituent", {{"n", 7}, {"top", {{"1", 0.25}}}, {"hhi", hhi}}}, {"issuer", {{"hhi", hhi}}}}},
          {"volatility", {{"level", 21.5}, {"regime", regime}}},
          {"scenarios", scenarios},
          {"limits", limits}};
}

json set(const char* name, double level, double es) {
  return {{"name", name},
          {"risk", {{{"level", level}, {"var", 0.5 * es}, {"es", es}}}},
          {"probability", {{"fall. down", 0.125}}}};
}

const headline_change* row_of(const std::vector<headline_change>& rows, const std::string& metric) {
  for (const headline_change& row : rows) {
    if (row.what.metric == metric) return &row;
  }
  return nullptr;
}

TEST(headlines, are_those_of_either_run) {
  const json limit{{"name", "top 10.5"},
                   {"metric", "concentration.constituent.top.10"},
                   {"value", 0.5},
                   {"breached", false}};
  json breached = limit;
  breached["value"] = 0.75;
  breached["breached"] = true;
  const json a =
      summary(0.25, "calm", {set("month.2", 0.975, 0.1), set("gone", 0.5, 0.1)}, json::array({limit}));
  const json b = summary(0.5, "panic", json::array({set("month.2", 0.975, 0.125)}), json::array({breached}));
  const auto rows = headline_changes(a, b);
  const auto expect = [&](const char* metric, const char* unit, const json& x, const json& y,
                          const json& change) {
    const headline_change* const row = row_of(rows, metric);
    ASSERT_NE(row, nullptr) << metric;
    EXPECT_EQ(row->what.unit, unit) << metric;
    EXPECT_EQ(row->a, x) << metric;
    EXPECT_EQ(row->b, y) << metric;
    EXPECT_EQ(row->change, change) << metric;
  };
  expect("index.level", "number", 100.0, 100.0, 0.0);
  expect("index.return_total", "fraction", nullptr, nullptr, nullptr);
  expect("concentration.constituent.n", "number", 7, 7, 0.0);
  expect("concentration.constituent.top.1", "fraction", 0.25, 0.25, 0.0);
  expect("concentration.constituent.hhi", "number", 0.25, 0.5, 0.25);
  expect("volatility.level", "points", 21.5, 21.5, 0.0);
  expect("volatility.regime", "text", "calm", "panic", nullptr);
  expect("scenarios.month.2.es.0.975", "fraction", 0.1, 0.125, 0.125 - 0.1);
  expect("scenarios.month.2.probability.fall. down", "fraction", 0.125, 0.125, 0.0);
  expect("scenarios.gone.es.0.5", "fraction", 0.1, nullptr, nullptr);
  expect("limits.top 10.5.value", "fraction", 0.5, 0.75, 0.25);
  expect("limits.top 10.5.breached", "text", "kept", "breached", nullptr);
}

TEST(headlines, are_split_where_both_have_them) {
  const json a = summary(0.25, "calm", {set("month", 0.975, 0.1), set("gone", 0.5, 0.1)}, json::array());
  const json b = summary(0.5, "calm", {set("month", 0.975, 0.2), set("new", 0.5, 0.1)}, json::array());
  std::vector<std::string> metrics;
  for (const headline_change& row : split_changes(a, b)) metrics.push_back(row.what.metric);
  EXPECT_THAT(metrics, ElementsAre("concentration.constituent.hhi", "concentration.issuer.hhi",
                                   "scenarios.month.var.0.975", "scenarios.month.es.0.975"));
}

TEST(headlines, of_what_is_drawn_have_its_error) {
  const auto with = [](json figures, double low, double high, json error) {
    figures["risk"][0]["var_low"] = low;
    figures["risk"][0]["var_high"] = high;
    figures["risk"][0]["simulation_error"] = std::move(error);
    return summary(0.25, "calm", json::array({figures}), json::array());
  };
  const json a = with(set("month", 0.975, 0.1), 0.04, 0.06, 0.003),
             b = with(set("month", 0.975, 0.2), 0.08, 0.12, 0.004);
  const auto rows = split_changes(a, b);
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_TRUE(rows[0].draw_error.is_null());
  EXPECT_DOUBLE_EQ(rows[2].draw_error.get<double>(), std::hypot(0.02, 0.04) / (2.0 * 1.959963984540054));
  EXPECT_DOUBLE_EQ(rows[3].draw_error.get<double>(), 0.005);
  split_figure es{rows[3], {}};
  EXPECT_FALSE(es.draw_error().is_null());  // no split: nothing is known of the days
  es.value = {0.1, 0.2, 0.2, 0.2, 0.2, 0.2};
  EXPECT_TRUE(es.draw_error().is_null());  // caps alone: the same days
  es.value = {0.1, 0.15, 0.2, 0.2, 0.2, 0.2};
  EXPECT_DOUBLE_EQ(es.draw_error().get<double>(), 0.005);
  const json unknown = with(set("month", 0.975, 0.2), 0.08, 0.12, nullptr);
  EXPECT_TRUE(split_changes(a, unknown)[3].draw_error.is_null());
  EXPECT_FALSE(split_changes(a, unknown)[2].draw_error.is_null());
}

TEST(diff_text, tells_what_is_exactly_0_from_what_is_small) {
  const json s = summary(0.25, "calm", json::array(), json::array());
  const recorded_run run{"run", s, {}, "name", "2026-01-05", "digest", "1.0"};
  split parts = no_split(run, run, "");
  ASSERT_EQ(parts.figures.size(), 2U);
  for (split_figure& figure : parts.figures) figure.value = {0.25 + 1e-12, 0.25, 0.5, 0.5, 0.5, 0.25};
  parts.came = {"AAA"};
  const std::string text = diff_text(run, run, parts);
  EXPECT_THAT(
      text,
      HasSubstr("HHI constituents      0.2500000 +0.0000000 -0.0000000 +0.2500000          0          0 "
                "-0.2500000  0.2500000"));
  EXPECT_THAT(text, HasSubstr("  1 came: AAA\n"));
  const json steps = diff_json(run, run, parts)["split"]["figures"][0]["steps"];
  EXPECT_EQ(steps[2], (json{{"part", "history window"}, {"value", 0.5}, {"change", 0.25}}));
  EXPECT_EQ(diff_json(run, run, no_split(run, run, "gone"))["split"]["reason"], "gone");
}

}  // namespace
}  // namespace topheavy
