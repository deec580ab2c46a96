// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/events.h"

#include "host/base/error.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr std::string_view group_prefix = "group_return.";
constexpr std::string_view new_high_metric = "index_new_high";

struct metric_column {
  const std::vector<double>* values = nullptr;
  std::size_t first = 0;  // of the scenarios' values
  bool inverse = false;   // the figure is one over the value
};

// The position of a group among those of all dimensions. A name may hold a point: the whole has to fit.
std::optional<std::size_t> group_of(std::string_view metric, const std::vector<dimension>& dimensions) {
  std::size_t position = 0;
  for (const dimension& d : dimensions) {
    for (const std::string& group : d.groups) {
      if (metric == fmt::format("{}{}.{}", group_prefix, d.name, group)) return position;
      ++position;
    }
  }
  return std::nullopt;
}

std::optional<metric_column> column_of(const std::string& metric, const figure_table& f,
                                       const std::vector<dimension>& dimensions) {
  const std::pair<std::string_view, metric_column> known[] = {
      {"index_return", {&f.index_return}},
      {"max_drawdown", {&f.max_drawdown}},
      {new_high_metric, {&f.highest}},
      {"hhi", {&f.hhi}},
      {"effective_n", {.values = &f.hhi, .inverse = true}},
      {"max_top_10", {&f.max_top_10}},
      {"max_hhi", {&f.max_hhi}},
      {"max_volatility", {&f.max_volatility}},
  };
  for (const auto& [name, column] : known) {
    if (name == metric) return column;
  }
  for (std::size_t k = 0; k < scenario_top_k.size(); ++k) {
    if (metric == fmt::format("top_{}", scenario_top_k[k])) return metric_column{&f.top[k]};
  }
  if (const auto group = group_of(metric, dimensions)) {
    return metric_column{.values = &f.group_return, .first = *group * f.count};
  }
  return std::nullopt;
}

// Clopper and Pearson's interval of 95 % where none, or all, of the scenarios are hit: to 1 - 0.025^(1/S).
std::string bound_of_extreme(bool is_none, std::size_t scenarios) {
  const double most = 100.0 * -std::expm1(std::log(0.025) / static_cast<double>(scenarios));
  return is_none
             ? fmt::format("none of {} scenarios: from 0 to {:.2g} % with 95 % confidence", scenarios, most)
             : fmt::format("all of {} scenarios: at most {:.2g} % below 100 % with 95 % confidence",
                           scenarios, most);
}

}  // namespace

void check_events(const std::vector<event_settings>& events, const std::vector<dimension>& dimensions) {
  std::string problems;
  const figure_table none;
  for (const event_settings& e : events) {
    if (column_of(e.metric, none, dimensions)) continue;
    std::string names;
    for (const dimension& d : dimensions) names += (names.empty() ? "" : ", ") + d.name;
    problems += fmt::format("{}{}: event '{}' asks for the metric '{}', which does not exist; ",
                            problems.empty() ? "" : "\n", e.origin, e.name, e.metric);
    problems += e.metric.starts_with(group_prefix)
                    ? fmt::format("{}<dimension>.<group> names a group of the set's dimensions ({})",
                                  group_prefix, names.empty() ? "none" : names)
                    : "see configs/README.md for those that do";
  }
  if (!problems.empty()) throw error(error_class::usage, problems);
}

std::vector<event_probability> event_probabilities(const std::vector<event_settings>& events,
                                                   const figure_table& figures,
                                                   const std::vector<dimension>& dimensions, double new_high,
                                                   const std::string& no_sampling_error) {
  check_events(events, dimensions);
  const auto scenarios = static_cast<double>(figures.count);
  std::vector<event_probability> probabilities;
  for (const event_settings& e : events) {
    event_probability p{.name = e.name, .metric = e.metric};
    const metric_column column = *column_of(e.metric, figures, dimensions);
    const bool is_new_high = e.metric == new_high_metric;
    const double bound = is_new_high ? new_high : e.above ? *e.above : *e.below;
    std::size_t happened = 0, unknown = column.values->empty() ? figures.count : 0;
    for (std::size_t s = 0; unknown == 0 && s < figures.count; ++s) {
      const double value = (*column.values)[column.first + s];
      const double figure = column.inverse ? 1.0 / value : value;
      unknown += std::isnan(figure) ? 1 : 0;
      happened += (is_new_high || e.above ? figure > bound : figure < bound) ? 1 : 0;
    }
    if (unknown > 0) {
      p.probability = not_known;
      p.reason = "not every scenario has this figure";
    } else {
      p.probability = static_cast<double>(happened) / scenarios;
      const bool is_extreme = happened == 0 || happened == figures.count;
      if (!no_sampling_error.empty()) {
        p.reason = no_sampling_error;
      } else if (is_extreme) {
        p.reason = bound_of_extreme(happened == 0, figures.count);
      } else {
        p.error = std::sqrt(p.probability * (1.0 - p.probability) / scenarios);
      }
    }
    probabilities.push_back(std::move(p));
  }
  return probabilities;
}

}  // namespace topheavy
