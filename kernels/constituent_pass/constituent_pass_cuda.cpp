// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/constituent_pass/constituent_pass_cuda.h"

#include "kernels/chunks.h"
#include "kernels/core/warp_sum.h"
#include "kernels/device/check.h"
#include "kernels/device/transfer.h"
#include "kernels/new_highs/new_highs_cuda.h"
#include "kernels/regime_moments/regime_moments_cuda.h"
#include "kernels/risk_contributions/risk_contributions_cuda.h"
#include "kernels/window_contributions/window_contributions_cuda.h"

#include <algorithm>
#include <vector>

namespace topheavy {
namespace {

// Constituents first .. first + count - 1 of `all`.
struct constituent_chunk {
  std::size_t first, count, all;

  template <typename T>
  host_part<T> columns(T* values, std::size_t rows) const {
    return {values + first, rows, count, all};
  }
};

chunk_bytes bytes_of_constituent_pass(panel_view panel, const constituent_parts& parts) {
  constexpr std::size_t number = sizeof(double), whole = sizeof(std::int32_t);
  chunk_bytes b;
  b.each = device_panel::bytes_each * panel.days;
  if (parts.new_highs != nullptr) {
    b.fixed += whole * panel.days;
    b.each += number * new_highs_workspace(panel.days, 1, parts.highs);
  }
  b.fixed += number * parts.window_count * panel.days;
  b.each += (2 * number + whole) * parts.window_count;
  if (parts.by_risk.beta != nullptr) {
    b.fixed += (2 * number + whole + number * parts.risk.sectors) * panel.days;
    b.each += whole + (number + whole) * (1 + parts.risk.cells);
  }
  if (parts.by_moments.count != nullptr) {
    b.fixed += (whole + number * parts.moments.sectors) * panel.days;
    b.each += whole + (3 * number + whole) * parts.moments.cells;
  }
  return b;
}

void new_highs(device_ledger& ledger, panel_view there, new_highs_rule rule, std::int32_t* total) {
  const device_buffer<double> spans(ledger, new_highs_workspace(there.days, there.constituents, rule),
                                    "spans of highs");
  std::vector<std::uint32_t> found(there.days);
  const output count(ledger, found.data(), found.size(), "new highs");
  check(cudaMemsetAsync(count.data(), 0, found.size() * sizeof(std::uint32_t), ledger.stream().get()));
  new_highs_cuda(there, rule, spans.data(), count.data(), ledger.stream());
  count.fetch();
  ledger.stream().wait();
  for (std::size_t t = 0; t < found.size(); ++t) total[t] += static_cast<std::int32_t>(found[t]);
}

void window_contributions(device_ledger& ledger, panel_view there, const constituent_parts& parts,
                          const constituent_chunk& names) {
  std::vector<double> scales(parts.window_count * there.days, 0.0);
  for (std::size_t w = 0; w < parts.window_count; ++w) {
    const contribution_window& window = parts.windows[w];
    std::copy(window.scale + window.base_day + 1, window.scale + window.last_day + 1,
              scales.begin() + static_cast<std::ptrdiff_t>(w * there.days + window.base_day + 1));
  }
  const auto scale = uploaded(ledger, scales.data(), scales.size(), "window scales");
  for (std::size_t w = 0; w < parts.window_count; ++w) {
    const contribution_window& window = parts.windows[w];
    const window_contributions_result& host = parts.by_window[w];
    const output contribution(ledger, names.columns(host.contribution, 1), 0, "window contributions");
    const output growth(ledger, names.columns(host.growth, 1), 0, "window growth");
    const output member_days(ledger, names.columns(host.member_days, 1), 0, "window member days");
    window_contributions_cuda(there, {window.base_day, window.last_day, scale.data() + w * there.days},
                              {contribution.data(), growth.data(), member_days.data()}, ledger.stream());
    contribution.fetch();
    growth.fetch();
    member_days.fetch();
  }
  ledger.stream().wait();
}

void risk_contributions(device_ledger& ledger, panel_view there, const risk_days& risk,
                        const risk_contributions_result& host, const constituent_chunk& names) {
  const auto slope_all = uploaded(ledger, risk.slope_all, there.days, "risk slopes");
  const auto slope_cell = uploaded(ledger, risk.slope_cell, there.days, "risk slopes of cells");
  const auto cell = uploaded(ledger, risk.cell, there.days, "risk cells");
  const auto fill = uploaded(ledger, risk.fill, there.days * risk.sectors, "sector returns");
  const auto sector = uploaded(ledger, risk.sector + names.first, names.count, "sectors");
  const output beta(ledger, names.columns(host.beta, 1 + risk.cells), 0, "risk beta");
  const output filled(ledger, names.columns(host.filled, 1 + risk.cells), 0, "risk filled");
  risk_contributions_cuda(there,
                          {slope_all.data(), slope_cell.data(), cell.data(), risk.cells, fill.data(),
                           sector.data(), risk.sectors},
                          {beta.data(), filled.data()}, ledger.stream());
  beta.fetch();
  filled.fetch();
  ledger.stream().wait();
}

void regime_moments(device_ledger& ledger, panel_view there, const moment_days& days,
                    const regime_moments_result& host, const constituent_chunk& names) {
  const auto cell = uploaded(ledger, days.cell, there.days, "moment cells");
  const auto fill = uploaded(ledger, days.fill, there.days * days.sectors, "sector returns");
  const auto sector = uploaded(ledger, days.sector + names.first, names.count, "sectors");
  const output count(ledger, names.columns(host.count, days.cells), 0, "moment counts");
  const output mean(ledger, names.columns(host.mean, days.cells), 0, "moment means");
  const output sd(ledger, names.columns(host.sd, days.cells), 0, "moment deviations");
  const output filled_variance(ledger, names.columns(host.filled_variance, days.cells), 0,
                               "moment filled variances");
  regime_moments_cuda(there, {cell.data(), days.cells, fill.data(), sector.data(), days.sectors},
                      {count.data(), mean.data(), sd.data(), filled_variance.data()}, ledger.stream());
  count.fetch();
  for (const auto* values : {&mean, &sd, &filled_variance}) values->fetch();
  ledger.stream().wait();
}

}  // namespace

void constituent_pass_cuda(device_panel& device, panel_view panel, const constituent_parts& parts) {
  check_constituent_parts(panel, parts);
  // Counts of a chunk are added when the chunk is done, so that one done again does not count twice.
  if (parts.new_highs != nullptr) std::fill(parts.new_highs, parts.new_highs + panel.days, 0);
  const std::size_t size = chunk_size(panel.constituents, warp_threads,
                                      bytes_of_constituent_pass(panel, parts), device.available());
  in_chunks(panel.constituents, size, warp_threads, [&](std::size_t first, std::size_t count) {
    const panel_view there =
        count == panel.constituents ? device.whole(panel) : device.constituents(panel, first, count);
    device_ledger& ledger = device.ledger();
    const constituent_chunk names{first, count, panel.constituents};
    if (parts.window_count > 0) window_contributions(ledger, there, parts, names);
    if (parts.by_risk.beta != nullptr) risk_contributions(ledger, there, parts.risk, parts.by_risk, names);
    if (parts.by_moments.count != nullptr) {
      regime_moments(ledger, there, parts.moments, parts.by_moments, names);
    }
    if (parts.new_highs != nullptr) new_highs(ledger, there, parts.highs, parts.new_highs);
  });
}

}  // namespace topheavy
