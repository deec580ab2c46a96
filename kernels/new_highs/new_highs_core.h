// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/membership.h"
#include "kernels/core/portable.h"
#include "kernels/core/view.h"
#include "kernels/core/warp_sum.h"

#include <cstddef>
#include <cstdint>

// The arithmetic of new_highs.h: one constituent on one day, and those of a warp through all days.
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

// Days of the running maximum: a longer window never ends.
TOPHEAVY_HD inline std::size_t days_of_highs(std::int32_t window, std::size_t days) {
  const auto asked = static_cast<std::size_t>(window);
  return asked < days || days == 0 ? asked : days;
}

struct high_so_far {
  double x;      // the return index
  double front;  // highest of the span so far
};

// Constituents first .. first + 31 through all days, a thread each; the running maximum is that of new_highs_cpu.cpp.
// spans [window, N]: as there, of any content. count [T]: added to.
template <typename Warp>
TOPHEAVY_HD inline void new_highs_warp(const Warp& warp, panel_view panel, double within, std::size_t window,
                                       std::size_t first, double* spans, std::uint32_t* count) {
  const std::size_t names = panel.constituents;
  auto highs = warp.each([](unsigned) { return high_so_far{1.0, 0.0}; });
  std::size_t position = 0;
  for (std::size_t t = 0; t < panel.days; ++t) {
    const bool last = position + 1 == window;
    const auto near = warp.each_of(
        [&](unsigned thread, high_so_far& high) {
          const std::size_t n = first + thread;
          if (n >= names) return false;
          double* here = spans + position * names + n;
          member_day member = {0.0, 0.0, false};
          if (t > 0) {
            const day_rows rows = rows_of(panel, t);
            member = member_of(rows, n);
            high.x = return_index_after(high.x, rows.ret[n]);
          }
          const double back = last || t < window ? 0.0 : here[names];  // 0 is below every return index
          *here = high.x;
          high.front = higher(position == 0 ? 0.0 : high.front, high.x);
          const bool is_near = near_high(member.in, high.x, higher(high.front, back), within) != 0;
          if (last) {
            double from_the_back = high.x;
            for (std::size_t p = window - 1; p-- > 1;) {
              from_the_back = higher(spans[p * names + n], from_the_back);
              spans[p * names + n] = from_the_back;
            }
          }
          return is_near;
        },
        highs);
    const unsigned found = warp.ballot(near);
    warp.each_of([&](unsigned thread) {
      if (thread == 0 && found != 0) warp.add_to(count + t, warp.ones(found));
    });
    position = last ? 0 : position + 1;
  }
}

}  // namespace topheavy
