// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/dimensions.h"

#include "host/base/error.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace topheavy {
namespace {

dimension dimension_of_labels(const std::string& name, const std::vector<std::string>& label) {
  std::map<std::string, std::vector<std::int32_t>> members;  // groups sorted by bytes
  for (std::size_t n = 0; n < label.size(); ++n)
    members[label[n].empty() ? unclassified_sector : label[n]].push_back(static_cast<std::int32_t>(n));
  dimension d{.name = name};
  for (const auto& [group, constituents] : members) d.add(group, constituents);
  return d;
}

// A column of the constituents table as it was read, by name; null where there is no such column.
const std::vector<std::string>* column_of_table(const constituents_table& table, const std::string& name) {
  if (name == "symbol") return &table.symbols;
  const auto found = table.labels.find(name);
  return found == table.labels.end() ? nullptr : &found->second;
}

// The same for the constituents of the panel; for columns that the table has.
const std::vector<std::string>& label_of_panel(const panel& p, const classification& c,
                                               const std::string& name) {
  return name == "symbol" ? p.symbols : c.labels.at(name);
}

std::string columns_of_table(const constituents_table& table) {
  if (table.symbols.empty()) return "there is no constituents table (data.constituents)";
  std::vector<std::string> names{"symbol"};
  for (const auto& [name, values] : table.labels) names.push_back(name);
  return fmt::format("it has: {}", fmt::join(names, ", "));
}

struct problems {
  std::vector<std::string> lines;
  void add(const std::string& origin, const std::string& text) { lines.push_back(origin + ": " + text); }
};

void check_group(const dimension_settings& d, const group_settings& g, const panel& p,
                 const constituents_table& table, problems& wrong) {
  for (const std::string& symbol : g.symbols) {
    if (!std::binary_search(p.symbols.begin(), p.symbols.end(), symbol) &&
        !std::binary_search(table.symbols.begin(), table.symbols.end(), symbol)) {
      wrong.add(
          g.origin,
          fmt::format("groups.{}.{}: symbol '{}' is neither in the panel nor in the constituents table; "
                      "correct it or leave it out",
                      d.name, g.name, symbol));
    }
  }
  for (const auto& [column, values] : g.where) {
    const auto* label = column_of_table(table, column);
    if (label == nullptr) {
      wrong.add(g.origin, fmt::format("groups.{}.{}.where: the constituents table has no column '{}'; {}",
                                      d.name, g.name, column, columns_of_table(table)));
      continue;
    }
    for (const std::string& value : values) {
      if (std::find(label->begin(), label->end(), value) == label->end()) {
        wrong.add(g.origin,
                  fmt::format("groups.{}.{}.where: no constituent has {} '{}'; correct it or leave it out",
                              d.name, g.name, column, value));
      }
    }
  }
}

std::vector<std::int32_t> members_of(const group_settings& g, const panel& p, const classification& c) {
  const std::set<std::string> listed(g.symbols.begin(), g.symbols.end());
  std::vector<std::int32_t> members;
  for (std::size_t n = 0; n < p.symbols.size(); ++n) {
    const bool by_label =
        !g.where.empty() && std::all_of(g.where.begin(), g.where.end(), [&](const auto& condition) {
          const auto& [column, values] = condition;
          const std::string& label = label_of_panel(p, c, column)[n];
          return std::find(values.begin(), values.end(), label) != values.end();
        });
    if (by_label || listed.contains(p.symbols[n])) members.push_back(static_cast<std::int32_t>(n));
  }
  return members;
}

}  // namespace

void dimension::add(const std::string& group, const std::vector<std::int32_t>& constituents) {
  groups.push_back(group);
  members.insert(members.end(), constituents.begin(), constituents.end());
  offsets.push_back(static_cast<std::int32_t>(members.size()));
}

std::vector<dimension> make_dimensions(const settings& s, const panel& p, const constituents_table& table,
                                       const classification& c) {
  problems wrong;
  for (const dimension_settings& d : s.groups) {
    if (!d.label_column.empty() && column_of_table(table, d.label_column) == nullptr) {
      wrong.add(d.origin, fmt::format("groups.{}: the constituents table has no column '{}'; {}", d.name,
                                      d.label_column, columns_of_table(table)));
    }
    for (const group_settings& g : d.groups) check_group(d, g, p, table, wrong);
  }
  if (!wrong.lines.empty()) throw error(error_class::usage, fmt::format("{}", fmt::join(wrong.lines, "\n")));

  std::vector<dimension> made{dimension_of_labels("sector", c.sector),
                              dimension_of_labels("issuer", c.issuer)};
  for (const dimension_settings& d : s.groups) {
    if (!d.label_column.empty()) {
      made.push_back(dimension_of_labels(d.name, label_of_panel(p, c, d.label_column)));
    } else {
      dimension configured{.name = d.name};
      for (const group_settings& g : d.groups) configured.add(g.name, members_of(g, p, c));
      made.push_back(std::move(configured));
    }
  }
  return made;
}

dimension groups_of_at_least(const dimension& d, std::size_t least) {
  dimension kept{.name = d.name};
  for (std::size_t g = 0; g < d.groups.size(); ++g) {
    const std::vector<std::int32_t> members(d.members.begin() + d.offsets[g],
                                            d.members.begin() + d.offsets[g + 1]);
    if (members.size() >= least) kept.add(d.groups[g], members);
  }
  return kept;
}

std::vector<std::int32_t> group_of_constituents(const dimension& d, std::size_t constituents) {
  std::vector<std::int32_t> group(constituents);
  for (std::size_t g = 0; g < d.groups.size(); ++g) {
    for (std::int32_t i = d.offsets[g]; i < d.offsets[g + 1]; ++i) {
      group[static_cast<std::size_t>(d.members[static_cast<std::size_t>(i)])] = static_cast<std::int32_t>(g);
    }
  }
  return group;
}

dimension whole_index(std::size_t constituents) {
  std::vector<std::int32_t> all(constituents);
  std::iota(all.begin(), all.end(), 0);
  dimension index{.name = "index"};
  index.add("index", all);
  return index;
}

dimension concatenate(const std::vector<dimension>& dimensions) {
  dimension all;
  for (const dimension& d : dimensions) {
    for (std::size_t g = 0; g < d.groups.size(); ++g) {
      all.add(d.groups[g], {d.members.begin() + d.offsets[g], d.members.begin() + d.offsets[g + 1]});
    }
  }
  return all;
}

}  // namespace topheavy
