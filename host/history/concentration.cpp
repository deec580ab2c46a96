// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/concentration.h"

#include "host/history/sample.h"
#include "kernels/core/tree_sum.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr std::size_t leaders_listed = 10;

// slope[t] over the days of one set; the reason why there is none, else "".
std::string make_slopes(const std::vector<double>& value, const std::vector<std::size_t>& days,
                        std::vector<double>& slope) {
  if (days.size() < static_cast<std::size_t>(least_risk_days)) {
    return too_few_days(days.size(), least_risk_days);
  }
  const auto at = [&](std::size_t i) { return value[days[i]]; };
  const double mean = mean_of(days.size(), at);
  const double squares = squares_about(mean, days.size(), at);
  if (!varies(squares, days.size(), at)) return "the return of the index at fixed weights does not vary";
  for (const std::size_t t : days) slope[t] = (value[t] - mean) / squares;
  return "";
}

risk_figures figures_of_shares(const double* beta, const std::int32_t* filled,
                               const std::vector<double>& weight, std::int32_t constituents,
                               std::int32_t days) {
  const std::size_t count = weight.size();
  std::vector<double> share(count), positive(count);
  std::vector<std::int32_t> order;
  risk_figures f;
  std::int64_t cells_filled = 0;
  for (std::size_t n = 0; n < count; ++n) {
    if (!(weight[n] > 0.0)) continue;
    share[n] = weight[n] * beta[n];
    positive[n] = std::max(share[n], 0.0);
    cells_filled += filled[n];
    f.negative_count += share[n] < 0.0 ? 1 : 0;
    order.push_back(static_cast<std::int32_t>(n));
  }
  f.filled_share =
      static_cast<double>(cells_filled) / (static_cast<double>(constituents) * static_cast<double>(days));
  f.negative_sum = tree_sum(count, [&](std::size_t n) { return std::min(share[n], 0.0); });
  f.hhi = tree_sum(count, [&](std::size_t n) { return share[n] * share[n]; });
  f.effective_n = 1.0 / f.hhi;
  f.positive = concentration_of(positive.data(), count, static_cast<std::size_t>(constituents));

  const auto share_of = [&](std::int32_t n) { return share[static_cast<std::size_t>(n)]; };
  const auto listed = static_cast<std::ptrdiff_t>(std::min(leaders_listed, order.size()));
  std::partial_sort(order.begin(), order.begin() + listed, order.end(), [&](std::int32_t a, std::int32_t b) {
    return share_of(a) > share_of(b) || (share_of(a) == share_of(b) && a < b);
  });
  for (std::ptrdiff_t i = 0; i < listed; ++i) {
    const auto n = static_cast<std::size_t>(order[static_cast<std::size_t>(i)]);
    f.leaders.push_back({n, weight[n], share[n]});
  }
  return f;
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
  const std::size_t last = static_cast<std::size_t>(lookback_days.value_or(std::numeric_limits<int>::max()));
  const std::size_t first = days > last ? days - last : 0;
  risk_plan plan;
  plan.cell.assign(days, day_not_used);
  plan.slope_all.assign(days, 0.0);
  plan.slope_cell.assign(days, 0.0);
  plan.by_regime.resize(regimes);

  std::vector<std::size_t> used;
  std::vector<std::vector<std::size_t>> of_regime(regimes);
  for (std::size_t t = std::max<std::size_t>(first, 1); t < days; ++t) {
    if (std::isnan(fixed_weight_return[t])) continue;
    used.push_back(t);
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
  const auto finish = [&](risk_concentration& risk, std::size_t row) {
    risk.constituents = constituents;
    if (!risk.reason.empty()) return;
    risk.figures =
        figures_of_shares(sums.beta.data() + row * weight.size(), sums.filled.data() + row * weight.size(),
                          weight, constituents, risk.days);
  };
  finish(plan.overall, 0);
  for (std::size_t k = 0; k < plan.by_regime.size(); ++k) finish(plan.by_regime[k], 1 + k);
}

}  // namespace topheavy
