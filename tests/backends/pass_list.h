// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_pass/scenario_pass_cpu.h"
#include "tests/backends/small_pass.h"

#include <memory>

// Passes and replays of every kind that another engine must answer as the CPU's does, bit by bit.
namespace topheavy {

// An engine of another place; `variant` chooses among its tiles, slices and launches.
using make_engine = std::function<std::unique_ptr<path_engine>(const path_universe&, unsigned variant)>;

inline figure_request request_of(const class_groups& groups, bool weights, bool hhi, bool top_10) {
  figure_request request = request_of(groups, false);
  request.end_weights = weights;
  request.daily_hhi = hhi;
  request.daily_top_10 = top_10;
  return request;
}

// More groups than are added up at once, each of some of four classes.
struct many_groups : class_groups {
  many_groups() {
    offsets = {0};
    members.clear();
    for (int g = 0; g < 40; ++g) {
      for (int k = 0; k < 4; ++k) {
        if ((g + 1) % 16 >> k & 1) members.push_back(k);
      }
      offsets.push_back(static_cast<std::int32_t>(members.size()));
    }
  }
  groups_view view() const { return {offsets.data(), members.data(), offsets.size() - 1}; }
};

inline void expect_same_passes(const make_engine& make) {
  const class_groups groups;
  unsigned variant = 0;
  for (const case_of_pass& c : cases()) {
    const small_universe u = c.universe();
    const auto cpu = make_cpu_path_engine(u.view());
    const auto engine = make(u.view(), variant++);
    for (const bool shocks : {false, true}) {
      const small_recipe recipe(40, 13, shocks);
      for (unsigned asked = 0; asked < 5; ++asked) {
        SCOPED_TRACE(testing::Message() << c.what << (shocks ? ", shocks" : "") << ", request " << asked);
        const figure_request request = request_of(groups, asked != 0, asked == 2 || asked == 4, asked >= 3);
        for (const std::size_t scenarios : {1, 40, 130}) {
          const scenario_range range{7, scenarios};
          EXPECT_TRUE(same_figures(pass(*engine, recipe, request, range), pass(*cpu, recipe, request, range)))
              << scenarios;
        }
      }
    }
  }
}

// Classes of one constituent to three hundred, one to sixteen steps.
inline void expect_same_passes_at_awkward_sizes(const make_engine& make) {
  const class_groups groups;
  unsigned variant = 0;
  for (const auto& sizes : std::vector<std::vector<std::size_t>>{
           {1, 1, 1, 1}, {16, 17, 31, 64}, {113, 129, 300, 2}, {96, 0, 33, 5}, {257, 1, 1, 1}}) {
    const small_universe u = make_small_universe(sizes, 42, 6);
    const auto cpu = make_cpu_path_engine(u.view());
    const auto engine = make(u.view(), variant++);
    for (const std::uint32_t days : {1u, 2u, 3u, 4u, 16u, 35u}) {
      SCOPED_TRACE(testing::Message()
                   << sizes[0] << ", " << sizes[1] << " ... constituents, " << days << " days");
      const small_recipe recipe(40, days, false);
      for (const bool daily : {false, true}) {
        const figure_request request = request_of(groups, daily);
        EXPECT_TRUE(
            same_figures(pass(*engine, recipe, request, {3, 37}), pass(*cpu, recipe, request, {3, 37})));
      }
    }
  }
}

inline void expect_same_passes_of_many_groups(const make_engine& make) {
  const many_groups groups;
  const small_universe u = make_small_universe({150, 40, 33, 3}, 42, 1);
  const small_recipe recipe(40, 9, false);
  figure_request request = request_of(groups, true);
  request.groups = groups.view();
  request.correlated = {{3, 20}};
  EXPECT_TRUE(same_figures(pass(*make(u.view(), 0), recipe, request, {0, 50}),
                           pass(*make_cpu_path_engine(u.view()), recipe, request, {0, 50})));
}

// Correlations stay until they are taken; passes may be of any size, one after the other.
inline void expect_same_passes_in_pieces(const make_engine& make) {
  const class_groups groups;
  const small_universe u = cases()[0].universe();
  const small_recipe recipe(40, 13, true);
  const figure_request request = request_of(groups, true);
  const figures should = pass(*make_cpu_path_engine(u.view()), recipe, request, {0, 300});
  const auto engine = make(u.view(), 1);
  figures is(request, 300);
  for (const auto& [first, count] :
       {std::pair<std::size_t, std::size_t>{0, 10}, {10, 200}, {210, 0}, {210, 90}}) {
    figure_columns part = is.columns;
    const auto moved = [first = first](auto*& column) {
      if (column != nullptr) column += first;
    };
    for (double** column : {&part.index_return, &part.max_drawdown, &part.highest, &part.hhi, &part.max_hhi,
                            &part.max_top_10, &part.max_volatility, &part.group_return}) {
      moved(*column);
    }
    for (double*& column : part.top) moved(column);
    moved(part.start_regime);
    moved(part.end_regime);
    engine->scenario_pass(recipe.view(), request, {first, count}, part);
  }
  engine->take_correlations({is.histogram.data(), is.rho_sum.data(), is.rho_count.data()});
  EXPECT_TRUE(same_figures(is, should));
  engine->take_correlations({is.histogram.data(), is.rho_sum.data(), is.rho_count.data()});
  EXPECT_TRUE(same_figures(is, should)) << "taken twice";
}

inline void expect_same_replays(const make_engine& make) {
  unsigned variant = 0;
  for (const auto& sizes :
       std::vector<std::vector<std::size_t>>{{150, 40, 33, 3}, {1, 1, 1, 1}, {300, 5, 0, 17}}) {
    const small_universe u = make_small_universe(sizes, 42, 1);
    const small_recipe recipe(40, 9, true);
    const std::size_t slots = u.layout.slots();
    std::vector<std::uint64_t> scenario;
    std::vector<std::uint32_t> bucket;
    for (std::uint64_t s = 0; s < 70; ++s) {
      scenario.push_back((s * 31 + 5) % 97);
      bucket.push_back(static_cast<std::uint32_t>(s * s % 3));
    }
    const std::vector<std::uint32_t> watched{2, static_cast<std::uint32_t>(slots - 1), 0};
    struct answers {
      std::vector<double> sum, squares, watched;
      int between = 0;
    };
    const auto replay = [&](path_engine& engine, std::size_t count) {
      answers a{std::vector<double>(3 * slots, -1.0), std::vector<double>(3 * slots, -1.0),
                std::vector<double>(watched.size() * count, -1.0)};
      const std::function<void()> between = [&] { ++a.between; };
      engine.replay(recipe.view(),
                    {scenario.data(), bucket.data(), count, 3, watched.data(), watched.size(), &between},
                    {a.sum.data(), a.squares.data(), a.watched.data()});
      return a;
    };
    const auto engine = make(u.view(), variant++);
    const auto cpu = make_cpu_path_engine(u.view());
    for (const std::size_t count : {0, 1, 70}) {
      const answers is = replay(*engine, count), should = replay(*cpu, count);
      EXPECT_TRUE(same_bits(is.sum, should.sum)) << count;
      EXPECT_TRUE(same_bits(is.squares, should.squares)) << count;
      EXPECT_TRUE(same_bits(is.watched, should.watched)) << count;
      EXPECT_EQ(is.between > 0, count > 0);
    }
  }
}

}  // namespace topheavy
