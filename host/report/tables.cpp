// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/tables.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <unordered_map>

namespace topheavy {
namespace {

// A text column whose rows are taken from a list: texts[i]. Equal texts are one word; words stand in order of appearance.
class text_builder {
 public:
  explicit text_builder(const std::vector<std::string>& texts)
      : texts_(texts), first_of_(texts.size()), word_of_(texts.size(), none) {
    std::unordered_map<std::string_view, std::size_t> first;
    for (std::size_t i = 0; i < texts.size(); ++i)
      first_of_[i] = first.try_emplace(texts[i], i).first->second;
  }
  void add(std::size_t i) {
    std::int32_t& word = word_of_[first_of_[i]];
    if (word == none) {
      word = static_cast<std::int32_t>(column_.words.size());
      column_.words.push_back(texts_[i]);
    }
    column_.index.push_back(word);
  }
  void reserve(std::size_t rows) { column_.index.reserve(rows); }
  text_column take() { return std::move(column_); }

 private:
  static constexpr std::int32_t none = -1;
  const std::vector<std::string>& texts_;
  std::vector<std::size_t> first_of_;  // the first equal text
  std::vector<std::int32_t> word_of_;  // by it
  text_column column_;
};

void add_concentration(table& t, const std::string& prefix, const concentration_history& c) {
  for (std::size_t k = 0; k < top_counts_size; ++k) {
    number_column weight;
    for (std::size_t day = 0; day < c.count.size(); ++day) weight.push_back(c.top[day * top_counts_size + k]);
    t.columns.emplace_back(prefix + "top_" + std::to_string(top_count(k)), std::move(weight));
  }
  t.columns.emplace_back(prefix + "hhi", c.hhi);
  t.columns.emplace_back(prefix + "effective_n", c.effective_n);
  t.columns.emplace_back(prefix + "entropy", c.entropy);
  t.columns.emplace_back(prefix + "gini", c.gini);
}

}  // namespace

table daily_table(const inputs& in, const history& h) {
  const index_history& i = h.daily.index;
  table t{.name = "daily", .columns = {}};
  t.columns.emplace_back("date", in.prices.dates);
  t.columns.emplace_back("index_return", i.index_return);
  t.columns.emplace_back("index_level", i.level);
  t.columns.emplace_back("equal_weight_return", i.equal_weight_return);
  t.columns.emplace_back("members", i.members);
  t.columns.emplace_back("coverage", i.coverage);
  t.columns.emplace_back("advancers", i.advancers);
  t.columns.emplace_back("advancers_weight", i.advancers_weight);
  t.columns.emplace_back("new_highs", i.new_highs);
  t.columns.emplace_back("dispersion", i.dispersion);
  add_concentration(t, "", h.constituents);
  add_concentration(t, "issuer_", h.issuers);
  t.columns.emplace_back("volatility", in.volatility_level);
  text_column regime{h.regime_names, h.regime};
  if (h.regime.empty()) regime.index.assign(in.prices.days(), -1);
  t.columns.emplace_back("regime", std::move(regime));
  t.columns.emplace_back("after_gap", in.after_gap);
  t.columns.emplace_back("absorption_ratio", h.pairs.absorption_ratio);
  return t;
}

table groups_table(const inputs& in, const history& h) {
  std::vector<std::string> dimensions, groups;  // of a day's rows
  for (const dimension& d : h.daily_dimensions) {
    dimensions.insert(dimensions.end(), d.groups.size(), d.name);
    groups.insert(groups.end(), d.groups.begin(), d.groups.end());
  }
  date_column dates;
  text_builder dimension_name(dimensions), group(groups);
  number_column weight, ret, contribution;
  const std::size_t rows = in.prices.days() * groups.size();
  const auto reserve = [rows](auto&... columns) { (columns.reserve(rows), ...); };
  reserve(dates, dimension_name, group, weight, ret, contribution);
  for (std::size_t t = 1; t < in.prices.days(); ++t) {
    dates.insert(dates.end(), groups.size(), in.prices.dates[t]);
    for (std::size_t i = 0; i < groups.size(); ++i) {
      dimension_name.add(i);
      group.add(i);
    }
    for (std::size_t k = 0; k < h.daily_dimensions.size(); ++k) {
      const std::size_t count = h.daily_dimensions[k].groups.size();
      const auto append_day = [&](number_column& to, const std::vector<double>& from) {
        const auto first = from.begin() + static_cast<std::ptrdiff_t>(t * count);
        to.insert(to.end(), first, first + static_cast<std::ptrdiff_t>(count));
      };
      append_day(weight, h.daily.groups[k].weight);
      append_day(ret, h.daily.groups[k].ret);
      append_day(contribution, h.daily.groups[k].contribution);
    }
  }
  table t{.name = "groups", .columns = {}};
  t.columns.emplace_back("date", std::move(dates));
  t.columns.emplace_back("dimension", dimension_name.take());
  t.columns.emplace_back("group", group.take());
  t.columns.emplace_back("weight", std::move(weight));
  t.columns.emplace_back("return", std::move(ret));
  t.columns.emplace_back("contribution", std::move(contribution));
  return t;
}

table attribution_table(const inputs& in, const history& h) {
  std::vector<std::string> windows;
  for (const attribution& a : h.windows) windows.push_back(a.when.name);
  text_builder window_name(windows), symbol(in.prices.symbols), issuer(in.labels.issuer);
  number_column weight_start, ret, contribution;
  for (std::size_t k = 0; k < h.windows.size(); ++k) {
    const attribution& a = h.windows[k];
    for (std::size_t n = 0; n < in.prices.constituents(); ++n) {
      if (a.member_days[n] == 0) continue;
      window_name.add(k);
      symbol.add(n);
      issuer.add(n);
      weight_start.push_back(a.weight_start[n]);
      ret.push_back(a.ret[n]);
      contribution.push_back(a.contribution[n]);
    }
  }
  table t{.name = "attribution", .columns = {}};
  t.columns.emplace_back("window", window_name.take());
  t.columns.emplace_back("symbol", symbol.take());
  t.columns.emplace_back("issuer", issuer.take());
  t.columns.emplace_back("weight_start", std::move(weight_start));
  t.columns.emplace_back("return", std::move(ret));
  t.columns.emplace_back("contribution", std::move(contribution));
  return t;
}

table closing_constituents_table(const inputs& in, const history& h) {
  std::vector<std::size_t> order;
  for (std::size_t n = 0; n < h.weight.size(); ++n) {
    if (h.weight[n] > 0.0) order.push_back(n);
  }
  // The panel's constituents stand by symbol, which leaves ties in that order.
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return h.weight[a] > h.weight[b]; });
  text_builder symbol(in.prices.symbols), issuer(in.labels.issuer), sector(in.labels.sector);
  number_column weight, risk_share;
  const std::vector<double>& share = h.risk.overall_share;
  for (const std::size_t n : order) {
    symbol.add(n);
    issuer.add(n);
    sector.add(n);
    weight.push_back(h.weight[n]);
    risk_share.push_back(share.empty() ? std::numeric_limits<double>::quiet_NaN() : share[n]);
  }
  table t{.name = "constituents", .columns = {}};
  t.columns.emplace_back("symbol", symbol.take());
  t.columns.emplace_back("issuer", issuer.take());
  t.columns.emplace_back("sector", sector.take());
  t.columns.emplace_back("weight", std::move(weight));
  t.columns.emplace_back("risk_share", std::move(risk_share));
  return t;
}

table components_table(const inputs& in, const std::vector<scenario_results>& sets) {
  std::vector<std::string> names;
  for (const scenario_results& set : sets) names.push_back(set.name);
  text_builder set_name(names), symbol(in.prices.symbols), issuer(in.labels.issuer);
  number_column level, es, error;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (const level_components& c : sets[i].components) {
      for (std::size_t k = 0; k < c.constituents.size(); ++k) {
        const auto n = static_cast<std::size_t>(sets[i].member[k]);
        set_name.add(i);
        level.push_back(c.level);
        symbol.add(n);
        issuer.add(n);
        es.push_back(c.constituents[k].es);
        error.push_back(c.constituents[k].error);
      }
    }
  }
  table t{.name = "components", .columns = {}};
  t.columns.emplace_back("set", set_name.take());
  t.columns.emplace_back("level", std::move(level));
  t.columns.emplace_back("symbol", symbol.take());
  t.columns.emplace_back("issuer", issuer.take());
  t.columns.emplace_back("component_es", std::move(es));
  t.columns.emplace_back("error", std::move(error));
  return t;
}

table correlation_table(const history& h) {
  std::vector<std::string> dimensions, groups;
  for (const dimension_correlation& c : h.correlation.dimensions) {
    dimensions.push_back(h.daily_dimensions[c.dimension].name);
    const std::vector<std::string>& names = h.daily_dimensions[c.dimension].groups;
    groups.insert(groups.end(), names.begin(), names.end());
  }
  text_builder dimension_name(dimensions), regime(h.regime_names), group_a(groups), group_b(groups);
  count_column days;
  constexpr std::size_t values = 16;
  std::array<number_column, values> column;
  std::size_t first = 0;  // of the dimension's groups
  for (std::size_t k = 0; k < h.correlation.dimensions.size(); ++k) {
    const dimension_correlation& c = h.correlation.dimensions[k];
    const std::size_t count = h.daily_dimensions[c.dimension].groups.size();
    for (std::size_t r = 0; r < c.by_regime.size(); ++r) {
      for (std::size_t a = 0; a < count; ++a) {
        for (std::size_t b = a + 1; b < count; ++b) {
          const pair_correlation& p = c.by_regime[r].pairs[pair_position(count, a, b)];
          dimension_name.add(k);
          regime.add(r);
          group_a.add(first + a);
          group_b.add(first + b);
          days.push_back(p.days);
          const correlation_estimate& e = p.of;
          const std::array<double, values> row{e.rho,
                                               p.adjusted_a,
                                               p.adjusted_b,
                                               e.rho_adjusted,
                                               p.rho_null,
                                               p.arithmetic,
                                               e.excess,
                                               e.difference,
                                               e.rho_95.low,
                                               e.rho_95.high,
                                               e.rho_adjusted_95.low,
                                               e.rho_adjusted_95.high,
                                               e.excess_95.low,
                                               e.excess_95.high,
                                               e.difference_95.low,
                                               e.difference_95.high};
          for (std::size_t i = 0; i < values; ++i) column[i].push_back(row[i]);
        }
      }
    }
    first += count;
  }
  constexpr std::array<const char*, values> names{
      "rho",        "rho_adjusted_a", "rho_adjusted_b",   "rho_adjusted",
      "rho_null",   "arithmetic",     "excess",           "difference",
      "rho_low",    "rho_high",       "rho_adjusted_low", "rho_adjusted_high",
      "excess_low", "excess_high",    "difference_low",   "difference_high"};
  table t{.name = "correlation", .columns = {}};
  t.columns.emplace_back("dimension", dimension_name.take());
  t.columns.emplace_back("regime", regime.take());
  t.columns.emplace_back("group_a", group_a.take());
  t.columns.emplace_back("group_b", group_b.take());
  t.columns.emplace_back("days", std::move(days));
  for (std::size_t i = 0; i < values; ++i) t.columns.emplace_back(names[i], std::move(column[i]));
  return t;
}

}  // namespace topheavy
