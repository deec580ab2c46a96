// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/error.h"
#include "host/scenario/events.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace topheavy {
namespace {

using testing::HasSubstr;

figure_table four_scenarios() {
  figure_table f;
  f.count = 4;
  f.index_return = {-0.1, 0.0, 0.1, 0.2};
  f.max_drawdown = {0.1, 0.05, 0.0, 0.0};
  f.highest = {0.99, 1.01, 1.05, 1.2};
  f.hhi = {0.25, 0.2, 0.1, 0.05};
  f.max_volatility = {30.0, 20.0, 15.0, std::numeric_limits<double>::quiet_NaN()};
  for (std::size_t k = 0; k < f.top.size(); ++k) f.top[k].assign(4, 0.1 * static_cast<double>(k + 1));
  f.group_return = {-0.3, 0.0, 0.1, 0.2, /**/ 0.5, 0.5, -0.1, 0.5, /**/ -0.2, -0.2, -0.2, 0.4};
  return f;
}

const std::vector<dimension> dimensions{{.name = "sector", .groups = {"a", "b.c"}},
                                        {.name = "sector.b", .groups = {"c"}}};

event_settings event(const std::string& metric, std::optional<double> above,
                     std::optional<double> below = {}) {
  return {.name = "e", .metric = metric, .above = above, .below = below, .origin = "config.yaml:7:5"};
}

double probability(const event_settings& e, double new_high = 1.05) {
  return event_probabilities({e}, four_scenarios(), dimensions, new_high, "").front().probability;
}

TEST(events, are_counted_beyond_the_bound) {
  EXPECT_EQ(probability(event("index_return", 0.0)), 0.5);
  EXPECT_EQ(probability(event("index_return", {}, 0.0)), 0.25);
  EXPECT_EQ(probability(event("max_drawdown", 0.01)), 0.5);
  EXPECT_EQ(probability(event("hhi", {}, 0.15)), 0.5);
  EXPECT_EQ(probability(event("effective_n", 4.5)), 0.75);  // 4, 5, 10, 20
  EXPECT_EQ(probability(event("top_10", 0.25)), 1.0);
  EXPECT_EQ(probability(event("top_1", 0.25)), 0.0);
  EXPECT_EQ(probability(event("group_return.sector.a", {}, 0.05)), 0.5);
  EXPECT_EQ(probability(event("group_return.sector.b.c", {}, 0.0)), 0.25);  // the first of two with this name
}

TEST(events, of_a_new_high_look_at_the_highest_level_on_the_way) {
  EXPECT_EQ(probability(event("index_new_high", {}), 1.05), 0.25);
  EXPECT_EQ(probability(event("index_new_high", {}), 1.0), 0.75);
}

TEST(events, have_a_binomial_error) {
  const auto p =
      event_probabilities({event("index_return", {}, 0.0)}, four_scenarios(), dimensions, 1.0, "").front();
  EXPECT_NEAR(p.error, std::sqrt(0.25 * 0.75 / 4), 1e-16);
  EXPECT_EQ(p.name, "e");
  EXPECT_EQ(p.metric, "index_return");
  const auto none =
      event_probabilities({event("index_return", {}, 0.0)}, four_scenarios(), dimensions, 1.0, "overlap")
          .front();
  EXPECT_EQ(none.probability, 0.25);
  EXPECT_TRUE(std::isnan(none.error));
}

TEST(events, that_never_or_always_happen_have_a_bound_instead_of_an_error) {
  const auto never =
      event_probabilities({event("top_1", 0.25)}, four_scenarios(), dimensions, 1.0, "").front();
  EXPECT_EQ(never.probability, 0.0);
  EXPECT_TRUE(std::isnan(never.error));
  EXPECT_EQ(never.reason,
            "none of 4 scenarios: from 0 to 60 % with 95 % confidence");  // 1 - 0.025^(1/4) = 0.602
  const auto always =
      event_probabilities({event("top_10", 0.25)}, four_scenarios(), dimensions, 1.0, "").front();
  EXPECT_EQ(always.probability, 1.0);
  EXPECT_TRUE(std::isnan(always.error));
  EXPECT_EQ(always.reason, "all of 4 scenarios: at most 60 % below 100 % with 95 % confidence");
}

TEST(events, of_a_figure_that_is_not_known_are_not_known) {
  for (const char* metric : {"max_volatility", "max_top_10"}) {
    const auto p = event_probabilities({event(metric, 1.0)}, four_scenarios(), dimensions, 1.0, "").front();
    EXPECT_TRUE(std::isnan(p.probability)) << metric;
    EXPECT_EQ(p.reason, "not every scenario has this figure");
  }
}

TEST(events, with_metrics_that_are_none_are_refused) {
  try {
    check_events({event("group_return.sector.z", 0.0), event("index_return", 0.0), event("top_3", 0.0)},
                 dimensions);
    FAIL();
  } catch (const error& e) {
    EXPECT_EQ(e.kind(), error_class::usage);
    EXPECT_THAT(
        e.what(),
        HasSubstr("config.yaml:7:5: event 'e' asks for the metric 'group_return.sector.z', which does "
                  "not exist; group_return.<dimension>.<group> names a group of the set's dimensions "
                  "(sector, sector.b)\n"));
    EXPECT_THAT(e.what(), HasSubstr("'top_3', which does not exist; see configs/README.md"));
  }
}

}  // namespace
}  // namespace topheavy
