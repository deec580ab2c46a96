// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/scenarios.h"

#include "host/base/error.h"
#include "host/base/log.h"
#include "host/base/side_by_side.h"
#include "host/base/stop.h"
#include "host/limits/limit_metrics.h"
#include "host/scenario/components.h"
#include "host/scenario/distribution.h"
#include "host/scenario/events.h"
#include "host/scenario/generators.h"
#include "host/scenario/history_error.h"
#include "host/scenario/path_correlation.h"
#include "host/scenario/path_walk.h"
#include "host/scenario/tail.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr double precision_margin = 1.05;  // more scenarios than the error asks for

// One set from its settings to its results.
class set_run {
 public:
  set_run(const settings& s, const scenario_settings& set, const inputs& in, const history& h,
          const std::vector<stress>& stresses, backend& b, stages& timed, scenario_rows* rows)
      : s_(s), set_(set), in_(in), h_(h), stresses_(stresses), backend_(b), timed_(timed), rows_(rows) {}

  // An hour for the first set is not to end with what could be known of the second.
  void prepare() {
    stage("universe", [&] { check(); });
  }

  scenario_results run() {
    stage("returns", [&] { load(); });
    if (only_tail()) {
      stage("paths", [&] { walk_paths(); });
      stage("tail", [&] { rank_tail(); });
      return std::move(results_);
    }
    if (plan_.kind == "stress") {
      stage("paths", [&] { walk_stresses(); });
    } else {
      stage("paths", [&] { walk_paths(); });
      stage("tail", [&] { summarise(); });
      std::string reason = plan_.no_sampling_error;
      if (reason.empty() && set_.history_error.replicates == 0) reason = "`history_error.replicates` is 0";
      for (tail_risk& r : results_.risk) r.history_error_reason = reason;
      if (reason.empty()) stage("history_error", [&] { estimate_history_error(); });
    }
    if (!u_.stresses.empty()) stage("stresses", [&] { show_stresses(); });
    return std::move(results_);
  }

 private:
  bool only_tail() const { return rows_ == nullptr; }

  template <typename Work>
  void stage(const char* what, Work work) {
    timed_.run(fmt::format("topheavy::scenarios::{}::{}", set_.name, what), work);
  }

  void check();
  void load();
  figure_request full_request() const;
  void walk_paths();
  void walk_stresses();
  void add_scenarios(std::size_t upto);
  void finish_paths();
  ranked_losses rank_tail();
  void summarise();
  double relative_error() const;
  std::uint64_t scenarios_wanted(double ratio) const;
  void estimate_history_error();
  void show_stresses();
  stress_result stress_alone(const stress_row& stress);
  void compare(const stress_row& stress, stress_result& result);
  void write_rows(std::size_t first, std::size_t last);
  void check_figures(std::size_t first, std::size_t last) const;

  const settings& s_;
  const scenario_settings& set_;
  const inputs& in_;
  const history& h_;
  const std::vector<stress>& stresses_;
  backend& backend_;
  stages& timed_;
  scenario_rows* rows_;  // null: nothing but the tail is asked for

  scenario_universe u_;
  dimension groups_;  // of all dimensions, one after another
  scenario_plan plan_;
  std::unique_ptr<path_engine> engine_;
  std::unique_ptr<path_walk> walk_;
  figure_table figures_;
  scenario_results results_;
};

void set_run::check() {
  u_ = make_universe(s_, set_, in_, h_, stresses_);
  plan_ = make_plan(s_, set_, in_, h_, u_);
  check_events(set_.events, u_.dimensions);
}

void set_run::load() {
  fill_returns(set_, in_, h_, u_);
  groups_ = concatenate(u_.dimensions);
  engine_ = backend_.load_universe(u_.view());
  u_.ret = plain_vector<float>();  // the engine has its own

  results_.name = set_.name;
  results_.kind = plan_.kind;
  results_.horizon = plan_.days;
  results_.seed = plan_.seed;
  results_.mean_block_length = plan_.mean_block_length;
  results_.no_sampling_error = plan_.no_sampling_error;
  results_.filled_share = static_cast<double>(u_.filled) / static_cast<double>(u_.cells);
  results_.days = static_cast<std::int32_t>(u_.days);
  results_.left_out = u_.left_out;
  results_.member = members_of(u_);
  walk_ = std::make_unique<path_walk>(*engine_, results_.member.size());
}

figure_request set_run::full_request() const {
  figure_request request;
  if (only_tail()) {
    request.end_weights = false;
    return request;
  }
  request.groups = groups_.view();
  request.daily_top_10 = set_.daily_top_10;
  request.daily_hhi = set_.daily_hhi;
  request.correlated = correlated_groups_of(u_.dimensions);
  request.regimes = plan_.thresholds.empty() ? 0 : static_cast<std::uint32_t>(plan_.thresholds.size() + 1);
  request.min_days = static_cast<std::uint32_t>(set_.min_days);
  return request;
}

void set_run::write_rows(std::size_t first, std::size_t last) {
  for (; first < last; first += rows_at_once) {
    throw_if_stopped();
    rows_->write(set_.name, u_.dimensions, figures_, first, std::min(rows_at_once, last - first));
  }
}

// Squares of caps are beyond float32 long before the caps.
void set_run::check_figures(std::size_t first, std::size_t last) const {
  const auto fits = [](const std::vector<double>& column, std::size_t i) {
    return column.empty() || !std::isinf(column[i]);
  };
  for (std::size_t i = first; i < last; ++i) {
    if (std::isfinite(figures_.index_return[i]) && fits(figures_.hhi, i) && fits(figures_.max_hhi, i))
      continue;
    throw error(
        error_class::data,
        fmt::format(
            "{}: scenarios `{}`: the caps of scenario {} or their squares grow beyond what float32 holds; "
            "returns of the history are too large for {} days: set `data.max_abs_return` lower or "
            "`horizon` shorter",
            set_.origin, set_.name, i, plan_.days));
  }
}

// Adds scenarios until there are `upto`.
void set_run::add_scenarios(std::size_t upto) {
  const figure_request request = full_request();
  const plan_recipe recipe = plan_.view();
  std::size_t done = figures_.count;
  make_room(figures_, upto, request, !plan_.level.empty() && !only_tail());
  const figure_columns columns = columns_of(figures_);
  while (done < upto) {
    const std::size_t last = std::min(upto, (done / rows_at_once + 1) * rows_at_once);
    walk_->run(recipe, request, done, last - done, columns, done, [&](std::uint64_t now, double speed) {
      timed_.report_share(static_cast<double>(done + now) / static_cast<double>(upto));
      timed_.report_speed(fmt::format("{:.3g} Gcells/s", speed / 1e9));
    });
    check_figures(done, last);
    done = last;
  }
  take_correlations(*engine_, request, figures_);
}

void set_run::walk_paths() {
  add_scenarios(plan_.count);
  while (set_.precision) {
    const double ratio = relative_error() / set_.precision->es_relative_error;
    results_.precision_reached = ratio <= 1.0;
    const std::uint64_t wanted = scenarios_wanted(ratio);
    if (results_.precision_reached || wanted <= figures_.count) break;
    log_info(fmt::format("scenarios `{}`: {} are not enough for the precision asked for; going on to {}",
                         set_.name, figures_.count, wanted));
    add_scenarios(wanted);
  }
  finish_paths();
}

void set_run::finish_paths() {
  if (!only_tail()) write_rows(0, figures_.count);
  results_.count = figures_.count;
  results_.cells = figures_.count * plan_.days * results_.member.size();
  results_.seconds = walk_->seconds();
}

// simulation_error / ES of the level of the goal.
double set_run::relative_error() const {
  const double level = set_.precision->level;
  const ranked_losses worst = rank_losses(figures_.index_return, {level}, backend_);
  const tail_risk risk = tail_risk_of(worst, figures_.count, level, "");
  return risk.es > 0.0 ? risk.simulation_error / risk.es : not_known;
}

// The error falls with the root of the count; ratio: it as a multiple of the one asked for.
std::uint64_t set_run::scenarios_wanted(double ratio) const {
  const auto most = static_cast<std::uint64_t>(set_.precision->max_count);
  const double wanted = precision_margin * ratio * ratio * static_cast<double>(figures_.count);
  return wanted < static_cast<double>(most) ? static_cast<std::uint64_t>(wanted) : most;
}

ranked_losses set_run::rank_tail() {
  ranked_losses worst = rank_losses(figures_.index_return, set_.levels, backend_);
  for (const double level : set_.levels) {
    results_.risk.push_back(tail_risk_of(worst, figures_.count, level, plan_.no_sampling_error));
  }
  return worst;
}

void set_run::summarise() {
  const ranked_losses worst = rank_tail();
  const std::size_t regimes = full_request().regimes;
  const std::function<void()> look_for_a_stop = [] { throw_if_stopped(); };
  results_.components = components_of(
      *engine_, plan_.view(), worst,
      {u_, in_.labels.issuer, figures_, set_.levels, regimes, plan_.no_sampling_error, &look_for_a_stop});
  figure_distributions spread = distributions_of(figures_, backend_);
  results_.index_return = spread.index_return;
  results_.max_drawdown = spread.max_drawdown;
  results_.concentration = std::move(spread.concentration);
  results_.correlation = path_correlations(figures_, correlated_along_paths(u_.dimensions),
                                           regimes == 0 ? std::vector<std::string>() : h_.regime_names);
  const std::vector<double>& level = h_.daily.index.level;
  const double new_high = *std::max_element(level.begin(), level.end()) / level.back();
  std::vector<event_settings> events = set_.events;
  for (event_settings& e : events_of_limits(s_.limits)) events.push_back(std::move(e));
  results_.events = event_probabilities(events, figures_, u_.dimensions, new_high, plan_.no_sampling_error);
}

void set_run::estimate_history_error() {
  history_error_request request;
  request.replicates = static_cast<std::uint64_t>(set_.history_error.replicates);
  request.scenarios = scenarios_of_history(set_, figures_.count);
  add_history_error(plan_, request, *walk_, backend_, results_.risk,
                    [&](double share) { timed_.report_share(share); });
}

// One scenario: nothing but the stress.
stress_result set_run::stress_alone(const stress_row& stress) {
  scenario_plan still;
  still.days = stress.days;
  still.windows = true;
  still.steps.resize(stress.days);
  still.row.assign(stress.days, u_.zero_row);
  const scenario_plan plan = with_stress(still, stress);
  figure_request request;
  request.end_weights = false;
  request.groups = groups_.view();
  figure_table alone;
  make_room(alone, 1, request, false);
  engine_->scenario_pass(plan.view(), request, {0, 1}, columns_of(alone));

  stress_result result;
  result.name = stress.name;
  result.meaning = stress.meaning;
  result.index_return = alone.index_return[0];
  const double total = total_start(u_);
  std::size_t g = 0;
  for (const dimension& d : u_.dimensions) {
    for (std::size_t i = 0; i < d.groups.size(); ++i, ++g) {
      const double weight =
          slot_sum(u_, d, i, [&](std::size_t slot) { return double{u_.start[slot]} / total; });
      const double ret = alone.group_return[g];
      result.groups.push_back({d.name, d.groups[i], ret, weight > 0.0 ? weight * ret : 0.0});
    }
  }
  return result;
}

// The same draws with and without the stress.
void set_run::compare(const stress_row& stress, stress_result& result) {
  const scenario_plan plan = with_stress(plan_, stress);
  figure_request request;
  figure_table stressed;
  make_room(stressed, figures_.count, request, false);
  walk_->run(plan.view(), request, 0, figures_.count, columns_of(stressed), 0);
  const ranked_losses worst = rank_losses(stressed.index_return, set_.levels, backend_);
  for (const tail_risk& plain : results_.risk) {
    const tail_risk risk = tail_risk_of(worst, figures_.count, plain.level, plan_.no_sampling_error);
    result.risk.push_back({plain.level, risk.var - plain.var, risk.es - plain.es});
  }
  const distribution with = distribution_of(stressed.top[place_of_top_10], backend_);
  const distribution& without = results_.concentration[place_of_top_10].values;
  result.top_10_change = with.mean - without.mean;
  result.change_reason = std::isnan(with.mean) ? with.reason : std::isnan(without.mean) ? without.reason : "";
}

void set_run::show_stresses() {
  for (std::size_t i = 0; i < u_.stresses.size(); ++i) {
    stress_result result = stress_alone(u_.stresses[i]);
    result.change_reason = "the set is of stresses alone: there are no paths to compare with";
    if (plan_.kind != "stress") compare(u_.stresses[i], result);
    results_.stresses.push_back(std::move(result));
    timed_.report_share(static_cast<double>(i + 1) / static_cast<double>(u_.stresses.size()));
  }
}

// Each scenario is one stress over days without returns.
void set_run::walk_stresses() {
  const figure_request request = full_request();
  make_room(figures_, plan_.count, request, false);
  const figure_columns columns = columns_of(figures_);
  for (std::size_t i = 0; i < plan_.count; ++i) {
    walk_->run(with_stress(plan_, u_.stresses[i]).view(), request, i, 1, columns, i);
  }
  finish_paths();
  results_.index_return.reason = results_.max_drawdown.reason = plan_.no_sampling_error;
}

}  // namespace

std::vector<scenario_results> run_scenarios(const settings& s, const inputs& in, const history& h,
                                            const std::vector<std::vector<stress>>& stresses,
                                            const std::vector<scenario_cost>& costs, backend& b,
                                            stages& timed, scenario_rows& rows) {
  for (std::size_t i = 0; i < costs.size(); ++i) tell_cost(costs[i], s.scenarios[i]);
  std::deque<set_run> sets;
  for (std::size_t i = 0; i < s.scenarios.size(); ++i) {
    sets.emplace_back(s, s.scenarios[i], in, h, stresses[i], b, timed, &rows).prepare();
  }
  std::vector<scenario_results> results;
  for (; !sets.empty(); sets.pop_front()) results.push_back(sets.front().run());
  return results;
}

std::vector<scenario_results> run_tails(const settings& s, const inputs& in, const history& h, backend& b,
                                        stages& timed) {
  const std::vector<stress> none;
  std::vector<scenario_results> results;
  for (const scenario_settings& set : s.scenarios) {
    check_memory(expected_cost(s, set, in, h), set);
    set_run run(s, set, in, h, none, b, timed, nullptr);
    run.prepare();
    results.push_back(run.run());
  }
  return results;
}

}  // namespace topheavy
