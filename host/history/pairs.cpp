// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/pairs.h"

#include "host/base/stop.h"
#include "host/history/sample.h"
#include "kernels/core/tree_sum.h"
#include "kernels/spectrum/spectrum.h"
#include "kernels/standardised_sums/taking_part.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include <fmt/format.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

constexpr double not_known = std::numeric_limits<double>::quiet_NaN();
constexpr double rounding = 1e-12;
constexpr std::size_t sets_at_once = 32;

using day_list = std::vector<std::int32_t>;

std::vector<day_list> days_of_regimes(const constituent_moments& m) {
  std::vector<day_list> days(m.regimes);
  for (std::size_t t = 0; t < m.cell.size(); ++t) {
    if (m.cell[t] >= 0) days[static_cast<std::size_t>(m.cell[t])].push_back(static_cast<std::int32_t>(t));
  }
  return days;
}

// ddof 1; NaN for less than two days.
double variance_over(const std::vector<double>& value, const day_list& days) {
  if (days.size() < 2) return not_known;
  const auto at = [&](std::size_t i) { return value[static_cast<std::size_t>(days[i])]; };
  return squares_about(mean_of(days.size(), at), days.size(), at) / static_cast<double>(days.size() - 1);
}

// Sets per_sd [N] to 1 / sd of who takes part in a regime; counts who does not.
void weigh(const constituent_moments& m, std::size_t regime, regime_pairs& r, std::vector<double>& per_sd) {
  for (std::size_t n = 0; n < per_sd.size(); ++n) {
    const std::size_t at = regime * per_sd.size() + n;
    switch (part_in_pairs(m.count[at], r.days, m.mean[at], m.sd[at])) {
      case part::taken:
        per_sd[n] = 1.0 / m.sd[at];
        ++r.constituents;
        break;
      case part::too_few_returns:
        ++r.too_few_returns;
        break;
      case part::no_variance:
        ++r.no_variance;
        break;
    }
  }
}

std::vector<std::int32_t> taking_part(groups_view groups, std::size_t group, const double* per_sd) {
  std::vector<std::int32_t> members;
  for (std::int32_t i = groups.offsets[group]; i < groups.offsets[group + 1]; ++i) {
    if (per_sd[groups.members[i]] > 0.0) members.push_back(groups.members[i]);
  }
  return members;
}

// The sums of z over the groups that stand one after another from `first` on, [T, columns].
struct group_columns {
  const double* sum;
  std::size_t columns;
  std::size_t first;
  double products(const day_list& days, std::size_t a, std::size_t b) const {
    return tree_sum(days.size(), [&](std::size_t i) {
      const double* row = sum + static_cast<std::size_t>(days[i]) * columns + first;
      return row[a] * row[b];
    });
  }
};

group_pairs pairs_of_groups(groups_view groups, const group_columns& sums, const day_list& days,
                            const double* per_sd, const std::int32_t* count) {
  const std::size_t size = groups.groups;
  std::vector<std::vector<std::int32_t>> members(size);
  group_pairs p{std::vector<std::int32_t>(size), std::vector<double>(size * size, not_known)};
  for (std::size_t g = 0; g < size; ++g) {
    members[g] = taking_part(groups, g, per_sd);
    p.constituents[g] = static_cast<std::int32_t>(members[g].size());
  }
  oneapi::tbb::parallel_for(std::size_t{0}, size, [&](std::size_t a) {
    for (std::size_t b = a; b < size; ++b) {
      const double mean = mean_over_pairs(members[a], members[b], sums.products(days, a, b), count,
                                          static_cast<std::int32_t>(days.size()));
      p.average[a * size + b] = mean;
      p.average[b * size + a] = mean;
    }
  });
  return p;
}

// The windows of the last `length` days on which the index has a member, one for each day that ends one.
std::vector<day_list> rolling_windows(const std::vector<double>& fixed_weight_return, std::size_t length) {
  std::vector<day_list> windows;
  day_list days;
  for (std::size_t t = 0; t < fixed_weight_return.size(); ++t) {
    if (std::isnan(fixed_weight_return[t])) continue;
    days.push_back(static_cast<std::int32_t>(t));
    if (days.size() >= length)
      windows.emplace_back(days.end() - static_cast<std::ptrdiff_t>(length), days.end());
  }
  return windows;
}

}  // namespace

constituent_moments::constituent_moments(const std::vector<double>& fixed_weight_return,
                                         const std::vector<std::int32_t>& regime, std::size_t regime_count,
                                         std::size_t constituents)
    : cell(fixed_weight_return.size(), -1),
      regimes(regime_count),
      count(regime_count * constituents),
      mean(count.size()),
      sd(count.size()),
      filled_variance(count.size()) {
  for (std::size_t t = 0; t < regime.size(); ++t) {
    if (!std::isnan(fixed_weight_return[t])) cell[t] = regime[t];
  }
}

regime_moments_result constituent_moments::view() {
  if (regimes == 0) return {};
  return {count.data(), mean.data(), sd.data(), filled_variance.data()};
}

double mean_over_pairs(const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b,
                       double products, const std::int32_t* count, std::int32_t days) {
  std::vector<std::int32_t> shared;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(shared));
  // The squares of a z add up to its days: mean and deviation are those of the same days.
  std::int64_t own = 0;
  for (const std::int32_t n : shared) own += count[n];
  const auto pairs =
      static_cast<std::int64_t>(a.size() * b.size()) - static_cast<std::int64_t>(shared.size());
  if (pairs == 0) return not_known;
  return (products - static_cast<double>(own)) / static_cast<double>(days) / static_cast<double>(pairs);
}

double implied_correlation(double index_variance, const std::vector<double>& weight, const double* variance) {
  using sums = sum_pack<2>;
  const sums total = tree_sum(weight.size(), [&](std::size_t n) {
    return sums{{weight[n] * std::sqrt(variance[n]), weight[n] * weight[n] * variance[n]}};
  });
  const double together = total.value[0] * total.value[0];
  const double between = together - total.value[1];
  return between > rounding * together ? (index_variance - total.value[1]) / between : not_known;
}

bool correlates_dimension(const correlation_settings& s, const std::string& dimension) {
  if (dimension == "issuer") return false;
  return !s.dimensions ||
         std::find(s.dimensions->begin(), s.dimensions->end(), dimension) != s.dimensions->end();
}

namespace {

// All of a regime but what needs other constituents beside: averages and the absorption ratio. per_sd [N]: to be set
// to 1 / sd of those that take part.
regime_pairs pairs_of_regime(const constituent_moments& moments, std::size_t regime, const day_list& days,
                             const std::vector<double>& fixed_weight_return,
                             const std::vector<double>& weight, const correlation_settings& s,
                             std::vector<double>& per_sd) {
  regime_pairs r{.days = static_cast<std::int32_t>(days.size()),
                 .reason = "",
                 .average_pairwise = not_known,
                 .implied = not_known,
                 .absorption_ratio = not_known,
                 .noise_floor = not_known};
  if (r.days < s.min_days) {
    r.reason = too_few_days(days.size(), s.min_days);
    return r;
  }
  weigh(moments, regime, r, per_sd);
  r.implied = implied_correlation(variance_over(fixed_weight_return, days), weight,
                                  moments.filled_variance.data() + regime * per_sd.size());
  r.noise_floor = absorption_noise_floor(days.size(), static_cast<std::size_t>(r.constituents),
                                         static_cast<std::size_t>(s.absorption.components));
  return r;
}

// Mean correlations over all pairs of the index, and inside and between the groups of the dimensions asked for.
void add_averages(panel_view panel, const constituent_moments& moments,
                  const std::vector<day_list>& of_regime, const std::vector<double>& per_sd,
                  const std::vector<dimension>& dimensions, const correlation_settings& s, backend& b,
                  pairs_history& h) {
  // Column 0 is the index; then the groups of the dimensions asked for.
  std::vector<dimension> listed{whole_index(panel.constituents)};
  for (const dimension& d : dimensions) {
    if (correlates_dimension(s, d.name)) listed.push_back(d);
  }
  const dimension groups = concatenate(listed);
  const std::size_t columns = groups.groups.size();
  std::vector<double> sum(panel.days * columns);
  b.standardised_sums(panel, {moments.cell.data(), moments.regimes, moments.mean.data(), per_sd.data()},
                      groups.view(), sum.data());
  for (std::size_t k = 0; k < moments.regimes; ++k) {
    const bool known = h.index[k].reason.empty();
    const auto of = [&](const dimension& d, std::size_t first) {
      return pairs_of_groups(d.view(), {sum.data(), columns, first}, of_regime[k],
                             per_sd.data() + k * panel.constituents,
                             moments.count.data() + k * panel.constituents);
    };
    if (known) h.index[k].average_pairwise = of(listed.front(), 0).average.front();
    std::size_t first = 1;
    for (std::size_t d = 0; d < dimensions.size(); ++d) {
      if (!correlates_dimension(s, dimensions[d].name)) continue;
      h.dimensions[d].push_back(known ? of(dimensions[d], first) : group_pairs{});
      first += dimensions[d].groups.size();
    }
  }
}

// The absorption ratio over rolling windows and over the days of each regime.
void add_absorption(panel_view panel, const std::vector<day_list>& of_regime,
                    const std::vector<double>& fixed_weight_return, const absorption_settings& s, backend& b,
                    pairs_history& h) {
  std::vector<day_list> sets = rolling_windows(fixed_weight_return, static_cast<std::size_t>(s.window));
  const std::size_t windows = sets.size();
  for (std::size_t k = 0; k < of_regime.size(); ++k) {
    sets.push_back(h.index[k].reason.empty() ? of_regime[k] : day_list{});
  }
  // Some at a time: a run stops within a second when told to.
  std::vector<absorption> ratios;
  for (std::size_t first = 0; first < sets.size(); first += sets_at_once) {
    throw_if_stopped();
    const auto from = sets.begin() + static_cast<std::ptrdiff_t>(first);
    const std::vector<day_list> some(
        from, from + static_cast<std::ptrdiff_t>(std::min(sets_at_once, sets.size() - first)));
    const std::vector<absorption> found =
        b.absorption_ratios(panel, some, static_cast<std::size_t>(s.components));
    ratios.insert(ratios.end(), found.begin(), found.end());
  }
  h.absorption_ratio.assign(panel.days, not_known);
  for (std::size_t w = 0; w < windows; ++w) {
    h.absorption_ratio[static_cast<std::size_t>(sets[w].back())] = ratios[w].ratio;
  }
  for (std::size_t k = 0; k < of_regime.size(); ++k) h.index[k].absorption_ratio = ratios[windows + k].ratio;
}

}  // namespace

pairs_history make_pairs(panel_view panel, const constituent_moments& moments,
                         const std::vector<double>& fixed_weight_return, const std::vector<double>& weight,
                         const std::vector<dimension>& dimensions, const correlation_settings& s,
                         backend& b) {
  const std::vector<day_list> of_regime = days_of_regimes(moments);
  pairs_history h;
  h.dimensions.resize(dimensions.size());
  std::vector<double> per_sd;  // [regimes, N]; 0: takes no part
  for (std::size_t k = 0; k < moments.regimes; ++k) {
    std::vector<double> row(panel.constituents, 0.0);
    h.index.push_back(pairs_of_regime(moments, k, of_regime[k], fixed_weight_return, weight, s, row));
    per_sd.insert(per_sd.end(), row.begin(), row.end());
  }
  if (moments.regimes > 0) add_averages(panel, moments, of_regime, per_sd, dimensions, s, b, h);
  add_absorption(panel, of_regime, fixed_weight_return, s.absorption, b, h);
  return h;
}

}  // namespace topheavy
