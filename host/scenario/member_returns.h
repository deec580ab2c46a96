// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/data/panel.h"
#include "host/history/history.h"
#include "kernels/fixed_weight_return/fixed_weight_return_core.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace topheavy {

// What each constituent of the panel returns on a day, float64. Where it has no return: 0 (`missing_history: zero`), else,
// as for risk (kernels/fixed_weight_return), the return of its sector, that of the index where the sector has no member.
// NaN where that is missing too, on a day without an index.
class member_returns {
 public:
  // Refers to the panel.
  member_returns(const panel& p, const history& h, missing_history missing);

  bool missing(std::size_t day, std::size_t n) const { return std::isnan(ret_[day * constituents_ + n]); }

  double operator()(std::size_t day, std::size_t n) const {
    const double own = ret_[day * constituents_ + n];
    const double fill = fill_[day * sectors_ + static_cast<std::size_t>(sector_[n])];
    return filled_return(own, fill);
  }

  std::size_t constituents() const { return constituents_; }

 private:
  const double* ret_;
  std::size_t constituents_;
  std::vector<std::int32_t> sector_;  // [N]
  std::size_t sectors_;
  std::vector<double> fill_;  // [T, sectors]
};

}  // namespace topheavy
