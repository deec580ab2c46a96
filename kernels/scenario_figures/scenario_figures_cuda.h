// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/buffer.h"
#include "kernels/device/launch.h"
#include "kernels/scenario_figures/path_strip.h"
#include "kernels/scenario_figures/scenario_figures.h"

#include <cstddef>
#include <cstdint>

// The CUDA bodies of scenario_figures.h. All of a strip, start_group and day_step included, is memory of the device.
namespace topheavy {

// As write_path_figures; columns are memory of the device too. Enqueues and returns.
void path_figures_cuda(const path_strip& strip, std::size_t groups, const figure_columns& columns,
                       std::size_t at, stream_ref stream, unsigned threads = tuning::path_figures);

// Correlations of all scenarios that were added, kept on the device.
class device_correlations {
 public:
  device_correlations(const figure_request& request, device_ledger& ledger);

  void add(const path_strip& strip);         // enqueues and returns
  void take(const rho_columns& host) const;  // added to what stands there; waits

 private:
  figure_request request_;  // its groups are not used
  device_ledger* ledger_;
  device_buffer<correlated_groups> correlated_;
  device_buffer<std::uint32_t> histogram_;  // [rhos, rho_bins]
  device_buffer<std::int64_t> sum_;         // [rhos], in rho_unit
  device_buffer<std::uint64_t> count_;      // [rhos]
};

}  // namespace topheavy
