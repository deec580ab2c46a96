// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/concentration/concentration.h"
#include "kernels/core/block_sum.h"
#include "kernels/core/log_exp.h"
#include "kernels/core/portable.h"
#include "kernels/core/tree_sum.h"

#include <cstddef>
#include <cstdint>

// The arithmetic of concentration.h: one entity, one day's figures from its sums, and one day as a CUDA block
// computes it.
namespace topheavy {

// The power of two that brings `total` into [1, 2); below 2^-1023 as near as a factor comes.
TOPHEAVY_HD inline double scale_of_total(double total) {
  using namespace log_exp_detail;
  const auto biased = static_cast<int>(bits_of(total) >> 52);  // total > 0: no sign
  return power_of_two(biased < 2046 ? 1023 - biased : -1022);
}

struct entity_terms {
  double square;  // y^2
  double log;     // y ln y
};

// y: the scaled cap of an entity, >= 0. Below 2^-1022 the logarithm is that of 2^-1022; 0 times it is 0.
TOPHEAVY_HD inline double loggable(double y) {
  constexpr double least = log_exp_detail::smallest_normal;
  return y > least ? y : least;
}
TOPHEAVY_HD inline entity_terms terms_of_entity(double y) { return {y * y, y * log_of_normal(loggable(y))}; }

// x[e] of the entity that holds members first .. last - 1.
TOPHEAVY_HD inline double entity_cap(const double* cap, const std::int32_t* members, std::int32_t first,
                                     std::int32_t last) {
  if (last - first == 1) return cap[members[first]];
  return tree_sum(static_cast<std::size_t>(last - first),
                  [&](std::size_t i) { return cap[members[static_cast<std::size_t>(first) + i]]; });
}

TOPHEAVY_HD inline double gini_term(std::size_t position, std::size_t count, double y) {  // position from 0
  // An exact whole number; signed, which processors convert in one step.
  const auto factor = 2 * static_cast<std::int64_t>(position) + 1 - static_cast<std::int64_t>(count);
  return static_cast<double>(factor) * y;
}

// What a day's sums make. ascending(i): the i-th smallest scaled value of those that are there.
struct day_sums {
  double total;  // scaled
  std::size_t count;
  double squares;
  double logs;
  double gini;
};
struct day_figures {
  double top[top_counts_size];
  double hhi;
  double entropy;
  double gini;
};

template <typename Ascending>
TOPHEAVY_HD inline day_figures figures_of(const day_sums& sums, Ascending ascending) {
  day_figures f;
  for (std::size_t k = 0; k < top_counts_size; ++k) {
    const auto top = static_cast<std::size_t>(top_count(k));
    f.top[k] = top >= sums.count
                   ? 1.0
                   : tree_sum(top, [&](std::size_t i) { return ascending(sums.count - 1 - i); }) / sums.total;
  }
  f.hhi = sums.squares / (sums.total * sums.total);
  const double entropy = log_of_normal(sums.total) - sums.logs / sums.total;
  const double gini = sums.gini / (static_cast<double>(sums.count) * sums.total);
  // Both are 0 where one entity or equal ones leave nothing; rounding must not make it negative.
  f.entropy = sums.count > 1 && entropy > 0.0 ? entropy : 0.0;
  f.gini = sums.count > 1 && gini > 0.0 ? gini : 0.0;
  return f;
}

TOPHEAVY_HD inline day_figures no_figures() {
  constexpr double none = log_exp_detail::not_a_number;
  day_figures f;
  for (std::size_t k = 0; k < top_counts_size; ++k) f.top[k] = none;
  f.hhi = f.entropy = f.gini = none;
  return f;
}

TOPHEAVY_HD inline void write_day(const concentration_result& result, std::size_t day, std::size_t count,
                                  const day_figures& f) {
  result.count[day] = static_cast<std::int32_t>(count);
  for (std::size_t k = 0; k < top_counts_size; ++k) result.top[day * top_counts_size + k] = f.top[k];
  result.hhi[day] = f.hhi;
  result.entropy[day] = f.entropy;
  result.gini[day] = f.gini;
}

// One day by a block of threads. x [entities] in canonical order, sorted [entities] the same ascending, so
// that those that are not there, zeros, stand first. shared: memory of the block for `capacity` chunk sums and
// for one more that every thread reads.
template <typename Block>
TOPHEAVY_HD inline void concentration_block(const Block& block, const double* x, const double* sorted,
                                            std::size_t entities, const concentration_result& result,
                                            std::size_t day, sum_pack<2>* shared, std::size_t capacity,
                                            sum_pack<2>* for_all) {
  const sum_pack<2> first = block_tree_sum(
      block, entities, [&](std::size_t e) { return sum_pack<2>{{x[e], x[e] > 0.0 ? 1.0 : 0.0}}; }, shared,
      capacity);
  block.first_thread([&] { *for_all = first; });
  block.barrier();
  const double total = for_all->value[0];
  const auto count = static_cast<std::size_t>(for_all->value[1]);
  const double scale = scale_of_total(total);
  const sum_pack<2> second = block_tree_sum(
      block, entities,
      [&](std::size_t e) {
        const entity_terms terms = terms_of_entity(x[e] * scale);
        return sum_pack<2>{{terms.square, terms.log}};
      },
      shared, capacity);
  const double* ascending = sorted + (entities - count);
  const sum_pack<2> third = block_tree_sum(
      block, count,
      [&](std::size_t i) { return sum_pack<2>{{gini_term(i, count, ascending[i] * scale), 0.0}}; }, shared,
      capacity);
  block.first_thread([&] {
    const day_sums sums = {total * scale, count, second.value[0], second.value[1], third.value[0]};
    write_day(result, day, count, count == 0 ? no_figures() : figures_of(sums, [&](std::size_t i) {
                return ascending[i] * scale;
              }));
  });
  block.barrier();
}

}  // namespace topheavy
