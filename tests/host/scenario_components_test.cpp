// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/components.h"
#include "kernels/core/philox.h"
#include "tests/host/losses.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace topheavy {
namespace {

using testing::ElementsAre;

// Knows how much every cap changes along every scenario.
class known_paths : public path_engine {
 public:
  known_paths(std::size_t slot_count, std::function<double(std::uint64_t, std::size_t)> change_of)
      : slots(slot_count), change(std::move(change_of)) {}

  void scenario_pass(const plan_recipe&, const figure_request&, scenario_range,
                     const figure_columns&) override {
    throw std::logic_error("components walk no scenario but those of the tail");
  }
  void take_correlations(const rho_columns&) override {}
  void replay(const plan_recipe&, const replay_request& request, const replay_result& result) override {
    ++replays;
    most_watched = std::max(most_watched, request.watched_count);
    replayed += request.count;
    std::fill_n(result.sum, request.buckets * slots, 0.0);
    std::fill_n(result.squares, request.buckets * slots, 0.0);
    for (std::size_t i = 0; i < request.count; ++i) {
      ASSERT_LT(request.bucket[i], request.buckets);
      for (std::size_t s = 0; s < slots; ++s) {
        const double c = change(request.scenario[i], s);
        result.sum[request.bucket[i] * slots + s] += c;
        result.squares[request.bucket[i] * slots + s] += c * c;
      }
      for (std::size_t k = 0; k < request.watched_count; ++k) {
        result.watched[k * request.count + i] = change(request.scenario[i], request.watched[k]);
      }
    }
  }

  std::size_t slots, replays = 0, replayed = 0, most_watched = 0;
  std::function<double(std::uint64_t, std::size_t)> change;
};

// Seven constituents of a panel of eight (the third, 2, is no member) in three classes: {5, 0}, {1, 7, 3}, {6, 4}.
scenario_universe seven_names() {
  scenario_universe u;
  u.layout = make_path_layout({2, 3, 2});
  u.constituent.assign(u.layout.slots(), -1);
  u.start.assign(u.layout.slots(), 0.0F);
  const std::vector<std::vector<std::int32_t>> classes{{5, 0}, {1, 7, 3}, {6, 4}};
  const std::vector<std::vector<float>> caps{{300, 50}, {200, 100, 25}, {75, 50}};
  for (std::size_t k = 0; k < classes.size(); ++k) {
    for (std::size_t i = 0; i < classes[k].size(); ++i) {
      u.constituent[u.layout.class_slots[k] + i] = classes[k][i];
      u.start[u.layout.class_slots[k] + i] = caps[k][i];
    }
  }
  dimension sector{.name = "sector"}, tier{.name = "tier"};
  sector.add("a", {0});
  sector.add("b", {1, 2});
  tier.add("x", {0, 1});
  tier.add("y", {1});  // overlaps, and does not cover all
  tier.add("nobody", {});
  u.dimensions = {sector, tier};
  return u;
}

const std::vector<std::string> issuers{"I", "J", "K", "J", "L", "M", "I", "N"};

constexpr double total = 800.0;

double drawn(std::uint64_t scenario, std::size_t slot) {
  const random_block words = random_words(11, scenario, static_cast<std::uint32_t>(slot), 3);
  return 0.3 *
         (uniform_from(words.word[0]) + uniform_from(words.word[1]) + uniform_from(words.word[2]) - 1.6);
}

struct sample {
  explicit sample(std::size_t scenarios, std::size_t regime_count = 3)
      : u(seven_names()),
        regimes(regime_count),
        engine(u.layout.slots(), [this](std::uint64_t s, std::size_t slot) {
          return static_cast<double>(u.start[slot]) * drawn(s, slot);
        }) {
    f.count = scenarios;
    f.group_return.resize(5 * scenarios);
    const std::vector<std::vector<std::size_t>> classes{{0}, {1, 2}, {0, 1}, {1}, {}};
    for (std::size_t s = 0; s < scenarios; ++s) {
      f.index_return.push_back(change_of({0, 1, 2}, s) / total);
      for (std::size_t g = 0; g < 5; ++g) {
        double cap = 0.0;
        for (const std::size_t k : classes[g]) cap += class_caps[k];
        f.group_return[g * scenarios + s] = change_of(classes[g], s) / cap;  // of nobody: NaN
      }
      if (regimes == 0) continue;
      f.start_regime.push_back(static_cast<std::uint8_t>(s % 7 == 0 ? 0 : 1));
      f.end_regime.push_back(s % 5 == 0 ? no_simulated_regime : static_cast<std::uint8_t>(s % 3));
    }
  }

  double change_of(const std::vector<std::size_t>& classes, std::size_t s) const {
    double sum = 0.0;
    for (const std::size_t k : classes) {
      for (std::size_t i = u.layout.class_slots[k]; i < u.layout.class_slots[k] + 16; ++i)
        sum += engine.change(s, i);
    }
    return sum;
  }
  std::vector<level_components> components(const std::vector<double>& levels,
                                           const std::string& no_sampling = "") {
    return components_of(engine, {}, rank_losses(f.index_return, levels),
                         {u, issuers, f, levels, regimes, no_sampling});
  }

  const std::vector<double> class_caps{350, 325, 125};
  scenario_universe u;
  std::size_t regimes;
  known_paths engine;
  figure_table f;
};

// What components.h says, scenario by scenario from a full sort.
struct plain_component {
  double es, error;
};
plain_component by_formula(const sample& x, double level,
                           const std::function<double(std::uint64_t)>& loss_part) {
  std::vector<std::uint64_t> order(x.f.count);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint64_t a, std::uint64_t b) {
    return x.f.index_return[a] < x.f.index_return[b];
  });
  const double m = std::round(1e6 * static_cast<double>(x.f.count) * (1.0 - level)) / 1e6;
  const auto count = static_cast<std::size_t>(std::ceil(m));
  const auto near_count = static_cast<std::size_t>(std::ceil(std::sqrt(m)));
  double es = 0.0, squares = 0.0, nearby = 0.0;
  const auto weight = [&](std::size_t i) { return std::min(1.0, m - static_cast<double>(i)); };
  for (std::size_t i = 0; i < count; ++i) es += weight(i) * loss_part(order[i]) / m;
  for (std::size_t i = 0; i < count; ++i) squares += weight(i) * std::pow(loss_part(order[i]) - es, 2);
  for (std::size_t i = count - near_count; i < count; ++i) {
    nearby += loss_part(order[i]) / static_cast<double>(near_count);
  }
  return {es, std::sqrt((squares / (m - 1) + level * std::pow(es - nearby, 2)) / m)};
}

void expect_component(const component& is, const plain_component& should, const std::string& what) {
  EXPECT_NEAR(is.es, should.es, 1e-15) << what;
  EXPECT_NEAR(is.error, should.error, 1e-12) << what;
}

TEST(components, are_those_of_the_formula) {
  sample x(1'010);  // m = 101, 25.25, 10.1
  const std::vector<double> levels{0.9, 0.975, 0.99};
  const auto all = x.components(levels);
  EXPECT_EQ(x.engine.replays, 2U);
  EXPECT_EQ(x.engine.replayed, 2 * 101U);
  EXPECT_EQ(x.engine.most_watched, 4U);  // I and J
  ASSERT_EQ(all.size(), 3U);
  EXPECT_THAT(members_of(x.u), ElementsAre(0, 1, 3, 4, 5, 6, 7));
  const std::vector<std::size_t> slot{1, 16, 18, 33, 0, 32, 17};  // of the members
  for (std::size_t l = 0; l < levels.size(); ++l) {
    const level_components& c = all[l];
    const std::string at = "at " + std::to_string(levels[l]);
    EXPECT_EQ(c.level, levels[l]);
    EXPECT_NEAR(c.es, by_formula(x, levels[l], [&](auto s) { return -x.f.index_return[s]; }).es, 1e-15) << at;
    for (std::size_t n = 0; n < slot.size(); ++n) {
      expect_component(c.constituents[n],
                       by_formula(x, levels[l], [&](auto s) { return -x.engine.change(s, slot[n]) / total; }),
                       "member " + std::to_string(n) + at);
    }
    const auto group = [&](const group_component& g, const std::vector<std::size_t>& classes, double weight) {
      const auto should = by_formula(x, levels[l], [&](auto s) { return -x.change_of(classes, s) / total; });
      expect_component(g.value, should, g.group + at);
      EXPECT_NEAR(g.weight, weight, 1e-15);
      EXPECT_NEAR(g.share, should.es / c.es, 1e-14);
    };
    ASSERT_EQ(c.dimensions.size(), 2U);
    EXPECT_EQ(c.dimensions[1].dimension, "tier");
    group(c.dimensions[0].groups[0], {0}, 350 / total);
    group(c.dimensions[0].groups[1], {1, 2}, 450 / total);
    group(c.dimensions[1].groups[0], {0, 1}, 675 / total);
    group(c.dimensions[1].groups[1], {1}, 325 / total);
    EXPECT_EQ(c.dimensions[1].groups[2].value.es, 0.0);
    EXPECT_EQ(c.dimensions[1].groups[2].value.error, 0.0);
    EXPECT_EQ(c.dimensions[1].groups[2].weight, 0.0);
    ASSERT_EQ(c.issuers.size(), 5U);
    for (const group_component& issuer : c.issuers) {
      std::vector<std::size_t> of;
      const std::vector<std::int32_t> members = members_of(x.u);
      for (std::size_t n = 0; n < slot.size(); ++n) {
        if (issuers[static_cast<std::size_t>(members[n])] == issuer.group) of.push_back(slot[n]);
      }
      const auto loss_part = [&](auto s) {
        double sum = 0.0;
        for (const std::size_t i : of) sum -= x.engine.change(s, i) / total;
        return sum;
      };
      expect_component(issuer.value, by_formula(x, levels[l], loss_part), issuer.group + at);
    }
    for (std::size_t i = 1; i < c.issuers.size(); ++i)
      EXPECT_GE(c.issuers[i - 1].value.es, c.issuers[i].value.es);
  }
}

TEST(components, add_up_to_the_es_of_the_replayed_paths) {
  sample x(3'333);
  for (const level_components& c : x.components({0.95, 0.975, 0.99})) {
    const auto sum = [](const auto& list, auto value) {
      return std::accumulate(list.begin(), list.end(), 0.0,
                             [&](double s, const auto& v) { return s + value(v); });
    };
    const auto es = [](const group_component& g) { return g.value.es; };
    EXPECT_GT(c.es, 0.0);
    EXPECT_NEAR(sum(c.constituents, [](const component& n) { return n.es; }), c.es, 1e-12);
    EXPECT_NEAR(sum(c.issuers, es), c.es, 1e-12);  // all five of them
    EXPECT_NEAR(sum(c.dimensions[0].groups, es), c.es, 1e-12);
    EXPECT_NEAR(sum(c.dimensions[0].groups, [](const group_component& g) { return g.share; }), 1.0, 1e-12);
    const tail_risk risk = tail_risk_of(rank_losses(x.f.index_return, {c.level}), x.f.count, c.level, "");
    EXPECT_NEAR(c.es, risk.es, 1e-15);
  }
}

// One group of everything: the mean near VaR is not VaR itself, but not far from it.
TEST(components, of_all_the_index_has_nearly_its_simulation_error) {
  sample x(10'000);
  x.u.dimensions[0].groups = {"all"};
  x.u.dimensions[0].offsets = {0, 3};
  x.u.dimensions[0].members = {0, 1, 2};
  x.u.dimensions.resize(1);
  x.f.group_return = x.f.index_return;
  const auto c = x.components({0.975}).front();
  const tail_risk risk = tail_risk_of(rank_losses(x.f.index_return, {0.975}), x.f.count, 0.975, "");
  EXPECT_NEAR(c.dimensions[0].groups[0].value.error, risk.simulation_error, 0.05 * risk.simulation_error);
}

TEST(components, concentration_of_the_loss_is_that_of_its_shares) {
  sample x(1'010);
  const level_components c = x.components({0.9}).front();
  ASSERT_TRUE(c.overall.figures);
  EXPECT_EQ(c.overall.scenarios, 101.0);
  double hhi = 0.0, negative = 0.0;
  for (const component& n : c.constituents) {
    const double share = n.es / c.es;
    hhi += share * share;
    negative += std::min(share, 0.0);
  }
  EXPECT_NEAR(c.overall.figures->hhi, hhi, 1e-13);
  EXPECT_NEAR(c.overall.figures->effective_n, 1.0 / hhi, 1e-11);
  EXPECT_NEAR(c.overall.figures->negative_sum, negative, 1e-13);
  EXPECT_EQ(c.overall.figures->positive.count, 7);
  ASSERT_EQ(c.overall.figures->leaders.size(), 7U);
  EXPECT_EQ(c.overall.figures->leaders[0].constituent, 5U);  // the largest by far
  EXPECT_EQ(c.overall.figures->leaders[0].weight, 300.0 / total);
}

TEST(components, concentration_by_regime_is_over_the_scenarios_of_each) {
  sample x(1'010);
  const level_components c = x.components({0.9, 0.99}).front();
  ASSERT_EQ(c.by_start.size(), 3U);
  ASSERT_EQ(c.by_end.size(), 3U);
  const ranked_losses worst = largest_losses(x.f.index_return, 101);
  for (std::size_t k = 0; k < 3; ++k) {
    double scenarios = 0.0, change = 0.0, largest = 0.0;
    for (const std::uint64_t s : worst.scenario) {
      if (x.f.end_regime[s] != k) continue;
      scenarios += 1.0;
      change += x.f.index_return[s] * total;
      largest += x.engine.change(s, 0);
    }
    EXPECT_EQ(c.by_end[k].scenarios, scenarios);
    ASSERT_TRUE(c.by_end[k].figures);
    EXPECT_EQ(c.by_end[k].figures->leaders[0].constituent, 5U);
    EXPECT_NEAR(c.by_end[k].figures->leaders[0].share, largest / change, 1e-13);
  }
  EXPECT_EQ(c.by_start[2].scenarios, 0.0);
  EXPECT_FALSE(c.by_start[2].figures);
  EXPECT_EQ(c.by_start[2].reason, "0 scenarios in this tail, at least 10 are needed");
  const level_components far = x.components({0.9, 0.995}).back();  // m = 5.05
  EXPECT_EQ(far.overall.reason, "5.05 scenarios in this tail, at least 10 are needed");
  EXPECT_NEAR(far.by_start[0].scenarios + far.by_start[1].scenarios, 5.05, 1e-12);
}

// Of one size; the later ones fall further.
TEST(components, only_share_classes_of_listed_issuers_are_kept) {
  scenario_universe u;
  u.layout = make_path_layout({64});
  for (std::int32_t n = 0; n < 64; ++n) u.constituent.push_back(n);
  u.start.assign(64, 1.0F);
  known_paths engine(64, [](std::uint64_t s, std::size_t slot) {
    return -0.001 * static_cast<double>(slot + 1) * drawn(s, 0);
  });
  figure_table f;
  f.count = 400;
  for (std::size_t s = 0; s < f.count; ++s) f.index_return.push_back(-0.001 * 32.5 * drawn(s, 0));
  const std::vector<double> levels{0.9, 0.95};
  const auto largest = [&](std::int32_t classes, const std::string& no_sampling) {
    engine.replays = engine.most_watched = 0;
    std::vector<std::string> issuer;
    for (std::int32_t n = 0; n < 64; ++n) issuer.push_back(std::to_string(n / classes));
    const auto all = components_of(engine, {}, rank_losses(f.index_return, levels),
                                   {u, issuer, f, levels, 0, no_sampling});
    EXPECT_EQ(all[0].issuers.size(), issuers_listed);
    return all[0].issuers[0];
  };
  const group_component pair = largest(2, "");
  EXPECT_EQ(pair.group, "31");
  EXPECT_EQ(engine.replays, 2U);
  EXPECT_EQ(engine.most_watched, 2 * issuers_listed);  // the same ten at both levels
  const group_component one = largest(1, "");
  EXPECT_EQ(engine.replays, 1U);
  EXPECT_EQ(engine.most_watched, 0U);
  EXPECT_NEAR(pair.value.error, one.value.error * (63.0 + 64.0) / 64.0, 1e-12);  // all fall together
  EXPECT_TRUE(std::isnan(largest(2, "windows overlap").value.error));
  EXPECT_EQ(engine.replays, 1U);
}

TEST(components, without_regimes_have_none) {
  sample x(1'010, 0);
  const level_components c = x.components({0.95}).front();
  EXPECT_TRUE(c.by_start.empty() && c.by_end.empty());
  EXPECT_TRUE(c.overall.figures);
}

TEST(components, without_sampling_have_no_errors) {
  sample x(1'010);
  const level_components c = x.components({0.95}, "windows overlap").front();
  EXPECT_GT(c.constituents[4].es, 0.0);
  for (const component& n : c.constituents) EXPECT_TRUE(std::isnan(n.error));
  for (const group_component& i : c.issuers) EXPECT_TRUE(std::isnan(i.value.error));
  for (const auto& d : c.dimensions) {
    for (const group_component& g : d.groups) EXPECT_TRUE(std::isnan(g.value.error));
  }
}

TEST(components, of_a_single_scenario) {
  sample x(1);
  const level_components c = x.components({0.95}).front();  // m = 0.05
  EXPECT_NEAR(c.es, -x.f.index_return[0], 1e-15);
  EXPECT_TRUE(std::isnan(c.constituents[0].error));
  EXPECT_FALSE(c.overall.figures);
}

TEST(components, of_a_gain_have_no_shares) {
  sample x(400);
  const auto change = x.engine.change;
  x.engine.change = [&](std::uint64_t s, std::size_t slot) {
    return change(s, slot) + static_cast<double>(x.u.start[slot]);
  };
  for (double& r : x.f.index_return) r += 1.0;
  const level_components c = x.components({0.95}).front();
  EXPECT_LT(c.es, 0.0);
  EXPECT_TRUE(std::isnan(c.issuers[0].share));
  EXPECT_EQ(c.overall.reason, "the index does not lose in this tail: there is no loss to have a share of");
}

}  // namespace
}  // namespace topheavy
