// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/index.h"

#include "host/history/annual.h"
#include "kernels/core/tree_sum.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace topheavy {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

double ratio(double part, double whole) { return whole > 0.0 ? part / whole : none; }

// Compounds the index returns into levels; a day without members leaves the level where it was.
std::vector<double> levels_of(const std::vector<double>& index_return) {
  std::vector<double> level(index_return.size());
  double last = 100.0;
  for (std::size_t t = 0; t < level.size(); ++t) {
    if (!std::isnan(index_return[t])) last = last * (1.0 + index_return[t]);
    level[t] = last;
  }
  return level;
}

}  // namespace

daily_history make_daily_history(const index_sums& sums, const std::vector<dimension>& dimensions) {
  const std::size_t days = sums.members.size();
  const std::size_t columns = days == 0 ? 0 : sums.base.size() / days;

  daily_history result;
  index_history& index = result.index;
  index.members = sums.members;
  for (std::size_t t = 0; t < days; ++t) {
    index.base.push_back(sums.base[t * columns]);
    index.index_return.push_back(ratio(sums.base_return[t * columns], sums.base[t * columns]));
    const double members = sums.members[t];
    index.equal_weight_return.push_back(ratio(sums.return_sum[t], members));
    index.coverage.push_back(sums.members[t] > 0 ? ratio(index.base[t], sums.prior_cap[t]) : none);
    index.advancers.push_back(ratio(sums.advancers[t], members));
    index.advancers_weight.push_back(ratio(sums.advancers_base[t], index.base[t]));
    index.dispersion.push_back(std::sqrt(ratio(sums.deviation[t], index.base[t])));
  }
  index.level = levels_of(index.index_return);

  std::size_t column = 1;
  for (const dimension& d : dimensions) {
    const std::size_t groups = d.groups.size();
    group_history h;
    for (std::vector<double>* values : {&h.weight, &h.contribution, &h.ret}) values->resize(days * groups);
    for (std::size_t t = 0; t < days; ++t) {
      for (std::size_t g = 0; g < groups; ++g) {
        const double base = sums.base[t * columns + column + g];
        const double base_return = sums.base_return[t * columns + column + g];
        h.weight[t * groups + g] = ratio(base, index.base[t]);
        h.contribution[t * groups + g] = ratio(base_return, index.base[t]);
        h.ret[t * groups + g] = ratio(base_return, base);
      }
    }
    column += groups;
    result.groups.push_back(std::move(h));
  }
  return result;
}

std::vector<double> share_of_members(const std::vector<std::int32_t>& count,
                                     const std::vector<std::int32_t>& members) {
  std::vector<double> share(count.size());
  for (std::size_t t = 0; t < share.size(); ++t) share[t] = ratio(count[t], members[t]);
  return share;
}

std::vector<double> weights_at_close(const panel& p, std::size_t day) {
  const double* cap = p.cap.data() + day * p.constituents();
  const double total = tree_sum(p.constituents(), [&](std::size_t n) { return cap[n]; });
  std::vector<double> weight(p.constituents());
  for (std::size_t n = 0; n < weight.size(); ++n) weight[n] = cap[n] / total;
  return weight;
}

index_summary summarise_index(const index_history& h) {
  index_summary s;
  s.level = h.level.back();
  s.return_total = h.level.back() / 100.0 - 1.0;
  s.return_annual = annual_return(1.0 + s.return_total, static_cast<double>(h.level.size() - 1));

  std::vector<double> known;
  std::copy_if(h.index_return.begin(), h.index_return.end(), std::back_inserter(known),
               [](double r) { return !std::isnan(r); });
  s.volatility_annual = annual_volatility(known);

  double high = h.level.front();
  for (const double level : h.level) {
    high = std::max(high, level);
    s.max_drawdown = std::min(s.max_drawdown, level / high - 1.0);
  }
  return s;
}

}  // namespace topheavy
