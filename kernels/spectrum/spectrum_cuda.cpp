// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/spectrum/spectrum_cuda.h"

#include "kernels/chunks.h"
#include "kernels/device/transfer.h"
#include "kernels/spectrum/standardise_cuda.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace topheavy {
namespace {

// Sets of equally many days, one after another: what the libraries take at once.
struct equal_sets {
  const day_sets& sets;
  std::size_t first, count;
  std::size_t components;
  std::vector<absorption>& ratios;

  std::size_t days() const { return sets[first].size(); }
};

// ratios of `count` sets from `first` on. days [count, D]: of the panel on the device.
void ratios_of(device_ledger& ledger, device_eigenvalues& eigenvalues, panel_view there,
               const std::vector<std::int32_t>& days, const equal_sets& of, std::size_t first,
               std::size_t count) {
  const std::size_t order = std::min(of.days(), there.constituents);
  std::vector<std::int32_t> takes_part(count);
  std::vector<double> values(count * order);
  const auto index = uploaded(ledger, days.data(), days.size(), "days of sets");
  const device_buffer<double> z(ledger, days.size() * there.constituents, "standardised returns");
  const output used(ledger, takes_part.data(), count, "constituents that take part");
  check(cudaMemsetAsync(used.data(), 0, count * sizeof(std::int32_t), ledger.stream().get()));
  standardise_cuda(there, index.data(), count, of.days(), z.data(), used.data(), ledger.stream());
  used.fetch();
  eigenvalues.of_products(ledger, z.data(), count, of.days(), there.constituents, values.data());
  for (std::size_t i = 0; i < count; ++i) {
    const auto known =
        ratio_without_eigenvalues(static_cast<std::size_t>(takes_part[i]), of.days(), of.components);
    const double* ascending = values.data() + i * order;
    const auto sum_from = [&](std::size_t e) {
      return std::accumulate(ascending + e, ascending + order, 0.0);
    };
    of.ratios[first + i] = {
        known ? *known : ratio_of_eigenvalues(sum_from(order - of.components), sum_from(0)), takes_part[i]};
  }
}

// Beside the whole panel, some sets at a time; returns how many are done before memory ends.
std::size_t beside_the_panel(device_panel& device, device_eigenvalues& eigenvalues, panel_view panel,
                             const equal_sets& of, std::size_t size) {
  std::size_t done = 0;
  try {
    const panel_view there = device.whole(panel);
    in_chunks(of.count, size, 1, [&](std::size_t first, std::size_t count) {
      std::vector<std::int32_t> days;
      for (std::size_t i = of.first + first; i < of.first + first + count; ++i) {
        days.insert(days.end(), of.sets[i].begin(), of.sets[i].end());
      }
      ratios_of(device.ledger(), eigenvalues, there, days, of, of.first + first, count);
      done = first + count;
    });
  } catch (const out_of_device_memory&) {
  }
  return done;
}

void ratios_of_equal_sets(device_panel& device, device_eigenvalues& eigenvalues, panel_view panel,
                          const equal_sets& of) {
  const std::size_t order = std::min(of.days(), panel.constituents);
  const std::size_t free = device.available();
  chunk_bytes bytes;
  bytes.fixed = device_panel::bytes_each * panel.days * panel.constituents;
  bytes.each = of.days() * (sizeof(double) * panel.constituents + sizeof(std::int32_t)) +
               sizeof(std::int32_t) + eigenvalues.bytes_each(device.ledger(), order);
  std::size_t done = 0;
  if (bytes.fixed + bytes.each <= free) {
    const std::size_t size =
        std::min(chunk_size(of.count, 1, bytes, free), device_eigenvalues::most_at_once(order));
    done = beside_the_panel(device, eigenvalues, panel, of, size);
  }
  std::vector<std::int32_t> own_days(of.days());  // of a set whose returns stand alone on the device
  std::iota(own_days.begin(), own_days.end(), 0);
  for (std::size_t i = of.first + done; i < of.first + of.count; ++i) {
    ratios_of(device.ledger(), eigenvalues, device.returns(panel, of.sets[i]), own_days, of, i, 1);
  }
}

}  // namespace

std::vector<absorption> absorption_ratios_cuda(device_panel& device, device_eigenvalues& eigenvalues,
                                               panel_view panel, const day_sets& sets,
                                               std::size_t components) {
  check_day_sets(panel, sets);
  std::vector<absorption> ratios(sets.size(), {std::numeric_limits<double>::quiet_NaN(), 0});
  if (panel.constituents == 0) return ratios;
  for (std::size_t first = 0, count = 1; first < sets.size(); first += count, count = 1) {
    while (first + count < sets.size() && sets[first + count].size() == sets[first].size()) ++count;
    if (sets[first].empty()) continue;
    ratios_of_equal_sets(device, eigenvalues, panel, {sets, first, count, components, ratios});
  }
  return ratios;
}

}  // namespace topheavy
