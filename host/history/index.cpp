// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/index.h"

#include "kernels/core/tree_sum.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace topheavy {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double days_of_a_year = 252.0;

double ratio(double part, double whole) { return whole > 0.0 ? part / whole : none; }

dimension whole_index(std::size_t constituents) {
  std::vector<std::int32_t> all(constituents);
  std::iota(all.begin(), all.end(), 0);
  dimension index{.name = "index"};
  index.add("index", all);
  return index;
}

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

daily_history make_daily_history(backend& b, const panel& p, const std::vector<dimension>& dimensions,
                                 stages& timed) {
  const std::size_t days = p.days();
  std::vector<dimension> parts{whole_index(p.constituents())};
  parts.insert(parts.end(), dimensions.begin(), dimensions.end());
  const dimension all = concatenate(parts);
  const std::size_t columns = all.groups.size();

  std::vector<double> base(days * columns), base_return(days * columns);
  timed.run("topheavy::history::group_sums",
            [&] { b.group_sums(p.view(), all.view(), {base.data(), base_return.data()}); });

  daily_history result;
  index_history& index = result.index;
  index.base.resize(days);
  index.index_return.resize(days);
  for (std::size_t t = 0; t < days; ++t) {
    index.base[t] = base[t * columns];
    index.index_return[t] = ratio(base_return[t * columns], base[t * columns]);
  }
  index.level = levels_of(index.index_return);

  std::vector<double> prior_cap(days), return_sum(days), advancers_base(days), deviation(days);
  std::vector<std::int32_t> advancers(days), new_highs(days);
  index.members.resize(days);
  timed.run("topheavy::history::breadth", [&] {
    b.breadth(p.view(), index.index_return.data(),
              {prior_cap.data(), index.members.data(), return_sum.data(), advancers.data(),
               advancers_base.data(), deviation.data()});
  });
  timed.run("topheavy::history::new_highs", [&] { b.new_highs(p.view(), {}, new_highs.data()); });

  for (std::size_t t = 0; t < days; ++t) {
    const double members = index.members[t];
    index.equal_weight_return.push_back(ratio(return_sum[t], members));
    index.coverage.push_back(index.members[t] > 0 ? ratio(index.base[t], prior_cap[t]) : none);
    index.advancers.push_back(ratio(advancers[t], members));
    index.advancers_weight.push_back(ratio(advancers_base[t], index.base[t]));
    index.new_highs.push_back(ratio(new_highs[t], members));
    index.dispersion.push_back(std::sqrt(ratio(deviation[t], index.base[t])));
  }

  std::size_t column = 1;
  for (const dimension& d : dimensions) {
    group_history h;
    for (std::size_t t = 0; t < days; ++t) {
      for (std::size_t g = column; g < column + d.groups.size(); ++g) {
        h.weight.push_back(ratio(base[t * columns + g], index.base[t]));
        h.contribution.push_back(ratio(base_return[t * columns + g], index.base[t]));
        h.ret.push_back(ratio(base_return[t * columns + g], base[t * columns + g]));
      }
    }
    column += d.groups.size();
    result.groups.push_back(std::move(h));
  }
  return result;
}

index_summary summarise_index(const index_history& h) {
  index_summary s;
  s.level = h.level.back();
  s.return_total = h.level.back() / 100.0 - 1.0;
  const double return_days = static_cast<double>(h.level.size() - 1);
  s.return_annual =
      return_days > 0.0 ? std::pow(1.0 + s.return_total, days_of_a_year / return_days) - 1.0 : none;

  std::vector<double> known;
  std::copy_if(h.index_return.begin(), h.index_return.end(), std::back_inserter(known),
               [](double r) { return !std::isnan(r); });
  s.volatility_annual = none;
  if (known.size() > 1) {
    const double count = static_cast<double>(known.size());
    const double mean = tree_sum(known.size(), [&](std::size_t i) { return known[i]; }) / count;
    const double squares = tree_sum(known.size(), [&](std::size_t i) {
      const double d = known[i] - mean;
      return d * d;
    });
    s.volatility_annual = std::sqrt(squares / (count - 1.0)) * std::sqrt(days_of_a_year);
  }

  double high = h.level.front();
  for (const double level : h.level) {
    high = std::max(high, level);
    s.max_drawdown = std::min(s.max_drawdown, level / high - 1.0);
  }
  return s;
}

}  // namespace topheavy
