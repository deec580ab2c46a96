// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/core/membership.h"
#include "kernels/new_highs/new_highs.h"
#include "kernels/new_highs/new_highs_core.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

// Constituents that walk through the days together: their state for a 252-day window is 126 KiB, within a
// core's second-level cache.
constexpr std::size_t block_width = 64;

// The running maximum over `window` days after van Herk: days are cut into spans of `window`; the window that
// ends at position p of a span is the span's first p + 1 days and the last window - p - 1 days of the span
// before it. So a running maximum from the front of this span and one from the back of the last span answer
// every day in one step. spans [window, block_width]: below p this span's values, from p on the last span's
// maxima from the back.
void count_block(panel_view panel, std::size_t first, std::size_t width, std::size_t window, double within,
                 std::int32_t* count) {
  std::vector<double> spans(window * block_width, 0.0);  // 0 is below every return index
  double x[block_width];
  double front[block_width];
  std::fill(x, x + block_width, 1.0);
  std::size_t position = 0;
  for (std::size_t t = 0; t < panel.days; ++t) {
    if (position == 0) std::fill(front, front + block_width, 0.0);
    double* here = spans.data() + position * block_width;
    const bool last = position + 1 == window;
    const double* back = last ? front : here + block_width;
    std::int64_t near = 0;
    if (t == 0) {
      std::copy(x, x + width, here);
      std::copy(x, x + width, front);
    } else {
      const day_rows rows = {rows_of(panel, t).prior_cap + first, rows_of(panel, t).ret + first};
      for (std::size_t n = 0; n < width; ++n) {
        const double ret = rows.ret[n];
        const double now = return_index_after(x[n], ret);
        x[n] = here[n] = now;
        front[n] = higher(front[n], now);
        near += near_high(member_of(rows, n).in, now, higher(front[n], back[n]), within);
      }
    }
    count[t] = static_cast<std::int32_t>(near);
    position = last ? 0 : position + 1;
    if (last) {
      for (std::size_t p = window - 1; p-- > 1;) {
        double* row = spans.data() + p * block_width;
        for (std::size_t n = 0; n < width; ++n) row[n] = higher(row[n], row[block_width + n]);
      }
    }
  }
}

}  // namespace

void new_highs_cpu(panel_view panel, new_highs_rule rule, std::int32_t* count) {
  if (rule.window < 1) {
    throw std::invalid_argument("new_highs: window is " + std::to_string(rule.window) + " days, at least 1");
  }
  if (!(rule.within > 0.0 && rule.within <= 1.0)) {
    throw std::invalid_argument("new_highs: within is " + std::to_string(rule.within) + ", allowed (0, 1]");
  }
  if (panel.days == 0) return;
  const std::size_t window = std::min(static_cast<std::size_t>(rule.window), panel.days);
  const std::size_t blocks = (panel.constituents + block_width - 1) / block_width;
  std::vector<std::int32_t> counts(blocks * panel.days);  // [blocks, T]
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, blocks, 1), [&](const auto& range) {
    for (std::size_t b = range.begin(); b < range.end(); ++b) {
      const std::size_t first = b * block_width;
      const std::size_t width = std::min(block_width, panel.constituents - first);
      count_block(panel, first, width, window, rule.within, counts.data() + b * panel.days);
    }
  });
  std::fill(count, count + panel.days, 0);
  for (std::size_t b = 0; b < blocks; ++b) {
    for (std::size_t t = 0; t < panel.days; ++t) count[t] += counts[b * panel.days + t];
  }
}

}  // namespace topheavy
