// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/limits/limits.h"

#include "host/base/error.h"
#include "host/limits/limit_metrics.h"
#include "tests/support/file_text.h"

#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;
using testing::HasSubstr;
using testing::Not;

settings with_limits(const std::vector<std::string>& metrics) {
  settings s;
  s.data.volatility = "vix.csv";
  s.groups.push_back({"tier", {{"ai.leaders", {}, {}, ""}}, "", ""});
  s.groups.push_back({"nation", {}, "country", ""});
  s.windows.push_back({"rally", {}, {}, ""});
  scenario_settings month;
  month.name = "month";
  month.events.push_back({"fall", "max_drawdown", 0.1, {}, ""});
  scenario_settings dotted = month;
  dotted.name = "month.2";
  scenario_settings shocks;
  shocks.name = "shocks";
  shocks.generator.kind = generator_kind::stress;
  s.scenarios = {month, dotted, shocks};
  for (const std::string& metric : metrics) {
    s.limits.push_back(
        {fmt::format("of {}", metric), metric, 0.0, {}, fmt::format("file:{}:5", s.limits.size())});
  }
  return s;
}

std::string refusal(const std::vector<std::string>& metrics) {
  try {
    const stress down{"semiconductors", "", 1, {}, ""};
    check_limit_metrics(with_limits(metrics), {{}, {}, {down}});
  } catch (const error& e) {
    EXPECT_EQ(e.kind(), error_class::usage);
    return e.what();
  }
  return "";
}

TEST(limit_metrics, are_numbers_of_the_summary) {
  for (const char* metric : {"index.level",
                             "index.max_drawdown",
                             "concentration.constituent.top.10",
                             "concentration.issuer.hhi",
                             "concentration.risk.effective_n",
                             "volatility.level",
                             "windows.rally.index_return",
                             "windows.last_21.top_share.5",
                             "windows.last_21.groups.sector.Health Care.weight_end",
                             "windows.rally.groups.tier.ai.leaders.contribution",
                             "windows.rally.groups.nation.U.S.A..return",
                             "correlation.tier.calm.mean_excess",
                             "correlation.index.panic.implied",
                             "scenarios.month.es.0.975",
                             "scenarios.month.2.var.0.99",
                             "scenarios.month.history_error.0.95",
                             "scenarios.month.loss_concentration.0.975.effective_n",
                             "scenarios.month.loss_concentration.0.99.top.1",
                             "scenarios.month.probability.fall",
                             "scenarios.shocks.stresses.semiconductors.index_return"}) {
    EXPECT_EQ(refusal({metric}), "") << metric;
  }
}

TEST(limit_metrics, are_refused_with_what_there_is) {
  for (const char* metric : {"",
                             "index",
                             "index.",
                             "index.level.",
                             "indx.level",
                             "concentration.constituent.top.7",
                             "concentration.constituent.top",
                             "windows.rallye.index_return",
                             "windows.rally.groups.tier.crypto.weight_end",
                             "windows.rally.groups.sector..weight_end",
                             "correlation.tier.quiet.mean_excess",
                             "scenarios.year.es.0.975",
                             "scenarios.month.es.0.9",
                             "scenarios.month.es",
                             "scenarios.month.probability.rise",
                             "scenarios.shocks.es.0.975",
                             "scenarios.month.es.0.9750",
                             "correlation.nation.calm.mean_excess",
                             "correlation.issuer.calm.mean_excess",
                             "scenarios.shocks.stresses.crypto.index_return",
                             "scenarios.shocks.probability.fall"}) {
    EXPECT_NE(refusal({metric}), "") << metric;
  }
  const std::string two =
      refusal({"index.level", "scenarios.month.es.0.9", "concentration.constituent.top10"});
  EXPECT_THAT(
      two,
      HasSubstr(
          "file:1:5: limit `of scenarios.month.es.0.9` asks for the metric `scenarios.month.es.0.9`, which "
          "does not exist"));
  EXPECT_THAT(two, HasSubstr("\nfile:2:5: limit"));
  EXPECT_THAT(two, HasSubstr("concentration.{constituent|issuer|risk}.top.<k>"));
  EXPECT_THAT(two, Not(HasSubstr("file:0")));
}

// | `metric` | meaning |
TEST(limit_metrics, stand_in_the_readme) {
  const std::string readme = text_of("configs/README.md");
  for (const limit_metric& m : limit_metrics()) {
    std::string path{m.path};  // a bar ends a cell
    for (std::size_t at = 0; (at = path.find('|', at)) != std::string::npos; at += 2) path.insert(at, "\\");
    const std::string row = fmt::format("\n| `{}` | {} | {} |\n", path, shown_range(m), m.meaning);
    EXPECT_NE(readme.find(row), std::string::npos) << "no such row:" << row;
  }
}

std::string refused_bound(const std::string& metric, std::optional<double> max,
                          std::optional<double> min = {}) {
  settings s = with_limits({});
  s.limits.push_back({"it", metric, max, min, "file:1:5"});
  try {
    check_limit_metrics(s, {{}, {}, {}});
  } catch (const error& e) {
    EXPECT_EQ(e.kind(), error_class::usage);
    return e.what();
  }
  return "";
}

TEST(limit_metrics, have_bounds_that_they_can_reach) {
  EXPECT_EQ(refused_bound("concentration.constituent.top.10", 40.0),
            "file:1:5: limit `it`: `max` is 40; must be 0 to 1, as `concentration.constituent.top.10` is: a "
            "fraction, "
            "40 % being 0.4");
  EXPECT_EQ(refused_bound("scenarios.month.es.0.975", 15.0),
            "file:1:5: limit `it`: `max` is 15; must be 1 or less, as `scenarios.month.es.0.975` is: a "
            "fraction, 15 % "
            "being 0.15");
  EXPECT_EQ(refused_bound("index.max_drawdown", {}, 0.2),
            "file:1:5: limit `it`: `min` is 0.2; must be -1 to 0, as `index.max_drawdown` is");
  EXPECT_EQ(refused_bound("concentration.issuer.effective_n", {}, -1.0),
            "file:1:5: limit `it`: `min` is -1; must be 0 or more, as `concentration.issuer.effective_n` is");
  EXPECT_EQ(refused_bound("scenarios.month.var.0.95", -0.5), "");  // a gain
  EXPECT_EQ(refused_bound("windows.rally.top_share.10", 40.0), "");
  for (const double end : {0.0, 1.0}) EXPECT_EQ(refused_bound("concentration.constituent.hhi", end), "");
}

TEST(limit_metrics, are_events_where_scenarios_can_breach_them) {
  settings s = with_limits({"concentration.constituent.top.10", "concentration.constituent.hhi",
                            "index.level", "concentration.issuer.top.10", "concentration.constituent.gini"});
  s.limits.push_back({"names", "concentration.constituent.effective_n", {}, 20.0, ""});
  const std::vector<event_settings> events = events_of_limits(s.limits);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].metric, "top_10");
  EXPECT_EQ(events[0].above, 0.0);
  EXPECT_FALSE(events[0].below);
  EXPECT_EQ(events[1].metric, "hhi");
  EXPECT_EQ(events[2].name, "names");
  EXPECT_EQ(events[2].metric, "effective_n");
  EXPECT_EQ(events[2].below, 20.0);
  EXPECT_FALSE(events[2].above);
}

json made_up_summary() {
  return json::parse(R"({
    "concentration": {"constituent": {"top": {"1": 0.1, "10": 0.5}, "effective_n": 26.5}, "risk": {"top": null}},
    "windows": [{"name": "rally", "groups": {"tier": [{"group": "a", "weight_end": 0.2}, {"group": "a.b", "weight_end": 0.3}]}}],
    "windows_left_out": [{"name": "since_peak", "reason": "no volatility episode is known"}],
    "scenarios": [
      {"name": "month", "risk": [{"level": 0.95, "es": 0.1}, {"level": 0.975, "es": 0.15, "history_error": null}]},
      {"name": "month.es", "risk": [{"level": 0.975, "es": 0.25}]}]})");
}

limit_result checked(const std::string& metric, std::optional<double> max, std::optional<double> min = {}) {
  const std::vector<limit_settings> limits{{"it", metric, max, min, ""}};
  return check_limits(limits, made_up_summary()).at(0);
}

TEST(limits, find_their_values) {
  EXPECT_EQ(checked("concentration.constituent.top.10", 1.0).value, 0.5);
  EXPECT_EQ(checked("concentration.constituent.top.1", 1.0).value, 0.1);
  EXPECT_EQ(checked("windows.rally.groups.tier.a.weight_end", 1.0).value, 0.2);
  EXPECT_EQ(checked("windows.rally.groups.tier.a.b.weight_end", 1.0).value, 0.3);
  EXPECT_EQ(checked("scenarios.month.es.0.95", 1.0).value, 0.1);
  EXPECT_EQ(checked("scenarios.month.es.0.975", 1.0).value, 0.15);
  EXPECT_EQ(checked("scenarios.month.es.es.0.975", 1.0).value, 0.25);
}

TEST(limits, are_breached_beyond_their_bound_only) {
  EXPECT_TRUE(checked("concentration.constituent.top.10", 0.5).is_kept());
  EXPECT_TRUE(checked("concentration.constituent.top.10", {}, 0.5).is_kept());
  EXPECT_TRUE(checked("concentration.constituent.top.10", 0.49).is_breached());
  EXPECT_TRUE(checked("concentration.constituent.top.10", {}, 0.51).is_breached());
  EXPECT_FALSE(checked("concentration.constituent.effective_n", {}, 20.0).is_breached());
}

TEST(limits, are_not_kept_where_nothing_is_known) {
  for (const char* metric : {"scenarios.month.history_error.0.975", "windows.since_peak.index_return",
                             "windows.rally.groups.tier.c.weight_end"}) {
    const limit_result result = checked(metric, 1.0);
    EXPECT_TRUE(std::isnan(result.value)) << metric;
    EXPECT_FALSE(result.is_known()) << metric;
    EXPECT_FALSE(result.is_breached()) << metric;
    EXPECT_FALSE(result.is_kept()) << metric;
    EXPECT_NE(result.reason, "") << metric;
  }
  EXPECT_EQ(checked("windows.since_peak.index_return", 1.0).reason, "no volatility episode is known");
  EXPECT_THAT(checked("concentration.risk.top.10", 1.0).reason, HasSubstr("what stands beside it"));
}

}  // namespace
}  // namespace topheavy
