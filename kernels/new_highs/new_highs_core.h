// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"

#include <cstdint>

// The arithmetic of new_highs.h: one constituent on one day.
namespace topheavy {

// x[t] from x[t-1]; NaN is no return: flat.
TOPHEAVY_HD inline double return_index_after(double before, double ret) {
  const double grown = before * (1.0 + ret);
  return ret == ret ? grown : before;
}

TOPHEAVY_HD inline double higher(double a, double b) { return a > b ? a : b; }  // no NaN among return indices

// 1 where a member stands within its own high, else 0.
TOPHEAVY_HD inline std::int64_t near_high(bool member, double x, double high, double within) {
  return static_cast<std::int64_t>(member) & static_cast<std::int64_t>(x >= within * high);
}

}  // namespace topheavy
