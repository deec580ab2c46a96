// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/summary_json.h"

#include "host/base/provenance.h"
#include "host/report/concentration_json.h"
#include "host/report/correlation_json.h"
#include "host/report/json_value.h"
#include "host/report/manifest.h"
#include "host/report/rotation_json.h"
#include "host/report/scenarios_json.h"
#include "host/report/stage_json.h"
#include "host/report/volatility_json.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t names_listed = 10;

json date_list(const std::vector<date>& dates) {
  json list = json::array();
  for (const date d : dates) list.push_back(to_iso(d));
  return list;
}

json quality_json(const data_quality& q) {
  return {{"rows", q.rows},
          {"rows_outside", q.rows_outside},
          {"rows_dropped", q.rows_dropped},
          {"first_dropped", q.first_dropped},
          {"days", q.days},
          {"first_date", to_iso(q.first_date)},
          {"last_date", to_iso(q.last_date)},
          {"gap_days", date_list(q.gap_days)},
          {"constituents", q.constituents},
          {"issuers", q.issuers},
          {"doubts", q.doubts}};
}

json names_for_json(const ranking& r) {
  return {{"50", number(r.names_for[0])}, {"80", number(r.names_for[1])}, {"100", number(r.names_for[2])}};
}

json top_share_json(const ranking& r) {
  json shares = json::object();
  for (std::size_t k = 0; k < counts_of_top.size(); ++k) {
    shares[std::to_string(counts_of_top[k])] = number(r.top_share[k]);
  }
  return shares;
}

// Up to ten members of the window's ranking, from its head or (reversed) from its tail.
template <typename Iterator>
json names_json(const inputs& in, const attribution& a, Iterator first, Iterator last) {
  json list = json::array();
  for (; first != last && list.size() < names_listed; ++first) {
    const auto n = static_cast<std::size_t>(*first);
    list.push_back({{"symbol", in.prices.symbols[n]},
                    {"issuer", in.labels.issuer[n]},
                    {"contribution", number(a.contribution[n])}});
  }
  return list;
}

json dimension_groups_json(const dimension& d, const dimension_attribution& by) {
  json list = json::array();
  for (std::size_t g = 0; g < d.groups.size(); ++g) {
    const group_attribution& values = by.groups[g];
    list.push_back({{"group", d.groups[g]},
                    {"weight_start", number(values.weight_start)},
                    {"weight_end", number(values.weight_end)},
                    {"return", number(values.ret)},
                    {"contribution", number(values.contribution)}});
  }
  return list;
}

json dimension_ranking_json(const dimension& d, const dimension_attribution& by) {
  json leaders = json::array();
  for (std::size_t i = 0; i < std::min(names_listed, by.rank.order.size()); ++i) {
    const auto g = static_cast<std::size_t>(by.rank.order[i]);
    leaders.push_back({{"group", d.groups[g]}, {"contribution", number(by.groups[g].contribution)}});
  }
  return {
      {"names_for", names_for_json(by.rank)}, {"top_share", top_share_json(by.rank)}, {"leaders", leaders}};
}

json window_json(const inputs& in, const history& h, const attribution& a) {
  const double start = in.volatility_level[a.when.base_day];
  const double end = in.volatility_level[a.when.last_day];
  json groups = json::object(), by = json::object();
  for (std::size_t k = 0; k < h.dimensions.size(); ++k) {
    const dimension& d = h.dimensions[k];
    if (d.name != "issuer") groups[d.name] = dimension_groups_json(d, a.dimensions[k]);
    by[d.name] = dimension_ranking_json(d, a.dimensions[k]);
  }
  return {{"name", a.when.name},
          {"start", to_iso(in.prices.dates[a.when.base_day])},
          {"end", to_iso(in.prices.dates[a.when.last_day])},
          {"volatility",
           {{"start", number(start)},
            {"end", number(end)},
            {"points", number(end - start)},
            {"percent", number(100.0 * (end / start - 1.0))}}},
          {"index_return", number(a.index_return)},
          {"equal_weight_return", number(a.equal_weight_return)},
          {"names_for", names_for_json(a.rank)},
          {"top_share", top_share_json(a.rank)},
          {"by", by},
          {"groups", groups},
          {"leaders", names_json(in, a, a.rank.order.begin(), a.rank.order.end())},
          {"laggards", names_json(in, a, a.rank.order.rbegin(), a.rank.order.rend())}};
}

}  // namespace

json summary_of_results(const settings& s, const inputs& in, const history& h,
                        const std::vector<scenario_results>& scenarios) {
  json windows = json::array(), left_out = json::array();
  for (const attribution& a : h.windows) windows.push_back(window_json(in, h, a));
  for (const window_left_out& w : h.windows_left_out)
    left_out.push_back({{"name", w.name}, {"reason", w.reason}});
  return {{"schema", summary_schema},
          {"name", s.name},
          {"as_of", to_iso(in.prices.dates.back())},
          {"digest", nullptr},
          {"run", nullptr},
          {"data_quality", quality_json(in.quality)},
          {"index",
           {{"level", number(h.index.level)},
            {"return_total", number(h.index.return_total)},
            {"return_annual", number(h.index.return_annual)},
            {"volatility_annual", number(h.index.volatility_annual)},
            {"max_drawdown", number(h.index.max_drawdown)}}},
          {"windows", windows},
          {"windows_left_out", left_out},
          {"concentration", concentration_json(in, h)},
          {"volatility", volatility_json(h)},
          {"correlation", correlation_json(h)},
          {"correlation_method", correlation_method_json(s, h)},
          {"rotation", rotation_json(in, h)},
          {"stage", stage_json(h.stage)},
          {"scenarios", scenarios_json(in, h, scenarios)}};
}

void add_run_to_summary(json& summary, const std::string& digest, const run_record& run) {
  json stages = json::object();
  for (const auto& [name, seconds] : run.stages) stages[name] = seconds;
  summary["digest"] = digest;
  summary["run"] = {{"version", program_provenance().version},
                    {"backend", run.backend},
                    {"backend_reason", run.backend_reason},
                    {"own_operations", run.operations},
                    {"device", run.device},
                    {"threads", run.threads},
                    {"ranks", 1},
                    {"seed", seeds_json(run)},
                    {"wall_seconds", run.wall_seconds},
                    {"stages", stages}};
}

}  // namespace topheavy
