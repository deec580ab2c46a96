// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// Figures and correlations along paths from the caps of groups after each step; scenario_figures.h has the formulas.
//   total, group, squares, top_10  [scenarios, steps] float64 on the device, of a slice that the second-level cache holds
// Order: days in sequence. A thread a scenario for the figures; a block a scenario and dimension for the correlations, whose
// threads share the groups' returns, each moment being one thread's. Counts and sums of correlations are whole numbers and
// need no order. Traffic: every cap is read once by each dimension that has its group.
#include "kernels/device/block.cuh"
#include "kernels/device/check.h"
#include "kernels/device/range.h"
#include "kernels/scenario_figures/path_correlations_core.h"
#include "kernels/scenario_figures/scenario_figures_core.h"
#include "kernels/scenario_figures/scenario_figures_cuda.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace topheavy {
namespace {

__global__ void path_figures_kernel(path_strip strip, std::size_t groups, figure_columns columns,
                                    std::size_t at) {
  const std::size_t stride = std::size_t{gridDim.x} * blockDim.x;
  for (std::size_t s = std::size_t{blockIdx.x} * blockDim.x + threadIdx.x; s < strip.scenarios; s += stride) {
    write_scenario_figures(strip, s, groups, columns, at + s);
  }
}

__global__ void path_correlations_kernel(path_strip strip, const correlated_dimension* dimension,
                                         std::size_t answers, correlation_counts counts,
                                         correlation_shape shape) {
  extern __shared__ double shared[];
  for (std::size_t b = blockIdx.x; b < answers; b += gridDim.x) {
    correlate_scenario_block(device_block{}, strip, dimension[b / strip.scenarios], b % strip.scenarios,
                             counts, shape, shared);
  }
}

}  // namespace

void path_figures_cuda(const path_strip& strip, std::size_t groups, const figure_columns& columns,
                       std::size_t at, stream_ref stream, unsigned threads) {
  if (strip.scenarios == 0) return;
  const named_range range{"topheavy::path_figures"};
  const launch_shape shape = block_per_answer((strip.scenarios + threads - 1) / threads, threads);
  path_figures_kernel<<<shape.grid, shape.block, 0, stream.get()>>>(strip, groups, columns, at);
  check_launch();
}

device_correlations::device_correlations(const figure_request& request, device_ledger& ledger,
                                         const correlation_tuning& tuned)
    : ledger_(&ledger),
      tuned_(tuned),
      dimensions_(correlated_dimensions(request)),
      counts_{nullptr, nullptr, request.pairs(), request.regimes, request.min_days} {
  if (request.pairs() == 0) return;
  for (const correlated_dimension& d : dimensions_) most_groups_ = std::max(most_groups_, d.count);
  if (shape_for(1).days == 0) {
    throw std::invalid_argument("path_correlations: a dimension of " + std::to_string(most_groups_) +
                                " groups takes more than the " + std::to_string(tuned.bytes) +
                                " bytes of shared memory of a block");
  }
  const std::size_t rhos = request.rhos();
  dimension_ = device_buffer<correlated_dimension>(ledger, dimensions_.size(), "correlated dimensions");
  histogram_ = device_buffer<std::uint32_t>(ledger, rhos * rho_bins, "histograms of correlations");
  sum_ = device_buffer<std::int64_t>(ledger, rhos, "sums of correlations");
  counts_.histogram = histogram_.data();
  counts_.sum = sum_.data();
  dimension_.copy_from(dimensions_.data());
  const cudaStream_t on = ledger.stream().get();
  check(cudaMemsetAsync(histogram_.data(), 0, rhos * rho_bins * sizeof(std::uint32_t), on));
  check(cudaMemsetAsync(sum_.data(), 0, rhos * sizeof(std::int64_t), on));
}

correlation_shape device_correlations::shape_for(std::size_t days) const {
  return correlation_shape_for(most_groups_, counts_.regimes + 1, days, tuned_.bytes);
}

void device_correlations::add(const path_strip& strip) const {
  if (counts_.pairs == 0 || strip.scenarios == 0) return;
  const named_range range{"topheavy::path_correlations"};
  const correlation_shape shape = shape_for(strip.days);
  const std::size_t answers = strip.scenarios * dimensions_.size();
  const launch_shape launch = block_per_answer(answers, tuned_.threads);
  path_correlations_kernel<<<launch.grid, launch.block, shape.bytes(), ledger_->stream().get()>>>(
      strip, dimension_.data(), answers, counts_, shape);
  check_launch();
}

void device_correlations::take(const rho_columns& host) const {
  const std::size_t rhos = sum_.size();
  if (rhos == 0) return;
  std::vector<std::uint32_t> histogram(histogram_.size());
  std::vector<std::int64_t> sum(rhos);
  histogram_.copy_to(histogram.data());
  sum_.copy_to(sum.data());
  ledger_->stream().wait();
  for (std::size_t r = 0; r < rhos; ++r) {
    host.sum[r] += sum[r];
    for (std::size_t b = r * rho_bins; b < (r + 1) * rho_bins; ++b) {
      host.histogram[b] += histogram[b];
      host.count[r] += histogram[b];  // a correlation is in one bin
    }
  }
}

}  // namespace topheavy
