// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"
#include "kernels/core/traffic.h"
#include "kernels/core/view.h"

#include <array>
#include <cstddef>
#include <cstdint>

// How top-heavy each close is (specification, section 3), over entities: the constituents, or groups of them
// that do not overlap (issuers, whose share classes are added up). On day t, first day included:
//   x[e] = sum over n in e of cap[t,n], currency; an entity is there where x > 0; w = x / sum x
//   count = N, the entities that are there
//   top[k] = sum of the k largest w, k = 1, 5, 10, 25, 50; 1 where there are no more than k
//   hhi = sum w^2          entropy = -sum w ln w, natural logarithm, >= 0
//   gini = sum over i of (2 i - N - 1) w_(i) / N, w_(i) ascending, i = 1 .. N; >= 0; equal to the
//          specification's (2 sum i w_(i)) / (N sum w) - (N + 1)/N, and steady where weights are alike
// A day on which nobody is there: count 0, every other figure NaN.
//
// x is scaled by the power of two that brings its total into [1, 2), which loses nothing and lets no square
// overflow. Order: kernels/core/tree_sum.h over an entity's members; over all entities, there or not, for
// total, hhi and entropy; over the sorted entities that are there, ascending for gini, descending for top.
namespace topheavy {

inline constexpr std::size_t top_counts_size = 5;
TOPHEAVY_HD constexpr std::int32_t top_count(std::size_t k) {  // a function: device code reads no host array
  constexpr std::int32_t counts[top_counts_size] = {1, 5, 10, 25, 50};
  return counts[k];
}

struct concentration_result {     // each [T] but top
  std::int32_t* count = nullptr;  // entities
  double* top = nullptr;          // [T, 5] row-major, fraction
  double* hhi = nullptr;          // fraction
  double* entropy = nullptr;      // nats
  double* gini = nullptr;         // fraction
};

// The same figures of one list of values.
struct concentration_figures {
  std::int32_t count = 0;
  std::array<double, top_counts_size> top{};
  double hhi = 0.0;
  double entropy = 0.0;
  double gini = 0.0;
};

// Over values [count] >= 0, finite, in canonical order. names: how many they stand for; those of them that are 0 count
// in `count` and gini, where they are the poorest.
concentration_figures concentration_of(const double* values, std::size_t count, std::size_t names);

// Items: entities times days. The caps are read once; sorting stays in a core's cache.
inline traffic concentration_traffic(std::size_t days, std::size_t constituents, std::size_t entities) {
  const auto t = static_cast<double>(days);
  return {t * static_cast<double>(entities), 8.0 * t * static_cast<double>(constituents),
          t * (4.0 + 8.0 * (3.0 + static_cast<double>(top_counts_size)))};
}

}  // namespace topheavy
