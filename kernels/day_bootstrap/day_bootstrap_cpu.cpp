// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/day_bootstrap/day_bootstrap_cpu.h"

#include "kernels/day_bootstrap/day_bootstrap_core.h"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

[[noreturn]] void refuse(const std::string& complaint) {
  throw std::invalid_argument("day_bootstrap: " + complaint);
}

void check_days(const bootstrap_days& days) {
  if (days.days >= (std::size_t{1} << 31)) refuse(std::to_string(days.days) + " days; fewer than 2^31");
  for (std::size_t t = 0; t < days.days; ++t) {
    const std::int32_t cell = days.cell[t];
    if (cell < -1 || (cell >= 0 && static_cast<std::size_t>(cell) >= days.cells)) {
      refuse("day " + std::to_string(t) + ": cell " + std::to_string(cell) + " of " +
             std::to_string(days.cells));
    }
    if (cell == -1) continue;
    for (std::size_t p = 0; p < days.column_count; ++p) {
      const double x = days.columns[t * days.column_count + p];
      // Days are below 2^31, so a product that rounds is far beyond the bound.
      if (std::nearbyint(x) == x && std::fabs(x) * static_cast<double>(days.days) < 0x1p53) continue;
      refuse("day " + std::to_string(t) + ", column " + std::to_string(p) + ": " + std::to_string(x) +
             "; whole numbers below 2^53 / " + std::to_string(days.days) + " days");
    }
  }
}

}  // namespace

void check_day_bootstrap(const bootstrap_draws& draws, const bootstrap_days& days, bootstrap_range range) {
  check_days(days);
  for (std::size_t l = 1; l < draws.longer_count; ++l) {
    if (draws.longer[l] > draws.longer[l - 1]) {
      refuse("more than " + std::to_string(l + 1) + " days have probability " +
             std::to_string(draws.longer[l]) + " / 2^32, more than " + std::to_string(l) + " days " +
             std::to_string(draws.longer[l - 1]) + "; they descend");
    }
  }
  if (range.count > 0 && range.first > std::numeric_limits<std::uint64_t>::max() - (range.count - 1)) {
    refuse(std::to_string(range.count) + " replicates from " + std::to_string(range.first) +
           " on; their numbers end at 2^64");
  }
}

void day_bootstrap_cpu(const bootstrap_draws& draws, const bootstrap_days& days, bootstrap_range range,
                       bootstrap_result result) {
  check_day_bootstrap(draws, days, range);
  const oneapi::tbb::blocked_range<std::size_t> all(0, range.count, 16);
  oneapi::tbb::parallel_for(all, [&](const auto& replicates) {
    std::vector<std::int32_t> change(days.days);
    std::vector<double> sums(days.cells * days.column_count);
    for (std::size_t r = replicates.begin(); r < replicates.end(); ++r) {
      change.assign(days.days, 0);
      sums.assign(sums.size(), 0.0);
      draw_replicate(draws, static_cast<std::uint32_t>(days.days), range.first + r,
                     [&](std::uint32_t t, std::int32_t by) { change[t] += by; });
      std::int32_t count = 0;
      for (std::size_t t = 0; t < days.days; ++t) {
        count += change[t];
        if (days.cell[t] < 0) continue;
        double* of_cell = sums.data() + static_cast<std::size_t>(days.cell[t]) * days.column_count;
        for (std::size_t p = 0; p < days.column_count; ++p) {
          of_cell[p] += count * days.columns[t * days.column_count + p];
        }
      }
      for (std::size_t k = 0; k < sums.size(); ++k) result.sums[k * range.count + r] = sums[k];
    }
  });
}

}  // namespace topheavy
