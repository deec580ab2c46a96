// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/distribution.h"

#include "host/history/selection.h"
#include "host/scenario/block_sum.h"

#include <algorithm>
#include <cmath>
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

// Quantiles first .. last - 1, whose ranks lie within begin .. end, where x[end] stands in its place already: the middle
// one parts the values for those on either side of it.
void find_quantiles(std::vector<double>& x, std::size_t begin, std::size_t end, std::size_t first,
                    std::size_t last, distribution& d) {
  if (first == last) return;
  const std::size_t middle = (first + last) / 2;
  const place where = place_of(quantile_levels[middle], x.size());
  double* const at = x.data() + where.rank;
  double value = *at;
  if (where.rank < end) {  // else it is x[end], in its place already
    const double* const stretch = select_in_order(x.data() + begin, at, x.data() + end);
    value = *at;
    if (where.share > 0.0) {
      const bool inside = where.rank + 1 < end;
      const double next = inside ? next_in_order(at, stretch, x.data() + end) : x[end];
      value += where.share * (next - value);
    }
  } else if (where.share > 0.0) {
    value += where.share * (*std::min_element(at + 1, x.data() + x.size()) - value);
  }
  d.quantile[middle] = value;
  find_quantiles(x, begin, where.rank, first, middle, d);
  find_quantiles(x, where.rank, end, middle + 1, last, d);
}

}  // namespace

distribution distribution_of(const std::vector<double>& values) {
  distribution d;
  const std::size_t count = values.size();
  const auto missing = std::count_if(values.begin(), values.end(), [](double x) { return std::isnan(x); });
  if (missing > 0) {
    d.reason =
        fmt::format("{} of {} scenarios do not have it, as where the index falls to 0", missing, count);
  } else if (count < 2) {
    d.reason = count == 0 ? "there are no scenarios" : "one scenario has no standard deviation";
  }
  if (missing > 0 || count == 0) return d;
  d.mean = block_sum(count, [&](std::size_t i) { return values[i]; }) / static_cast<double>(count);
  if (count > 1) {
    const double squares = block_sum(count, [&](std::size_t i) {
      const double away = values[i] - d.mean;
      return away * away;
    });
    d.sd = std::sqrt(squares / static_cast<double>(count - 1));
  }
  std::vector<double> moved = values;
  find_quantiles(moved, 0, count, 0, quantile_levels.size(), d);
  return d;
}

figure_distributions distributions_of(const figure_table& figures) {
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
  tbb::parallel_for(std::size_t{0}, columns.size(),
                    [&](std::size_t i) { all[i] = {columns[i].first, distribution_of(*columns[i].second)}; });
  figure_distributions result{all[0].values, all[1].values, {}};
  for (std::size_t i = 2; i < all.size(); ++i) {
    if (!columns[i].second->empty()) result.concentration.push_back(std::move(all[i]));
  }
  return result;
}

}  // namespace topheavy
