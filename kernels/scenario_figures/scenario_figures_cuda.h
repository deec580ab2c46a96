// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/buffer.h"
#include "kernels/device/launch.h"
#include "kernels/scenario_figures/path_correlations_core.h"
#include "kernels/scenario_figures/path_strip.h"
#include "kernels/scenario_figures/scenario_figures.h"

#include <cstddef>
#include <cstdint>
#include <vector>

// The CUDA bodies of scenario_figures.h. All of a strip, start_group and day_step included, is memory of the device.
namespace topheavy {

// As write_path_figures; columns are memory of the device too. Enqueues and returns.
void path_figures_cuda(const path_strip& strip, std::size_t groups, const figure_columns& columns,
                       std::size_t at, stream_ref stream, unsigned threads = tuning::path_figures);

// They change the speed, never a bit.
struct correlation_tuning {
  unsigned threads = tuning::path_correlations;
  std::size_t bytes = tuning::path_correlation_bytes;  // of shared memory
};

// Correlations of all scenarios that were added, kept on the device. Throws std::invalid_argument where a dimension has more
// groups than the shared memory of a block can hold the moments of: 74 by default.
class device_correlations {
 public:
  device_correlations(const figure_request& request, device_ledger& ledger,
                      const correlation_tuning& tuned = {});

  void add(const path_strip& strip) const;   // enqueues and returns
  void take(const rho_columns& host) const;  // added to what stands there; waits

 private:
  correlation_shape shape_for(std::size_t days) const;

  device_ledger* ledger_;
  correlation_tuning tuned_;
  std::vector<correlated_dimension> dimensions_;
  std::uint32_t most_groups_ = 0;
  correlation_counts counts_;
  device_buffer<correlated_dimension> dimension_;
  device_buffer<std::uint32_t> histogram_;  // [rhos, rho_bins]
  device_buffer<std::int64_t> sum_;         // [rhos], in rho_unit
};

}  // namespace topheavy
