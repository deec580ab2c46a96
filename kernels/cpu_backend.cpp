// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu_backend.h"

#include "kernels/day_bootstrap/day_bootstrap_cpu.h"
#include "kernels/scenario_pass/scenario_pass_cpu.h"

#include <algorithm>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

namespace topheavy {

std::string_view cpu_backend::name() const { return "cpu"; }

std::string cpu_backend::device() const {
  using oneapi::tbb::global_control;
  const auto allowed =
      static_cast<int>(global_control::active_value(global_control::max_allowed_parallelism));
  const int threads = std::min(allowed, oneapi::tbb::this_task_arena::max_concurrency());
  return "CPU, " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

std::vector<std::string> cpu_backend::own_operations() const {
  return {"group_sums",         "breadth",        "fixed_weight_return",
          "concentration",      "new_highs",      "window_contributions",
          "risk_contributions", "regime_moments", "standardised_sums",
          "spectrum",           "day_bootstrap",  "order_statistics",
          "scenario_pass"};
}

void cpu_backend::day_pass(panel_view panel, const day_parts& parts) { day_pass_cpu(panel, parts); }

void cpu_backend::constituent_pass(panel_view panel, const constituent_parts& parts) {
  constituent_pass_cpu(panel, parts);
}

void cpu_backend::standardised_sums(panel_view panel, const standardised_days& days, groups_view groups,
                                    double* sum) {
  standardised_sums_cpu(panel, days, groups, sum);
}

std::vector<absorption> cpu_backend::absorption_ratios(panel_view panel, const day_sets& sets,
                                                       std::size_t components) {
  return absorption_ratios_cpu(panel, sets, components);
}

void cpu_backend::day_bootstrap(const bootstrap_draws& draws, const bootstrap_days& days,
                                bootstrap_range range, bootstrap_result result) {
  day_bootstrap_cpu(draws, days, range, result);
}

void cpu_backend::smallest(const double* x, std::size_t size, std::size_t count,
                           const smallest_values& result) {
  smallest_cpu(x, size, count, result);
}

void cpu_backend::values_at_ranks(const value_columns& columns, const rank_list& ranks, double* value) {
  values_at_ranks_cpu(columns, ranks, value);
}

std::unique_ptr<path_engine> cpu_backend::load_universe(const path_universe& universe) {
  return make_cpu_path_engine(universe);
}

}  // namespace topheavy
