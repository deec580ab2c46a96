// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/scenarios_from_tree.h"

#include "host/config/closest.h"
#include "host/config/event_metrics.h"
#include "host/config/names_seen.h"
#include "host/config/scalars.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace topheavy {
namespace {

using enum generator_kind;

std::string_view name_of(generator_kind kind) { return generator_names[static_cast<std::size_t>(kind)]; }

bool is_given(const node& map, std::string_view key) {
  const node* const value = map.find(key);
  return value != nullptr && value->kind != node_kind::null;
}

void take(const node& map, std::string_view key, int& value) {
  if (const node* const text = scalar_at(map, key)) value = parse_whole_number(text->text).value_or(value);
}
void take(const node& map, std::string_view key, std::int64_t& value) {
  if (const node* const text = scalar_at(map, key))
    value = parse_long_whole_number(text->text).value_or(value);
}
void take(const node& map, std::string_view key, double& value) {
  if (const node* const text = scalar_at(map, key)) value = parse_number(text->text).value_or(value);
}
void take(const node& map, std::string_view key, bool& value) {
  if (const node* const text = scalar_at(map, key)) value = text->text == "true";
}

// Of one set of scenarios.
class scenario_builder {
 public:
  scenario_builder(const node& set, std::string path, const settings& s, const base_folders& folders,
                   problems& found)
      : set_(set), path_(std::move(path)), s_(s), folders_(folders), found_(found) {}

  scenario_settings build() {
    made_.origin = found_.origin(set_.at);
    if (const node* const name = scalar_at(set_, "name")) made_.name = name->text;
    take(set_, "count", made_.count);
    take(set_, "horizon", made_.horizon);
    take(set_, "seed", made_.seed);
    take(set_, "min_days", made_.min_days);
    take(section_at(set_, "daily"), "top_10", made_.daily_top_10);
    take(section_at(set_, "daily"), "hhi", made_.daily_hhi);
    if (const node* const missing = scalar_at(set_, "missing_history")) {
      const auto word = std::find(missing_history_names.begin(), missing_history_names.end(), missing->text);
      if (word != missing_history_names.end())
        made_.missing = static_cast<missing_history>(word - missing_history_names.begin());
    }
    const node& dimensions = section_at(set_, "dimensions");
    if (dimensions.kind == node_kind::list)
      made_.dimensions = dimensions_from_tree(dimensions, path_ + ".dimensions", s_.groups, found_);
    build_levels();
    build_generator();
    build_precision();
    build_history_error();
    build_events();
    build_stresses();
    return std::move(made_);
  }

 private:
  void build_levels() {
    const node& list = section_at(set_, "levels");
    if (list.kind != node_kind::list) return;
    made_.levels.clear();
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      const auto level = parse_number(list.items[i].text);
      if (!level || !(*level > 0.5 && *level < 1.0)) continue;
      if (!made_.levels.empty() && *level <= made_.levels.back()) {
        found_.add(list.items[i].at, fmt::format("`{}.levels.{}` is {}; must be above the one before, {}",
                                                 path_, i, shown(list.items[i]), made_.levels.back()));
      }
      made_.levels.push_back(*level);
    }
  }

  void build_generator() {
    const node& map = section_at(set_, "generator");
    generator_settings& g = made_.generator;
    if (const node* const kind = scalar_at(map, "kind")) {
      const auto word = std::find(generator_names.begin(), generator_names.end(), kind->text);
      if (word == generator_names.end()) {
        kind_is_known_ = false;
        return;
      }
      g.kind = static_cast<generator_kind>(word - generator_names.begin());
      kind_at_ = kind->at;
    }
    if (const node* const block = scalar_at(map, "block"))
      g.mean_block_length = parse_number(block->text);  // none for `auto`
    take(map, "regimes", g.regimes);
    for (const std::string& level : texts_of(section_at(map, "path"))) {
      if (const auto points = parse_number(level)) g.path.push_back(*points);
    }

    goes_with(map, "generator.path", {volatility_path});
    goes_with(map, "generator.regimes", {bootstrap});
    goes_with(map, "generator.block", {bootstrap, volatility_path});
    for (const char* key : {"count", "seed", "precision", "history_error"})
      goes_with(set_, key, {bootstrap, volatility_path});
    for (const char* key : {"levels", "daily", "min_days", "events"})
      goes_with(set_, key, {bootstrap, volatility_path, historical});

    if (g.kind == volatility_path && !is_given(map, "path")) {
      found_.add(kind_at(), fmt::format("`{}.generator` is a `volatility_path` without `path`; must have the "
                                        "levels of the volatility index to follow",
                                        path_));
    }
    if (g.kind == volatility_path && g.path.size() > static_cast<std::size_t>(made_.horizon)) {
      found_.add(
          section_at(map, "path").at,
          fmt::format("`{}.generator.path` has {} levels; must have at most one a day of the horizon, {}",
                      path_, g.path.size(), made_.horizon));
    }
    if (g.kind == stress && texts_of(section_at(set_, "stresses")).empty()) {
      found_.add(kind_at(),
                 fmt::format("`{}.generator` is a `stress` without stresses; must have `stresses`", path_));
    }
    const bool by_regimes = g.kind == volatility_path || (g.kind == bootstrap && g.regimes);
    if (by_regimes && !s_.data.volatility) {
      found_.add(kind_at(),
                 fmt::format("`{}` draws days by regimes of the volatility index; name its file in "
                             "`data.volatility`{}",
                             path_, g.kind == bootstrap ? ", or set `generator: {regimes: false}`" : ""));
    }
  }

  place kind_at() const { return kind_at_.value_or(set_.at); }

  // Tells of a key that the generator makes no use of: whoever wrote it expects something else.
  void goes_with(const node& map, std::string_view key, std::initializer_list<generator_kind> kinds) {
    const generator_kind kind = made_.generator.kind;
    const std::string_view last = key.substr(key.rfind('.') + 1);
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end() || !is_given(map, last)) return;
    std::string named;
    for (const generator_kind* k = kinds.begin(); k != kinds.end(); ++k) {
      const char* const before = k == kinds.begin() ? "" : k + 1 == kinds.end() ? " or " : ", ";
      named += fmt::format("{}`{}`", before, name_of(*k));
    }
    found_.add(map.find(last)->at,
               fmt::format("`{}.{}` goes with {} only; leave it out, the generator is `{}`", path_, key,
                           named, name_of(kind)));
  }

  void build_precision() {
    const node& map = section_at(set_, "precision");
    if (map.kind != node_kind::map || !kind_is_known_ || !is_sample(made_.generator.kind)) return;
    precision_settings p;
    take(map, "es_relative_error", p.es_relative_error);
    take(map, "level", p.level);
    take(map, "max_count", p.max_count);
    const node* const level = scalar_at(map, "level");
    const bool is_level = made_.levels.empty() ||
                          !(p.level > 0.5 && p.level < 1.0) ||  // reported by the check
                          std::find(made_.levels.begin(), made_.levels.end(), p.level) != made_.levels.end();
    if (!is_level) {
      found_.add(level != nullptr ? level->at : map.at,
                 fmt::format("`{}.precision.level` is {}{}; must be one of `levels`, {}", path_, p.level,
                             level != nullptr ? "" : " where it is left out", fmt::join(made_.levels, ", ")));
    }
    const node* const largest = scalar_at(map, "max_count");
    if (p.max_count < made_.count) {
      found_.add(largest != nullptr ? largest->at : map.at,
                 fmt::format("`{}.precision.max_count` is {}{}; must be at least `count`, {}", path_,
                             p.max_count, largest != nullptr ? "" : " where it is left out", made_.count));
    }
    made_.precision = p;
  }

  void build_history_error() {
    if (!kind_is_known_) return;
    history_error_settings& h = made_.history_error;
    if (!is_sample(made_.generator.kind)) {
      h.replicates = 0;
      return;
    }
    const node& map = section_at(set_, "history_error");
    take(map, "replicates", h.replicates);
    if (const node* const count = scalar_at(map, "count")) h.count = parse_long_whole_number(count->text);
    if (h.replicates > 0 && h.replicates < 200) {
      found_.add(
          scalar_at(map, "replicates")->at,
          fmt::format("`{}.history_error.replicates` is {}; must be 0 or at least 200", path_, h.replicates));
    }
  }

  void build_events() {
    names_seen seen{found_};
    const std::vector<node>& list = section_at(set_, "events").items;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const node& item = list[i];
      event_settings e;
      e.origin = found_.origin(item.at);
      if (const node* const name = scalar_at(item, "name")) {
        e.name = name->text;
        seen.add(*name, "event");
      }
      const node* const above = scalar_at(item, "above");
      const node* const below = scalar_at(item, "below");
      if (above != nullptr) e.above = parse_number(above->text);
      if (below != nullptr) e.below = parse_number(below->text);
      if (const node* const metric = scalar_at(item, "metric"); metric != nullptr && !metric->text.empty()) {
        e.metric = metric->text;
        check_event(*metric, above, below, fmt::format("{}.events.{}", path_, i));
      }
      made_.events.push_back(std::move(e));
    }
  }

  void check_event(const node& metric, const node* above, const node* below, const std::string& path) {
    const std::string group_prefix = fmt::format("{}.", group_return_metric);
    const bool of_group = metric.text.starts_with(group_prefix);
    const auto known = event_metrics();
    const auto m = std::find_if(known.begin(), known.end(), [&](const event_metric& k) {
      return of_group ? k.name == group_return_metric
                      : k.name == metric.text && k.name != group_return_metric;
    });
    if (m == known.end()) return unknown_metric(metric, path);
    if (of_group) check_group(metric, metric.text.substr(group_prefix.size()), path);
    if (!m->needs.empty() && !(m->name == "max_hhi" ? made_.daily_hhi : made_.daily_top_10)) {
      found_.add(metric.at, fmt::format("`{}.metric` is `{}`, which needs `{}.{}: true`", path, m->name,
                                        path_, m->needs));
    }
    if (m->name == "max_volatility" && !s_.data.volatility) {
      found_.add(metric.at,
                 fmt::format("`{}.metric` is `max_volatility`, which needs `data.volatility`", path));
    }
    check_bounds(*m, metric, above, below, path);
  }

  void check_bounds(const event_metric& m, const node& metric, const node* above, const node* below,
                    const std::string& path) {
    if (m.unit.empty()) {
      for (const auto& [key, bound] : {std::pair{"above", above}, {"below", below}}) {
        if (bound != nullptr)
          found_.add(bound->at,
                     fmt::format("`{}.{}` is {}; `{}` takes no bound", path, key, shown(*bound), m.name));
      }
      return;
    }
    if ((above != nullptr) == (below != nullptr)) {
      found_.add(metric.at,
                 fmt::format("`{}` has {} `above` {} `below`; must have exactly one of them", path,
                             above != nullptr ? "both" : "neither", above != nullptr ? "and" : "nor"));
    }
    for (const auto& [key, bound] : {std::pair{"above", above}, {"below", below}}) {
      const auto value = bound != nullptr ? parse_number(bound->text) : std::nullopt;
      if (value && (*value < m.low || *value > m.high))
        found_.add(bound->at, fmt::format("`{}.{}` is {}; must be from {} to {}, `{}` is in {}", path, key,
                                          shown(*bound), m.low, m.high, shown(metric.text),
                                          m.unit == "fraction" ? "fractions" : m.unit));
    }
  }

  void unknown_metric(const node& metric, const std::string& path) {
    std::vector<std::string_view> names;
    for (const event_metric& m : event_metrics())
      names.push_back(m.name == group_return_metric ? "group_return.<dimension>.<group>" : m.name);
    found_.add(metric.at, fmt::format("unknown metric `{}` in `{}`; {}", shown(metric.text), path,
                                      what_else(metric.text, names)));
  }

  // "dimension.group"; of labels the groups are known only once the constituents are read.
  void check_group(const node& metric, std::string_view of, const std::string& path) {
    const std::vector<std::string> dimensions =
        made_.dimensions ? *made_.dimensions : correlated_dimensions(s_);
    std::string problem;  // names may hold a point: what is no group of one dimension may be one of the next
    for (const std::string& name : dimensions) {
      if (!of.starts_with(name + ".") || of.size() == name.size() + 1) continue;
      const std::string_view group = of.substr(name.size() + 1);
      const auto d = std::find_if(s_.groups.begin(), s_.groups.end(), [&](const dimension_settings& one) {
        return one.name == name && one.label_column.empty();
      });
      if (d == s_.groups.end()) return;
      std::vector<std::string_view> groups;
      for (const group_settings& g : d->groups) groups.push_back(g.name);
      if (std::find(groups.begin(), groups.end(), group) != groups.end()) return;
      problem = fmt::format("unknown group `{}` of `{}` in `{}.metric`; {}", shown(group), shown(name), path,
                            what_else(group, groups));
    }
    if (!problem.empty()) return found_.add(metric.at, problem);
    std::vector<std::string> shown_names;
    for (const std::string& name : dimensions) shown_names.push_back(shown(name));
    found_.add(
        metric.at,
        fmt::format("`{}.metric` is {}; must be `group_return.<dimension>.<group>` of a dimension of the "
                    "set: {}",
                    path, shown(metric),
                    dimensions.empty() ? "it has none" : fmt::format("{}", fmt::join(shown_names, ", "))));
  }

  void build_stresses() {
    names_seen seen{found_};
    for (const node& item : section_at(set_, "stresses").items) {
      if (item.kind != node_kind::scalar || item.text.empty()) continue;
      seen.add(item, "stress");
      made_.stresses.push_back(folders_.resolve(item));
    }
  }

  const node& set_;
  const std::string path_;
  const settings& s_;
  const base_folders& folders_;
  problems& found_;
  scenario_settings made_;
  bool kind_is_known_ = true;
  std::optional<place> kind_at_;
};

}  // namespace

std::vector<scenario_settings> scenarios_from_tree(const node& list, const settings& s,
                                                   const base_folders& folders, problems& found) {
  std::vector<scenario_settings> sets;
  names_seen seen{found};
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const node& set = list.items[i];
    if (const node* const name = scalar_at(set, "name")) seen.add(*name, "set of scenarios");
    sets.push_back(scenario_builder{set, fmt::format("scenarios.{}", i), s, folders, found}.build());
  }
  return sets;
}

std::vector<std::string> correlated_dimensions(const settings& s) {
  if (s.correlation.dimensions) return *s.correlation.dimensions;
  std::vector<std::string> names{"sector"};
  for (const dimension_settings& d : s.groups) {
    if (d.label_column.empty()) names.push_back(d.name);
  }
  return names;
}

// Issuers are thousands, and most of them one constituent: their pairs are left to the averages.
std::vector<std::string> dimensions_from_tree(const node& list, std::string_view path,
                                              const std::vector<dimension_settings>& groups,
                                              problems& found) {
  names_seen seen{found};
  for (const node& name : list.items) {
    seen.add(name, "dimension");
    if (name.kind != node_kind::scalar || name.text.empty() || name.text == "sector") continue;
    std::string known = "`sector`";
    bool is_known = false;
    for (const dimension_settings& d : groups) {
      is_known = is_known || name.text == d.name;
      known += fmt::format(", `{}`", shown(d.name));
    }
    if (!is_known)
      found.add(name.at, fmt::format("`{}` in `{}` is not among {}", shown(name.text), path, known));
  }
  return texts_of(list);
}

}  // namespace topheavy
