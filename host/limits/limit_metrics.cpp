// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/limits/limit_metrics.h"

#include "host/base/error.h"
#include "host/config/closest.h"
#include "host/history/attribution.h"
#include "host/history/regimes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace topheavy {
namespace {

constexpr std::size_t longest_list = 900;
constexpr double no_end = std::numeric_limits<double>::infinity();

constexpr limit_metric metrics[] = {
    {"index.level", "Level of the index, 100 at its start", 0.0},
    {"index.{return_total|return_annual}", "Return of the index since its start, and a year", -1.0},
    {"index.volatility_annual", "Volatility of the index a year", 0.0},
    {"index.max_drawdown", "Deepest fall of the index since its start, 0 or negative", -1.0, 0.0},
    {"concentration.{constituent|issuer}.hhi", "Concentration of weights at the close", 0.0, 1.0},
    {"concentration.risk.hhi", "Concentration of risk; above 1 only where shares are negative", 0.0},
    {"concentration.{constituent|issuer|risk}.gini", "Inequality of weights, or of risk", 0.0, 1.0},
    {"concentration.{constituent|issuer|risk}.{n|effective_n|entropy|exp_entropy}",
     "Numbers, effective numbers and entropy of weights, or of risk", 0.0},
    {"concentration.{constituent|issuer|risk}.top.<k>", "Weight, or share of risk, of the largest", 0.0, 1.0},
    {"volatility.level", "The volatility index at the close, points", 0.0},
    {"windows.<window>.{index_return|equal_weight_return}", "Returns of a window", -1.0},
    {"windows.<window>.top_share.<k>", "Share of a window's return that the largest contributors made"},
    {"windows.<window>.groups.<dimension>.<group>.{weight_start|weight_end}",
     "Weight of a group; `windows.last_21.groups.sector.Technology.weight_end` is its weight at the close",
     0.0, 1.0},
    {"windows.<window>.groups.<dimension>.<group>.return", "Return of a group in a window", -1.0},
    {"windows.<window>.groups.<dimension>.<group>.contribution",
     "What a group contributed to the index in a window"},
    {"correlation.<correlated>.<regime>.{mean_offdiagonal|mean_adjusted|average_pairwise}",
     "How groups move together in a regime", -1.0, 1.0},
    {"correlation.<correlated>.<regime>.mean_excess",
     "How much more they do than the variances of the regime explain", -2.0, 2.0},
    {"correlation.<correlated>.<regime>.implied", "Correlation that the index' variance implies"},
    {"correlation.<correlated>.<regime>.absorption_ratio",
     "Share of the variance that the first components absorb", 0.0, 1.0},
    {"correlation.index.<regime>.average_pairwise", "How all constituents move together in a regime", -1.0,
     1.0},
    {"correlation.index.<regime>.implied", "The same, as the index' variance implies it"},
    {"correlation.index.<regime>.absorption_ratio",
     "Share of all constituents' variance that the first components absorb", 0.0, 1.0},
    {"scenarios.<set>.{var|es}.<level>", "Tail of a set of scenarios, losses as positive fractions", -no_end,
     1.0},
    {"scenarios.<set>.{simulation_error|history_error}.<level>", "Errors of that ES", 0.0, 1.0},
    {"scenarios.<set>.loss_concentration.<level>.{hhi|effective_n|entropy|exp_entropy}",
     "Concentration of the loss in the tail", 0.0},
    {"scenarios.<set>.loss_concentration.<level>.gini", "Inequality of the loss in the tail", 0.0, 1.0},
    {"scenarios.<set>.loss_concentration.<level>.top.<k>", "Share of the loss of the largest", 0.0, 1.0},
    {"scenarios.<set>.probability.<event>",
     "Probability of an event of the set, or of breaking a limit on weights", 0.0, 1.0},
    {"scenarios.<set>.stresses.<stress>.index_return", "Return of the index in a stress of the set", -1.0},
    {"scenarios.<set>.stresses.<stress>.top_10_change",
     "Change of the weight of the ten largest in a stress of the set", -1.0, 1.0},
};

using names = std::vector<std::string>;

// What a placeholder may stand for, given what stands before it; none: anything.
class known_names {
 public:
  known_names(const settings& s, const std::vector<std::vector<stress>>& stresses)
      : s_(s), stresses_(stresses) {}

  std::optional<names> of(std::string_view placeholder, const names& before) const {
    if (placeholder == "<k>") return counts();
    if (placeholder == "<window>") return windows();
    if (placeholder == "<dimension>") return dimensions();
    if (placeholder == "<correlated>") return correlated_dimensions(s_);
    if (placeholder == "<group>") return groups(before.back());
    if (placeholder == "<regime>") return s_.data.volatility ? regime_names(s_.volatility) : names{};
    if (placeholder == "<set>") return of_sets();
    const auto set = std::find_if(s_.scenarios.begin(), s_.scenarios.end(),
                                  [&](const scenario_settings& one) { return one.name == before.front(); });
    if (set == s_.scenarios.end()) return names{};
    names all;
    if (placeholder == "<level>") {
      if (set->generator.kind == generator_kind::stress) return all;
      for (const double level : set->levels) all.push_back(fmt::format("{}", level));
    } else if (placeholder == "<event>") {
      if (set->generator.kind == generator_kind::stress) return all;
      for (const event_settings& e : set->events) all.push_back(e.name);
      for (const event_settings& e : events_of_limits(s_.limits)) all.push_back(e.name);
    } else {
      for (const stress& one : stresses_[static_cast<std::size_t>(set - s_.scenarios.begin())])
        all.push_back(one.name);
    }
    return all;
  }

 private:
  static names counts() {
    names all;
    for (const std::int32_t k : counts_of_top) all.push_back(std::to_string(k));
    return all;
  }
  names windows() const {
    names all(automatic_windows.begin(), automatic_windows.end());
    for (const window_settings& w : s_.windows) all.push_back(w.name);
    return all;
  }
  names dimensions() const {
    names all{"sector"};
    for (const dimension_settings& d : s_.groups) all.push_back(d.name);
    return all;
  }
  std::optional<names> groups(const std::string& dimension) const {
    for (const dimension_settings& d : s_.groups) {
      if (d.name != dimension || !d.label_column.empty()) continue;
      names all;
      for (const group_settings& g : d.groups) all.push_back(g.name);
      return all;
    }
    return std::nullopt;
  }
  names of_sets() const {
    names all;
    for (const scenario_settings& set : s_.scenarios) all.push_back(set.name);
    return all;
  }

  const settings& s_;
  const std::vector<std::vector<stress>>& stresses_;  // [sets]
};

names split(std::string_view text, char at) {
  names parts;
  for (std::size_t from = 0, to = 0; to != std::string_view::npos; from = to + 1) {
    to = text.find(at, from);
    parts.emplace_back(text.substr(from, to == std::string_view::npos ? to : to - from));
  }
  return parts;
}

bool fits(const names& pattern, std::size_t i, std::string_view path, const known_names& known,
          names& before) {
  const std::string& part = pattern[i];
  const bool is_last = i + 1 == pattern.size(), is_placeholder = part.front() == '<';
  std::optional<names> allowed = names{part};
  if (part.front() == '{') allowed = split(std::string_view(part).substr(1, part.size() - 2), '|');
  if (is_placeholder) allowed = known.of(part, before);
  if (!allowed) {  // any name, which may hold points
    allowed = names{};
    for (std::size_t to = 1; to <= path.size(); ++to) {
      if (to == path.size() || path[to] == '.') allowed->emplace_back(path.substr(0, to));
    }
  }
  for (const std::string& name : *allowed) {
    const auto rest = rest_after(path, name);
    if (!rest || rest->empty() != is_last) continue;
    if (is_last) return true;
    if (is_placeholder) before.push_back(name);
    if (fits(pattern, i + 1, *rest, known, before)) return true;
    if (is_placeholder) before.pop_back();
  }
  return false;
}

// None: nothing is of that name.
const limit_metric* metric_of(const std::string& path, const known_names& known, bool has_volatility) {
  const auto* const found = std::find_if(std::begin(metrics), std::end(metrics), [&](const limit_metric& m) {
    names before;
    if (m.path.starts_with("volatility.") && !has_volatility) return false;
    return fits(split(m.path, '.'), 0, path, known, before);
  });
  return found == std::end(metrics) ? nullptr : found;
}

std::string unknown_metric(const limit_settings& limit) {
  // What begins alike tells more than what is spelt alike.
  const std::string_view family = std::string_view(limit.metric).substr(0, limit.metric.find('.'));
  std::vector<std::string_view> paths;
  for (const limit_metric& m : metrics) {
    if (m.path.substr(0, m.path.find('.')) == family) paths.push_back(m.path);
  }
  if (paths.empty()) {
    for (const limit_metric& m : metrics) paths.push_back(m.path);
  }
  std::string text =
      fmt::format("{}: limit `{}` asks for the metric `{}`, which does not exist; {}", limit.origin,
                  limit.name, limit.metric, what_else(limit.metric, paths, longest_list));
  if (family == "scenarios" || family == "windows" || family == "correlation")
    text += "; names in <> are those of this configuration";
  return text;
}

// Empty where the metric can be so much.
std::string unreachable_bound(const limit_settings& limit, const limit_metric& metric) {
  const double bound = limit.max ? *limit.max : *limit.min;
  if (metric.least <= bound && bound <= metric.most) return {};
  std::string text =
      fmt::format("{}: limit `{}`: `{}` is {}; must be {}, as `{}` is", limit.origin, limit.name,
                  limit.max ? "max" : "min", bound, shown_range(metric), limit.metric);
  if (metric.most == 1.0 && bound > 1.0 && bound <= 100.0)
    text += fmt::format(": a fraction, {} % being {}", bound, bound / 100.0);
  return text;
}

}  // namespace

std::optional<std::string_view> rest_after(std::string_view path, std::string_view name) {
  if (path == name) return std::string_view{};
  if (!path.starts_with(name) || path.size() < name.size() + 2 || path[name.size()] != '.')
    return std::nullopt;
  return path.substr(name.size() + 1);
}

std::span<const limit_metric> limit_metrics() { return metrics; }

void check_limit_metrics(const settings& s, const std::vector<std::vector<stress>>& stresses) {
  const known_names known(s, stresses);
  std::vector<std::string> problems;
  for (const limit_settings& limit : s.limits) {
    const limit_metric* const metric = metric_of(limit.metric, known, s.data.volatility.has_value());
    std::string problem = metric == nullptr ? unknown_metric(limit) : unreachable_bound(limit, *metric);
    if (!problem.empty()) problems.push_back(std::move(problem));
  }
  if (!problems.empty()) throw error(error_class::usage, fmt::format("{}", fmt::join(problems, "\n")));
}

std::string shown_range(const limit_metric& m) {
  if (std::isinf(m.least) && std::isinf(m.most)) return "any number";
  if (std::isinf(m.most)) return fmt::format("{} or more", m.least);
  if (std::isinf(m.least)) return fmt::format("{} or less", m.most);
  return fmt::format("{} to {}", m.least, m.most);
}

std::vector<event_settings> events_of_limits(const std::vector<limit_settings>& limits) {
  constexpr std::string_view weights = "concentration.constituent.";
  constexpr std::string_view top = "top.";
  std::vector<event_settings> events;
  for (const limit_settings& limit : limits) {
    if (!limit.metric.starts_with(weights)) continue;
    std::string metric = limit.metric.substr(weights.size());
    if (metric.starts_with(top)) {
      metric = "top_" + metric.substr(top.size());
    } else if (metric != "hhi" && metric != "effective_n") {
      continue;
    }
    events.push_back({limit.name, metric, limit.max, limit.min, limit.origin});
  }
  return events;
}

}  // namespace topheavy
