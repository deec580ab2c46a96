// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/stress/stress_file.h"

#include "host/base/error.h"
#include "host/config/check.h"
#include "host/config/problems.h"
#include "host/config/scalars.h"
#include "host/config/yaml_file.h"
#include "host/config/yaml_tree.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr double largest_return = 10.0;  // fraction; 20 for 20 % is beyond it

std::vector<key_rule> make_keys() {
  using enum value_kind;
  return {
      {.path = "name",
       .kind = name,
       .section = "7",
       .meaning = "Name of the stress; no two of a set of scenarios may share one",
       .required = true},
      {.path = "meaning",
       .kind = text,
       .section = "7",
       .meaning = "What happens, and what is assumed, for readers",
       .default_json = "null"},
      {.path = "days",
       .kind = whole_number,
       .section = "7",
       .meaning = "The shocks are spread evenly over so many first days of a scenario",
       .unit = "panel dates",
       .default_json = "1",
       .low = 1.0,
       .high = 252.0},
      {.path = "shocks",
       .kind = list,
       .section = "7",
       .meaning = "What happens; shocks of one constituent compound",
       .required = true,
       .min_items = 1},
      {.path = "shocks.<i>",
       .kind = section,
       .section = "7",
       .meaning = "A shock: exactly one of these keys"},

      {.path = "shocks.<i>.groups",
       .kind = named,
       .section = "7",
       .meaning = "All constituents of a group return so much",
       .min_items = 1},
      {.path = "shocks.<i>.groups.<dimension>",
       .kind = named,
       .section = "7",
       .meaning = "Groups of `sector`, `issuer` or a dimension of the configuration",
       .min_items = 1},
      {.path = "shocks.<i>.groups.<dimension>.<group>",
       .kind = number,
       .section = "7",
       .meaning = "The return",
       .unit = "fraction",
       .low = -1.0,
       .high = largest_return,
       .low_is_allowed = false},

      {.path = "shocks.<i>.symbols",
       .kind = named,
       .section = "7",
       .meaning = "Single constituents return so much",
       .min_items = 1},
      {.path = "shocks.<i>.symbols.<symbol>",
       .kind = number,
       .section = "7",
       .meaning = "The return",
       .unit = "fraction",
       .low = -1.0,
       .high = largest_return,
       .low_is_allowed = false},

      {.path = "shocks.<i>.beta",
       .kind = section,
       .section = "7",
       .meaning =
           "Every constituent returns its beta times a move; betas by least squares over the lookback"},
      {.path = "shocks.<i>.beta.to",
       .kind = choice,
       .section = "7",
       .meaning = "What moves: the `index`, by a return, or the `volatility` index, by points",
       .required = true,
       .choices = {"index", "volatility"}},
      {.path = "shocks.<i>.beta.move",
       .kind = number,
       .section = "7",
       .meaning = "How far",
       .unit = "fraction of the index, or points",
       .default_json = "null",
       .low = -1000.0,
       .high = 1000.0},
      {.path = "shocks.<i>.beta.level",
       .kind = number,
       .section = "7",
       .meaning = "In place of `move`: where the volatility index goes from its level at the as-of date",
       .unit = "points",
       .default_json = "null",
       .low = 0.0,
       .high = 1000.0,
       .low_is_allowed = false},

      {.path = "shocks.<i>.growth_shortfall",
       .kind = section,
       .section = "7",
       .meaning = "Earnings of groups grow less than expected: their constituents return minus the shortfall "
                  "times the elasticity"},
      {.path = "shocks.<i>.growth_shortfall.groups",
       .kind = named,
       .section = "7",
       .meaning = "By how much",
       .required = true,
       .min_items = 1},
      {.path = "shocks.<i>.growth_shortfall.groups.<dimension>",
       .kind = named,
       .section = "7",
       .meaning = "Groups of `sector`, `issuer` or a dimension of the configuration",
       .min_items = 1},
      {.path = "shocks.<i>.growth_shortfall.groups.<dimension>.<group>",
       .kind = number,
       .section = "7",
       .meaning = "Expected less realised growth",
       .unit = "fraction",
       .low = -largest_return,
       .high = largest_return},
      {.path = "shocks.<i>.growth_shortfall.elasticity",
       .kind = number,
       .section = "7",
       .meaning = "Return for a unit of growth",
       .default_json = "1.0",
       .low = 0.0,
       .high = 100.0,
       .low_is_allowed = false},

      {.path = "shocks.<i>.replay",
       .kind = section,
       .section = "7",
       .meaning = "Every constituent repeats what it returned from one close to another, compounded"},
      {.path = "shocks.<i>.replay.start",
       .kind = day,
       .section = "7",
       .meaning = "The day whose close is the base",
       .required = true},
      {.path = "shocks.<i>.replay.end",
       .kind = day,
       .section = "7",
       .meaning = "The last day",
       .required = true},
  };
}

class stress_reader {
 public:
  stress_reader(std::string text, const std::string& file)
      : text_(std::move(text)), file_(file), found_(file) {}

  stress read() {
    const node root = parse_yaml(text_, 0, found_);
    if (root.kind != node_kind::map) {
      found_.add({0, 1, 1}, fmt::format("the stress is {}; must be a map with at least `name` and `shocks`",
                                        root.kind == node_kind::null ? "empty" : shown(root)));
      found_.fail();
    }
    check_by_rules(root, {}, found_, stress_file_keys());
    made_.file = file_;
    if (const node* const name = scalar_at(root, "name")) made_.name = name->text;
    if (const node* const meaning = scalar_at(root, "meaning")) made_.meaning = meaning->text;
    if (const node* const days = scalar_at(root, "days"))
      made_.days = parse_whole_number(days->text).value_or(made_.days);
    const std::vector<node>& shocks = section_at(root, "shocks").items;
    for (std::size_t i = 0; i < shocks.size(); ++i) read_shock(shocks[i], fmt::format("shocks.{}", i));
    found_.fail_if_any();
    return std::move(made_);
  }

 private:
  void read_shock(const node& item, const std::string& path) {
    if (item.kind != node_kind::map) return;
    std::vector<std::string> given;
    for (const key_rule* const rule : rules_below("shocks.<i>", stress_file_keys())) {
      const node* const value = item.find(rule->last_key());
      if (value != nullptr) given.emplace_back(rule->last_key());
    }
    if (given.size() > 1) {
      found_.add(item.at,
                 fmt::format("`{}` has `{}` and `{}`; must have one of them, the other goes into an item "
                             "of its own",
                             path, given[0], given[1]));
    }
    if (item.entries.empty()) {
      std::string keys;
      for (const key_rule* const rule : rules_below("shocks.<i>", stress_file_keys()))
        keys += fmt::format("{}{}", keys.empty() ? "" : ", ", rule->last_key());
      found_.add(item.at, fmt::format("`{}` is empty; must have one of {}", path, keys));
    }
    read_groups(section_at(item, "groups"), [&](const node& dimension, const map_entry& group, double ret) {
      add(group_shock{dimension.text, group.key.text, ret}, group.key.at);
    });
    read_symbols(section_at(item, "symbols"));
    read_beta(section_at(item, "beta"), path + ".beta");
    read_growth(section_at(item, "growth_shortfall"), path + ".growth_shortfall");
    read_replay(section_at(item, "replay"), path + ".replay");
  }

  template <class Shock>
  void add(Shock what, place at) {
    made_.shocks.push_back({std::move(what), found_.origin(at)});
  }

  // take(dimension, group, value) of every number of a map of maps.
  template <class Take>
  static void read_groups(const node& dimensions, const Take& take) {
    for (const map_entry& dimension : dimensions.entries) {
      for (const map_entry& group : dimension.value.entries) {
        const auto value = parse_number(group.value.text);
        if (value) take(dimension.key, group, *value);
      }
    }
  }

  void read_symbols(const node& map) {
    symbol_shock s;
    for (const map_entry& e : map.entries) {
      const auto value = parse_number(e.value.text);
      if (value) s.ret.emplace_back(e.key.text, *value);
    }
    if (!s.ret.empty()) add(std::move(s), map.entries.front().key.at);
  }

  void read_beta(const node& map, const std::string& path) {
    if (map.kind != node_kind::map) return;
    const node* const to = scalar_at(map, "to");
    const node* const move = scalar_at(map, "move");
    const node* const level = scalar_at(map, "level");
    beta_shock b;
    if (to != nullptr && to->text == "volatility") b.to = beta_shock::factor::volatility;
    if (move != nullptr) b.move = parse_number(move->text).value_or(0.0);
    if (level != nullptr) b.to_level = parse_number(level->text);
    if (to != nullptr && to->text == "index") {
      if (level != nullptr) {
        found_.add(
            level->at,
            fmt::format("`{0}.level` goes with `to: volatility` only; of the index give `move`", path));
      } else if (move == nullptr) {
        found_.add(map.at, fmt::format("`{}.move` is missing; must be a number above -1 and of at most {}",
                                       path, largest_return));
      } else if (b.move <= -1.0 || b.move > largest_return) {
        found_.add(move->at,
                   fmt::format("`{}.move` is {}; of the index it must be a fraction above -1 and of at "
                               "most {}",
                               path, shown(*move), largest_return));
      }
    } else if (to != nullptr && to->text == "volatility" && (move != nullptr) == (level != nullptr)) {
      found_.add(map.at,
                 fmt::format("`{}` has {}; must have exactly one of them", path,
                             move != nullptr ? "both `move` and `level`" : "neither `move` nor `level`"));
    }
    add(b, map.at);
  }

  void read_growth(const node& map, const std::string& path) {
    double elasticity = 1.0;
    if (const node* const e = scalar_at(map, "elasticity"))
      elasticity = parse_number(e->text).value_or(elasticity);
    read_groups(
        section_at(map, "groups"), [&](const node& dimension, const map_entry& group, double shortfall) {
          if (elasticity * shortfall >= 1.0) {
            found_.add(
                group.value.at,
                fmt::format(
                    "`{}.groups.{}.{}` is {}, which times the elasticity, {}, is a loss of {:.6g}; must be "
                    "below 1",
                    path, shown(dimension.text), shown(group.key.text), shown(group.value), elasticity,
                    elasticity * shortfall));
          }
          add(growth_shock{dimension.text, group.key.text, shortfall, elasticity}, group.key.at);
        });
  }

  void read_replay(const node& map, const std::string& path) {
    const node* const start = scalar_at(map, "start");
    const node* const end = scalar_at(map, "end");
    const auto first = start != nullptr ? parse_plain_date(start->text) : std::nullopt;
    const auto last = end != nullptr ? parse_plain_date(end->text) : std::nullopt;
    if (!first || !last) return;
    if (*last <= *first) {
      found_.add(end->at, fmt::format("`{}.end` is {}; must be after its start, {}", path, to_iso(*last),
                                      to_iso(*first)));
    }
    add(replay_shock{*first, *last}, map.at);
  }

  std::string text_;
  std::string file_;
  problems found_;
  stress made_;
};

// The stresses of a set, in its order.
std::vector<stress> read_stresses_of(const scenario_settings& set, bool has_volatility) {
  std::vector<stress> read;
  std::string wrong;
  const auto tell = [&](const std::string& text) { wrong += (wrong.empty() ? "" : "\n") + text; };
  for (const std::filesystem::path& file : set.stresses) {
    try {
      stress s = read_stress(file);
      const auto same =
          std::find_if(read.begin(), read.end(), [&](const stress& other) { return other.name == s.name; });
      if (same != read.end()) {
        tell(fmt::format(
            "{}: the name `{}` is also that of {}; set `{}` at {} tells stresses apart by their names",
            s.file, s.name, same->file, set.name, set.origin));
      }
      if (s.days > set.horizon) {
        tell(fmt::format("{}: `days` is {}; must be at most the horizon of set `{}` at {}, {}", s.file,
                         s.days, set.name, set.origin, set.horizon));
      }
      for (const shock& one : s.shocks) {
        const auto* beta = std::get_if<beta_shock>(&one.what);
        if (beta == nullptr || beta->to != beta_shock::factor::volatility || has_volatility) continue;
        tell(
            fmt::format("{}: stress `{}`: betas to the volatility index need its file; set `data.volatility`",
                        one.origin, s.name));
      }
      read.push_back(std::move(s));
    } catch (const error& e) {
      if (e.kind() != error_class::usage) throw;
      tell(e.what());
    }
  }
  if (!wrong.empty()) throw error(error_class::usage, wrong);
  return read;
}

}  // namespace

stress parse_stress(std::string text, const std::string& file) {
  return stress_reader{std::move(text), file}.read();
}

stress read_stress(const std::filesystem::path& file) {
  return parse_stress(read_yaml_text(file, "stress"), file.string());
}

std::vector<std::vector<stress>> read_stresses(const settings& s) {
  std::vector<std::vector<stress>> of_sets;
  for (const scenario_settings& set : s.scenarios)
    of_sets.push_back(read_stresses_of(set, s.data.volatility.has_value()));
  return of_sets;
}

const std::vector<key_rule>& stress_file_keys() {
  static const std::vector<key_rule> keys = make_keys();
  return keys;
}

}  // namespace topheavy
