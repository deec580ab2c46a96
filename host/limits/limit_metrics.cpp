// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/limits/limit_metrics.h"

#include "host/base/error.h"
#include "host/config/closest.h"
#include "host/history/attribution.h"
#include "host/history/regimes.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr limit_metric metrics[] = {
    {"index.{level|return_total|return_annual|volatility_annual|max_drawdown}", "The index since its start"},
    {"concentration.{constituent|issuer|risk}.{n|hhi|effective_n|entropy|exp_entropy|gini}",
     "Concentration of weights, or of risk, at the close"},
    {"concentration.{constituent|issuer|risk}.top.<k>", "Weight, or share of risk, of the largest"},
    {"volatility.level", "The volatility index at the close, points"},
    {"windows.<window>.{index_return|equal_weight_return}", "Returns of a window"},
    {"windows.<window>.top_share.<k>", "Share of a window's return that the largest contributors made"},
    {"windows.<window>.groups.<dimension>.<group>.{weight_start|weight_end|return|contribution}",
     "A group in a window; `windows.last_21.groups.sector.Technology.weight_end` is its weight at the close"},
    {"correlation.<correlated>.<regime>.{mean_offdiagonal|mean_adjusted|mean_excess|average_pairwise|"
     "implied|absorption_ratio}",
     "How groups move together in a regime"},
    {"correlation.index.<regime>.{average_pairwise|implied|absorption_ratio}",
     "How all constituents move together in a regime"},
    {"scenarios.<set>.{var|es|simulation_error|history_error}.<level>",
     "Tail of a set of scenarios, losses as positive fractions"},
    {"scenarios.<set>.loss_concentration.<level>.{hhi|effective_n|entropy|exp_entropy|gini}",
     "Concentration of the loss in the tail"},
    {"scenarios.<set>.loss_concentration.<level>.top.<k>", "Share of the loss of the largest"},
    {"scenarios.<set>.probability.<event>",
     "Probability of an event of the set, or of breaking a limit on weights"},
    {"scenarios.<set>.stresses.<stress>.{index_return|top_10_change}", "A stress of the set"},
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

bool is_known(const std::string& metric, const known_names& known, bool has_volatility) {
  return std::any_of(std::begin(metrics), std::end(metrics), [&](const limit_metric& m) {
    names before;
    if (m.path.starts_with("volatility.") && !has_volatility) return false;
    return fits(split(m.path, '.'), 0, metric, known, before);
  });
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
  std::string problems;
  for (const limit_settings& limit : s.limits) {
    if (is_known(limit.metric, known, s.data.volatility.has_value())) continue;
    // What begins alike tells more than what is spelt alike.
    const std::string_view family = std::string_view(limit.metric).substr(0, limit.metric.find('.'));
    std::vector<std::string_view> paths;
    for (const limit_metric& m : metrics) {
      if (m.path.substr(0, m.path.find('.')) == family) paths.push_back(m.path);
    }
    if (paths.empty()) {
      for (const limit_metric& m : metrics) paths.push_back(m.path);
    }
    problems += fmt::format("{}{}: limit `{}` asks for the metric `{}`, which does not exist; {}",
                            problems.empty() ? "" : "\n", limit.origin, limit.name, limit.metric,
                            what_else(limit.metric, paths, 600));
    if (family == "scenarios" || family == "windows" || family == "correlation")
      problems += "; names in <> are those of this configuration";
  }
  if (!problems.empty()) throw error(error_class::usage, problems);
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
