// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/tables.h"

#include <map>

namespace topheavy {
namespace {

// Collects the words of a text column in order of appearance.
class text_builder {
 public:
  void add(const std::string& word) {
    const auto [found, fresh] = position_.try_emplace(word, static_cast<std::int32_t>(position_.size()));
    if (fresh) column_.words.push_back(word);
    column_.index.push_back(found->second);
  }
  text_column take() { return std::move(column_); }

 private:
  std::map<std::string, std::int32_t> position_;
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
  return t;
}

table groups_table(const inputs& in, const history& h) {
  date_column dates;
  text_builder dimension_name, group;
  number_column weight, ret, contribution;
  for (std::size_t t = 1; t < in.prices.days(); ++t) {
    for (std::size_t k = 0; k < h.daily_dimensions.size(); ++k) {
      const dimension& d = h.daily_dimensions[k];
      const group_history& values = h.daily.groups[k];
      for (std::size_t g = 0; g < d.groups.size(); ++g) {
        const std::size_t cell = t * d.groups.size() + g;
        dates.push_back(in.prices.dates[t]);
        dimension_name.add(d.name);
        group.add(d.groups[g]);
        weight.push_back(values.weight[cell]);
        ret.push_back(values.ret[cell]);
        contribution.push_back(values.contribution[cell]);
      }
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
  text_builder window_name, symbol, issuer;
  number_column weight_start, ret, contribution;
  for (const attribution& a : h.windows) {
    for (std::size_t n = 0; n < in.prices.constituents(); ++n) {
      if (a.member_days[n] == 0) continue;
      window_name.add(a.when.name);
      symbol.add(in.prices.symbols[n]);
      issuer.add(in.labels.issuer[n]);
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

}  // namespace topheavy
