// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/distribution.h"

#include "host/scenario/block_sum.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

// A quantile's place among S values in order, in two-hundredths, which every level is a whole number of: exact.
struct place {
  std::size_t rank;
  double share;  // of the way to the next
};

constexpr std::size_t parts = 200;

constexpr bool levels_are_whole_parts() {
  for (const double p : quantile_levels) {
    const double whole = p * static_cast<double>(parts);
    const double away = whole - static_cast<double>(static_cast<std::size_t>(whole + 0.5));
    if (away > 1e-9 || away < -1e-9) return false;
  }
  return true;
}
static_assert(levels_are_whole_parts());

place place_of(double level, std::size_t count) {
  const auto whole = static_cast<std::size_t>(level * static_cast<double>(parts) + 0.5);
  const std::size_t steps = whole * (count - 1);
  return {steps / parts, static_cast<double>(steps % parts) / static_cast<double>(parts)};
}

// All but the quantiles; whether there are any.
bool add_moments(const std::vector<double>& values, distribution& d) {
  const std::size_t count = values.size();
  const auto missing = std::count_if(values.begin(), values.end(), [](double x) { return std::isnan(x); });
  if (missing > 0) {
    d.reason =
        fmt::format("{} of {} scenarios do not have it, as where the index falls to 0", missing, count);
  } else if (count < 2) {
    d.reason = count == 0 ? "there are no scenarios" : "one scenario has no standard deviation";
  }
  if (missing > 0 || count == 0) return false;
  d.mean = block_sum(count, [&](std::size_t i) { return values[i]; }) / static_cast<double>(count);
  if (count > 1) {
    const double squares = block_sum(count, [&](std::size_t i) {
      const double away = values[i] - d.mean;
      return away * away;
    });
    d.sd = std::sqrt(squares / static_cast<double>(count - 1));
  }
  return true;
}

// Of columns of one length, none of whose values is NaN.
void add_quantiles(const std::vector<const double*>& columns, std::size_t count,
                   const std::vector<distribution*>& result, backend& b) {
  if (columns.empty()) return;
  std::set<std::size_t> ranks;
  for (const double level : quantile_levels) {
    const place where = place_of(level, count);
    ranks.insert(where.rank);
    if (where.share > 0.0) ranks.insert(where.rank + 1);
  }
  const std::vector<std::size_t> rank(ranks.begin(), ranks.end());
  std::vector<double> value(columns.size() * rank.size());
  b.values_at_ranks({columns.data(), columns.size(), count}, {rank.data(), rank.size()}, value.data());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    for (std::size_t i = 0; i < quantile_levels.size(); ++i) {
      const place where = place_of(quantile_levels[i], count);
      const auto found = std::lower_bound(rank.begin(), rank.end(), where.rank) - rank.begin();
      const double* const x = value.data() + c * rank.size() + static_cast<std::size_t>(found);
      result[c]->quantile[i] = where.share > 0.0 ? x[0] + where.share * (x[1] - x[0]) : x[0];
    }
  }
}

}  // namespace

distribution distribution_of(const std::vector<double>& values, backend& b) {
  distribution d;
  if (add_moments(values, d)) add_quantiles({values.data()}, values.size(), {&d}, b);
  return d;
}

figure_distributions distributions_of(const figure_table& figures, backend& b) {
  std::vector<double> effective_n(figures.hhi.size());
  std::transform(figures.hhi.begin(), figures.hhi.end(), effective_n.begin(),
                 [](double h) { return 1.0 / h; });
  std::vector<std::pair<std::string, const std::vector<double>*>> columns{
      {"index_return", &figures.index_return}, {"max_drawdown", &figures.max_drawdown}};
  for (std::size_t k = 0; k < scenario_top_k.size(); ++k) {
    columns.emplace_back(fmt::format("top_{}", scenario_top_k[k]), &figures.top[k]);
  }
  columns.insert(columns.end(), {{"hhi", &figures.hhi},
                                 {"effective_n", &effective_n},
                                 {"max_top_10", &figures.max_top_10},
                                 {"max_hhi", &figures.max_hhi}});
  std::vector<named_distribution> all(columns.size());
  std::vector<char> has_quantiles(columns.size());
  tbb::parallel_for(std::size_t{0}, columns.size(), [&](std::size_t i) {
    all[i].metric = columns[i].first;
    has_quantiles[i] = add_moments(*columns[i].second, all[i].values) ? 1 : 0;
  });
  std::vector<const double*> whole;
  std::vector<distribution*> of_whole;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (has_quantiles[i] == 0) continue;
    whole.push_back(columns[i].second->data());
    of_whole.push_back(&all[i].values);
  }
  add_quantiles(whole, figures.count, of_whole, b);
  figure_distributions result{all[0].values, all[1].values, {}};
  for (std::size_t i = 2; i < all.size(); ++i) {
    if (!columns[i].second->empty()) result.concentration.push_back(std::move(all[i]));
  }
  return result;
}

}  // namespace topheavy
