// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/correlation_intervals.h"

#include "host/base/stop.h"
#include "host/history/block_length.h"
#include "host/history/conditioned.h"
#include "host/history/percentiles.h"
#include "host/history/sample.h"
#include "host/history/whole_columns.h"
#include "kernels/core/portable.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

constexpr double not_known = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint32_t draws_stream = 0x424f4f54;  // of the random numbers: a place of their own
constexpr std::size_t replicates_at_once = 1024;
constexpr double most_unused = 0.1;    // share of the replicates
constexpr double no_variance = 1e-12;  // of standardised returns
constexpr std::size_t estimates = 4;   // rho, rho_adjusted, excess, difference

// One group, standardised within each regime by its own days there: mean 0, variance 1 (ddof 1).
struct standardised_group {
  std::vector<double> value;     // [D]; 0 where there is no return
  std::vector<double> present;   // [D] 1 or 0
  bool complete = true;          // has a return on every day of the sample
  std::vector<double> variance;  // [regimes] of the returns
};

standardised_group standardise(const regime_sample& sample, std::size_t group) {
  const std::size_t days = sample.regime.size();
  standardised_group g{.value = std::vector<double>(days),
                       .present = std::vector<double>(days),
                       .variance = std::vector<double>(sample.regimes)};
  std::vector<std::vector<std::size_t>> of_regime(sample.regimes);
  for (std::size_t d = 0; d < days; ++d) {
    if (std::isnan(sample.ret[d * sample.groups + group])) {
      g.complete = false;
      continue;
    }
    g.present[d] = 1.0;
    if (sample.regime[d] >= 0) of_regime[static_cast<std::size_t>(sample.regime[d])].push_back(d);
  }
  for (std::size_t k = 0; k < sample.regimes; ++k) {
    const std::vector<std::size_t>& in = of_regime[k];
    if (in.size() < 2) continue;
    const auto ret = [&](std::size_t i) { return sample.ret[in[i] * sample.groups + group]; };
    const double mean = mean_of(in.size(), ret);
    g.variance[k] = squares_about(mean, in.size(), ret) / static_cast<double>(in.size() - 1);
    if (!(g.variance[k] > 0.0)) continue;
    const double deviation = std::sqrt(g.variance[k]);
    for (std::size_t i = 0; i < in.size(); ++i) g.value[in[i]] = (ret(i) - mean) / deviation;
  }
  return g;
}

// Columns with the sums from which a pair's moments come, over the days on which both groups have a return.
struct pair_columns {
  std::size_t a = 0, b = 0;  // groups
  std::size_t count = 0, sum_a = 0, sum_b = 0, squares_a = 0, squares_b = 0, product = 0;
};

// Beside a column of ones: two a group, one a pair, and five more for a pair in which a return is missing somewhere.
constexpr std::size_t columns_of_group = 2;
constexpr std::size_t columns_of_pair(bool complete) { return complete ? 1 : 6; }

// A pair's sums in one regime, [replicates] each, in units of a power of two.
struct pair_sums {
  const double *count, *sum_a, *sum_b, *squares_a, *squares_b, *product;
  double unit_count, unit_sum_a, unit_sum_b, unit_squares_a, unit_squares_b, unit_product;
  double least;                   // draws that a replicate needs
  double variance_a, variance_b;  // of the returns, by which they were standardised
};

struct replicate_moments {
  std::array<double, replicates_at_once> var_a, var_b, cov;  // NaN: the replicate is not used
};

struct replicate_estimates {
  std::array<std::array<double, replicates_at_once>, estimates> of;
};

// The results are apart from each other and from the sums, or nothing would be vectorised.
TOPHEAVY_CLONES void moments_of_replicates(const pair_sums s, std::size_t first, std::size_t count,
                                           double* __restrict to_a, double* __restrict to_b,
                                           double* __restrict to_cov) {
  const double scale = std::sqrt(s.variance_a * s.variance_b);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t b = first + i;
    const double n = s.count[b] * s.unit_count;
    const double sum_a = s.sum_a[b] * s.unit_sum_a, sum_b = s.sum_b[b] * s.unit_sum_b;
    const double var_a = (s.squares_a[b] * s.unit_squares_a - sum_a * sum_a / n) / (n - 1.0);
    const double var_b = (s.squares_b[b] * s.unit_squares_b - sum_b * sum_b / n) / (n - 1.0);
    const double cov = (s.product[b] * s.unit_product - sum_a * sum_b / n) / (n - 1.0);
    // A NaN that is added stays one.
    const double unused = (n >= s.least ? 0.0 : not_known) + (var_a > no_variance ? 0.0 : not_known) +
                          (var_b > no_variance ? 0.0 : not_known);
    to_a[i] = var_a * s.variance_a + unused;
    to_b[i] = var_b * s.variance_b + unused;
    to_cov[i] = cov * scale + unused;
  }
}

TOPHEAVY_CLONES void estimates_of_replicates(const replicate_moments& m, const replicate_moments& low,
                                             std::size_t count, replicate_estimates& e) {
  for (std::size_t i = 0; i < count; ++i) {
    const second_moments here{m.var_a[i], m.var_b[i], m.cov[i]};
    const second_moments there{low.var_a[i], low.var_b[i], low.cov[i]};
    const conditioned_correlation c = condition(here, there);
    e.of[0][i] = c.rho;
    e.of[1][i] = mean_adjusted(c);
    e.of[2][i] = c.rho - c.rho_null;
    e.of[3][i] = c.rho - correlation(there);
  }
}

// Of the values that are known, unless too many are not. Reorders them; memory as in percentiles.h.
percentile_interval interval_of(std::vector<double>& values, std::vector<double>& memory) {
  const std::size_t all = values.size();
  std::erase_if(values, [](double v) { return std::isnan(v); });
  const auto unused = static_cast<double>(all - values.size());
  if (unused > most_unused * static_cast<double>(all)) return {};
  return percentile_interval_of(values.data(), values.size(), memory);
}

class interval_maker {
 public:
  interval_maker(std::vector<regime_correlation>& by_regime, const regime_sample& sample,
                 const correlation_settings& s, double mean_block_length, backend& b, std::size_t memory)
      : by_regime_(by_regime),
        sample_(sample),
        settings_(s),
        backend_(b),
        memory_(memory),
        replicates_(static_cast<std::size_t>(s.bootstrap.replicates)),
        longer_(block_length_thresholds(mean_block_length, sample.regime.size())),
        mean_(sample.regimes * estimates, std::vector<double>(replicates_)) {
    for (std::size_t g = 0; g < sample.groups; ++g) groups_.push_back(standardise(sample, g));
  }

  void make() {
    const std::size_t at_once = memory_ / (sizeof(double) * sample_.regimes * replicates_);
    std::vector<pair_columns> batch;
    std::vector<char> used;  // groups of the batch
    std::size_t columns = 0;
    const auto finish_batch = [&] {
      throw_if_stopped();
      make_batch(batch, columns);
      batch.clear();
    };
    for (std::size_t a = 0; a < sample_.groups; ++a) {
      for (std::size_t b = a + 1; b < sample_.groups; ++b) {
        if (batch.empty()) {
          columns = 1;
          used.assign(sample_.groups, 0);
        }
        batch.push_back({.a = a, .b = b});
        columns += columns_of_pair(is_complete(batch.back()));
        for (const std::size_t g : {a, b}) {
          if (used[g] == 0) columns += columns_of_group;
          used[g] = 1;
        }
        if (columns >= at_once) finish_batch();
      }
    }
    if (!batch.empty()) finish_batch();
    finish_means();
  }

 private:
  bool is_complete(const pair_columns& p) const { return groups_[p.a].complete && groups_[p.b].complete; }

  whole_columns columns_of(std::vector<pair_columns>& batch, std::size_t count) const {
    whole_columns columns(sample_, count);
    const std::size_t ones = columns.add([](std::size_t) { return 1.0; });
    std::vector<std::size_t> sums(groups_.size()), squares(groups_.size());
    std::vector<char> added(groups_.size());
    const auto add_group = [&](std::size_t group) {
      if (std::exchange(added[group], 1) != 0) return;
      const standardised_group& g = groups_[group];
      sums[group] = columns.add([&](std::size_t d) { return g.value[d]; });
      squares[group] = columns.add([&](std::size_t d) { return g.value[d] * g.value[d]; });
    };
    for (pair_columns& p : batch) {
      add_group(p.a);
      add_group(p.b);
      const standardised_group &a = groups_[p.a], &b = groups_[p.b];
      p.product = columns.add([&](std::size_t d) { return a.value[d] * b.value[d]; });
      if (is_complete(p)) {
        p.count = ones;
        p.sum_a = sums[p.a];
        p.sum_b = sums[p.b];
        p.squares_a = squares[p.a];
        p.squares_b = squares[p.b];
      } else {
        p.count = columns.add([&](std::size_t d) { return a.present[d] * b.present[d]; });
        p.sum_a = columns.add([&](std::size_t d) { return a.value[d] * b.present[d]; });
        p.sum_b = columns.add([&](std::size_t d) { return b.value[d] * a.present[d]; });
        p.squares_a = columns.add([&](std::size_t d) { return a.value[d] * a.value[d] * b.present[d]; });
        p.squares_b = columns.add([&](std::size_t d) { return b.value[d] * b.value[d] * a.present[d]; });
      }
    }
    return columns;
  }

  pair_correlation& answer(const pair_columns& p, std::size_t regime) const {
    return by_regime_[regime].pairs[pair_position(sample_.groups, p.a, p.b)];
  }

  pair_sums sums_of(const whole_columns& columns, const std::vector<double>& sums, const pair_columns& p,
                    std::size_t k) const {
    const std::size_t count = columns.view().column_count;
    const auto row = [&](std::size_t column) { return sums.data() + (k * count + column) * replicates_; };
    return {row(p.count),
            row(p.sum_a),
            row(p.sum_b),
            row(p.squares_a),
            row(p.squares_b),
            row(p.product),
            columns.unit(k, p.count),
            columns.unit(k, p.sum_a),
            columns.unit(k, p.sum_b),
            columns.unit(k, p.squares_a),
            columns.unit(k, p.squares_b),
            columns.unit(k, p.product),
            std::min(10.0, 0.5 * static_cast<double>(answer(p, k).days)),
            groups_[p.a].variance[k],
            groups_[p.b].variance[k]};
  }

  void make_batch(std::vector<pair_columns>& batch, std::size_t column_count) {
    const whole_columns columns = columns_of(batch, column_count);
    std::vector<double> sums(sample_.regimes * column_count * replicates_);
    backend_.day_bootstrap(
        {static_cast<std::uint64_t>(settings_.bootstrap.seed), draws_stream, longer_.data(), longer_.size()},
        columns.view(), {0, replicates_}, {sums.data()});
    count_unused(columns, sums);
    oneapi::tbb::parallel_for(std::size_t{0}, batch.size() * sample_.regimes, [&](std::size_t i) {
      make_pair(columns, sums, batch[i / sample_.regimes], i % sample_.regimes);
    });
    const std::size_t blocks = (replicates_ + replicates_at_once - 1) / replicates_at_once;
    oneapi::tbb::parallel_for(std::size_t{0}, blocks, [&](std::size_t block) {
      for (std::size_t k = 0; k < sample_.regimes; ++k) {
        for (const pair_columns& p : batch) add_to_mean(columns, sums, p, k, block * replicates_at_once);
      }
    });
  }

  void count_unused(const whole_columns& columns, const std::vector<double>& sums) {
    const std::size_t column_count = columns.view().column_count;
    for (std::size_t k = 0; k < sample_.regimes; ++k) {
      if (!by_regime_[k].reason.empty()) continue;
      const double* ones = sums.data() + k * column_count * replicates_;
      const double least = std::min(10.0, 0.5 * static_cast<double>(by_regime_[k].days));
      by_regime_[k].replicates_unused = std::count_if(
          ones, ones + replicates_, [&](double count) { return count * columns.unit(k, 0) < least; });
    }
  }

  // The estimates of replicates first, first + 1, ...; returns how many.
  std::size_t estimate(const whole_columns& columns, const std::vector<double>& sums, const pair_columns& p,
                       std::size_t k, std::size_t first, replicate_estimates& e) const {
    const std::size_t count = std::min(replicates_at_once, replicates_ - first);
    replicate_moments here, low;
    const auto moments = [&](std::size_t regime, replicate_moments& m) {
      moments_of_replicates(sums_of(columns, sums, p, regime), first, count, m.var_a.data(), m.var_b.data(),
                            m.cov.data());
    };
    moments(k, here);
    moments(0, low);
    estimates_of_replicates(here, low, count, e);
    return count;
  }

  void make_pair(const whole_columns& columns, const std::vector<double>& sums, const pair_columns& p,
                 std::size_t k) {
    correlation_estimate& to = answer(p, k).of;
    if (std::isnan(to.rho)) return;
    std::array<std::vector<double>, estimates> series;
    for (std::vector<double>& s : series) s.reserve(replicates_);
    replicate_estimates e;
    for (std::size_t first = 0; first < replicates_; first += replicates_at_once) {
      const auto count = static_cast<std::ptrdiff_t>(estimate(columns, sums, p, k, first, e));
      for (std::size_t q = 0; q < estimates; ++q)
        series[q].insert(series[q].end(), e.of[q].begin(), e.of[q].begin() + count);
    }
    set_intervals(to, series[0], series[1], series[2], series[3]);
  }

  static void set_intervals(correlation_estimate& to, std::vector<double>& rho, std::vector<double>& adjusted,
                            std::vector<double>& excess, std::vector<double>& difference) {
    std::vector<double> memory;
    to.rho_95 = interval_of(rho, memory);
    if (std::isnan(to.excess)) return;  // nothing to compare with
    to.rho_adjusted_95 = interval_of(adjusted, memory);
    to.excess_95 = interval_of(excess, memory);
    to.difference_95 = interval_of(difference, memory);
  }

  // Pairs are added in their order, whatever the batches.
  void add_to_mean(const whole_columns& columns, const std::vector<double>& sums, const pair_columns& p,
                   std::size_t k, std::size_t first) {
    const correlation_estimate& known = answer(p, k).of;
    if (std::isnan(known.rho)) return;
    replicate_estimates e;
    const std::size_t count = estimate(columns, sums, p, k, first, e);
    for (std::size_t q = 0; q < estimates; ++q) {
      if (q > 0 && std::isnan(known.excess)) break;
      double* mean = mean_[k * estimates + q].data() + first;
      for (std::size_t i = 0; i < count; ++i) mean[i] += e.of[q][i];
    }
  }

  void finish_means() {
    for (std::size_t k = 0; k < sample_.regimes; ++k) {
      regime_correlation& r = by_regime_[k];
      if (static_cast<double>(r.replicates_unused) > most_unused * static_cast<double>(replicates_)) {
        r.interval_reason =
            fmt::format("in {} of {} replicates its days are drawn fewer than {:g} times",
                        r.replicates_unused, replicates_, std::ceil(std::min(10.0, 0.5 * r.days)));
      }
      const auto pairs_with = [&](auto estimate) {
        return static_cast<double>(
            std::count_if(r.pairs.begin(), r.pairs.end(),
                          [&](const pair_correlation& p) { return !std::isnan(estimate(p.of)); }));
      };
      const double known = pairs_with([](const correlation_estimate& e) { return e.rho; });
      const double compared = pairs_with([](const correlation_estimate& e) { return e.excess; });
      std::vector<double>* mean = &mean_[k * estimates];
      if (known == 0.0) continue;
      for (std::size_t q = 0; q < estimates; ++q) {
        for (double& v : mean[q]) v /= q == 0 ? known : compared;
      }
      set_intervals(r.mean, mean[0], mean[1], mean[2], mean[3]);
    }
  }

  std::vector<regime_correlation>& by_regime_;
  const regime_sample& sample_;
  const correlation_settings& settings_;
  backend& backend_;
  std::size_t memory_;
  std::size_t replicates_;
  std::vector<std::uint32_t> longer_;
  std::vector<std::vector<double>>
      mean_;  // [regimes * estimates] of [replicates]: sums over pairs, then means
  std::vector<standardised_group> groups_;
};

}  // namespace

void add_intervals(std::vector<regime_correlation>& by_regime, const regime_sample& sample,
                   const correlation_settings& s, double mean_block_length, backend& b, std::size_t memory) {
  const bool nothing = std::all_of(by_regime.begin(), by_regime.end(),
                                   [](const regime_correlation& r) { return !r.reason.empty(); });
  if (!nothing) interval_maker(by_regime, sample, s, mean_block_length, b, memory).make();
}

}  // namespace topheavy
