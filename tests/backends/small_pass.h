// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/backends/small_universe.h"
#include "tests/support/bit_compare.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>

// Small passes over scenarios: recipes, requests, figures, and universes of each kind.
namespace topheavy {

inline constexpr std::uint32_t regimes = 3;

// A recipe over rows 0 .. D - 1 of a universe: three pools, a chain, levels; shocks of two further rows where asked for.
struct small_recipe {
  std::vector<plan_step> step;
  std::vector<std::uint32_t> row, offsets{0}, members;
  std::vector<std::uint8_t> pool;
  std::vector<double> level;
  std::vector<std::uint64_t> chain;
  std::vector<double> threshold{20.0, 25.0};
  std::uint32_t days;

  small_recipe(std::uint32_t positions, std::uint32_t horizon, bool shocks) : days(horizon) {
    for (std::uint32_t d = 0; d < positions; ++d) {
      row.push_back(d);
      pool.push_back(static_cast<std::uint8_t>(d / 5 % 3));
      level.push_back(15.0 + 5.0 * pool.back() + 0.1 * d);
    }
    for (std::uint8_t k = 0; k < 3; ++k) {
      for (std::uint32_t d = 0; d < positions; ++d) {
        if (pool[d] == k) members.push_back(d);
      }
      offsets.push_back(static_cast<std::uint32_t>(members.size()));
      for (std::uint64_t to = 0; to < 3; ++to) {
        chain.push_back(to == 2 ? std::uint64_t{1} << 32 : (to + 1) * 1'400'000'000);
      }
    }
    for (std::uint32_t d = 0; d < horizon; ++d) {
      if (shocks && d < 2) step.push_back({false, positions, 0.5F});
      if (shocks && d == 1) step.push_back({false, positions + 1, 1.0F});
      step.push_back({});
    }
  }

  plan_recipe view() const {
    plan_recipe r;
    r.seed = 42;
    r.days = days;
    r.step = step.data();
    r.steps = step.size();
    r.positions = static_cast<std::uint32_t>(row.size());
    r.row = row.data();
    r.level = level.data();
    r.pool = pool.data();
    r.pool_offsets = offsets.data();
    r.pool_members = members.data();
    r.pools = 3;
    r.goes_on_below = 3'000'000'000;
    r.chain = chain.data();
    r.threshold = threshold.data();
    r.thresholds = 2;
    return r;
  }
};

// Groups over four classes: two that cover all, two that overlap.
struct class_groups {
  std::vector<std::int32_t> offsets{0, 2, 4, 7, 8}, members{0, 2, 1, 3, 0, 1, 2, 2};
  groups_view view() const { return {offsets.data(), members.data(), 4}; }
};

inline figure_request request_of(const class_groups& groups, bool daily) {
  figure_request request;
  request.groups = groups.view();
  request.daily_hhi = request.daily_top_10 = daily;
  request.correlated = {{0, 2}, {0, 4}};
  request.regimes = regimes;
  request.min_days = 5;
  return request;
}

struct figures {
  std::vector<double> number[11];  // of each column, and of top
  std::vector<double> group_return;
  std::vector<std::uint8_t> start_regime, end_regime;
  std::vector<std::uint32_t> histogram;
  std::vector<std::int64_t> rho_sum;
  std::vector<std::uint64_t> rho_count;
  figure_columns columns;

  figures(const figure_request& request, std::size_t count) {
    for (auto& column : number) column.assign(count, -1.0);
    group_return.assign(request.groups.groups * count, -1.0);
    start_regime.assign(count, 99);
    end_regime.assign(count, 99);
    histogram.assign(request.rhos() * rho_bins, 0);
    rho_sum.assign(request.rhos(), 0);
    rho_count.assign(request.rhos(), 0);
    columns.index_return = number[0].data();
    columns.max_drawdown = number[1].data();
    columns.highest = number[2].data();
    columns.hhi = number[3].data();
    columns.max_volatility = number[4].data();
    for (std::size_t k = 0; k < 5; ++k) columns.top[k] = number[5 + k].data();
    columns.group_return = group_return.data();
    columns.stride = count;
    columns.start_regime = start_regime.data();
    columns.end_regime = end_regime.data();
    if (request.daily_hhi) {
      daily[0].assign(count, -1.0);
      daily[1].assign(count, -1.0);
      columns.max_hhi = daily[0].data();
      columns.max_top_10 = daily[1].data();
    }
  }
  std::vector<double> daily[2];

  bool operator==(const figures& other) const { return static_cast<bool>(same_figures(*this, other)); }

  // Names the first column that differs.
  friend ::testing::AssertionResult same_figures(const figures& is, const figures& should) {
    const auto differ = [](const std::string& what) { return ::testing::AssertionFailure() << what << ": "; };
    for (std::size_t c = 0; c < std::size(is.number); ++c) {
      const auto same = same_bits(is.number[c], should.number[c]);
      if (!same) return differ("column " + std::to_string(c)) << same.message();
    }
    for (std::size_t c = 0; c < std::size(is.daily); ++c) {
      const auto same = same_bits(is.daily[c], should.daily[c]);
      if (!same) return differ("daily column " + std::to_string(c)) << same.message();
    }
    const auto same = same_bits(is.group_return, should.group_return);
    if (!same) return differ("returns of groups") << same.message();
    if (is.start_regime != should.start_regime) return differ("regimes at the start");
    if (is.end_regime != should.end_regime) return differ("regimes at the end");
    if (is.histogram != should.histogram) return differ("histograms of correlations");
    if (is.rho_sum != should.rho_sum) return differ("sums of correlations");
    if (is.rho_count != should.rho_count) return differ("numbers of correlations");
    return ::testing::AssertionSuccess();
  }
};

inline figures pass(path_engine& engine, const small_recipe& recipe, const figure_request& request,
                    scenario_range range) {
  figures f(request, range.count);
  engine.scenario_pass(recipe.view(), request, range, f.columns);
  engine.take_correlations({f.histogram.data(), f.rho_sum.data(), f.rho_count.data()});
  return f;
}

// One of each kind: with what follows in the universe's place.
struct case_of_pass {
  const char* what;
  std::function<small_universe()> universe;
};

inline const std::vector<case_of_pass>& cases() {
  static const std::vector<case_of_pass> all{
      {"some hundred names", [] { return make_small_universe({150, 40, 33, 3}, 42, 1); }},
      {"fewer than the head holds", [] { return make_small_universe({30, 16, 20, 3}, 42, 2); }},
      {"all caps equal, few different returns",
       [] {
         small_universe u = make_small_universe({150, 40, 33, 3}, 42, 3);
         for (float& cap : u.start) cap = cap > 0.0F ? 4096.0F : 0.0F;
         for (float& ret : u.ret) ret = ret > 0.0F ? 0.015625F : -0.015625F;
         return u;
       }},
      {"small ones overtake the head",
       [] {
         small_universe u = make_small_universe({150, 40, 33, 3}, 42, 4);
         for (std::size_t i = 0; i < u.ret.size(); ++i) {
           if (u.start[i % u.start.size()] < 500.0F) u.ret[i] = 0.4F;
         }
         return u;
       }},
  };
  return all;
}

}  // namespace topheavy
