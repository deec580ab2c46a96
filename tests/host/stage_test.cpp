// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/error.h"
#include "tests/host/three_names.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace topheavy {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double tight = 1e-15;

// With a volatility index of seven closes.
inputs watched_names() {
  inputs in = three_names();
  in.volatility_level = {19, 18, 17};
  volatility_series v;
  v.dates = {day("2025-12-30"), day("2025-12-31"), day("2026-01-02"), day("2026-01-05"),
             day("2026-01-06"), day("2026-01-07"), day("2026-01-08")};
  v.close = {31, 28, 22, 19, 18, 17, 40};  // the last one is after the as-of date
  in.volatility = v;
  return in;
}

settings whole_window() {
  settings s;
  s.windows = {{"all", day("2026-01-05"), day("2026-01-07"), "there"}};
  return s;
}

evidence_value evidence(const std::string& text, const inputs& in, const settings& s = whole_window()) {
  const history h = history_of(in, s);
  return value_of(parse_expression(text + " > 0").compare.left, in, h);
}
double value(const std::string& text) {
  const evidence_value found = evidence(text, watched_names());
  EXPECT_EQ(found.reason, "") << text;
  return found.value;
}
std::string reason(const std::string& text, const inputs& in = watched_names(),
                   const settings& s = whole_window()) {
  const evidence_value found = evidence(text, in, s);
  EXPECT_TRUE(std::isnan(found.value)) << text;
  return found.reason;
}

TEST(evidence, of_the_volatility_index) {
  EXPECT_EQ(value("volatility.level"), 17.0);
  EXPECT_EQ(value("volatility.change(1)"), -1.0);
  EXPECT_EQ(value("volatility.change(5)"), -14.0);
  EXPECT_EQ(value("volatility.days_below(20)"), 3.0);
  EXPECT_EQ(value("volatility.days_below(18)"), 1.0);
  EXPECT_EQ(value("volatility.days_below(17)"), 0.0);
  // Every close of the file: how much longer, nobody knows.
  EXPECT_EQ(reason("volatility.days_below(100)"),
            "holds for every close that is known, and before them nobody knows");
  EXPECT_EQ(reason("volatility.days_above(16)"),
            "holds for every close that is known, and before them nobody knows");
  EXPECT_EQ(value("volatility.days_above(17)"), 0.0);
  EXPECT_EQ(value("volatility.from_peak"), 17.0 / 31.0 - 1.0);
  EXPECT_EQ(reason("volatility.change(6)"), "needs 7 closes of the volatility index, there are 6");
}

TEST(evidence, of_the_volatility_index_that_is_not_known) {
  inputs in = watched_names();
  in.volatility->close[0] = 29.0;
  EXPECT_EQ(reason("volatility.from_peak", in), "no volatility episode is known");
  in.volatility_level.back() = none;
  for (const char* text : {"volatility.level", "volatility.change(1)", "volatility.days_below(20)"}) {
    EXPECT_EQ(reason(text, in), "the volatility index has no level on the as-of date that is not too old");
  }
  in.volatility.reset();
  EXPECT_EQ(reason("volatility.level", in), "there is no volatility file");
}

TEST(evidence, of_the_index) {
  EXPECT_NEAR(value("index.return(1)"), -0.1 / 75, tight);
  EXPECT_NEAR(value("index.return(2)"), 0.03362, tight);
  EXPECT_EQ(reason("index.return(3)"), "needs 4 panel dates, there are 3");
  EXPECT_NEAR(value("index.distance_to_high"), -0.1 / 75, tight);
  EXPECT_EQ(value("index.new_highs(1)"), 0.0);
  EXPECT_EQ(value("index.new_highs(2)"), 1.0);
  EXPECT_EQ(reason("index.new_highs(3)"), "needs 4 panel dates, there are 3");
  EXPECT_NEAR(value("index.equal_weight_gap(2)"), (1 + 0.05 / 3) * 1.015 - 1 - 0.03362, tight);
  EXPECT_NEAR(value("breadth.advancers(2)"), (1.0 / 3 + 0.5) / 2, tight);
  EXPECT_NEAR(value("breadth.new_highs(2)"), (2.0 / 3 + 0.5) / 2, tight);
  const double last = std::sqrt((55 * std::pow(0.02 - 0.1 / 75, 2) + 20 * std::pow(0.05 + 0.1 / 75, 2)) / 75);
  EXPECT_NEAR(value("breadth.dispersion(1)"), last, tight);
  EXPECT_NEAR(value("breadth.dispersion(2)"), (std::sqrt(0.004525) + last) / 2, tight);
  EXPECT_EQ(reason("breadth.advancers(3)"), "needs 4 panel dates, there are 3");
}

TEST(evidence, of_concentration_and_windows) {
  EXPECT_NEAR(value("concentration.top(1)"), 53.9 / 103.4, tight);
  EXPECT_NEAR(value("concentration.top(5)"), 1.0, tight);
  EXPECT_NEAR(value("concentration.effective_n"), 103.4 * 103.4 / (53.9 * 53.9 + 28.5 * 28.5 + 21 * 21),
              1e-14);
  EXPECT_NEAR(value("move.index_return(all)"), 0.03362, tight);
  const double a = 0.05 - 1.035 * 55 / 75 * 0.02, b = -0.015, c = 1.035 * 20 / 75 * 0.05;
  EXPECT_NEAR(value("move.top_share(all, 1)"), a / 0.03362, 1e-13);
  EXPECT_NEAR(value("move.top_share(all, 5)"), (a + b + c) / 0.03362, 1e-13);
  EXPECT_EQ(reason("move.top_share(last_21, 10)"),
            "there is no window last_21: needs 22 panel dates, there are 3");
  inputs still = watched_names();
  for (double& r : still.prices.ret) r = std::isnan(r) ? r : 0.0;
  EXPECT_EQ(reason("move.top_share(all, 1)", still), "the index hardly moved in this window");
}

TEST(evidence, of_groups) {
  EXPECT_NEAR(value("group.weight(sector, X)"), 82.4 / 103.4, tight);
  EXPECT_NEAR(value("group.return(sector, X, 1)"), -0.02, tight);
  EXPECT_NEAR(value("group.return(sector, X, 2)"), 1.04375 * 0.98 - 1, tight);
  EXPECT_NEAR(value("group.excess(sector, X, 2)"), 1.04375 * 0.98 - 1.03362, tight);
  EXPECT_NEAR(value("group.return(issuer, I, 1)"), (55 * -0.02 + 20 * 0.05) / 75, tight);
  EXPECT_EQ(reason("group.return(issuer, J, 1)"), "an issuer of one constituent has no daily series");
  EXPECT_EQ(reason("group.excess(sector, X, 3)"), "needs 4 panel dates, there are 3");
  settings s = whole_window();
  s.groups = {{"tier", {{"absent", {"B"}, {}, "there"}}, "", "there"}};
  EXPECT_EQ(reason("group.return(tier, absent, 1)", watched_names(), s),
            "the group has no member on these days");
}

settings with_expectations() {
  settings s = whole_window();
  s.groups = {
      {"tier", {{"both", {"A", "B"}, {}, ""}, {"first", {"A"}, {}, ""}, {"last", {"C"}, {}, ""}}, "", ""}};
  s.expectations.index = 0.09;
  s.expectations.dimensions = {{"sector", {{"X", 0.2, "there"}}, ""},
                               {"tier", {{"first", 0.5, ""}, {"both", -0.1, ""}}, ""}};
  return s;
}

TEST(growth, is_weighed_at_the_close) {
  const growth_result g = history_of(watched_names(), with_expectations()).stage.growth;
  ASSERT_EQ(g.dimensions.size(), 2u);
  const dimension_growth& sector = g.dimensions[0];
  ASSERT_EQ(sector.groups.size(), 1u);
  EXPECT_NEAR(sector.groups[0].weight, 82.4 / 103.4, tight);
  EXPECT_NEAR(sector.groups[0].contribution, 0.2 * 82.4 / 103.4, tight);
  EXPECT_EQ(sector.groups_without, 1);
  EXPECT_NEAR(sector.weight_covered, 82.4 / 103.4, tight);
  EXPECT_EQ(sector.weight_overlap, 0.0);
  EXPECT_NEAR(sector.contribution, 0.2 * 82.4 / 103.4, tight);
  EXPECT_NEAR(sector.premium.value(), 0.11 * 82.4 / 103.4, tight);
  const dimension_growth& tier = g.dimensions[1];
  EXPECT_EQ(tier.groups_without, 1);
  EXPECT_NEAR(tier.weight_covered, 82.4 / 103.4, tight);
  EXPECT_NEAR(tier.weight_overlap, 53.9 / 103.4, tight);
  EXPECT_NEAR(tier.premium.value(), (0.41 * 53.9 - 0.19 * 82.4) / 103.4, tight);
}

TEST(growth, is_evidence) {
  const inputs in = watched_names();
  settings s = with_expectations();
  EXPECT_NEAR(evidence("growth.premium(sector)", in, s).value, 0.11 * 82.4 / 103.4, tight);
  EXPECT_NEAR(evidence("growth.gap(tier, both)", in, s).value, -0.19, tight);
  EXPECT_EQ(reason("growth.gap(tier, last)", in, s), "there is no expectation of tier last");
  EXPECT_EQ(reason("growth.premium(issuer)", in, s), "there are no expectations of issuer");
  s.expectations.index.reset();
  EXPECT_FALSE(history_of(in, s).stage.growth.dimensions[0].premium);
  EXPECT_EQ(reason("growth.premium(sector)", in, s), "there is no expectation of the index");
  EXPECT_EQ(reason("growth.gap(sector, X)", in, s), "there is no expectation of the index");
}

stage_result stage_by(const std::string& rules) {
  inputs in = watched_names();
  in.rules = parse_rules(rules, "rules.yaml");
  return history_of(in, whole_window()).stage;
}

const std::string holds_text = "{rule: a, when: volatility.level < 20}";
const std::string fails_text = "{rule: b, when: volatility.level > 20}";
const std::string untold_text = "{rule: c, when: index.return(300) > 0}";
std::string stages_of(const std::string& first, const std::string& second) {
  return "stages:\n  - {name: first, rules: [" + first + "]}\n  - {name: second, meaning: m, rules: [" +
         second + "]}\n";
}

TEST(stage, is_the_first_whose_rules_all_hold) {
  EXPECT_EQ(stage_by(stages_of(holds_text, holds_text)).name, "first");
  const stage_result second = stage_by(stages_of(holds_text + ", " + fails_text, holds_text));
  EXPECT_EQ(second.name, "second");
  EXPECT_EQ(second.meaning, "m");
  EXPECT_EQ(stage_by(stages_of(untold_text + ", " + fails_text, holds_text)).name, "second");
  EXPECT_EQ(stage_by(stages_of(fails_text, fails_text)).name, "undetermined");
}

TEST(stage, is_not_named_where_an_earlier_one_cannot_be_told) {
  const stage_result stage = stage_by(stages_of(holds_text + ", " + untold_text, holds_text));
  EXPECT_FALSE(stage.name);
  EXPECT_EQ(stage.reason,
            "whether it is first cannot be told: index.return(300): needs 301 panel dates, there are 3");
  ASSERT_EQ(stage.rules.size(), 3u);
  EXPECT_EQ(stage.rules[0].holds, true);
  EXPECT_FALSE(stage.rules[1].holds);
  EXPECT_EQ(stage.rules[1].reason, "index.return(300): needs 301 panel dates, there are 3");
  EXPECT_EQ(stage.rules[2].stage, "second");
  EXPECT_EQ(stage_by(stages_of(holds_text, untold_text)).name, "first");
}

TEST(stage, without_rules_has_evidence_all_the_same) {
  const stage_result stage = history_of(watched_names(), whole_window()).stage;
  EXPECT_FALSE(stage.name);
  EXPECT_EQ(stage.reason, "stage.rules is not set");
  std::vector<std::string> names;
  for (const auto& [name, found] : stage.evidence) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"concentration.effective_n", "index.distance_to_high",
                                             "volatility.from_peak", "volatility.level"}));
}

TEST(stage, tells_the_distance_of_each_trigger) {
  const stage_result stage = stage_by(
      stages_of(holds_text, holds_text) +
      "watch:\n"
      "  - {name: up, when: volatility.level > 22}\n"
      "  - {name: both, when: 18 > volatility.level and volatility.level < volatility.days_below(20)}\n");
  ASSERT_EQ(stage.watch.size(), 2u);
  EXPECT_EQ(stage.watch[0].holds, false);
  EXPECT_EQ(stage.watch[0].comparisons[0].distance(), 5.0);
  EXPECT_EQ(stage.watch[1].when, "volatility.level < 18 and volatility.level < volatility.days_below(20)");
  ASSERT_EQ(stage.watch[1].comparisons.size(), 2u);
  EXPECT_EQ(stage.watch[1].comparisons[0].distance(), 1.0);
  EXPECT_EQ(stage.watch[1].comparisons[0].holds, true);
  EXPECT_EQ(stage.watch[1].comparisons[1].threshold, 3.0);
  EXPECT_EQ(stage.watch[1].comparisons[1].distance(), -14.0);
  EXPECT_EQ(stage.watch[1].holds, false);
}

TEST(stage, refuses_names_that_do_not_exist) {
  inputs in = watched_names();
  in.rules = parse_rules(
      "stages:\n"
      "  - name: a\n"
      "    rules:\n"
      "      - {rule: a, when: \"group.weight(sectr, X) > 0 and group.weight(sector, Z) > 0\"}\n"
      "watch:\n"
      "  - name: b\n"
      "    when: move.index_return(lst_21) < move.index_return(all)\n",
      "rules.yaml");
  settings s = with_expectations();
  s.expectations.dimensions[0].groups.push_back({"Why", 0.1, "config.yaml:7:3"});
  try {
    history_of(in, s);
    FAIL() << "no error";
  } catch (const error& e) {
    EXPECT_EQ(e.kind(), error_class::usage);
    EXPECT_STREQ(e.what(),
                 "config.yaml:7:3: unknown group of sector `Why`; there are X, Y\n"
                 "rules.yaml:4:39: unknown dimension `sectr`; did you mean `sector`?\n"
                 "rules.yaml:4:78: unknown group of sector `Z`; did you mean `X`?\n"
                 "rules.yaml:7:29: unknown window `lst_21`; did you mean `last_21`?");
  }
}

// Every evidence has a value or a reason, whatever is there.
TEST(evidence, is_told_or_has_a_reason) {
  for (const bool with_volatility : {true, false}) {
    inputs in = watched_names();
    if (!with_volatility) {
      in.volatility.reset();
      in.volatility_level.assign(3, none);
    }
    const history h = history_of(in, with_expectations());
    for (const evidence_kind& kind : evidence_table()) {
      for (const char* number : {"1", "50"}) {
        std::string text{kind.name};
        for (std::size_t i = 0; i < kind.arguments.size(); ++i) {
          text += i == 0 ? "(" : ", ";
          if (kind.arguments[i] == argument_kind::dimension) text += "sector";
          if (kind.arguments[i] == argument_kind::group) text += "X";
          if (kind.arguments[i] == argument_kind::window) text += "all";
          if (!is_name(kind.arguments[i])) text += number;
        }
        if (!kind.arguments.empty()) text += ")";
        const evidence_call call = parse_expression(text + " > 0").compare.left;
        const evidence_value found = value_of(call, in, h);
        EXPECT_EQ(std::isnan(found.value), !found.reason.empty()) << to_text(call);
      }
    }
  }
}

}  // namespace
}  // namespace topheavy
