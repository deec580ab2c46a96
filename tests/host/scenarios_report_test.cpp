// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/console.h"
#include "host/report/digest.h"
#include "host/report/scenarios_json.h"
#include "host/report/summary_json.h"
#include "host/report/tables.h"
#include "tests/host/three_names.h"

#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;

distribution spread_around(double mean) {
  distribution d;
  d.mean = mean;
  d.sd = 0.5;
  for (std::size_t i = 0; i < d.quantile.size(); ++i) d.quantile[i] = mean + static_cast<double>(i);
  return d;
}

level_components components_at(double level) {
  level_components c;
  c.level = level;
  c.es = 0.3;
  c.constituents = {{0.2, 0.01}, {0.0, 0.02}, {0.1, not_known}};
  c.issuers = {{"I", 0.7, {0.3, 0.04}, 1.0}, {"J", 0.3, {0.0, 0.02}, 0.0}};
  c.dimensions = {{"sector", {{"X", 0.8, {0.2, 0.015}, 2.0 / 3}, {"Y", 0.2, {0.1, not_known}, 1.0 / 3}}}};
  share_figures f;
  f.hhi = 5.0 / 9;
  f.effective_n = 1.8;
  f.positive.count = 3;
  f.positive.top = {2.0 / 3, 1, 1, 1, 1};
  f.positive.gini = 0.25;
  f.leaders = {{0, 0.5, 2.0 / 3}, {2, 0.2, 1.0 / 3}, {1, 0.3, 0.0}};
  c.overall = {25.0, f, ""};
  c.by_start = {{15.0, f, ""}, {2.0, {}, "2 scenarios in this tail, at least 10 are needed"}};
  c.by_end = {{0.0, {}, "none"}, {25.0, f, ""}};
  return c;
}

scenario_results a_set(const std::string& name) {
  scenario_results r;
  r.name = name;
  r.kind = "bootstrap";
  r.count = 1'000;
  r.horizon = 21;
  r.seed = 42;
  r.mean_block_length = 3.5;
  r.filled_share = 0.125;
  r.days = 2;
  r.left_out = {"Z"};
  r.cells = 63'000;
  r.seconds = 0.5;
  r.member = {0, 1, 2};
  r.index_return = spread_around(0.01);
  r.max_drawdown = spread_around(0.05);
  tail_risk t;
  t.level = 0.975;
  t.tail_scenarios = 25;
  t.var = 0.25;
  t.var_low = 0.24;
  t.es = 0.3;
  t.simulation_error = 0.01;
  t.interval_reason = "no upper end";
  t.history_error_reason = "not asked for";
  t.warning = "few";
  tail_risk far = t;
  far.level = 0.999;
  far.es = 0.9;
  r.risk = {t, far};
  r.components = {components_at(0.975)};
  r.concentration = {{"top_10", spread_around(0.6)}};
  r.correlation = {{"sector",
                    {"X", "Y"},
                    {{"path", 990, {1, 0.5, 0.5, 1}, {1, 0.25, 0.25, 1}, {1, 0.75, 0.75, 1}},
                     {"panic",
                      0,
                      {1, not_known, not_known, 1},
                      {1, not_known, not_known, 1},
                      {1, not_known, not_known, 1}}}}};
  r.events = {{"new high", "index_new_high", 0.25, 0.01},
              {"fear", "max_volatility", not_known, not_known, "not known"}};
  r.stresses = {{"mild", "", -0.01, {}, {{0.975, 0.001, 0.002}}, 0.0},
                {"harsh", "all fall", -0.2, {{"sector", "X", -0.25, -0.2}}, {{0.975, 0.05, 0.0612}}, -0.01}};
  return r;
}

// Enough of one for the names of regimes.
history two_regimes() {
  history h = history_of(three_names());
  h.regime_names = {"calm", "panic"};
  return h;
}

TEST(scenarios_json, has_the_keys_of_the_specification) {
  const inputs in = three_names();
  const json list = scenarios_json(in, two_regimes(), {a_set("month"), a_set("quarter")});
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[1]["name"], "quarter");
  const json& s = list[0];
  EXPECT_EQ(s["name"], "month");
  EXPECT_EQ(s["count"], 1'000);
  EXPECT_EQ(s["horizon"], 21);
  EXPECT_EQ(s["generator"], "bootstrap");
  EXPECT_EQ(s["seed"], 42);
  EXPECT_EQ(s["mean_block_length"], 3.5);
  EXPECT_EQ(s["filled_share"], 0.125);
  EXPECT_EQ(s["left_out"], json::array({"Z"}));
  EXPECT_EQ(s["no_sampling_error"], nullptr);
  EXPECT_EQ(s["cells"], 63'000);
  EXPECT_EQ(s["cells_per_second"], 126'000.0);
  EXPECT_EQ(s["index_return"]["mean"], 0.01);
  EXPECT_EQ(s["index_return"]["sd"], 0.5);
  EXPECT_EQ(s["index_return"]["quantiles"].begin().key(), "0.01");
  EXPECT_EQ(s["index_return"]["quantiles"]["0.975"], 7.01);
  EXPECT_EQ(s["index_return"]["reason"], nullptr);
  EXPECT_EQ(s["max_drawdown"]["quantiles"]["0.5"], 4.05);
  EXPECT_EQ(s["concentration"]["top_10"]["mean"], 0.6);
  EXPECT_EQ(s["probability"]["new high"], 0.25);
  EXPECT_EQ(s["probability"]["fear"], nullptr);
  EXPECT_EQ(s["events"][0], json({{"name", "new high"},
                                  {"metric", "index_new_high"},
                                  {"probability", 0.25},
                                  {"error", 0.01},
                                  {"reason", nullptr}}));
  EXPECT_EQ(s["events"][1]["reason"], "not known");
}

TEST(scenarios_json, risk_is_null_where_it_is_not_known_and_says_why) {
  const json s = scenarios_json(three_names(), two_regimes(), {a_set("month")})[0];
  const json& r = s["risk"][0];
  EXPECT_EQ(r["level"], 0.975);
  EXPECT_EQ(r["tail_scenarios"], 25);
  EXPECT_EQ(r["var"], 0.25);
  EXPECT_EQ(r["var_low"], 0.24);
  EXPECT_EQ(r["var_high"], nullptr);
  EXPECT_EQ(r["interval_reason"], "no upper end");
  EXPECT_EQ(r["es"], 0.3);
  EXPECT_EQ(r["es_replayed"], 0.3);
  EXPECT_EQ(r["simulation_error"], 0.01);
  EXPECT_EQ(r["history_error"], nullptr);
  EXPECT_EQ(r["history_error_reason"], "not asked for");
  EXPECT_EQ(r["warning"], "few");
  EXPECT_EQ(s["risk"][1]["es_replayed"], nullptr);
}

TEST(scenarios_json, components_and_concentration_stand_by_level) {
  const json s = scenarios_json(three_names(), two_regimes(), {a_set("month")})[0];
  const json& es = s["component_es"]["0.975"];
  EXPECT_EQ(es["sector"][0],
            json({{"group", "X"}, {"weight", 0.8}, {"es", 0.2}, {"share", 2.0 / 3}, {"error", 0.015}}));
  EXPECT_EQ(es["sector"][1]["error"], nullptr);
  EXPECT_EQ(es["issuer"][0]["group"], "I");
  const json& loss = s["loss_concentration"]["0.975"];
  EXPECT_EQ(loss["n"], 3);
  EXPECT_EQ(loss["scenarios"], 25.0);
  EXPECT_EQ(loss["effective_n"], 1.8);
  EXPECT_EQ(loss["top"]["1"], 2.0 / 3);
  EXPECT_EQ(loss["leaders"][1],
            json({{"symbol", "C"}, {"issuer", "I"}, {"weight", 0.2}, {"share", 1.0 / 3}}));
  EXPECT_EQ(loss["by_start"]["calm"]["scenarios"], 15.0);
  EXPECT_EQ(loss["by_start"]["panic"]["hhi"], nullptr);
  EXPECT_EQ(loss["by_start"]["panic"]["reason"], "2 scenarios in this tail, at least 10 are needed");
  EXPECT_EQ(loss["by_end"]["panic"]["gini"], 0.25);
}

TEST(scenarios_json, correlations_and_stresses) {
  scenario_results set = a_set("month");
  set.correlation.push_back({"nation", std::vector<std::string>(51, "n"), {{"path", 7, {}, {}, {}}}});
  const json s = scenarios_json(three_names(), two_regimes(), {set})[0];
  const json& path = s["correlation"]["sector"]["path"];
  EXPECT_EQ(path["scenarios"], 990);
  EXPECT_EQ(path["mean"], json::parse("[[1.0, 0.5], [0.5, 1.0]]"));
  EXPECT_EQ(path["p05"][0][1], 0.25);
  EXPECT_EQ(path["p95"][1][0], 0.75);
  EXPECT_EQ(s["correlation"]["sector"]["panic"]["mean"], json::parse("[[1.0, null], [null, 1.0]]"));
  EXPECT_EQ(s["correlation"]["nation"]["path"]["matrices"], "left out: more than 50 groups");
  const json& harsh = s["stresses"][1];
  EXPECT_EQ(harsh["name"], "harsh");
  EXPECT_EQ(harsh["meaning"], "all fall");
  EXPECT_EQ(harsh["index_return"], -0.2);
  EXPECT_EQ(harsh["groups"][0],
            json({{"dimension", "sector"}, {"group", "X"}, {"return", -0.25}, {"contribution", -0.2}}));
  EXPECT_EQ(harsh["var_change"]["0.975"], 0.05);
  EXPECT_EQ(harsh["es_change"]["0.975"], 0.0612);
  EXPECT_EQ(harsh["top_10_change"], -0.01);
  EXPECT_EQ(harsh["change_reason"], nullptr);
  set.stresses[1].top_10_change = not_known;
  set.stresses[1].change_reason = "nothing to compare with";
  const json alone = scenarios_json(three_names(), two_regimes(), {set})[0]["stresses"][1];
  EXPECT_EQ(alone["top_10_change"], nullptr);
  EXPECT_EQ(alone["change_reason"], "nothing to compare with");
}

// Of a run without a volatility file.
scenario_results without_regimes(const std::string& name) {
  scenario_results set = a_set(name);
  for (level_components& c : set.components) {
    c.by_start.clear();
    c.by_end.clear();
  }
  return set;
}

TEST(scenarios_json, times_are_no_part_of_the_digest) {
  const inputs in = three_names();
  const history h = history_of(in);
  const auto digest = [&](double seconds, double es) {
    scenario_results set = without_regimes("month");
    set.seconds = seconds;
    set.risk[0].es = es;
    return digest_of(summary_of_results({}, in, h, {set}), {});
  };
  EXPECT_EQ(digest(0.5, 0.3), digest(0.25, 0.3));
  EXPECT_NE(digest(0.5, 0.3), digest(0.5, std::nextafter(0.3, 1.0)));
  const json summary = summary_of_results({}, in, h, {without_regimes("month")});
  EXPECT_EQ(std::prev(summary.end()).key(), "scenarios");
  EXPECT_EQ(std::prev(summary.end(), 2).key(), "stage");
  EXPECT_EQ(summary_of_results({}, in, h)["scenarios"], json::array());
}

TEST(components_table, has_a_row_a_set_level_and_member) {
  scenario_results two = a_set("quarter");
  two.member = {0, 2};
  two.components = {components_at(0.95), components_at(0.99)};
  for (level_components& c : two.components) c.constituents.pop_back();
  const table t = components_table(three_names(), {a_set("month"), two});
  EXPECT_EQ(t.name, "components");
  std::vector<std::string> names;
  for (const auto& column : t.columns) names.push_back(column.first);
  EXPECT_THAT(names, ElementsAre("set", "level", "symbol", "issuer", "component_es", "error"));
  ASSERT_EQ(t.rows(), 7U);
  const auto word = [&](std::size_t column, std::size_t row) {
    const auto& c = std::get<text_column>(t.columns[column].second);
    return c.words[static_cast<std::size_t>(c.index[row])];
  };
  EXPECT_EQ(word(0, 2) + word(2, 2) + word(3, 2), "monthCI");
  EXPECT_EQ(word(0, 6) + word(2, 6) + word(3, 6), "quarterCI");
  const auto& level = std::get<number_column>(t.columns[1].second);
  EXPECT_THAT(level, ElementsAre(0.975, 0.975, 0.975, 0.95, 0.95, 0.99, 0.99));
  EXPECT_EQ(std::get<number_column>(t.columns[4].second)[0], 0.2);
  EXPECT_TRUE(std::isnan(std::get<number_column>(t.columns[5].second)[2]));
}

TEST(console, tells_of_two_sets_in_few_lines) {
  const inputs in = three_names();
  const auto text = [&](const std::vector<scenario_results>& sets) {
    return console_summary({}, in, history_of(in), {}, "digest", "folder", sets);
  };
  const std::string one = text({a_set("month")});
  EXPECT_THAT(
      one, HasSubstr("\nwhat scenarios may lose\n"
                     "  month        at 97.5 %: ES 30.00 % (error 1.00 % by the draws, - by the history),\n"
                     "               VaR 25.00 % [24.00 %, -], only 25 in the tail, 1,000 x 21 days\n"
                     "    error      by the history not known: not asked for\n"
                     "    loss       as if 1.8 equal ones, weight 2.6, A 66.7 %, C 33.3 %, B 0.0 %\n"
                     "    stress     worst of 2: harsh -20.00 %, on top of the paths ES +6.12 %\n"));
  scenario_results far = a_set("far");
  far.risk.erase(far.risk.begin());
  far.components.clear();
  far.stresses.clear();
  far.precision_reached = false;
  const std::string two = text({a_set("month"), far, a_set("third"), a_set("fourth")});
  EXPECT_THAT(two, HasSubstr("  far          at 99.9 %: ES 90.00 %"));
  EXPECT_THAT(two, HasSubstr("precision not reached"));
  EXPECT_THAT(two, HasSubstr("  and 2 more in summary.json\n"));
  EXPECT_THAT(two, testing::Not(HasSubstr("third")));
  EXPECT_THAT(text({}), testing::Not(HasSubstr("scenarios")));
  std::istringstream lines(two);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
}

}  // namespace
}  // namespace topheavy
