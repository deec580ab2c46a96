// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/new_highs/new_highs_cpu.h"

#include "kernels/new_highs/new_highs_core.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace topheavy {

void check_new_highs(new_highs_rule rule) {
  if (rule.window < 1) {
    throw std::invalid_argument("new_highs: window is " + std::to_string(rule.window) + " days, at least 1");
  }
  if (!(rule.within > 0.0 && rule.within <= 1.0)) {
    throw std::invalid_argument("new_highs: within is " + std::to_string(rule.within) + ", allowed (0, 1]");
  }
}

// The running maximum over `window` days after van Herk: days are cut into spans of `window`; the window that
// ends at position p of a span is the span's first p + 1 days and the last window - p - 1 days of the span
// before it. So a running maximum from the front of this span and one from the back of the last span answer
// every day in one step. spans_: below p this span's values, from p on the last span's maxima from the back.
new_highs_block::new_highs_block(new_highs_rule rule, std::size_t days)
    : window_(std::min(static_cast<std::size_t>(rule.window), std::max<std::size_t>(days, 1))),
      within_(rule.within),
      spans_(window_ * width, 0.0) {  // 0 is below every return index
  std::fill(x_, x_ + width, 1.0);
}

TOPHEAVY_CLONES std::int32_t new_highs_block::next_day(day_rows rows, std::size_t used) {
  if (position_ == 0) std::fill(front_, front_ + width, 0.0);
  double* here = spans_.data() + position_ * width;
  const bool last = position_ + 1 == window_;
  const double* back = last ? front_ : here + width;
  std::int64_t near = 0;
  if (rows.ret == nullptr) {
    std::copy(x_, x_ + width, here);
    std::copy(x_, x_ + width, front_);
  } else {
    for (std::size_t n = 0; n < used; ++n) {
      const double now = return_index_after(x_[n], rows.ret[n]);
      x_[n] = here[n] = now;
      front_[n] = higher(front_[n], now);
      near += near_high(member_of(rows, n).in, now, higher(front_[n], back[n]), within_);
    }
  }
  position_ = last ? 0 : position_ + 1;
  if (last) {
    for (std::size_t p = window_ - 1; p-- > 1;) {
      double* row = spans_.data() + p * width;
      for (std::size_t n = 0; n < width; ++n) row[n] = higher(row[n], row[width + n]);
    }
  }
  return static_cast<std::int32_t>(near);
}

}  // namespace topheavy
