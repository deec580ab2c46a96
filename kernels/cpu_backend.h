// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/backend.h"

// The back end every machine has: each operation runs its CPU body.
namespace topheavy {

class cpu_backend : public backend {
 public:
  std::string_view name() const override;
  std::string device() const override;  // "CPU, 2 threads": what oneTBB may use when asked
  std::vector<std::string> own_operations() const override;

  void day_pass(panel_view panel, const day_parts& parts) override;
  void constituent_pass(panel_view panel, const constituent_parts& parts) override;
  void standardised_sums(panel_view panel, const standardised_days& days, groups_view groups,
                         double* sum) override;
  std::vector<absorption> absorption_ratios(panel_view panel, const day_sets& sets,
                                            std::size_t components) override;
  void day_bootstrap(const bootstrap_draws& draws, const bootstrap_days& days, bootstrap_range range,
                     bootstrap_result result) override;
  void smallest(const double* x, std::size_t size, std::size_t count, const smallest_values& result) override;
  void values_at_ranks(const value_columns& columns, const rank_list& ranks, double* value) override;
  std::unique_ptr<path_engine> load_universe(const path_universe& universe) override;
};

}  // namespace topheavy
