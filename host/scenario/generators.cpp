// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/generators.h"

#include "host/base/error.h"
#include "host/history/block_length.h"
#include "host/scenario/results.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr std::uint64_t whole = std::uint64_t{1} << 32;  // probability 1

// One plan from its settings.
class plan_maker {
 public:
  plan_maker(const settings& s, const scenario_settings& set, const inputs& in, const history& h,
             const scenario_universe& u)
      : s_(s), set_(set), in_(in), h_(h), u_(u) {
    plan_.seed = static_cast<std::uint64_t>(set.seed);
    plan_.days = static_cast<std::uint32_t>(set.horizon);
    plan_.steps.resize(plan_.days);
    plan_.mean_block_length = not_known;
    plan_.count = static_cast<std::uint64_t>(set.count);
  }

  scenario_plan make() {
    switch (set_.generator.kind) {
      case generator_kind::bootstrap:
        make_bootstrap();
        break;
      case generator_kind::historical:
        make_historical();
        break;
      case generator_kind::volatility_path:
        make_path();
        break;
      case generator_kind::stress:
        make_stress();
        break;
    }
    return std::move(plan_);
  }

 private:
  void make_bootstrap();
  void make_historical();
  void make_path();
  void make_stress();

  void take_history();
  void set_block_length();
  void set_regime_pools();
  void check_pool(std::size_t pool, const char* how);
  [[noreturn]] void refuse(const std::string& text) const {
    throw error(error_class::usage, fmt::format("{}: scenarios `{}`: {}", set_.origin, set_.name, text));
  }

  const settings& s_;
  const scenario_settings& set_;
  const inputs& in_;
  const history& h_;
  const scenario_universe& u_;
  scenario_plan plan_;
};

// pool_offsets and pool_members from pool.
void list_pools(std::size_t pools, scenario_plan& plan) {
  plan.pool_offsets.assign(pools + 1, 0);
  for (const std::uint8_t k : plan.pool) {
    if (k < pools) ++plan.pool_offsets[k + std::size_t{1}];
  }
  for (std::size_t k = 0; k < pools; ++k) plan.pool_offsets[k + 1] += plan.pool_offsets[k];
  plan.pool_members.resize(plan.pool_offsets.back());
  std::vector<std::uint32_t> next(plan.pool_offsets.begin(), plan.pool_offsets.end() - 1);
  for (std::size_t d = 0; d < plan.pool.size(); ++d) {
    if (plan.pool[d] < pools) plan.pool_members[next[plan.pool[d]]++] = static_cast<std::uint32_t>(d);
  }
}

std::size_t pools_of(const scenario_plan& plan) { return plan.pool_offsets.size() - 1; }

bool is_empty(const scenario_plan& plan, std::size_t pool) {
  return plan.pool_offsets[pool] == plan.pool_offsets[pool + 1];
}

// Which pools a day of a scenario can belong to, and which of these the chain can leave within the horizon.
struct reach {
  std::vector<char> visited, left;  // [pools]
};

reach reach_of(const scenario_plan& plan) {
  const std::size_t pools = pools_of(plan);
  reach r{std::vector<char>(pools), std::vector<char>(pools)};
  for (const std::uint8_t k : plan.path_pool) r.visited[k] = 1;
  if (!plan.path_pool.empty()) return r;
  std::vector<std::size_t> now{plan.start_pool};
  for (std::uint32_t day = 0; day < plan.days && !now.empty(); ++day) {
    std::vector<std::size_t> next;
    for (const std::size_t from : now) {
      if (r.left[from]) continue;
      r.left[from] = 1;
      std::uint64_t below = 0;
      for (std::size_t to = 0; to < pools; ++to) {
        const std::uint64_t limit = plan.chain[from * pools + to];
        if (limit > below) {
          r.visited[to] = 1;
          next.push_back(to);
        }
        below = limit;
      }
    }
    now = std::move(next);
  }
  return r;
}

// [pools, pools] limits of 2^32; a row without transitions is 0 throughout.
std::vector<std::uint64_t> chain_limits(const std::vector<std::int32_t>& counts, std::size_t pools) {
  std::vector<std::uint64_t> limits;
  for (std::size_t from = 0; from < pools; ++from) {
    const auto row = counts.begin() + static_cast<std::ptrdiff_t>(from * pools);
    std::uint64_t total = 0;
    for (std::size_t to = 0; to < pools; ++to)
      total += static_cast<std::uint64_t>(row[static_cast<std::ptrdiff_t>(to)]);
    std::uint64_t below = 0;
    for (std::size_t to = 0; to < pools; ++to) {
      below += static_cast<std::uint64_t>(row[static_cast<std::ptrdiff_t>(to)]);
      limits.push_back(total == 0 ? 0 : whole * below / total);
    }
  }
  return limits;
}

std::uint8_t raw_regime(double level, const std::vector<double>& thresholds) {
  return static_cast<std::uint8_t>(std::upper_bound(thresholds.begin(), thresholds.end(), level) -
                                   thresholds.begin());
}

// The level on day 0 .. days - 1 of a path given at points spread evenly over these days.
double level_on(const std::vector<double>& path, std::uint32_t day, std::uint32_t days) {
  if (path.size() == 1) return path.front();
  const std::uint64_t way = std::uint64_t{day} * (path.size() - 1), piece = days - 1;
  const auto i = static_cast<std::size_t>(way / piece);
  if (way % piece == 0) return path[i];
  return path[i] + (path[i + 1] - path[i]) * (static_cast<double>(way % piece) / static_cast<double>(piece));
}

// Positions are the days of the universe, with what the volatility index was.
void plan_maker::take_history() {
  if (plan_.days > u_.days) {
    refuse(
        fmt::format("a horizon of {} days; must be at most the {} days of the history", plan_.days, u_.days));
  }
  for (std::size_t d = 0; d < u_.days; ++d) plan_.row.push_back(static_cast<std::uint32_t>(d));
  if (!in_.volatility) return;
  for (const std::int32_t t : u_.day)
    plan_.level.push_back(in_.volatility_level[static_cast<std::size_t>(t)]);
  plan_.thresholds = s_.volatility.thresholds;
}

void plan_maker::set_block_length() {
  double mean = 0.0;
  if (set_.generator.mean_block_length) {
    mean = *set_.generator.mean_block_length;
  } else {
    std::vector<double> index_return;
    for (const std::int32_t t : u_.day) {
      index_return.push_back(h_.daily.index.index_return[static_cast<std::size_t>(t)]);
    }
    mean = optimal_block_length(index_return.data(), index_return.size());
  }
  // Below one day where neighbouring days go against each other, NaN where there are too few; a block has at least one.
  plan_.mean_block_length = mean > 1.0 ? mean : 1.0;
  plan_.goes_on_below = static_cast<std::uint64_t>((1.0 - 1.0 / plan_.mean_block_length) * 0x1p32);
}

void plan_maker::set_regime_pools() {
  const std::size_t pools = h_.regime_names.size();
  if (pools > most_pools) {
    refuse(fmt::format("{} regimes of the volatility index; scenarios take at most {}", pools, most_pools));
  }
  for (const std::int32_t t : u_.day) {
    const std::int32_t regime = h_.regime[static_cast<std::size_t>(t)];
    plan_.pool.push_back(
        static_cast<std::uint8_t>(regime == no_regime ? static_cast<std::int32_t>(pools) : regime));
  }
  list_pools(pools, plan_);
}

void plan_maker::check_pool(std::size_t pool, const char* how) {
  if (!is_empty(plan_, pool)) return;
  refuse(
      fmt::format("the regime `{}` {}, but none of the {} days of the history is in it; set "
                  "`data.lookback_days` higher or `volatility.thresholds` otherwise",
                  h_.regime_names[pool], how, u_.days));
}

void plan_maker::make_bootstrap() {
  plan_.kind = "bootstrap";
  take_history();
  set_block_length();
  if (!set_.generator.regimes) {
    plan_.pool.assign(u_.days, 0);
    list_pools(1, plan_);
    plan_.chain = {whole};
    return;
  }
  set_regime_pools();
  if (h_.regime.back() == no_regime) {
    refuse(fmt::format(
        "the volatility index has no level for {}, so the regime to start from is not known; bring "
        "its file up to date, or set `regimes: false`",
        to_iso(in_.prices.dates.back())));
  }
  plan_.start_pool = static_cast<std::uint32_t>(h_.regime.back());
  plan_.chain = chain_limits(h_.volatility.transition_counts, pools_of(plan_));
  const reach r = reach_of(plan_);
  for (std::size_t k = 0; k < pools_of(plan_); ++k) {
    if (r.left[k] && plan_.chain[(k + 1) * pools_of(plan_) - 1] == 0) {
      refuse(fmt::format(
          "the regime `{}` can be reached, but no day of the panel comes after a day in it, so nothing "
          "is known of what follows; set `volatility.thresholds` otherwise, or `regimes: false`",
          h_.regime_names[k]));
    }
    if (r.visited[k]) check_pool(k, "can be reached");
  }
}

void plan_maker::make_historical() {
  plan_.kind = "historical";
  plan_.no_sampling_error = "windows of the history overlap";
  take_history();
  plan_.windows = true;
  plan_.count = u_.days - plan_.days + 1;
}

void plan_maker::make_path() {
  plan_.kind = "volatility_path";
  take_history();
  set_block_length();
  set_regime_pools();
  const std::vector<double>& path = set_.generator.path;
  for (std::uint32_t day = 0; day < plan_.days; ++day) {
    plan_.path_level.push_back(level_on(path, day, plan_.days));
    plan_.path_pool.push_back(raw_regime(plan_.path_level.back(), plan_.thresholds));
  }
  for (const std::uint8_t k : plan_.path_pool) check_pool(k, "is on the path");
}

void plan_maker::make_stress() {
  plan_.kind = "stress";
  plan_.no_sampling_error = "stresses are given, not drawn";
  plan_.count = u_.stresses.size();
  plan_.windows = true;
  plan_.row.assign(plan_.days + u_.stresses.size(), u_.zero_row);
}

}  // namespace

plan_recipe scenario_plan::view() const {
  const auto pointer = [](const auto& values) { return values.empty() ? nullptr : values.data(); };
  plan_recipe recipe;
  recipe.seed = seed;
  recipe.days = days;
  recipe.step = pointer(steps);
  recipe.steps = steps.size();
  recipe.positions = static_cast<std::uint32_t>(row.size());
  recipe.row = pointer(row);
  recipe.level = pointer(level);
  recipe.windows = windows;
  recipe.pool = pointer(pool);
  recipe.pool_offsets = pointer(pool_offsets);
  recipe.pool_members = pointer(pool_members);
  recipe.pools = pool_offsets.empty() ? 1 : static_cast<std::uint32_t>(pool_offsets.size() - 1);
  recipe.goes_on_below = goes_on_below;
  recipe.start_pool = start_pool;
  recipe.chain = pointer(chain);
  recipe.path_pool = pointer(path_pool);
  recipe.path_level = pointer(path_level);
  recipe.threshold = pointer(thresholds);
  recipe.thresholds = static_cast<std::uint32_t>(thresholds.size());
  return recipe;
}

scenario_plan make_plan(const settings& s, const scenario_settings& set, const inputs& in, const history& h,
                        const scenario_universe& u) {
  return plan_maker(s, set, in, h, u).make();
}

scenario_plan with_stress(const scenario_plan& plan, const stress_row& stress) {
  scenario_plan stressed = plan;
  stressed.steps.clear();
  std::uint32_t day = 0;
  for (const plan_step& step : plan.steps) {
    if (step.is_day && day++ < stress.days) stressed.steps.push_back({false, stress.row, 1.0F});
    stressed.steps.push_back(step);
  }
  return stressed;
}

bool resample(const scenario_plan& plan, const std::vector<std::uint32_t>& drawn, scenario_plan& resampled) {
  resampled = plan;
  resampled.row.clear();
  resampled.level.clear();
  resampled.pool.clear();
  for (const std::uint32_t d : drawn) {
    resampled.row.push_back(plan.row[d]);
    if (!plan.level.empty()) resampled.level.push_back(plan.level[d]);
    if (!plan.pool.empty()) resampled.pool.push_back(plan.pool[d]);
  }
  if (plan.pool.empty()) return true;
  list_pools(pools_of(plan), resampled);
  const reach r = reach_of(resampled);
  for (std::size_t k = 0; k < r.visited.size(); ++k) {
    if (r.visited[k] && is_empty(resampled, k)) return false;
  }
  return true;
}

}  // namespace topheavy
