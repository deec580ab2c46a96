// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// Weights of a day sorted and summed; concentration.h has the formulas. CUB sorts the caps of many days, a segment a day;
// then a block a day makes the figures of its caps, once in canonical order and once sorted. Only values are sorted: equal
// caps may change places without a trace. Order: kernels/core/block_sum.h. Traffic: concentration_traffic(), and what the
// sort moves in device memory.
#include "kernels/concentration/concentration_core.h"
#include "kernels/concentration/concentration_cuda.h"
#include "kernels/device/block.cuh"
#include "kernels/device/check.h"
#include "kernels/device/range.h"

#include <algorithm>

#include <cub/device/device_segmented_sort.cuh>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>

namespace topheavy {
namespace {

constexpr std::size_t shared_chunks = 64;  // chunk sums in shared memory at a time: 1 KiB, 8,192 entities

// x [days, entities] of the days from first_day on, a thread each.
__global__ void entity_caps_kernel(panel_view panel, groups_view entities, std::size_t first_day,
                                   std::size_t days, double* x) {
  const std::size_t count = days * entities.groups;
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
       i += stride) {
    const std::size_t e = i % entities.groups;
    const double* cap = panel.cap + (first_day + i / entities.groups) * panel.constituents;
    x[i] = entity_cap(cap, entities.members, entities.offsets[e], entities.offsets[e + 1]);
  }
}

// A block per day.
__global__ void concentration_kernel(const double* x, const double* sorted, std::size_t entities,
                                     std::size_t first_day, std::size_t days, concentration_result result) {
  __shared__ sum_pack<2> shared[shared_chunks];
  __shared__ sum_pack<2> for_all;
  for (std::size_t d = blockIdx.x; d < days; d += gridDim.x) {
    concentration_block(device_block{}, x + d * entities, sorted + d * entities, entities, result,
                        first_day + d, shared, shared_chunks, &for_all);
  }
}

struct segment_begin {
  std::int64_t size;
  __host__ __device__ std::int64_t operator()(std::int64_t segment) const { return segment * size; }
};

// sorted [days, entities]: each day of x ascending.
void sort_days(const double* x, double* sorted, std::size_t days, std::size_t entities,
               device_ledger& ledger) {
  const auto begins = thrust::make_transform_iterator(thrust::make_counting_iterator<std::int64_t>(0),
                                                      segment_begin{static_cast<std::int64_t>(entities)});
  const auto count = static_cast<std::int64_t>(days * entities);
  const auto segments = static_cast<std::int64_t>(days);
  const auto sort = [&](void* memory, std::size_t& bytes) {
    check(cub::DeviceSegmentedSort::SortKeys(memory, bytes, x, sorted, count, segments, begins, begins + 1,
                                             ledger.stream().get()));
  };
  std::size_t bytes = 0;
  sort(nullptr, bytes);
  const device_buffer<char> memory(ledger, std::max<std::size_t>(bytes, 1), "sort of caps");
  sort(memory.data(), bytes);
}

std::size_t days_at_a_time(std::size_t days, std::size_t entities, std::size_t caps_at_a_time) {
  return std::clamp<std::size_t>(caps_at_a_time / std::max<std::size_t>(entities, 1), 1, days);
}

void figures_of_days(const double* x, std::size_t entities, std::size_t first_day, std::size_t days,
                     concentration_result result, double* sorted, device_ledger& ledger, unsigned threads) {
  if (entities > 0) sort_days(x, sorted, days, entities, ledger);
  const launch_shape shape = block_per_answer(days, threads);
  concentration_kernel<<<shape.grid, shape.block, 0, ledger.stream().get()>>>(x, sorted, entities, first_day,
                                                                              days, result);
  check_launch();
}

}  // namespace

void concentration_cuda(panel_view panel, concentration_result result, device_ledger& ledger,
                        std::size_t caps_at_a_time, unsigned threads) {
  if (panel.days == 0) return;
  const named_range range{"topheavy::concentration"};
  const std::size_t entities = panel.constituents;
  const std::size_t step = days_at_a_time(panel.days, entities, caps_at_a_time);
  const device_buffer<double> sorted(ledger, step * entities, "sorted caps");
  for (std::size_t first = 0; first < panel.days; first += step) {
    figures_of_days(panel.cap + first * entities, entities, first, std::min(step, panel.days - first), result,
                    sorted.data(), ledger, threads);
  }
}

void concentration_cuda(panel_view panel, groups_view entities, concentration_result result,
                        device_ledger& ledger, std::size_t caps_at_a_time, unsigned threads) {
  if (panel.days == 0) return;
  const named_range range{"topheavy::concentration"};
  const std::size_t step = days_at_a_time(panel.days, entities.groups, caps_at_a_time);
  const device_buffer<double> x(ledger, step * entities.groups, "caps of entities");
  const device_buffer<double> sorted(ledger, step * entities.groups, "sorted caps of entities");
  for (std::size_t first = 0; first < panel.days; first += step) {
    const std::size_t days = std::min(step, panel.days - first);
    if (entities.groups > 0) {
      const launch_shape shape = block_per_answer((days * entities.groups + threads - 1) / threads, threads);
      entity_caps_kernel<<<shape.grid, shape.block, 0, ledger.stream().get()>>>(panel, entities, first, days,
                                                                                x.data());
      check_launch();
    }
    figures_of_days(x.data(), entities.groups, first, days, result, sorted.data(), ledger, threads);
  }
}

}  // namespace topheavy
