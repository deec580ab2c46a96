// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/settings_from_tree.h"

#include "host/config/closest.h"
#include "host/config/names_seen.h"
#include "host/config/scalars.h"
#include "host/config/scenarios_from_tree.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace topheavy {
namespace {

std::optional<date> date_at(const node& map, std::string_view key) {
  const node* value = scalar_at(map, key);
  return value != nullptr ? parse_plain_date(value->text) : std::nullopt;
}

// A map that names no member; one with other mistakes is reported for those.
bool is_empty_group(const node& group) {
  return group.kind == node_kind::map &&
         std::all_of(group.entries.begin(), group.entries.end(), [](const map_entry& e) {
           const bool symbols =
               e.key.text == "symbols" && e.value.kind == node_kind::list && e.value.items.empty();
           return symbols ||
                  (e.key.text == "where" && e.value.kind == node_kind::map && e.value.entries.empty());
         });
}

class settings_builder {
 public:
  settings_builder(const base_folders& folders, problems& found) : folders_(folders), found_(found) {}

  settings build(const node& root) {
    settings s;
    if (const node* name = scalar_at(root, "name")) s.name = name->text;
    if (const node* as_of = scalar_at(root, "as_of")) {
      s.as_of = parse_plain_date(as_of->text);
      s.as_of_origin = found_.origin(as_of->at);
    }
    s.data = build_data(section_at(root, "data"), s.as_of);
    for (const map_entry& e : section_at(root, "groups").entries) s.groups.push_back(build_dimension(e));
    s.windows = build_windows(section_at(root, "windows"));
    s.volatility = build_volatility(section_at(root, "volatility"));
    s.correlation = build_correlation(section_at(root, "correlation"), s.groups);
    s.expectations = build_expectations(section_at(root, "expectations"), s.groups);
    if (const node* rules = scalar_at(section_at(root, "stage"), "rules"))
      s.stage.rules = folders_.resolve(*rules);
    s.scenarios = scenarios_from_tree(section_at(root, "scenarios"), s, folders_, found_);
    s.limits = build_limits(section_at(root, "limits"), section_at(root, "scenarios"));
    check_group_columns(section_at(root, "groups"), s);
    s.report = build_report(section_at(root, "report"));
    if (const node* file = scalar_at(section_at(root, "metrics"), "prometheus"))
      s.metrics.prometheus = folders_.resolve(*file);
    return s;
  }

 private:
  data_settings build_data(const node& data, std::optional<date> as_of) {
    data_settings d;
    if (const node* panel = scalar_at(data, "panel")) d.panel = folders_.resolve(*panel);
    if (const node* constituents = scalar_at(data, "constituents"))
      d.constituents = folders_.resolve(*constituents);
    if (const node* volatility = scalar_at(data, "volatility")) d.volatility = folders_.resolve(*volatility);
    d.start = date_at(data, "start");
    if (d.start && as_of && *d.start >= *as_of) {
      found_.add(scalar_at(data, "start")->at, fmt::format("`data.start` is `{}`; must be before `as_of`, {}",
                                                           to_iso(*d.start), to_iso(*as_of)));
    }
    if (const node* largest = scalar_at(data, "max_abs_return")) {
      d.max_abs_return = parse_number(largest->text).value_or(d.max_abs_return);
    }
    if (const node* share = scalar_at(data, "max_dropped_share")) {
      d.max_dropped_share = parse_number(share->text).value_or(d.max_dropped_share);
    }
    if (const node* lookback = scalar_at(data, "lookback_days")) {
      d.lookback_days = parse_whole_number(lookback->text);  // none for `all`
    }
    for (const node& item : section_at(data, "holidays").items) {
      if (const auto holiday = parse_plain_date(item.text)) d.holidays.push_back(*holiday);
    }
    return d;
  }

  // Where a key was given, or the override that gave its value.
  std::string origin_of(const map_entry& e) const {
    return found_.origin(e.value.at.source > 0 ? e.value.at : e.key.at);
  }

  dimension_settings build_dimension(const map_entry& dimension) {
    dimension_settings d{dimension.key.text, {}, {}, origin_of(dimension)};
    if (dimension.value.kind == node_kind::scalar) d.label_column = dimension.value.text;
    for (const map_entry& group : dimension.value.entries) d.groups.push_back(build_group(group));
    return d;
  }

  group_settings build_group(const map_entry& group) {
    group_settings g{group.key.text, {}, {}, origin_of(group)};
    const node& symbols = section_at(group.value, "symbols");
    const node& where = section_at(group.value, "where");
    for (const map_entry& column : where.entries)
      g.where.emplace_back(column.key.text, texts_of(column.value));
    g.symbols = texts_of(symbols);
    names_seen seen{found_};
    for (const node& symbol : symbols.items) seen.add(symbol, "symbol");
    if (is_empty_group(group.value)) {
      found_.add(group.key.at,
                 fmt::format("group `{}` is empty; must have `symbols` or `where`", shown(g.name)));
    }
    return g;
  }

  // Sets of scenarios name the return of a group `dimension.group`, and both names may hold a point.
  void check_group_columns(const node& dimensions, const settings& s) {
    std::set<std::string> used;
    for (const scenario_settings& set : s.scenarios)
      for (const std::string& name : set.dimensions.value_or(correlated_dimensions(s))) used.insert(name);
    std::map<std::string, place> first;
    for (const map_entry& dimension : dimensions.entries) {
      if (!used.contains(dimension.key.text)) continue;
      for (const map_entry& group : dimension.value.entries) {
        const std::string column = dimension.key.text + "." + group.key.text;
        const auto [before, added] = first.emplace(column, group.key.at);
        if (added) continue;
        found_.add(
            group.key.at,
            fmt::format("group `{}` of `{}` is `{}` in scenarios.parquet, as is the one at {}; give one of "
                        "them another name, or leave its dimension out of `scenarios`",
                        shown(group.key.text), shown(dimension.key.text), shown(column),
                        found_.origin(before->second)));
      }
    }
  }

  std::vector<window_settings> build_windows(const node& list) {
    std::vector<window_settings> windows;
    names_seen seen{found_};
    for (const node& item : list.items) {
      window_settings w;
      w.origin = found_.origin(item.at);
      if (const node* name = scalar_at(item, "name")) {
        w.name = name->text;
        seen.add(*name, "window");
      }
      const auto start = date_at(item, "start");
      const auto end = date_at(item, "end");
      if (start && end && *end <= *start) {
        found_.add(scalar_at(item, "end")->at,
                   fmt::format("window `{}` ends on {}; must be after its start, {}", shown(w.name),
                               to_iso(*end), to_iso(*start)));
      }
      if (start) w.start = *start;
      if (end) w.end = *end;
      windows.push_back(std::move(w));
    }
    return windows;
  }

  volatility_settings build_volatility(const node& map) {
    volatility_settings v;
    if (const node* days = scalar_at(map, "max_staleness_days")) {
      v.max_staleness_days = parse_whole_number(days->text).value_or(v.max_staleness_days);
    }
    if (const node* points = scalar_at(map, "hysteresis")) {
      v.hysteresis = parse_number(points->text).value_or(v.hysteresis);
    }
    if (const node* lag = scalar_at(map, "lag")) v.lag = parse_whole_number(lag->text).value_or(v.lag);
    build_thresholds(map, v);
    if (const node* points = scalar_at(map, "hysteresis");
        points != nullptr && !v.thresholds.empty() && v.hysteresis >= v.thresholds.front()) {
      found_.add(points->at,
                 fmt::format("`volatility.hysteresis` is {}; must be below the lowest threshold, {}, or "
                             "the regime above it could never be left",
                             shown(*points), v.thresholds.front()));
    }
    if (const node* const names = map.find("names")) build_regime_names(*names, v);
    if (const node* const watch = map.find("watch")) v.watch = build_watch(*watch);
    return v;
  }

  correlation_settings build_correlation(const node& map, const std::vector<dimension_settings>& groups) {
    correlation_settings c;
    const node* const dimensions = map.find("dimensions");
    if (dimensions != nullptr && dimensions->kind == node_kind::list) {
      c.dimensions = dimensions_from_tree(*dimensions, "correlation.dimensions", groups, found_);
    }
    if (const node* days = scalar_at(map, "min_days")) {
      c.min_days = parse_whole_number(days->text).value_or(c.min_days);
    }
    const node& bootstrap = section_at(map, "bootstrap");
    if (const node* replicates = scalar_at(bootstrap, "replicates")) {
      c.bootstrap.replicates = parse_whole_number(replicates->text).value_or(c.bootstrap.replicates);
    }
    if (const node* block = scalar_at(bootstrap, "block")) {
      c.bootstrap.mean_block_length = parse_number(block->text);  // none for `auto`
    }
    if (const node* seed = scalar_at(bootstrap, "seed")) {
      c.bootstrap.seed = parse_whole_number(seed->text).value_or(c.bootstrap.seed);
    }
    const node& absorption = section_at(map, "absorption");
    if (const node* components = scalar_at(absorption, "components")) {
      c.absorption.components = parse_whole_number(components->text).value_or(c.absorption.components);
    }
    if (const node* window = scalar_at(absorption, "window")) {
      c.absorption.window = parse_whole_number(window->text).value_or(c.absorption.window);
    }
    return c;
  }

  std::vector<watch_settings> build_watch(const node& list) {
    std::vector<watch_settings> watch;
    names_seen seen{found_};
    for (const node& item : list.items) {
      watch_settings w;
      if (const node* name = scalar_at(item, "name")) {
        w.name = name->text;
        seen.add(*name, "watch level");
      }
      if (const node* level = scalar_at(item, "level")) w.level = parse_number(level->text).value_or(w.level);
      watch.push_back(std::move(w));
    }
    return watch;
  }

  // sets: whose events have names that a limit, an event too, may not share.
  std::vector<limit_settings> build_limits(const node& list, const node& sets) {
    std::vector<limit_settings> limits;
    names_seen seen{found_};
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      const node& item = list.items[i];
      if (item.kind != node_kind::map) continue;
      limit_settings limit;
      limit.origin = found_.origin(item.at);
      if (const node* const name = scalar_at(item, "name")) {
        limit.name = name->text;
        seen.add(*name, "limit");
        for (const node& set : sets.items) {
          for (const node& event : section_at(set, "events").items) {
            const node* const other = scalar_at(event, "name");
            if (other != nullptr && other->text == limit.name) {
              found_.add(name->at,
                         fmt::format("limit `{}` has the name of an event, at {}; must have its own",
                                     shown(limit.name), found_.origin(other->at)));
            }
          }
        }
      }
      if (const node* const metric = scalar_at(item, "metric")) limit.metric = metric->text;
      const node* const max = scalar_at(item, "max");
      const node* const min = scalar_at(item, "min");
      if (max != nullptr) limit.max = parse_number(max->text);
      if (min != nullptr) limit.min = parse_number(min->text);
      if ((max != nullptr) == (min != nullptr)) {
        found_.add(item.at, fmt::format("`limits.{}` has {} `max` {} `min`; must have exactly one of them", i,
                                        max != nullptr ? "both" : "neither", max != nullptr ? "and" : "nor"));
      }
      limits.push_back(std::move(limit));
    }
    return limits;
  }

  report_settings build_report(const node& map) {
    report_settings r;
    if (const node* page = scalar_at(map, "page")) r.page = page->text == "true";
    const node* const previous = map.find("previous");
    if (previous != nullptr && !(previous->kind == node_kind::scalar && previous->text == "auto")) {
      r.previous_is_automatic = false;
      if (previous->kind == node_kind::scalar) r.previous = folders_.resolve(*previous);
    }
    return r;
  }

  void build_regime_names(const node& list, volatility_settings& v) {
    v.names = texts_of(list);
    names_seen seen{found_};
    for (const node& name : list.items) seen.add(name, "regime");
    if (list.kind == node_kind::list && list.items.size() >= 2 &&
        list.items.size() != v.thresholds.size() + 1) {
      found_.add(list.at, fmt::format("`volatility.names` has {} names; must have {}, one more than "
                                      "`volatility.thresholds`",
                                      list.items.size(), v.thresholds.size() + 1));
    }
  }

  void build_thresholds(const node& map, volatility_settings& v) {
    const node* const list = map.find("thresholds");
    if (list == nullptr) return;
    v.thresholds.clear();
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      const auto level = parse_number(list->items[i].text);
      if (!level || *level <= 0.0) continue;
      if (!v.thresholds.empty() && *level <= v.thresholds.back()) {
        found_.add(list->items[i].at,
                   fmt::format("`volatility.thresholds.{}` is {}; must be above the one before, {}", i,
                               shown(list->items[i]), v.thresholds.back()));
      }
      v.thresholds.push_back(*level);
    }
  }

  expectation_settings build_expectations(const node& map, const std::vector<dimension_settings>& groups) {
    expectation_settings expectations;
    std::vector<std::string_view> dimensions{"index", "sector", "issuer"};
    for (const dimension_settings& d : groups) dimensions.push_back(d.name);
    for (const map_entry& e : map.entries) {
      if (e.key.kind != node_kind::scalar) continue;
      if (e.key.text == "index") {
        if (e.value.kind == node_kind::scalar) expectations.index = parse_number(e.value.text);
        continue;
      }
      if (std::find(dimensions.begin(), dimensions.end(), e.key.text) == dimensions.end()) {
        found_.add(e.key.at, unknown_name("dimension", e.key.text, "expectations", dimensions));
        continue;
      }
      dimension_expectations made{e.key.text, {}, origin_of(e)};
      const auto configured = std::find_if(groups.begin(), groups.end(), [&](const dimension_settings& d) {
        return d.name == made.dimension && d.label_column.empty();
      });
      for (const map_entry& group : e.value.entries) {
        if (group.key.kind != node_kind::scalar) continue;
        if (configured != groups.end()) check_group_name(group.key, *configured);
        const auto growth = parse_number(group.value.text);
        if (growth) made.groups.push_back({group.key.text, *growth, origin_of(group)});
      }
      expectations.dimensions.push_back(std::move(made));
    }
    return expectations;
  }

  // Groups of labels are known only once the constituents are read.
  void check_group_name(const node& name, const dimension_settings& dimension) {
    std::vector<std::string_view> groups;
    for (const group_settings& g : dimension.groups) groups.push_back(g.name);
    if (std::find(groups.begin(), groups.end(), name.text) == groups.end()) {
      found_.add(name.at, unknown_name("group", name.text, "expectations." + dimension.name, groups));
    }
  }

  static std::string unknown_name(std::string_view what, std::string_view name, std::string_view path,
                                  const std::vector<std::string_view>& known) {
    return fmt::format("unknown {} `{}` in `{}`; {}", what, shown(name), shown(path), what_else(name, known));
  }

  const base_folders& folders_;
  problems& found_;
};

}  // namespace

settings settings_from_tree(const node& root, const base_folders& folders, problems& found) {
  return settings_builder{folders, found}.build(root);
}

}  // namespace topheavy
