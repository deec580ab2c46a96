// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/check_cells.h"
#include "kernels/constituent_pass/constituent_pass.h"
#include "kernels/core/membership.h"
#include "kernels/new_highs/new_highs_cpu.h"
#include "kernels/regime_moments/regime_moments_core.h"
#include "kernels/risk_contributions/risk_contributions_core.h"
#include "kernels/window_contributions/window_contributions_core.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

constexpr std::size_t width = new_highs_block::width;

struct window_sums {
  double contribution[width];
  double growth[width];
  std::int32_t member_days[width];
};

struct risk_sums {
  double beta[width];
  std::int32_t filled[width];
};

// moment_sums of a block, a vector a member.
struct moment_block {
  double first[width];
  double sum[width];
  double squares[width];
  std::int32_t count[width];

  moment_sums of(std::size_t n) const { return {first[n], sum[n], squares[n], count[n]}; }
};

struct moments_of_cell {
  moment_block present, filled;
};

// The block of constituents first .. first + used - 1 through all days.
TOPHEAVY_CLONES void walk(panel_view panel, const constituent_parts& parts, std::size_t first,
                          std::size_t used, std::int32_t* near_high_count) {
  std::optional<new_highs_block> highs;
  if (parts.new_highs != nullptr) highs.emplace(parts.highs, panel.days);
  std::vector<window_sums> windows(parts.window_count);
  for (window_sums& w : windows) {
    w = {};
    std::fill(w.growth, w.growth + width, 1.0);
  }
  const bool has_risk = parts.by_risk.beta != nullptr;
  std::vector<risk_sums> risk(has_risk ? 1 + parts.risk.cells : 0);
  std::vector<moments_of_cell> moments(parts.by_moments.count != nullptr ? parts.moments.cells : 0);
  double fill[width];
  const auto read_fill = [&](const double* row, const std::int32_t* sector) {
    for (std::size_t n = 0; n < used; ++n) fill[n] = row[static_cast<std::size_t>(sector[first + n])];
  };

  for (std::size_t t = 0; t < panel.days; ++t) {
    const double* ret = panel.ret + t * panel.constituents + first;
    const day_rows rows = t == 0 ? day_rows{} : day_rows{rows_of(panel, t).prior_cap + first, ret};
    if (highs) near_high_count[t] = highs->next_day(rows, used);
    for (std::size_t w = 0; w < parts.window_count; ++w) {
      if (t <= parts.windows[w].base_day || t > parts.windows[w].last_day) continue;
      const double scale = parts.windows[w].scale[t];
      window_sums& sums = windows[w];
      for (std::size_t n = 0; n < used; ++n) {
        add_day(member_of(rows, n), scale, sums.contribution[n], sums.growth[n], sums.member_days[n]);
      }
    }
    if (!moments.empty() && parts.moments.cell[t] >= 0) {
      read_fill(parts.moments.fill + t * parts.moments.sectors, parts.moments.sector);
      moments_of_cell& cell = moments[static_cast<std::size_t>(parts.moments.cell[t])];
      const auto add = [&](moment_block& b, auto value, auto present) {
        for (std::size_t n = 0; n < used; ++n)
          add_value(value(n), present(n), b.first[n], b.sum[n], b.squares[n], b.count[n]);
      };
      add(
          cell.present, [&](std::size_t n) { return ret[n]; },
          [&](std::size_t n) { return ret[n] == ret[n]; });
      add(
          cell.filled, [&](std::size_t n) { return filled_return(ret[n], fill[n]); },
          [](std::size_t) { return true; });
    }
    if (!has_risk || parts.risk.cell[t] == day_not_used) continue;
    read_fill(parts.risk.fill + t * parts.risk.sectors, parts.risk.sector);
    const auto add = [&](risk_sums& sums, double slope) {
      for (std::size_t n = 0; n < used; ++n)
        add_risk_day(ret[n], fill[n], slope, sums.beta[n], sums.filled[n]);
    };
    add(risk[0], parts.risk.slope_all[t]);
    if (parts.risk.cell[t] != in_no_cell) {
      add(risk[1 + static_cast<std::size_t>(parts.risk.cell[t])], parts.risk.slope_cell[t]);
    }
  }

  for (std::size_t w = 0; w < parts.window_count; ++w) {
    const window_contributions_result& to = parts.by_window[w];
    std::copy(windows[w].contribution, windows[w].contribution + used, to.contribution + first);
    std::copy(windows[w].growth, windows[w].growth + used, to.growth + first);
    std::copy(windows[w].member_days, windows[w].member_days + used, to.member_days + first);
  }
  for (std::size_t c = 0; c < risk.size(); ++c) {
    std::copy(risk[c].beta, risk[c].beta + used, parts.by_risk.beta + c * panel.constituents + first);
    std::copy(risk[c].filled, risk[c].filled + used, parts.by_risk.filled + c * panel.constituents + first);
  }
  for (std::size_t c = 0; c < moments.size(); ++c) {
    for (std::size_t n = 0; n < used; ++n) {
      write_moments(moments[c].present.of(n), moments[c].filled.of(n), parts.by_moments,
                    c * panel.constituents + first + n);
    }
  }
}

}  // namespace

void check_constituent_parts(panel_view panel, const constituent_parts& parts) {
  if (parts.new_highs != nullptr) check_new_highs(parts.highs);
  for (std::size_t w = 0; w < parts.window_count; ++w) {
    const contribution_window& window = parts.windows[w];
    if (window.base_day < window.last_day && window.last_day < panel.days) continue;
    throw std::invalid_argument("window_contributions: days " + std::to_string(window.base_day) + " to " +
                                std::to_string(window.last_day) + " of " + std::to_string(panel.days));
  }
  if (parts.by_moments.count != nullptr) {
    check_cells("regime_moments", parts.moments.cell, panel.days, parts.moments.cells);
  }
  if (parts.by_risk.beta != nullptr) {
    check_cells("risk_contributions", parts.risk.cell, panel.days, parts.risk.cells, day_not_used);
  }
}

void constituent_pass_cpu(panel_view panel, const constituent_parts& parts) {
  check_constituent_parts(panel, parts);
  const std::size_t blocks = (panel.constituents + width - 1) / width;
  const bool has_highs = parts.new_highs != nullptr;
  std::vector<std::int32_t> counts(has_highs ? blocks * panel.days : 0);  // [blocks, T]
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, blocks, 1), [&](const auto& range) {
    for (std::size_t b = range.begin(); b < range.end(); ++b) {
      const std::size_t first = b * width;
      walk(panel, parts, first, std::min(width, panel.constituents - first),
           has_highs ? counts.data() + b * panel.days : nullptr);
    }
  });
  if (!has_highs) return;
  std::fill(parts.new_highs, parts.new_highs + panel.days, 0);
  for (std::size_t b = 0; b < blocks; ++b) {
    for (std::size_t t = 0; t < panel.days; ++t) parts.new_highs[t] += counts[b * panel.days + t];
  }
}

}  // namespace topheavy
