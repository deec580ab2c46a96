// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/scenario_stream.h"

#include "host/base/error.h"
#include "host/base/memory.h"
#include "host/history/correlation.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace topheavy {
namespace {

using group_name = std::pair<std::string, std::string>;  // dimension, group

std::string column_of(const group_name& name) { return name.first + "." + name.second; }

// The groups of all dimensions of all sets, in the order of the history's.
std::vector<group_name> group_columns(const settings& s, const history& h) {
  std::set<std::string> asked;
  for (const scenario_settings& set : s.scenarios) {
    const std::vector<std::string> names = set.dimensions.value_or(correlated_dimensions(s));
    asked.insert(names.begin(), names.end());
  }
  std::vector<group_name> columns;
  std::map<std::string, group_name> first;
  for (const dimension& d : h.dimensions) {
    if (d.name == "issuer" || !asked.contains(d.name)) continue;
    for (const std::string& group : d.groups) {
      columns.emplace_back(d.name, group);
      const auto [before, added] = first.emplace(column_of(columns.back()), columns.back());
      if (added) continue;
      throw error(
          error_class::usage,
          fmt::format("scenarios.parquet would have two columns `{}`: of group `{}` of `{}` and of group "
                      "`{}` of `{}`; leave one of these dimensions out of the `dimensions` of "
                      "`scenarios`, or give it another name",
                      before->first, before->second.second, before->second.first, group, d.name));
    }
  }
  return columns;
}

}  // namespace

scenario_stream::scenario_stream(std::filesystem::path folder, const settings& s, const history& h,
                                 std::uint64_t rows)
    : groups_(group_columns(s, h)), table_(folder) {
  const double bytes = static_cast<double>(rows) * static_cast<double>(7 + groups_.size()) * sizeof(double);
  std::error_code unknown;
  const auto room = std::filesystem::space(folder, unknown);
  if (unknown || static_cast<double>(room.available) >= bytes) return;
  const bool grows = std::any_of(s.scenarios.begin(), s.scenarios.end(),
                                 [](const scenario_settings& set) { return set.precision.has_value(); });
  throw error(
      error_class::resources,
      fmt::format("{}: {} rows of scenarios take some {}, and the disk has {} left; write the results "
                  "elsewhere by `--out`, or set `count`{} lower",
                  (folder / "scenarios.parquet").string(), rows, shown_bytes(bytes),
                  shown_bytes(static_cast<double>(room.available)),
                  grows ? " or `precision.max_count`" : ""));
}

void scenario_stream::write(const std::string& set, const std::vector<dimension>& dimensions,
                            const figure_table& figures, std::size_t first, std::size_t count) {
  const auto part = [&](const std::vector<double>& column, std::size_t from) {
    const auto begin = column.begin() + static_cast<std::ptrdiff_t>(from);
    return number_column(begin, begin + static_cast<std::ptrdiff_t>(count));
  };
  table rows{.name = "scenarios", .columns = {}};
  rows.columns.emplace_back("set", text_column{{set}, std::vector<std::int32_t>(count, 0)});
  count_column scenario;
  for (std::size_t i = 0; i < count; ++i) scenario.push_back(static_cast<std::int32_t>(first + i));
  rows.columns.emplace_back("scenario", std::move(scenario));
  rows.columns.emplace_back("index_return", part(figures.index_return, first));
  rows.columns.emplace_back("max_drawdown", part(figures.max_drawdown, first));
  rows.columns.emplace_back("top_10", part(figures.top[place_of_top_10], first));
  number_column hhi = part(figures.hhi, first), effective_n(count);
  std::transform(hhi.begin(), hhi.end(), effective_n.begin(), [](double h) { return 1.0 / h; });
  rows.columns.emplace_back("hhi", std::move(hhi));
  rows.columns.emplace_back("effective_n", std::move(effective_n));

  std::vector<group_name> own;
  for (const dimension& d : dimensions) {
    for (const std::string& group : d.groups) own.emplace_back(d.name, group);
  }
  for (const group_name& group : groups_) {
    const auto at = static_cast<std::size_t>(std::find(own.begin(), own.end(), group) - own.begin());
    rows.columns.emplace_back(column_of(group), at < own.size()
                                                    ? part(figures.group_return, at * figures.count + first)
                                                    : number_column(count, not_known));
  }
  table_.write(rows);
  digest_.add(rows);
}

}  // namespace topheavy
