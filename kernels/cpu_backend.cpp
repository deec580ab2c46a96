// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu_backend.h"

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
  return {"group_sums", "breadth", "new_highs", "window_contributions"};
}

void cpu_backend::group_sums(panel_view panel, groups_view groups, group_sums_result result) {
  group_sums_cpu(panel, groups, result);
}

void cpu_backend::breadth(panel_view panel, const double* index_return, breadth_result result) {
  breadth_cpu(panel, index_return, result);
}

void cpu_backend::new_highs(panel_view panel, new_highs_rule rule, std::int32_t* count) {
  new_highs_cpu(panel, rule, count);
}

void cpu_backend::window_contributions(panel_view panel, contribution_window window,
                                       window_contributions_result result) {
  window_contributions_cpu(panel, window, result);
}

}  // namespace topheavy
