// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/core/portable.h"
#include "kernels/scenario_figures/path_correlations_core.h"
#include "kernels/scenario_figures/scenario_figures_cpu.h"

#include <algorithm>

namespace topheavy {
namespace {

constexpr std::size_t scenarios_at_once = 1024;

TOPHEAVY_CLONES void divide_less_one(const double* now, const double* before, std::size_t count,
                                     double* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = now[i] / before[i] - 1.0;
}

constexpr std::size_t lanes = 8;
using lane_numbers __attribute__((vector_size(8 * sizeof(double)))) = double;
using lane_vector __attribute__((vector_size(8 * sizeof(double)), aligned(8))) = double;  // in memory

TOPHEAVY_INLINE const lane_vector* lanes_at(const double* p) {
  return reinterpret_cast<const lane_vector*>(p);
}
TOPHEAVY_INLINE lane_vector* lanes_at(double* p) { return reinterpret_cast<lane_vector*>(p); }

// products[r, column ..] += factor r x ret[column ..] over some days in a row, with the sums in registers.
template <std::size_t rows>
TOPHEAVY_INLINE void add_rows(const double* ret, std::size_t days, std::size_t width, std::size_t row,
                              std::size_t column, double* products) {
  lane_vector sum[rows];
  for (std::size_t r = 0; r < rows; ++r) sum[r] = *lanes_at(products + r * width);
  for (std::size_t d = 0; d < days; ++d, ret += width) {
    const lane_vector x = *lanes_at(ret + column);
    for (std::size_t r = 0; r < rows; ++r) sum[r] += x * ret[row + r];
  }
  for (std::size_t r = 0; r < rows; ++r) *lanes_at(products + r * width) = sum[r];
}

// Days one after the other into the moments of a regime: sums [width], products [groups, width], of which only those with
// a column not before the row's block of lanes are made.
TOPHEAVY_CLONES void add_days(const double* ret, std::size_t days, std::size_t groups, std::size_t width,
                              double* moments) {
  for (std::size_t column = 0; column < width; column += lanes) {
    lane_vector sum = *lanes_at(moments + column);
    for (std::size_t d = 0; d < days; ++d) sum += *lanes_at(ret + d * width + column);
    *lanes_at(moments + column) = sum;
    double* const products = moments + width + column;
    const std::size_t rows = std::min(groups, column + lanes);
    std::size_t row = 0;
    for (; row + 4 <= rows; row += 4) add_rows<4>(ret, days, width, row, column, products + row * width);
    for (; row < rows; ++row) add_rows<1>(ret, days, width, row, column, products + row * width);
  }
}

TOPHEAVY_CLONES void add_to(const double* terms, std::size_t count, double* sums) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += terms[i];
}

// rho [groups, width]
TOPHEAVY_CLONES void correlate_rows(const double* moments, const double* sd, double days, std::size_t groups,
                                    std::size_t width, double* rho) {
  for (std::size_t i = 0; i + 1 < groups; ++i) {
    const double own_mean = moments[i] / days;
    for (std::size_t column = (i + 1) / lanes * lanes; column < width; column += lanes) {
      const lane_numbers products = *lanes_at(moments + width * (i + 1) + column);
      const lane_numbers sums = *lanes_at(moments + column), sds = *lanes_at(sd + column);
      lane_numbers of_lanes;
      correlate(products, own_mean, sums, sd[i], sds, of_lanes);
      *lanes_at(rho + i * width + column) = of_lanes;
    }
  }
}

// Adds what is a number, and finds the bins.
TOPHEAVY_CLONES void add_and_bin(const double* rho, std::size_t count, double* sums, std::uint32_t* bin) {
  for (std::size_t i = 0; i < count; ++i) {
    sums[i] += rho[i] == rho[i] ? rho[i] : 0.0;
    bin[i] = bin_of(rho[i]);
  }
}

}  // namespace

path_correlations::path_correlations(const figure_request& request)
    : request_(request), pairs_(request.pairs()), kinds_(request.regimes + std::size_t{1}) {
  if (pairs_ == 0) return;
  std::size_t moments = 0;
  for (const correlated_groups& d : request.correlated) {
    width_.push_back((d.count + std::size_t{7}) / 8 * 8);
    moments = std::max(moments, width_.back() * (d.count + std::size_t{1}));
  }
  ret_.resize(width_.size());
  moments_.resize((kinds_ + 1) * moments);
  days_in_.resize(kinds_);
  rho_.resize(pairs_);
  found_bin_.resize(pairs_);
  bin_.resize(kinds_ * pairs_ * scenarios_at_once);
  waiting_.resize(kinds_);
  partial_.resize(kinds_ * pairs_);
  histogram_.resize(request.rhos() * rho_bins);
  sum_.resize(request.rhos());
  count_.resize(request.rhos());
}

void path_correlations::add(const path_strip& strip) {
  if (pairs_ == 0) return;
  for (std::size_t s = 0; s < strip.scenarios; ++s) take_scenario(strip, s);
}

// Row d, column g of ret_[dimension]: the return of the dimension's group g on day d.
void path_correlations::take_returns(const path_strip& strip, std::size_t scenario, std::size_t dimension) {
  const correlated_groups& groups = request_.correlated[dimension];
  const std::size_t days = strip.days, width = width_[dimension];
  std::vector<double>& ret = ret_[dimension];
  ret.resize(days * width);  // zeros; what is beyond the groups stays so
  one_group_.resize(days);
  for (std::size_t g = 0; g < groups.count; ++g) {
    const double* cap = strip.group + (groups.first + g) * strip.stride + scenario * strip.steps;
    if (days != strip.steps) {
      day_cap_.resize(days);
      for (std::size_t d = 0; d < days; ++d) day_cap_[d] = cap[strip.day_step[d]];
      cap = day_cap_.data();
    }
    one_group_[0] = cap[0] / strip.start_group[groups.first + g] - 1.0;
    divide_less_one(cap + 1, cap, days - 1, one_group_.data() + 1);
    for (std::size_t d = 0; d < days; ++d) ret[d * width + g] = one_group_[d];
  }
}

void path_correlations::take_scenario(const path_strip& strip, std::size_t scenario) {
  const std::size_t days = strip.days, regimes = request_.regimes;
  const std::uint8_t* const regime = strip.regime + scenario * days;
  std::fill(days_in_.begin(), days_in_.end(), std::size_t{0});
  for (std::size_t d = 0; d < days; ++d) ++days_in_[std::min<std::size_t>(regime[d], regimes)];

  std::size_t first_pair = 0;
  for (std::size_t dimension = 0; dimension < width_.size(); ++dimension) {
    const std::size_t groups = request_.correlated[dimension].count, width = width_[dimension];
    const std::size_t size = width * (groups + 1);
    take_returns(strip, scenario, dimension);
    double* const whole = moments_.data() + kinds_ * size;
    std::fill_n(whole, size, 0.0);
    for (std::size_t k = 0; k < kinds_; ++k) {
      if (days_in_[k] != 0) std::fill_n(moments_.begin() + static_cast<std::ptrdiff_t>(k * size), size, 0.0);
    }
    for (std::size_t d = 0, next = 0; d < days; d = next) {
      while (next < days && regime[next] == regime[d]) ++next;
      add_days(ret_[dimension].data() + d * width, next - d, groups, width,
               moments_.data() + std::min<std::size_t>(regime[d], regimes) * size);
    }
    for (std::size_t k = 0; k < kinds_; ++k) {
      if (days_in_[k] != 0) add_to(moments_.data() + k * size, size, whole);
    }
    tell(0, dimension, first_pair, whole, days);
    for (std::size_t k = 0; k < regimes; ++k) {
      if (days_in_[k] >= request_.min_days) {
        tell(1 + k, dimension, first_pair, moments_.data() + k * size, days_in_[k]);
      }
    }
    first_pair += request_.correlated[dimension].pairs();
  }

  if (++waiting_[0] == scenarios_at_once) count_bins(0);
  for (std::size_t k = 0; k < regimes; ++k) {
    if (days_in_[k] >= request_.min_days && ++waiting_[1 + k] == scenarios_at_once) count_bins(1 + k);
  }
}

// The correlations of a dimension from its moments, as bins that wait to be counted.
void path_correlations::tell(std::size_t kind, std::size_t dimension, std::size_t first_pair,
                             const double* moments, std::size_t days) {
  const std::size_t groups = request_.correlated[dimension].count, width = width_[dimension];
  const auto count = static_cast<double>(days);
  sd_.assign(width, 1.0);
  for (std::size_t i = 0; i < groups; ++i) {
    sd_[i] = root_of_squares(moments[width * (i + 1) + i], moments[i], count);
  }
  rows_.resize(groups * width);
  correlate_rows(moments, sd_.data(), count, groups, width, rows_.data());
  std::size_t pair = 0;
  for (std::size_t i = 0; i + 1 < groups; ++i) {
    for (std::size_t j = i + 1; j < groups; ++j) rho_[pair++] = rows_[i * width + j];
  }
  add_and_bin(rho_.data(), pair, partial_.data() + kind * pairs_ + first_pair, found_bin_.data());
  std::uint16_t* const bins = bin_.data() + (kind * pairs_ + first_pair) * scenarios_at_once + waiting_[kind];
  for (std::size_t p = 0; p < pair; ++p) {
    bins[p * scenarios_at_once] = static_cast<std::uint16_t>(found_bin_[p]);
  }
}

void path_correlations::count_bins(std::size_t kind) {
  for (std::size_t p = 0; p < pairs_; ++p) {
    const std::size_t rho = kind * pairs_ + p;
    const std::uint16_t* const bins = bin_.data() + rho * scenarios_at_once;
    std::uint32_t* const histogram = histogram_.data() + rho * rho_bins;
    std::size_t counted = 0;
    for (std::size_t i = 0; i < waiting_[kind]; ++i) {
      if (bins[i] == no_bin) continue;
      ++histogram[bins[i]];
      ++counted;
    }
    count_[rho] += counted;
    sum_[rho] += static_cast<std::int64_t>(partial_[rho] / rho_unit);
    partial_[rho] = 0.0;
  }
  waiting_[kind] = 0;
}

void path_correlations::count_waiting() {
  for (std::size_t k = 0; k < kinds_; ++k) count_bins(k);
}

}  // namespace topheavy
