// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_figures/path_strip.h"
#include "kernels/scenario_figures/scenario_figures.h"
#include "kernels/scenario_plan/scenario_plan.h"
#include "tests/backends/small_panel.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// Made-up recipes of plans, and made-up caps of groups along paths, at sizes and with values that are easily got wrong.
namespace topheavy {

// A history of runs of days in four pools, and a day in seven without one.
struct made_up_recipe {
  std::string what;
  std::uint32_t days = 0, pools = 4;
  std::vector<plan_step> step;
  std::vector<std::uint32_t> row, offsets{0}, members;
  std::vector<std::uint8_t> pool, path_pool;
  std::vector<double> level, path_level, threshold{16.0, 20.0, 25.0};
  std::vector<std::uint64_t> chain;
  bool windows = false;

  made_up_recipe(std::string text, std::uint32_t positions, std::uint32_t horizon)
      : what(std::move(text)), days(horizon), step(horizon) {
    for (std::uint32_t d = 0; d < positions; ++d) {
      row.push_back(1000 + d);
      pool.push_back(static_cast<std::uint8_t>(d % 7 == 6 ? 4 : d / 9 % 4));
      level.push_back(12.0 + 4.0 * (d / 9 % 4) + 0.25 * (d % 5));
    }
    for (std::uint8_t k = 0; k < pools; ++k) {
      for (std::uint32_t d = 0; d < positions; ++d) {
        if (pool[d] == k) members.push_back(d);
      }
      offsets.push_back(static_cast<std::uint32_t>(members.size()));
      for (std::uint64_t to = 1; to <= pools; ++to) chain.push_back(to << 30);
    }
  }

  plan_recipe view() const {
    const auto pointer = [](const auto& values) { return values.empty() ? nullptr : values.data(); };
    plan_recipe r;
    r.seed = (std::uint64_t{3} << 40) + 20261121;
    r.days = days;
    r.step = pointer(step);
    r.steps = step.size();
    r.positions = static_cast<std::uint32_t>(row.size());
    r.row = pointer(row);
    r.level = pointer(level);
    r.windows = windows;
    r.threshold = pointer(threshold);
    r.thresholds = static_cast<std::uint32_t>(threshold.size());
    if (windows) return r;
    r.pool = pointer(pool);
    r.pool_offsets = pointer(offsets);
    r.pool_members = pointer(members);
    r.pools = pools;
    r.goes_on_below = 3'500'000'000;
    r.start_pool = pools - 1;
    r.chain = path_pool.empty() ? pointer(chain) : nullptr;
    r.path_pool = pointer(path_pool);
    r.path_level = pointer(path_level);
    return r;
  }
};

inline std::vector<made_up_recipe> made_up_recipes() {
  std::vector<made_up_recipe> all;
  const auto add = [&](const char* what, std::uint32_t positions, std::uint32_t days) -> made_up_recipe& {
    return all.emplace_back(what, positions, days);
  };
  add("a chain of four pools", 90, 63);
  add("a single day", 90, 1);
  add("33 days", 40, 33);
  {
    made_up_recipe& r = add("shocks before, between and after days", 90, 17);
    r.step.insert(r.step.begin() + 5, {{false, 7, 0.5F}, {false, 8, -1.0F}});
    r.step.insert(r.step.begin(), {false, 9, 2.0F});
    r.step.push_back({false, 10, 0.25F});
  }
  {
    made_up_recipe& r = add("days without a level", 60, 21);
    for (std::size_t d = 0; d < r.level.size(); d += 11) r.level[d] = std::nan("");
  }
  add("no levels at all", 60, 21).level.clear();
  add("no thresholds", 60, 21).threshold.clear();
  {
    made_up_recipe& r = add("a path that stands on a threshold, and beyond what is scaled", 90, 40);
    for (std::uint32_t d = 0; d < r.days; ++d) {
      r.path_level.push_back(std::array{16.0, 25.0, 90.0, 2.0, 19.5}[d % 5]);
      r.path_pool.push_back(static_cast<std::uint8_t>(d / 6 % 4));
    }
  }
  {
    made_up_recipe& r = add("windows", 50, 21);
    r.windows = true;
    r.step.insert(r.step.begin(), {false, 3, 1.0F});
  }
  return all;
}

// Numbers that windows can take too.
inline std::uint64_t made_up_scenario(const made_up_recipe& recipe, std::size_t i) {
  if (recipe.windows) return i * 7 % (recipe.row.size() - recipe.days + 1);
  return i % 3 == 2 ? (std::uint64_t{1} << 33) + i : i * i;
}

struct made_up_plans {
  std::vector<std::uint32_t> row;
  std::vector<float> scale;
  std::vector<std::uint8_t> regime;
  std::vector<double> max_level;

  made_up_plans(const made_up_recipe& recipe, std::size_t count)
      : row(count * recipe.step.size(), 77),
        scale(row.size(), -1.0F),
        regime(count * recipe.days, 99),
        max_level(count, -1.0) {}
  plan_rows view() { return {row.data(), scale.data(), regime.data(), max_level.data()}; }
};

struct strip_sizes {
  std::string what;
  std::size_t scenarios = 33, days = 21, shocks = 0;
  std::uint32_t groups = 5, regimes = 4, min_days = 3;
  bool falls_to_nothing = false;  // in some scenarios
  bool no_regime = false;         // on some days
  bool alike = false;             // groups 0 and 1 the same, 2 the opposite of them, 3 does not move
};

inline std::vector<strip_sizes> awkward_strips() {
  std::vector<strip_sizes> all;
  const auto add = [&](const char* what) -> strip_sizes& {
    all.push_back({});
    all.back().what = what;
    return all.back();
  };
  add("some scenarios");
  add("one scenario").scenarios = 1;
  add("one day").days = 1;
  add("more days than a block has at a time").days = 150;
  add("as many days as a block has at a time").days = 64;
  add("shocks").shocks = 5;
  add("days without a regime").no_regime = true;
  add("nothing left of some").falls_to_nothing = true;
  add("more days asked for than there are").min_days = 22;
  add("groups that are alike, and one that does not move").alike = true;
  {
    strip_sizes& s = add("two groups and no regimes");
    s.groups = 2;
    s.regimes = 0;
    s.no_regime = true;
  }
  {
    strip_sizes& s = add("32 groups");
    s.groups = 32;
    s.scenarios = 9;
    s.regimes = 1;
    s.no_regime = true;
  }
  {
    strip_sizes& s = add("254 regimes");
    s.groups = 3;
    s.scenarios = 4;
    s.regimes = 254;
    s.days = 600;
    s.min_days = 2;
  }
  return all;
}

// Caps of groups that move together by half, and what else a strip holds.
class made_up_strip {
 public:
  explicit made_up_strip(const strip_sizes& sizes) : sizes_(sizes) {
    const std::size_t steps = sizes.days + sizes.shocks, cells = sizes.scenarios * steps;
    for (std::uint32_t d = 0; d < sizes.days; ++d) {
      const std::size_t before = d == 0 ? (sizes.shocks + 1) / 2 : sizes.shocks;  // some, then all of them
      day_step_.push_back(static_cast<std::uint32_t>(d + before));
    }
    day_step_.back() = static_cast<std::uint32_t>(steps - 1);
    for (std::uint32_t g = 0; g < sizes.groups; ++g) start_group_.push_back(1000.0 * (g + 1));
    start_total_ = 500.0 * sizes.groups * (sizes.groups + 1);
    group_.resize(sizes.groups * cells);
    total_.assign(cells, 0.0);
    for (std::size_t s = 0; s < sizes.scenarios; ++s) {
      for (std::uint32_t g = 0; g < sizes.groups; ++g) {
        double cap = start_group_[g];
        for (std::size_t h = 0; h < steps; ++h) {
          cap *= 1.0 + move(s, h, g);
          if (sizes.falls_to_nothing && s % 3 == 1 && h >= steps / 2 + g) cap = 0.0;
          group_[g * cells + s * steps + h] = cap;
          total_[s * steps + h] += cap;
        }
      }
      const double end = total_[(s + 1) * steps - 1];
      end_squares_.push_back(end * end * uniform(8, s, 1));
      for (std::size_t k = 0; k < scenario_top_k.size(); ++k) {
        top_.push_back(end * (0.3 + 0.2 * static_cast<double>(k)));  // the last is more than there is
      }
      max_level_.push_back(s % 4 == 3 ? std::nan("") : 20.0 + static_cast<double>(s));
      for (std::size_t d = 0; d < sizes.days; ++d) {
        const auto run = static_cast<std::size_t>(3.0 * uniform(7, s, 0)) + 1;
        const bool none = sizes.no_regime && uniform(6, s, d) < 0.2;
        const double drawn = uniform(5, s, d / run) * sizes.regimes;
        regime_.push_back(none || sizes.regimes == 0 ? no_simulated_regime
                                                     : static_cast<std::uint8_t>(drawn));
      }
    }
    for (std::size_t i = 0; i < cells; ++i) {
      squares_.push_back(total_[i] * total_[i] * uniform(4, i, 0));
      top_10_.push_back(total_[i] * (0.9 + 0.11 * uniform(4, i, 1)));
    }
  }

  const strip_sizes& sizes() const { return sizes_; }

  path_strip view() const {
    path_strip strip;
    strip.scenarios = sizes_.scenarios;
    strip.steps = sizes_.days + sizes_.shocks;
    strip.day_step = day_step_.data();
    strip.days = sizes_.days;
    strip.start_total = start_total_;
    strip.start_group = start_group_.data();
    strip.total = total_.data();
    strip.group = group_.data();
    strip.stride = total_.size();
    strip.squares = squares_.data();
    strip.end_squares = end_squares_.data();
    strip.top_10 = top_10_.data();
    strip.top = top_.data();
    strip.regime = regime_.data();
    strip.max_level = max_level_.data();
    return strip;
  }

  // All groups, and dimensions that have some of them.
  figure_request request() const {
    const std::uint32_t groups = sizes_.groups;
    figure_request request;
    request.daily_top_10 = request.daily_hhi = true;
    request.correlated = {{0, groups}};
    if (groups > 2 && groups < 32) request.correlated = {{1, 2}, {0, groups}, {groups - 1, 1}};
    request.regimes = sizes_.regimes;
    request.min_days = sizes_.min_days;
    return request;
  }

 private:
  double move(std::size_t s, std::size_t h, std::uint32_t g) const {
    const double all = 0.04 * (uniform(1, s, h) - 0.5);
    if (sizes_.alike && g < 4) return g == 3 ? 0.0 : g == 2 ? -all : all;
    return all + 0.04 * (uniform(2 + g, s, h) - 0.5);
  }

  strip_sizes sizes_;
  std::vector<std::uint32_t> day_step_;
  double start_total_ = 0.0;
  std::vector<double> start_group_, total_, group_, squares_, end_squares_, top_10_, top_, max_level_;
  std::vector<std::uint8_t> regime_;
};

struct made_up_correlations {
  std::vector<std::uint32_t> histogram;
  std::vector<std::int64_t> sum;
  std::vector<std::uint64_t> count;

  explicit made_up_correlations(const figure_request& request)
      : histogram(request.rhos() * rho_bins), sum(request.rhos()), count(request.rhos()) {}
  rho_columns view() { return {histogram.data(), sum.data(), count.data()}; }
  bool operator==(const made_up_correlations&) const = default;
};

}  // namespace topheavy
