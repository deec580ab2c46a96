// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/correlation.h"

#include "host/base/error.h"
#include "host/history/block_length.h"
#include "host/history/conditioned.h"
#include "host/history/correlation_intervals.h"
#include "host/history/pairs.h"
#include "host/history/regimes.h"
#include "host/history/sample.h"
#include "kernels/core/tree_sum.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

constexpr double not_known = std::numeric_limits<double>::quiet_NaN();
constexpr correlation_estimate nothing_estimated{not_known, not_known, not_known, not_known, {}, {}, {}, {}};

struct pair_moments {
  std::int32_t days = 0;
  second_moments of{not_known, not_known, not_known};  // NaN below two days
};

// ddof 1; 0 where it is rounding.
double variance_about(double mean, const std::vector<double>& values) {
  const double squares = squares_about(mean, values);
  const bool vary = varies(squares, values.size(), [&](std::size_t i) { return values[i]; });
  return vary ? squares / static_cast<double>(values.size() - 1) : 0.0;
}

pair_moments moments_of_pair(const regime_sample& sample, const std::vector<std::size_t>& days, std::size_t a,
                             std::size_t b) {
  std::vector<double> of_a, of_b;
  for (const std::size_t d : days) {
    const double ret_a = sample.ret[d * sample.groups + a], ret_b = sample.ret[d * sample.groups + b];
    if (std::isnan(ret_a) || std::isnan(ret_b)) continue;
    of_a.push_back(ret_a);
    of_b.push_back(ret_b);
  }
  pair_moments m{.days = static_cast<std::int32_t>(of_a.size())};
  if (m.days < 2) return m;
  const double mean_a = mean_of(of_a), mean_b = mean_of(of_b);
  const double products =
      tree_sum(of_a.size(), [&](std::size_t i) { return (of_a[i] - mean_a) * (of_b[i] - mean_b); });
  m.of = {variance_about(mean_a, of_a), variance_about(mean_b, of_b),
          products / static_cast<double>(of_a.size() - 1)};
  return m;
}

// m, low: no moments where the pair has too few days there.
pair_correlation correlate_pair(const pair_moments& m, const pair_moments& low, std::int32_t min_days) {
  const bool known = m.days >= min_days && m.of.var_a > 0.0 && m.of.var_b > 0.0;
  const bool low_known = low.days >= min_days && low.of.var_a > 0.0 && low.of.var_b > 0.0;
  pair_correlation p{.days = m.days,
                     .of = nothing_estimated,
                     .adjusted_a = not_known,
                     .adjusted_b = not_known,
                     .rho_null = not_known,
                     .arithmetic = not_known};
  if (known) p.of.rho = correlation(m.of);
  if (known && low_known) {
    const conditioned_correlation c = condition(m.of, low.of);
    p.adjusted_a = c.adjusted_a;
    p.adjusted_b = c.adjusted_b;
    p.rho_null = c.rho_null;
    const double rho_low = correlation(low.of);
    p.arithmetic = c.rho_null - rho_low;
    p.of.rho_adjusted = mean_adjusted(c);
    p.of.excess = c.rho - c.rho_null;
    p.of.difference = c.rho - rho_low;
  }
  return p;
}

// Mean of one estimate over the pairs that have it; NaN where none has.
template <typename Estimate>
double mean_over_pairs(const std::vector<pair_correlation>& pairs, Estimate estimate) {
  std::vector<double> known;
  for (const pair_correlation& p : pairs) {
    if (!std::isnan(estimate(p.of))) known.push_back(estimate(p.of));
  }
  if (known.empty()) return not_known;
  return mean_of(known);
}

std::vector<std::vector<std::size_t>> days_by_regime(const regime_sample& sample) {
  std::vector<std::vector<std::size_t>> days(sample.regimes);
  for (std::size_t d = 0; d < sample.regime.size(); ++d) {
    if (sample.regime[d] >= 0) days[static_cast<std::size_t>(sample.regime[d])].push_back(d);
  }
  return days;
}

regime_sample sample_of(const index_history& index, const group_history& groups, std::size_t group_count,
                        const std::vector<std::int32_t>& regime, std::size_t regimes) {
  regime_sample sample{.regime = {}, .regimes = regimes, .groups = group_count, .ret = {}};
  for (std::size_t t = 0; t < regime.size(); ++t) {
    if (std::isnan(index.index_return[t])) continue;
    sample.regime.push_back(regime[t]);
    const auto first = groups.ret.begin() + static_cast<std::ptrdiff_t>(t * group_count);
    sample.ret.insert(sample.ret.end(), first, first + static_cast<std::ptrdiff_t>(group_count));
  }
  return sample;
}

}  // namespace

std::vector<regime_correlation> correlate(const regime_sample& sample, const correlation_settings& s,
                                          double mean_block_length, backend& b) {
  const std::vector<std::vector<std::size_t>> days = days_by_regime(sample);
  const std::size_t groups = sample.groups;
  const std::size_t pairs = groups < 2 ? 0 : groups * (groups - 1) / 2;
  std::vector<regime_correlation> by_regime(sample.regimes);
  for (std::size_t k = 0; k < sample.regimes; ++k) {
    by_regime[k].days = static_cast<std::int32_t>(days[k].size());
    by_regime[k].mean = nothing_estimated;
    by_regime[k].pairs.resize(pairs);
    if (by_regime[k].days < s.min_days) {
      by_regime[k].reason = too_few_days(days[k].size(), s.min_days);
    } else if (pairs == 0) {
      by_regime[k].reason = "fewer than two groups";
    }
  }
  oneapi::tbb::parallel_for(std::size_t{0}, groups, [&](std::size_t a) {
    for (std::size_t c = a + 1; c < groups; ++c) {
      pair_moments low;
      for (std::size_t k = 0; k < sample.regimes; ++k) {
        const pair_moments m = moments_of_pair(sample, days[k], a, c);
        if (k == 0) low = m;
        by_regime[k].pairs[pair_position(groups, a, c)] = correlate_pair(m, low, s.min_days);
      }
    }
  });
  for (regime_correlation& r : by_regime) {
    r.mean.rho = mean_over_pairs(r.pairs, [](const correlation_estimate& e) { return e.rho; });
    r.mean.rho_adjusted =
        mean_over_pairs(r.pairs, [](const correlation_estimate& e) { return e.rho_adjusted; });
    r.mean.excess = mean_over_pairs(r.pairs, [](const correlation_estimate& e) { return e.excess; });
    r.mean.difference = mean_over_pairs(r.pairs, [](const correlation_estimate& e) { return e.difference; });
  }
  add_intervals(by_regime, sample, s, mean_block_length, b);
  return by_regime;
}

namespace {

// A block longer than a third of the days draws the history as it was: intervals without width, which are none.
void set_block_length(const bootstrap_settings& s, const std::vector<double>& index_return,
                      correlation_history& h) {
  const double most = static_cast<double>(index_return.size()) / 3.0;
  if (s.mean_block_length) {
    if (*s.mean_block_length > most) {
      throw error(
          error_class::usage,
          fmt::format("`correlation.bootstrap.block` is {:g} days; must be at most a third of the {} days on "
                      "which the index has a return",
                      *s.mean_block_length, index_return.size()));
    }
    h.mean_block_length = *s.mean_block_length;
    h.block = "set";
    return;
  }
  const double optimal = optimal_block_length(index_return.data(), index_return.size());
  // Below one day where neighbouring days go against each other; a block has at least one.
  h.mean_block_length = optimal > 1.0 ? optimal : 1.0;
  h.block = std::isnan(optimal) ? "too few days" : "auto";
}

}  // namespace

correlation_history correlate_history(const daily_history& daily, const std::vector<dimension>& dimensions,
                                      const std::vector<std::int32_t>& regime,
                                      const std::vector<std::string>& regime_names,
                                      const correlation_settings& s, backend& b) {
  correlation_history h;
  if (regime.empty()) {
    h.reason = "no volatility index";
    return h;
  }
  std::vector<double> index_return;
  for (const double r : daily.index.index_return) {
    if (!std::isnan(r)) index_return.push_back(r);
  }
  set_block_length(s.bootstrap, index_return, h);
  for (std::size_t k = 0; k < dimensions.size(); ++k) {
    if (!correlates_dimension(s, dimensions[k].name)) continue;
    const regime_sample sample =
        sample_of(daily.index, daily.groups[k], dimensions[k].groups.size(), regime, regime_names.size());
    h.dimensions.push_back({k, correlate(sample, s, h.mean_block_length, b)});
    std::vector<regime_correlation>& by_regime = h.dimensions.back().by_regime;
    for (std::size_t r = 1; r < by_regime.size(); ++r) {
      if (by_regime[0].reason.empty() || !by_regime[r].reason.empty()) continue;
      by_regime[r].comparison_reason =
          fmt::format("{}, the lowest regime: {}", regime_names[0], by_regime[0].reason);
    }
  }
  return h;
}

}  // namespace topheavy
