// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/history/correlation.h"
#include "kernels/day_bootstrap/day_bootstrap.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace topheavy {

// Whole numbers in place of real ones: column p of regime k holds round(x / unit), unit a power of two, so small that
// sums over as many draws as there are days stay below 2^53.
class whole_columns {
 public:
  whole_columns(const regime_sample& sample, std::size_t columns)
      : sample_(sample),
        columns_(columns),
        values_(sample.regime.size() * columns),
        units_(sample.regimes * columns) {
    int bits = 0;
    while ((std::size_t{1} << bits) < sample.regime.size()) ++bits;
    spare_bits_ = 52 - bits;
  }

  // Adds a column of value(d); returns its position.
  template <typename Value>
  std::size_t add(Value value) {
    const std::size_t p = used_++;
    std::vector<double> largest(sample_.regimes);
    for_days([&](std::size_t d, std::size_t k) { largest[k] = std::max(largest[k], std::fabs(value(d))); });
    std::vector<int> exponent(sample_.regimes);
    for (std::size_t k = 0; k < sample_.regimes; ++k) {
      std::frexp(largest[k], &exponent[k]);  // largest < 2^exponent
      units_[k * columns_ + p] = std::ldexp(1.0, exponent[k] - spare_bits_);
    }
    for_days([&](std::size_t d, std::size_t k) {
      values_[d * columns_ + p] = std::nearbyint(std::ldexp(value(d), spare_bits_ - exponent[k]));
    });
    return p;
  }

  bootstrap_days view() const {
    return {sample_.regime.size(), sample_.regime.data(), sample_.regimes, values_.data(), columns_};
  }
  double unit(std::size_t regime, std::size_t column) const { return units_[regime * columns_ + column]; }

 private:
  template <typename Visit>
  void for_days(Visit visit) const {
    for (std::size_t d = 0; d < sample_.regime.size(); ++d) {
      if (sample_.regime[d] >= 0) visit(d, static_cast<std::size_t>(sample_.regime[d]));
    }
  }

  const regime_sample& sample_;
  std::size_t columns_;
  std::size_t used_ = 0;
  int spare_bits_ = 0;
  std::vector<double> values_;  // [D, columns]
  std::vector<double> units_;   // [regimes, columns]
};

}  // namespace topheavy
