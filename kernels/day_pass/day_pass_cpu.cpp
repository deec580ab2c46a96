// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/breadth/breadth_cpu.h"
#include "kernels/concentration/concentration_cpu.h"
#include "kernels/day_pass/day_pass.h"
#include "kernels/fixed_weight_return/fixed_weight_return_core.h"
#include "kernels/fixed_weight_return/fixed_weight_return_cpu.h"
#include "kernels/group_sums/group_sums_cpu.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

namespace topheavy {
namespace {

void check_partition(panel_view panel, groups_view entities) {
  std::vector<char> taken(panel.constituents, 0);
  for (std::size_t e = 0; e < entities.groups; ++e) {
    for (std::int32_t i = entities.offsets[e]; i < entities.offsets[e + 1]; ++i) {
      char& mark = taken[static_cast<std::size_t>(entities.members[i])];
      if (mark != 0) {
        throw std::invalid_argument("concentration: constituent " + std::to_string(entities.members[i]) +
                                    " is in two entities");
      }
      mark = 1;
    }
  }
}

// Memory for one day, used again for the next; one thread's.
struct day_memory {
  day_memory(panel_view panel, const day_parts& parts)
      : terms(panel.constituents), concentration(parts.entities) {}
  std::vector<base_sums> terms;  // [N]
  concentration_cpu concentration;
};

TOPHEAVY_CLONES void base_terms_of_day(panel_view panel, std::size_t day, base_sums* terms) {
  const day_rows rows = rows_of(panel, day);
  for (std::size_t n = 0; n < panel.constituents; ++n) terms[n] = base_terms(rows, n);
}

void one_day(panel_view panel, const day_parts& parts, std::size_t day, day_memory& memory) {
  const std::size_t count = panel.constituents;
  if (day > 0) {
    base_terms_of_day(panel, day, memory.terms.data());
  } else {
    memory.terms.assign(count, {});
  }
  group_sums_day(memory.terms.data(), parts.groups, day, parts.sums);
  if (parts.breadth.prior_cap != nullptr) {
    const std::size_t index = day * parts.groups.groups;
    breadth_day(
        panel,
        return_of_sums(parts.sums.base[index], parts.sums.base_return[index], log_exp_detail::not_a_number),
        day, parts.breadth);
  }
  if (parts.fixed.ret != nullptr) {
    fixed_weight_return_day(panel, parts.sums, parts.groups.groups, parts.weights, day, parts.fixed);
  }
  const double* cap = panel.cap + day * count;
  if (parts.constituents.count != nullptr) {
    memory.concentration.constituents(cap, count, day, parts.constituents);
    if (parts.by_entity.count != nullptr) {
      memory.concentration.entities(cap, day, parts.by_entity);
    }
  }
}

}  // namespace

void check_day_parts(panel_view panel, const day_parts& parts) {
  check_groups("group_sums", panel.constituents, parts.groups);
  const bool needs_index = parts.breadth.prior_cap != nullptr || parts.fixed.ret != nullptr;
  if (needs_index) {
    const std::size_t members =
        parts.groups.groups == 0 ? 0 : static_cast<std::size_t>(parts.groups.offsets[1]);
    if (parts.groups.groups == 0 || members != panel.constituents) {
      throw std::invalid_argument("day_pass: group 0 holds " + std::to_string(members) + " of " +
                                  std::to_string(panel.constituents) + " constituents; it is the index");
    }
  }
  if (parts.by_entity.count != nullptr) {
    if (parts.constituents.count == nullptr) {
      throw std::invalid_argument("day_pass: concentration by entity without that by constituent");
    }
    check_groups("concentration", panel.constituents, parts.entities);
    check_partition(panel, parts.entities);
  }
  if (parts.fixed.ret != nullptr && parts.weights.first_group + parts.weights.sectors > parts.groups.groups) {
    throw std::invalid_argument("day_pass: sectors end at group " +
                                std::to_string(parts.weights.first_group + parts.weights.sectors) + " of " +
                                std::to_string(parts.groups.groups));
  }
}

void day_pass_cpu(panel_view panel, const day_parts& parts) {
  check_day_parts(panel, parts);
  // Eight tasks a thread: few enough that the memory of a day is not asked for again all the time.
  const auto threads = static_cast<std::size_t>(oneapi::tbb::this_task_arena::max_concurrency());
  const std::size_t days_a_task = std::max<std::size_t>(1, panel.days / (8 * threads));
  const oneapi::tbb::blocked_range<std::size_t> all(0, panel.days, days_a_task);
  oneapi::tbb::parallel_for(all, [&](const auto& days) {
    day_memory memory(panel, parts);
    for (std::size_t t = days.begin(); t < days.end(); ++t) one_day(panel, parts, t, memory);
  });
}

}  // namespace topheavy
