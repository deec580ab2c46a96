// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_figures/path_correlations_core.h"
#include "kernels/scenario_figures/scenario_figures_cpu.h"
#include "kernels/scenario_plan/scenario_plan_core.h"
#include "tests/backends/host_block.h"
#include "tests/backends/small_paths.h"
#include "tests/support/bit_compare.h"

#include <numeric>

// The text of the CUDA kernels of plans and correlations along paths, run on the host: the bits of the CPU bodies. Figures
// are one text on both; scenario_pass_test.cpp holds it against its definitions.
namespace topheavy {
namespace {

constexpr std::size_t block_bytes = std::size_t{48} << 10;

TEST(plan_of_a_thread, is_that_of_the_cpu_body) {
  for (const made_up_recipe& recipe : made_up_recipes()) {
    SCOPED_TRACE(recipe.what);
    for (const std::size_t count : {1, 33}) {
      std::vector<std::uint64_t> scenario;
      for (std::size_t s = 0; s < count; ++s) scenario.push_back(made_up_scenario(recipe, s));
      made_up_plans should(recipe, count), is(recipe, count);
      make_plans_cpu(recipe.view(), scenario.data(), count, should.view());
      const plan_recipe view = recipe.view();
      for (std::size_t s = count; s-- > 0;) {
        write_plan(view, scenario[s], s, is.view(),
                   [&](std::uint32_t day) { return random_words(view.seed, scenario[s], day, plan_stream); });
      }
      EXPECT_EQ(is.row, should.row);
      EXPECT_EQ(is.scale, should.scale);
      EXPECT_EQ(is.regime, should.regime);
      EXPECT_TRUE(same_bits(is.max_level, should.max_level));
    }
  }
}

// What the recipes above are for does happen.
TEST(plan_of_a_thread, made_up_recipes_are_awkward) {
  std::size_t scaled = 0, least = 0, most = 0, on_threshold = 0, unknown = 0, without = 0;
  for (const made_up_recipe& recipe : made_up_recipes()) {
    made_up_plans plans(recipe, 33);
    std::vector<std::uint64_t> scenario;
    for (std::size_t s = 0; s < 33; ++s) scenario.push_back(made_up_scenario(recipe, s));
    make_plans_cpu(recipe.view(), scenario.data(), 33, plans.view());
    for (const std::uint32_t row : plans.row) ASSERT_NE(row, 77U);
    for (const double level : plans.max_level) unknown += std::isnan(level) ? 1 : 0;
    for (const std::uint8_t regime : plans.regime) without += regime == no_simulated_regime ? 1 : 0;
    if (recipe.path_level.empty()) continue;
    for (std::size_t i = 0; i < plans.scale.size(); ++i) {
      const float scale = plans.scale[i];
      least += scale == static_cast<float>(least_scale) ? 1 : 0;
      most += scale == static_cast<float>(most_scale) ? 1 : 0;
      scaled += scale > 0.25F && scale < 4.0F && scale != 1.0F ? 1 : 0;
      on_threshold += recipe.path_level[i % recipe.days] == 16.0 && plans.regime[i] == 1 ? 1 : 0;
    }
  }
  for (const std::size_t seen : {scaled, least, most, on_threshold, unknown, without}) EXPECT_GT(seen, 0U);
}

made_up_correlations by_cpu(const made_up_strip& strip) {
  path_correlations counted(strip.request());
  counted.add(strip.view());
  counted.count_waiting();
  made_up_correlations all(strip.request());
  all.histogram = counted.histogram();
  all.sum = counted.sum();
  all.count = counted.count();
  return all;
}

made_up_correlations emulated(const made_up_strip& strip, const host_block& block,
                              const correlation_shape& shape) {
  const figure_request request = strip.request();
  made_up_correlations all(request);
  const correlation_counts counts{all.histogram.data(), all.sum.data(), request.pairs(), request.regimes,
                                  request.min_days};
  for (const correlated_dimension& dimension : correlated_dimensions(request)) {
    for (std::size_t s = 0; s < strip.sizes().scenarios; ++s) {
      // Rubbish to begin with, and something behind that has to stay.
      std::vector<double> shared(shape.bytes() / sizeof(double) + 2, std::nan(""));
      correlate_scenario_block(block, strip.view(), dimension, s, counts, shape, shared.data());
      EXPECT_TRUE(std::isnan(shared.back()));
    }
  }
  for (std::size_t i = 0; i < all.histogram.size(); ++i) all.count[i / rho_bins] += all.histogram[i];
  return all;
}

TEST(correlate_scenario_block, has_the_bits_of_the_cpu_body_for_any_threads) {
  for (const strip_sizes& sizes : awkward_strips()) {
    SCOPED_TRACE(sizes.what);
    const made_up_strip strip(sizes);
    const made_up_correlations should = by_cpu(strip);
    const correlation_shape shape =
        correlation_shape_for(sizes.groups, sizes.regimes + 1, sizes.days, block_bytes);
    for (const std::size_t warps : {1, 4}) {
      for (const auto& order : warp_orders(warps)) {
        for (const unsigned threads : {0U, 31U}) {
          EXPECT_TRUE(emulated(strip, host_block(order, threads), shape) == should) << warps << " warps";
        }
      }
    }
  }
}

TEST(correlate_scenario_block, what_shared_memory_holds_changes_no_bit) {
  for (const strip_sizes& sizes : awkward_strips()) {
    SCOPED_TRACE(sizes.what);
    if (sizes.groups > 5) continue;
    const made_up_strip strip(sizes);
    const made_up_correlations should = by_cpu(strip);
    for (const std::uint32_t kinds : {1U, 2U, 3U, sizes.regimes + 1}) {
      for (const std::uint32_t days : {1U, 7U, 64U}) {
        if (sizes.regimes > 100 && days == 1 && kinds < 3) continue;
        EXPECT_TRUE(emulated(strip, host_block({1, 0}), {sizes.groups, kinds, days}) == should)
            << kinds << " kinds, " << days << " days";
      }
    }
  }
}

TEST(correlate_scenario_block, made_up_paths_are_awkward) {
  for (const strip_sizes& sizes : awkward_strips()) {
    SCOPED_TRACE(sizes.what);
    const made_up_strip strip(sizes);
    const made_up_correlations all = by_cpu(strip);
    const std::size_t pairs = strip.request().pairs();
    const auto counted = [&](std::size_t first, std::size_t last) {
      const auto begin = all.count.begin();
      return std::accumulate(begin + static_cast<std::ptrdiff_t>(first),
                             begin + static_cast<std::ptrdiff_t>(last), std::uint64_t{0});
    };
    const std::uint64_t whole = counted(0, pairs), of_regimes = counted(pairs, all.count.size());
    if (sizes.days == 1) {
      EXPECT_EQ(whole, 0U);  // one return does not vary
      continue;
    }
    const bool never = sizes.min_days > sizes.days || sizes.regimes == 0;
    EXPECT_EQ(of_regimes == 0, never);
    EXPECT_EQ(whole == pairs * sizes.scenarios, !sizes.falls_to_nothing && !sizes.alike);
    EXPECT_GT(whole, 0U);
    if (!sizes.alike) continue;
    const std::size_t first = 1;  // of {0, groups}, after that of {1, 2}
    EXPECT_EQ(all.sum[first], static_cast<std::int64_t>(sizes.scenarios) << 32);
    EXPECT_EQ(all.histogram[first * rho_bins + rho_bins - 1], sizes.scenarios);
    EXPECT_LT(all.sum[first + 1], -(static_cast<std::int64_t>(sizes.scenarios) << 31));
    EXPECT_EQ(all.count[first + 2], 0U);
  }
}

TEST(correlation_shape, fills_the_block_and_no_more) {
  for (const std::uint32_t groups : {2U, 5U, 11U, 32U, 60U, 74U}) {
    for (const std::uint32_t kinds : {1U, 5U, 17U, 255U}) {
      for (const std::size_t days : {1, 63, 5000}) {
        const correlation_shape shape = correlation_shape_for(groups, kinds, days, block_bytes);
        SCOPED_TRACE(testing::Message() << groups << " groups, " << kinds << " kinds, " << days << " days");
        EXPECT_LE(shape.bytes(), block_bytes);
        EXPECT_GE(shape.days, 1U);
        EXPECT_GE(shape.kinds, 1U);
        EXPECT_LE(shape.days, days);
        EXPECT_LE(shape.kinds, kinds);
        if (shape.kinds < kinds) {
          correlation_shape more = shape;
          ++more.kinds;
          EXPECT_GT(more.bytes(), block_bytes);
        }
      }
    }
  }
  EXPECT_EQ(correlation_shape_for(11, 5, 63, block_bytes).days, 63U);  // what is usual, at once
  EXPECT_EQ(correlation_shape_for(11, 5, 63, block_bytes).kinds, 5U);
  for (const std::uint32_t groups : {75U, 5'000U, 100'000U, 4'000'000'000U}) {
    EXPECT_EQ(correlation_shape_for(groups, 1, 1, block_bytes).days, 0U) << groups;
  }
}

TEST(correlation_shape, a_moment_has_its_place) {
  for (const std::uint32_t rows : {1U, 2U, 3U, 33U}) {
    std::uint32_t moment = 0;
    for (std::uint32_t a = 0; a < rows; ++a) {
      for (std::uint32_t b = a; b < rows; ++b, ++moment) {
        EXPECT_EQ(place_of_moment(rows, a, b), moment);
        EXPECT_EQ(rows_of_moment(rows, moment).a, a);
        EXPECT_EQ(rows_of_moment(rows, moment).b, b);
      }
    }
    EXPECT_EQ(moments_of_rows(rows), moment);
  }
}

}  // namespace
}  // namespace topheavy
