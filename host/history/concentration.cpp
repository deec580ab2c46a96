// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/concentration.h"

#include "host/history/sample.h"

#include <algorithm>

#include <fmt/format.h>

namespace topheavy {
namespace {

// slope[t] over the days of one set; the reason why there is none, else "".
std::string make_slopes(const std::vector<double>& value, const std::vector<std::size_t>& days,
                        std::vector<double>& slope) {
  if (days.size() < static_cast<std::size_t>(least_risk_days)) {
    return too_few_days(days.size(), least_risk_days);
  }
  const auto at = [&](std::size_t i) { return value[days[i]]; };
  const std::vector<double> of_day = least_squares_slopes(days.size(), at);
  if (of_day.empty()) return "the return of the index at fixed weights does not vary";
  for (std::size_t i = 0; i < days.size(); ++i) slope[days[i]] = of_day[i];
  return "";
}

// Leaves behind the share of every constituent of the panel, 0 of those without a weight.
risk_figures figures_of_risk(const double* beta, const std::int32_t* filled,
                             const std::vector<double>& weight, std::int32_t constituents, std::int32_t days,
                             std::vector<double>& share) {
  share.assign(weight.size(), 0.0);
  std::int64_t cells_filled = 0;
  for (std::size_t n = 0; n < weight.size(); ++n) {
    if (!(weight[n] > 0.0)) continue;
    share[n] = weight[n] * beta[n];
    cells_filled += filled[n];
  }
  return {
      figures_of_shares(share, weight),
      static_cast<double>(cells_filled) / (static_cast<double>(constituents) * static_cast<double>(days))};
}

}  // namespace

concentration_history::concentration_history(std::size_t days)
    : count(days), top(days * top_counts_size), hhi(days), entropy(days), gini(days) {}

concentration_result concentration_history::view() {
  return {count.data(), top.data(), hhi.data(), entropy.data(), gini.data()};
}

void concentration_history::finish() {
  effective_n.resize(hhi.size());
  std::transform(hhi.begin(), hhi.end(), effective_n.begin(), [](double h) { return 1.0 / h; });
}

risk_plan plan_risk(const std::vector<double>& fixed_weight_return, const std::vector<std::int32_t>& regime,
                    std::size_t regimes, std::optional<int> lookback_days) {
  const std::size_t days = fixed_weight_return.size();
  risk_plan plan;
  plan.cell.assign(days, day_not_used);
  plan.slope_all.assign(days, 0.0);
  plan.slope_cell.assign(days, 0.0);
  plan.by_regime.resize(regimes);

  const std::vector<std::size_t> used = days_of_lookback(fixed_weight_return, lookback_days);
  std::vector<std::vector<std::size_t>> of_regime(regimes);
  for (const std::size_t t : used) {
    plan.cell[t] = in_no_cell;
    if (!regime.empty() && regime[t] >= 0) of_regime[static_cast<std::size_t>(regime[t])].push_back(t);
  }
  plan.overall.days = static_cast<std::int32_t>(used.size());
  plan.overall.reason = make_slopes(fixed_weight_return, used, plan.slope_all);
  for (std::size_t k = 0; k < regimes; ++k) {
    plan.by_regime[k].days = static_cast<std::int32_t>(of_regime[k].size());
    plan.by_regime[k].reason = make_slopes(fixed_weight_return, of_regime[k], plan.slope_cell);
    if (!plan.by_regime[k].reason.empty()) continue;
    for (const std::size_t t : of_regime[k]) plan.cell[t] = static_cast<std::int32_t>(k);
  }
  return plan;
}

void finish_risk(risk_plan& plan, const risk_sums& sums, const std::vector<double>& weight) {
  const auto constituents = static_cast<std::int32_t>(
      std::count_if(weight.begin(), weight.end(), [](double w) { return w > 0.0; }));
  const auto finish = [&](risk_concentration& risk, std::size_t row, std::vector<double>& share) {
    risk.constituents = constituents;
    if (!risk.reason.empty()) return;
    const std::size_t first = row * weight.size();
    risk.figures = figures_of_risk(sums.beta.data() + first, sums.filled.data() + first, weight, constituents,
                                   risk.days, share);
  };
  finish(plan.overall, 0, plan.overall_share);
  std::vector<double> share;
  for (std::size_t k = 0; k < plan.by_regime.size(); ++k) finish(plan.by_regime[k], 1 + k, share);
}

}  // namespace topheavy
