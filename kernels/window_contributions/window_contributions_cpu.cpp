// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/core/membership.h"
#include "kernels/window_contributions/window_contributions.h"
#include "kernels/window_contributions/window_contributions_core.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

constexpr std::size_t block_width = 256;  // constituents that walk through the days together, 5 KiB of sums

}  // namespace

void window_contributions_cpu(panel_view panel, contribution_window window,
                              window_contributions_result result) {
  if (window.base_day >= window.last_day || window.last_day >= panel.days) {
    throw std::invalid_argument("window_contributions: days " + std::to_string(window.base_day) + " to " +
                                std::to_string(window.last_day) + " of " + std::to_string(panel.days));
  }
  const std::size_t blocks = (panel.constituents + block_width - 1) / block_width;
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, blocks, 1), [&](const auto& range) {
    for (std::size_t b = range.begin(); b < range.end(); ++b) {
      const std::size_t first = b * block_width;
      const std::size_t width = std::min(block_width, panel.constituents - first);
      double contribution[block_width] = {};
      double growth[block_width];
      std::int32_t member_days[block_width] = {};
      std::fill(growth, growth + width, 1.0);
      for (std::size_t t = window.base_day + 1; t <= window.last_day; ++t) {
        const day_rows rows = {rows_of(panel, t).prior_cap + first, rows_of(panel, t).ret + first};
        const double scale = window.scale[t];
        for (std::size_t n = 0; n < width; ++n) {
          add_day(member_of(rows, n), scale, contribution[n], growth[n], member_days[n]);
        }
      }
      std::copy(contribution, contribution + width, result.contribution + first);
      std::copy(growth, growth + width, result.growth + first);
      std::copy(member_days, member_days + width, result.member_days + first);
    }
  });
}

}  // namespace topheavy
