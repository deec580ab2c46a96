// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/cost.h"

#include "host/base/error.h"
#include "host/base/log.h"
#include "host/base/memory.h"
#include "host/history/sample.h"
#include "host/scenario/classes.h"
#include "host/scenario/components.h"
#include "host/scenario/history_error.h"
#include "host/scenario/path_correlation.h"
#include "host/scenario/tail.h"
#include "host/scenario/universe.h"

#include <algorithm>
#include <map>
#include <numeric>

#include <fmt/format.h>
#include <oneapi/tbb/task_arena.h>

namespace topheavy {

namespace {

// Of the ten issuers of each level at most, as many share classes as the largest of them have.
double most_watched(const inputs& in, const std::vector<char>& is_member, std::size_t levels) {
  std::map<std::string, std::size_t> classes;
  for (std::size_t n = 0; n < is_member.size(); ++n) {
    if (is_member[n]) ++classes[in.labels.issuer[n]];
  }
  std::vector<std::size_t> sizes;
  for (const auto& [issuer, count] : classes) {
    if (count > 1) sizes.push_back(count);
  }
  std::sort(sizes.rbegin(), sizes.rend());
  sizes.resize(std::min(sizes.size(), levels * issuers_listed));
  return static_cast<double>(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}));
}

// What components.cpp keeps: sums and squares of each slot in buckets, the ranks of the tail, and share classes one by one.
double bytes_of_tail(const scenario_settings& set, std::uint64_t scenarios, std::size_t regimes,
                     std::size_t slots, double watched) {
  if (set.levels.empty() || scenarios == 0) return 0.0;
  const auto tail = static_cast<double>(tail_size_of(scenarios, set.levels.front()).scenarios());
  // Three ends a level, and by the regimes, or none, of the first and of the last day.
  const auto by_regime = static_cast<double>((regimes + 1) * (regimes + 1));
  const double buckets = std::min(tail, 3.0 * static_cast<double>(set.levels.size()) * by_regime);
  const double sums = 2.0 * sizeof(double) * buckets * static_cast<double>(slots);
  const double ranks = 6.0 * sizeof(double) * tail;
  return sums + ranks + sizeof(double) * watched * tail;
}

// Of every thread a histogram, and the bins of 1,024 scenarios that are not yet in it; and one of the set.
double bytes_of_correlations(const std::vector<dimension>& dimensions, std::size_t regimes) {
  figure_request request;
  request.correlated = correlated_groups_of(dimensions);
  request.regimes = static_cast<std::uint32_t>(regimes);
  const auto threads = static_cast<double>(oneapi::tbb::this_task_arena::max_concurrency());
  const double histogram = sizeof(std::uint32_t) * rho_bins, bins = sizeof(std::uint16_t) * 1024;
  return static_cast<double>(request.rhos()) * (threads * (histogram + bins) + histogram);
}

}  // namespace

scenario_cost expected_cost(const settings& s, const scenario_settings& set, const inputs& in,
                            const history& h) {
  const panel& p = in.prices;
  const double* const cap = p.cap.data() + (p.days() - 1) * p.constituents();
  std::vector<char> is_member(p.constituents());
  for (std::size_t n = 0; n < is_member.size(); ++n) is_member[n] = static_cast<char>(cap[n] > 0.0);
  const std::vector<dimension> dimensions = dimensions_of(s, set, h);
  const std::size_t slots = make_classes(dimensions, is_member, cap).layout.slots();
  scenario_cost cost;
  cost.members = static_cast<std::uint64_t>(std::count(is_member.begin(), is_member.end(), 1));
  const std::size_t days = days_of_lookback(h.daily.index.index_return, s.data.lookback_days).size();
  const auto horizon = static_cast<std::uint64_t>(set.horizon);
  switch (set.generator.kind) {
    case generator_kind::historical:
      cost.scenarios = days >= horizon ? days - horizon + 1 : 0;
      break;
    case generator_kind::stress:
      cost.scenarios = set.stresses.size();
      break;
    default:
      cost.scenarios = static_cast<std::uint64_t>(set.count);
      if (set.precision) cost.scenarios = static_cast<std::uint64_t>(set.precision->max_count);
  }
  const auto members = static_cast<double>(cost.members);
  const auto scenarios = static_cast<double>(cost.scenarios);
  const bool sampled = is_sample(set.generator.kind);
  double inner = 0.0;  // scenarios of a history drawn anew
  double passes = scenarios * static_cast<double>(1 + set.stresses.size());
  if (sampled && set.history_error.replicates > 0) {
    inner = static_cast<double>(scenarios_of_history(set, cost.scenarios));
    passes += inner * set.history_error.replicates;
  }
  cost.cells = passes * static_cast<double>(horizon) * members;

  std::size_t groups = 0;
  for (const dimension& d : dimensions) groups += d.groups.size();
  cost.universe_bytes =
      2.0 * sizeof(float) * static_cast<double>(slots) * static_cast<double>(days + set.stresses.size() + 1);
  // 13 columns, one a group, what a stressed pass and the sorting of three columns at a time take; of a history drawn anew
  // its returns and a copy that is sorted.
  cost.scenario_bytes =
      sizeof(double) * (scenarios * static_cast<double>(13 + groups + 10 + 6) + 2.0 * inner);
  if (set.generator.kind == generator_kind::stress) return cost;
  const std::size_t regimes = s.data.volatility ? h.regime_names.size() : 0;
  cost.correlation_bytes = bytes_of_correlations(dimensions, regimes);
  cost.tail_bytes = bytes_of_tail(set, cost.scenarios, regimes, slots,
                                  sampled ? most_watched(in, is_member, set.levels.size()) : 0.0);
  return cost;
}

std::vector<scenario_cost> expected_costs(const settings& s, const inputs& in, const history& h) {
  std::vector<scenario_cost> costs;
  for (const scenario_settings& set : s.scenarios) costs.push_back(expected_cost(s, set, in, h));
  return costs;
}

void tell_cost(const scenario_cost& cost, const scenario_settings& set) {
  log_info(fmt::format(
      "scenarios `{}`: {} paths of {} days, {} constituents: {:.3g} cells with all passes, {}", set.name,
      cost.scenarios, set.horizon, cost.members, cost.cells, shown_bytes(cost.bytes())));
  check_memory(cost, set);
}

void check_memory(const scenario_cost& cost, const scenario_settings& set) {
  const auto available = static_cast<double>(available_memory());
  if (available == 0.0 || cost.bytes() <= available) return;
  throw error(
      error_class::resources,
      fmt::format(
          "{}: scenarios `{}` need some {}: {} for {} scenarios and {} for their tail, {} for the returns of "
          "{} "
          "constituents, {} for correlations; {} are available; set `{}` or `data.lookback_days` lower, name "
          "`dimensions` of fewer groups, or run where there is more memory",
          set.origin, set.name, shown_bytes(cost.bytes()), shown_bytes(cost.scenario_bytes), cost.scenarios,
          shown_bytes(cost.tail_bytes), shown_bytes(cost.universe_bytes), cost.members,
          shown_bytes(cost.correlation_bytes), shown_bytes(available),
          set.precision ? "precision.max_count" : "count"));
}

}  // namespace topheavy
