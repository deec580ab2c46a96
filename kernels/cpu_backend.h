// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/backend.h"

// The back end every machine has, and the base of the others: each operation runs its CPU body.
namespace topheavy {

class cpu_backend : public backend {
 public:
  std::string_view name() const override;
  std::string device() const override;  // "CPU, 2 threads": what oneTBB may use when asked
  std::vector<std::string> own_operations() const override;

  void group_sums(panel_view panel, groups_view groups, group_sums_result result) override;
  void breadth(panel_view panel, const double* index_return, breadth_result result) override;
  void new_highs(panel_view panel, new_highs_rule rule, std::int32_t* count) override;
  void window_contributions(panel_view panel, contribution_window window,
                            window_contributions_result result) override;
};

}  // namespace topheavy
