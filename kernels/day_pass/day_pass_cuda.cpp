// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/day_pass/day_pass_cuda.h"

#include "kernels/breadth/breadth_cuda.h"
#include "kernels/chunks.h"
#include "kernels/concentration/concentration_cuda.h"
#include "kernels/device/transfer.h"
#include "kernels/fixed_weight_return/fixed_weight_return_cuda.h"
#include "kernels/group_sums/group_sums_cuda.h"
#include "kernels/standardised_sums/standardised_sums_cuda.h"

#include <algorithm>

namespace topheavy {
namespace {

// Days first .. first + count - 1 of the panel. The first day of what stands on the device has no day before it, so a
// chunk has one more in front, whose answers stay behind.
struct day_chunk {
  std::size_t first, count, lead;

  template <typename T>
  host_part<T> rows(T* values, std::size_t columns) const {
    return {values + first * columns, count, columns, columns};
  }
};

// Caps sorted at a time, and what they take: copies of entities, sorted ones and what the sort asks for.
struct sort_space {
  static constexpr std::size_t bytes_each = 3 * sizeof(double);
  sort_space(panel_view panel, const day_parts& parts, std::size_t free) {
    if (parts.constituents.count == nullptr) return;
    const std::size_t day = std::max({panel.constituents, parts.entities.groups, std::size_t{1}});
    caps = std::max(day, std::min({tuning::sorted_caps, panel.days * day, free / 8 / bytes_each}));
  }
  std::size_t bytes() const { return caps * bytes_each; }
  std::size_t caps = 0;
};

chunk_bytes bytes_of_day_pass(panel_view panel, const day_parts& parts, const sort_space& sort) {
  const std::size_t concentration = sizeof(std::int32_t) + (top_counts_size + 3) * sizeof(double);
  chunk_bytes b;
  b.lead = 1;
  b.fixed = bytes_of(parts.groups) + sort.bytes();
  b.each = device_panel::bytes_each * panel.constituents + 2 * sizeof(double) * parts.groups.groups;
  if (parts.breadth.prior_cap != nullptr) b.each += 4 * sizeof(double) + 2 * sizeof(std::int32_t);
  if (parts.fixed.ret != nullptr) {
    b.fixed += (sizeof(double) + sizeof(std::int32_t)) * panel.constituents;
    b.each += sizeof(double) * (1 + parts.weights.sectors);
  }
  if (parts.constituents.count != nullptr) b.each += concentration;
  if (parts.by_entity.count != nullptr) {
    b.fixed += bytes_of(parts.entities);
    b.each += concentration;
  }
  return b;
}

void breadth(device_ledger& ledger, panel_view there, group_sums_result sums, std::size_t columns,
             const breadth_result& host, const day_chunk& days) {
  const auto of = [&](auto* values, const char* label) {
    return output(ledger, days.rows(values, 1), days.lead, label);
  };
  const auto prior_cap = of(host.prior_cap, "breadth prior_cap");
  const auto members = of(host.members, "breadth members");
  const auto return_sum = of(host.return_sum, "breadth return_sum");
  const auto advancers = of(host.advancers, "breadth advancers");
  const auto advancers_base = of(host.advancers_base, "breadth advancers_base");
  const auto deviation = of(host.deviation, "breadth deviation");
  breadth_cuda(there, sums, columns,
               {prior_cap.data(), members.data(), return_sum.data(), advancers.data(), advancers_base.data(),
                deviation.data()},
               ledger.stream());
  for (const auto* values : {&prior_cap, &return_sum, &advancers_base, &deviation}) values->fetch();
  members.fetch();
  advancers.fetch();
}

void fixed_weight_return(device_ledger& ledger, panel_view there, group_sums_result sums, std::size_t columns,
                         const fixed_weights& host, const fixed_weight_result& result,
                         const day_chunk& days) {
  const auto weight = uploaded(ledger, host.weight, there.constituents, "weights");
  const auto sector = uploaded(ledger, host.sector, there.constituents, "sectors");
  const output ret(ledger, days.rows(result.ret, 1), days.lead, "fixed weight return");
  const output fill(ledger, days.rows(result.fill, host.sectors), days.lead, "sector returns");
  fixed_weight_return_cuda(there, sums, columns,
                           {weight.data(), sector.data(), host.first_group, host.sectors},
                           {ret.data(), fill.data()}, ledger.stream());
  ret.fetch();
  fill.fetch();
}

// work(a result on the device) between making room for it and fetching it.
template <typename Work>
void concentration(device_ledger& ledger, const concentration_result& host, const day_chunk& days,
                   const Work& work) {
  const auto of = [&](auto* values, std::size_t columns, const char* label) {
    return output(ledger, days.rows(values, columns), days.lead, label);
  };
  const auto count = of(host.count, 1, "concentration count");
  const auto top = of(host.top, top_counts_size, "concentration top");
  const auto hhi = of(host.hhi, 1, "concentration hhi");
  const auto entropy = of(host.entropy, 1, "concentration entropy");
  const auto gini = of(host.gini, 1, "concentration gini");
  work(concentration_result{count.data(), top.data(), hhi.data(), entropy.data(), gini.data()});
  count.fetch();
  for (const auto* values : {&top, &hhi, &entropy, &gini}) values->fetch();
}

void day_pass_of_chunk(device_ledger& ledger, panel_view there, const day_parts& parts, const day_chunk& days,
                       std::size_t sorted_caps) {
  const device_groups groups = uploaded(ledger, parts.groups, "group");
  const std::size_t columns = parts.groups.groups;
  const output base(ledger, days.rows(parts.sums.base, columns), days.lead, "group base");
  const output base_return(ledger, days.rows(parts.sums.base_return, columns), days.lead,
                           "group base_return");
  const group_sums_result sums{base.data(), base_return.data()};
  if (columns > 0) group_sums_cuda(there, groups.view(), sums, ledger.stream());
  base.fetch();
  base_return.fetch();
  if (parts.breadth.prior_cap != nullptr) breadth(ledger, there, sums, columns, parts.breadth, days);
  if (parts.fixed.ret != nullptr) {
    fixed_weight_return(ledger, there, sums, columns, parts.weights, parts.fixed, days);
  }
  if (parts.constituents.count != nullptr) {
    concentration(ledger, parts.constituents, days, [&](const concentration_result& result) {
      concentration_cuda(there, result, ledger, sorted_caps);
    });
  }
  if (parts.by_entity.count != nullptr) {
    const device_groups entities = uploaded(ledger, parts.entities, "entity");
    concentration(ledger, parts.by_entity, days, [&](const concentration_result& result) {
      concentration_cuda(there, entities.view(), result, ledger, sorted_caps);
    });
  }
  ledger.stream().wait();
}

}  // namespace

void day_pass_cuda(device_panel& device, panel_view panel, const day_parts& parts) {
  check_day_parts(panel, parts);
  const std::size_t free = device.available();
  const sort_space sort(panel, parts, free);
  const std::size_t size = chunk_size(panel.days, 1, bytes_of_day_pass(panel, parts, sort), free);
  in_chunks(panel.days, size, 1, [&](std::size_t first, std::size_t count) {
    const day_chunk days{first, count, first > 0 ? std::size_t{1} : 0};
    const panel_view there =
        count == panel.days ? device.whole(panel) : device.days(panel, first - days.lead, count + days.lead);
    day_pass_of_chunk(device.ledger(), there, parts, days, sort.caps);
  });
}

void standardised_sums_cuda(device_panel& device, panel_view panel, const standardised_days& days,
                            groups_view groups, double* sum) {
  check_standardised_sums(panel, days, groups);
  if (groups.groups == 0) return;
  device_ledger& ledger = device.ledger();
  const std::size_t cells = days.cells * panel.constituents;
  const chunk_bytes bytes{
      bytes_of(groups) + 2 * sizeof(double) * cells,
      device_panel::bytes_each * panel.constituents + sizeof(std::int32_t) + sizeof(double) * groups.groups,
      0};
  const std::size_t size = chunk_size(panel.days, 1, bytes, device.available());
  in_chunks(panel.days, size, 1, [&](std::size_t first, std::size_t count) {
    const panel_view there = count == panel.days ? device.whole(panel) : device.days(panel, first, count);
    const device_groups members = uploaded(ledger, groups, "group");
    const auto cell = uploaded(ledger, days.cell + first, count, "standardised cells");
    const auto mean = uploaded(ledger, days.mean, cells, "standardised means");
    const auto per_sd = uploaded(ledger, days.per_sd, cells, "standardised deviations");
    const output sums(ledger, sum + first * groups.groups, count * groups.groups, "standardised sums");
    standardised_sums_cuda(there, {cell.data(), days.cells, mean.data(), per_sd.data()}, members.view(),
                           sums.data(), ledger.stream());
    sums.fetch();
    ledger.stream().wait();
  });
}

}  // namespace topheavy
