// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/passes.h"

namespace topheavy {

day_answers run_day_pass(backend& b, const panel& p, const std::vector<dimension>& dimensions,
                         const dimension& issuers) {
  const std::size_t days = p.days();
  std::vector<dimension> all{whole_index(p.constituents())};
  all.insert(all.end(), dimensions.begin(), dimensions.end());
  const dimension groups = concatenate(all);
  const dimension& sectors = dimensions.front();

  day_answers a;
  index_sums& index = a.index;
  index.base.resize(days * groups.groups.size());
  index.base_return.resize(days * groups.groups.size());
  for (auto* values : {&index.prior_cap, &index.return_sum, &index.advancers_base, &index.deviation}) {
    values->resize(days);
  }
  index.members.resize(days);
  index.advancers.resize(days);
  a.constituents = concentration_history(days);
  a.issuers = concentration_history(days);
  a.weight = weights_at_close(p, days - 1);
  a.sector = group_of_constituents(sectors, p.constituents());
  a.fixed_weight_return.resize(days);
  a.fill.resize(days * sectors.groups.size());

  day_parts parts;
  parts.groups = groups.view();
  parts.sums = {index.base.data(), index.base_return.data()};
  parts.breadth = {index.prior_cap.data(), index.members.data(),        index.return_sum.data(),
                   index.advancers.data(), index.advancers_base.data(), index.deviation.data()};
  parts.weights = {a.weight.data(), a.sector.data(), 1, sectors.groups.size()};
  parts.fixed = {a.fixed_weight_return.data(), a.fill.data()};
  parts.constituents = a.constituents.view();
  parts.entities = issuers.view();
  parts.by_entity = a.issuers.view();
  b.day_pass(p.view(), parts);
  a.constituents.finish();
  a.issuers.finish();
  return a;
}

constituent_answers run_constituent_pass(backend& b, const panel& p, const index_history& index,
                                         const std::vector<window>& windows, const day_answers& days,
                                         const risk_plan& plan, constituent_moments& moments) {
  const std::size_t constituents = p.constituents();
  constituent_answers a;
  a.new_highs.resize(p.days());
  a.windows.resize(windows.size());
  std::vector<std::vector<double>> scales;
  std::vector<contribution_window> asked;
  std::vector<window_contributions_result> answered;
  for (std::size_t w = 0; w < windows.size(); ++w) {
    window_sums& sums = a.windows[w];
    sums.contribution.resize(constituents);
    sums.growth.resize(constituents);
    sums.member_days.resize(constituents);
    scales.push_back(scales_of(index, windows[w]));
    asked.push_back({windows[w].base_day, windows[w].last_day, scales.back().data()});
    answered.push_back({sums.contribution.data(), sums.growth.data(), sums.member_days.data()});
  }
  const std::size_t cells = plan.by_regime.size();
  a.risk.beta.resize((1 + cells) * constituents);
  a.risk.filled.resize((1 + cells) * constituents);

  constituent_parts parts;
  parts.new_highs = a.new_highs.data();
  parts.windows = asked.data();
  parts.by_window = answered.data();
  parts.window_count = asked.size();
  parts.risk = {plan.slope_all.data(), plan.slope_cell.data(), plan.cell.data(),           cells,
                days.fill.data(),      days.sector.data(),     days.fill.size() / p.days()};
  parts.by_risk = {a.risk.beta.data(), a.risk.filled.data()};
  parts.moments = {moments.cell.data(), moments.regimes, days.fill.data(), days.sector.data(),
                   parts.risk.sectors};
  parts.by_moments = moments.view();
  b.constituent_pass(p.view(), parts);
  return a;
}

}  // namespace topheavy
