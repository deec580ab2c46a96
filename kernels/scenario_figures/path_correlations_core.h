// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"
#include "kernels/core/warp_sum.h"
#include "kernels/scenario_figures/path_strip.h"
#include "kernels/scenario_figures/scenario_figures.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

// Correlations along paths: the arithmetic of one, and all of one scenario and dimension as a block of threads makes them.
namespace topheavy {

inline constexpr std::uint32_t no_bin = rho_bins;

// Adding and taking away this leaves a number below 2^19 rounded to a multiple of rho_unit.
inline constexpr double rho_rounder = 0x1.8p20;

// Constants: nvcc keeps the functions of numeric_limits on the host.
inline constexpr double no_spread = std::numeric_limits<double>::quiet_NaN();

// The sum of squares about the mean, as a root; NaN where the values do not vary beyond the rounding of it.
TOPHEAVY_HD TOPHEAVY_INLINE double root_of_squares(double squares, double sum, double days) {
  const double about = squares - sum / days * sum;
  return about > 1e-12 * squares ? sqrt(about) : no_spread;
}

// rho = (products - own mean x sums) / (own sd x sds) within -1 .. 1, rounded to rho_unit. A Number is double, or a vector
// of them.
template <typename Number>
TOPHEAVY_HD TOPHEAVY_INLINE void correlate(const Number& products, double own_mean, const Number& sums,
                                           double own_sd, const Number& sds, Number& rho) {
  const Number value = (products - own_mean * sums) / (own_sd * sds);
  const Number floored = value < -1.0 ? value * 0.0 - 1.0 : value;
  const Number kept = floored > 1.0 ? floored * 0.0 + 1.0 : floored;
  rho = (kept + rho_rounder) - rho_rounder;
}

// no_bin where it is not a number.
TOPHEAVY_HD TOPHEAVY_INLINE std::uint32_t bin_of(double rho) {
  const bool known = rho == rho;
  const double value = known ? rho : 0.0;
  const auto found = static_cast<std::int32_t>((value + 1.0) * (rho_bins / 2.0));
  const std::int32_t within = found < static_cast<std::int32_t>(rho_bins) ? found : rho_bins - 1;
  return known ? static_cast<std::uint32_t>(within) : no_bin;
}

// What a block makes: the correlations of a dimension over all days, and over those of each regime.
struct correlated_dimension {
  std::uint32_t first = 0;  // group
  std::uint32_t count = 0;
  std::size_t first_pair = 0;
};

inline std::vector<correlated_dimension> correlated_dimensions(const figure_request& request) {
  std::vector<correlated_dimension> dimensions;
  std::size_t first_pair = 0;
  for (const correlated_groups& d : request.correlated) {
    dimensions.push_back({d.first, d.count, first_pair});
    first_pair += d.pairs();
  }
  return dimensions;
}

struct correlation_counts {
  std::uint32_t* histogram = nullptr;  // [regimes + 1, pairs, rho_bins]
  std::int64_t* sum = nullptr;         // [regimes + 1, pairs], in rho_unit
  std::size_t pairs = 0;               // of all dimensions
  std::uint32_t regimes = 0;
  std::uint32_t min_days = 0;
};

// A row of ones stands before the returns of the groups. The sum over days of the product of each two rows, a row and
// itself included, then is all that is wanted: how many days there are, sums, squares and products.
TOPHEAVY_HD constexpr std::uint32_t moments_of_rows(std::uint32_t rows) { return rows * (rows + 1) / 2; }

// Of rows a <= b: (0,0) (0,1) ... (1,1) (1,2) ...
TOPHEAVY_HD constexpr std::uint32_t place_of_moment(std::uint32_t rows, std::uint32_t a, std::uint32_t b) {
  return a * rows + b - a * (a + 1) / 2;
}

struct two_rows {
  std::uint32_t a, b;
};
TOPHEAVY_HD inline two_rows rows_of_moment(std::uint32_t rows, std::uint32_t moment) {
  std::uint32_t a = 0;
  for (; moment >= rows - a; ++a) moment -= rows - a;
  return {a, a + moment};
}

// The memory of a block. Kinds are regimes and, last, days without one; how many of them, and of days, are in it at a time
// changes the speed, never a bit.
struct correlation_shape {
  std::uint32_t groups = 0;  // at most, of a dimension
  std::uint32_t kinds = 0;   // at a time
  std::uint32_t days = 0;    // at a time; 0: there is no room for a day

  TOPHEAVY_HD std::uint32_t rows() const { return groups + 1; }
  TOPHEAVY_HD std::uint32_t pitch() const { return rows() | 1; }  // odd: neighbours are in different banks
  TOPHEAVY_HD std::uint32_t moments() const { return (kinds + 1) * moments_of_rows(rows()); }
  TOPHEAVY_HD std::uint32_t spreads() const { return (kinds + 1) * groups; }
  TOPHEAVY_HD std::uint32_t numbers() const { return moments() + 2 * spreads() + days * pitch(); }
  std::size_t bytes() const { return numbers() * sizeof(double) + days * sizeof(std::uint32_t); }
};

// As many days as fit beside one kind, and then as many kinds.
inline correlation_shape correlation_shape_for(std::uint32_t groups, std::uint32_t kinds, std::size_t days,
                                               std::size_t bytes) {
  constexpr std::size_t most_days = 64, most_groups = 1024;
  correlation_shape shape{groups, 1, static_cast<std::uint32_t>(std::min(days, most_days))};
  if (groups > most_groups) shape.days = 0;
  while (shape.days > 0 && shape.bytes() > bytes) --shape.days;
  const auto with = [&](std::uint32_t some) { return correlation_shape{groups, some, shape.days}; };
  while (shape.days > 0 && shape.kinds < kinds && with(shape.kinds + 1).bytes() <= bytes) ++shape.kinds;
  return shape;
}

// One scenario and one dimension. Order: moments of a kind over its days in sequence, those of all days over kinds. shared:
// of shape.bytes(). Ends with a barrier.
template <typename Block>
TOPHEAVY_HD inline void correlate_scenario_block(const Block& block, const path_strip& strip,
                                                 const correlated_dimension& dimension, std::size_t scenario,
                                                 const correlation_counts& counts,
                                                 const correlation_shape& shape, double* shared) {
  const std::uint32_t groups = dimension.count, rows = groups + 1, moments = moments_of_rows(rows);
  const std::uint32_t pairs = groups * (groups - 1) / 2, kinds = counts.regimes + 1, pitch = shape.pitch();
  double* const moment = shared;                         // [kinds at a time, all][moments]
  double* const whole = moment + shape.kinds * moments;  // the last of them
  double* const mean = moment + shape.moments();         // [kinds at a time, all][groups]
  double* const spread = mean + shape.spreads();         // likewise
  double* const value = spread + shape.spreads();        // [days at a time][pitch]
  auto* const place =
      reinterpret_cast<std::uint32_t*>(shared + shape.numbers());  // of the kind of each of these days
  const std::uint32_t nowhere = shape.kinds;
  const auto each = [&](std::uint32_t count, const auto& work) {
    const auto threads = static_cast<std::uint32_t>(block.warps() * warp_threads);
    block.each_warp([&](const auto& warp, std::size_t index) {
      warp.each_of([&](unsigned thread) {
        const auto first = static_cast<std::uint32_t>(index * warp_threads + thread);
        for (std::uint32_t i = first; i < count; i += threads) work(warp, i);
      });
    });
    block.barrier();
  };

  for (std::uint32_t first_kind = 0; first_kind < kinds; first_kind += shape.kinds) {
    const std::uint32_t some = kinds - first_kind < shape.kinds ? kinds - first_kind : shape.kinds;
    for (std::size_t first_day = 0; first_day < strip.days; first_day += shape.days) {
      const bool last_days = strip.days - first_day <= shape.days;
      const std::uint32_t days = last_days ? static_cast<std::uint32_t>(strip.days - first_day) : shape.days;

      each(days * rows, [&](const auto&, std::uint32_t i) {
        const std::uint32_t d = i % days, row = i / days;
        const std::size_t day = first_day + d;
        if (row == 0) {
          const std::uint32_t regime = strip.regime[scenario * strip.days + day];
          const std::uint32_t kind = regime < counts.regimes ? regime : counts.regimes;
          place[d] = kind >= first_kind && kind - first_kind < some ? kind - first_kind : nowhere;
          value[d * pitch] = 1.0;
          return;
        }
        const std::size_t group = dimension.first + row - 1;
        const double* const cap = strip.group + group * strip.stride + scenario * strip.steps;
        const double before = day == 0 ? strip.start_group[group] : cap[strip.day_step[day - 1]];
        value[d * pitch + row] = cap[strip.day_step[day]] / before - 1.0;
      });

      // A moment of all kinds is one thread's.
      each(moments, [&](const auto&, std::uint32_t m) {
        if (first_day == 0) {
          for (std::uint32_t k = 0; k < some; ++k) moment[k * moments + m] = 0.0;
          if (first_kind == 0) whole[m] = 0.0;
        }
        const two_rows of = rows_of_moment(rows, m);
        double sum = 0.0;
        std::uint32_t at = nowhere;
        for (std::uint32_t d = 0; d < days; ++d) {
          if (place[d] != at) {
            if (at != nowhere) moment[at * moments + m] = sum;
            at = place[d];
            if (at != nowhere) sum = moment[at * moments + m];
          }
          if (at != nowhere) sum += value[d * pitch + of.a] * value[d * pitch + of.b];
        }
        if (at != nowhere) moment[at * moments + m] = sum;
        if (!last_days) return;
        for (std::uint32_t k = 0; k < some; ++k) whole[m] += moment[k * moments + m];
      });
    }

    // One more than there are kinds: all days, once all kinds are in them.
    const std::uint32_t told = first_kind + some == kinds ? some + 1 : some;
    each(told * groups, [&](const auto&, std::uint32_t i) {
      const double* const of = i / groups == some ? whole : moment + i / groups * moments;
      const std::uint32_t row = i % groups + 1;
      const double sum = of[place_of_moment(rows, 0, row)];
      mean[i] = sum / of[0];
      spread[i] = root_of_squares(of[place_of_moment(rows, row, row)], sum, of[0]);
    });
    each(told * pairs, [&](const auto& warp, std::uint32_t i) {
      const std::uint32_t k = i / pairs, pair = i % pairs, kind = first_kind + k;
      const bool all = k == some;
      const double* const of = all ? whole : moment + k * moments;
      if (!all && (kind == counts.regimes || of[0] < static_cast<double>(counts.min_days))) return;
      const two_rows two = rows_of_moment(groups - 1, pair);
      const std::uint32_t a = two.a, b = two.b + 1;
      double rho;
      correlate(of[place_of_moment(rows, a + 1, b + 1)], mean[k * groups + a],
                of[place_of_moment(rows, 0, b + 1)], spread[k * groups + a], spread[k * groups + b], rho);
      const std::uint32_t bin = bin_of(rho);
      if (bin == no_bin) return;
      const std::size_t to = (all ? 0 : kind + std::size_t{1}) * counts.pairs + dimension.first_pair + pair;
      warp.add_to(counts.histogram + to * rho_bins + bin, 1U);
      warp.add_to(counts.sum + to, static_cast<std::int64_t>(rho / rho_unit));
    });
  }
}

}  // namespace topheavy
