// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// row, scale [scenarios, steps] of every scenario from its number; scenario_plan.h has the draws.
// Order: a scenario's days in sequence, so a thread a scenario. Traffic: 9 bytes a day are written, once, by threads whose
// rows stand apart: the second-level cache, which holds a slice of plans, puts them together. What a recipe holds is read
// from the caches.
#include "kernels/device/check.h"
#include "kernels/device/range.h"
#include "kernels/scenario_plan/scenario_plan_core.h"
#include "kernels/scenario_plan/scenario_plan_cuda.h"

namespace topheavy {
namespace {

// A block per blockDim.x scenarios.
__global__ void make_plans_kernel(plan_recipe recipe, const std::uint64_t* scenario, std::uint64_t first,
                                  std::size_t count, plan_rows rows) {
  const std::size_t stride = std::size_t{gridDim.x} * blockDim.x;
  for (std::size_t s = std::size_t{blockIdx.x} * blockDim.x + threadIdx.x; s < count; s += stride) {
    const std::uint64_t number = scenario != nullptr ? scenario[s] : first + s;
    write_plan(recipe, number, s, rows,
               [&](std::uint32_t day) { return random_words(recipe.seed, number, day, plan_stream); });
  }
}

// The array on the device; null where there is none on the host.
template <typename T>
const T* uploaded(const T* host, std::size_t count, const char* label, device_ledger& ledger,
                  device_buffer<T>& buffer) {
  if (host == nullptr) return nullptr;
  buffer = device_buffer<T>(ledger, count, label);
  buffer.copy_from(host);
  return buffer.data();
}

}  // namespace

device_recipe::device_recipe(const plan_recipe& host, device_ledger& ledger) : view_(host) {
  view_.step = uploaded(host.step, host.steps, "steps of a plan", ledger, step_);
  view_.row = uploaded(host.row, host.positions, "rows of a plan", ledger, row_);
  view_.level = uploaded(host.level, host.positions, "levels of a plan", ledger, level_);
  view_.threshold = uploaded(host.threshold, host.thresholds, "thresholds of a plan", ledger, threshold_);
  view_.path_level = uploaded(host.path_level, host.days, "levels of a path", ledger, path_level_);
  view_.path_pool = uploaded(host.path_pool, host.days, "pools of a path", ledger, path_pool_);
  if (host.pool_offsets == nullptr) return;
  const std::size_t pools = host.pools;
  view_.pool = uploaded(host.pool, host.positions, "pools of a plan", ledger, pool_);
  view_.pool_offsets =
      uploaded(host.pool_offsets, pools + 1, "offsets of a plan's pools", ledger, pool_offsets_);
  view_.pool_members = uploaded(host.pool_members, host.pool_offsets[pools], "members of a plan's pools",
                                ledger, pool_members_);
  view_.chain = uploaded(host.chain, pools * pools, "chain of a plan", ledger, chain_);
}

void make_plans_cuda(const plan_recipe& recipe, const std::uint64_t* scenario, std::uint64_t first,
                     std::size_t count, const plan_rows& rows, stream_ref stream, unsigned threads) {
  if (count == 0) return;
  const named_range range{"topheavy::scenario_plan"};
  const launch_shape shape = block_per_answer((count + threads - 1) / threads, threads);
  make_plans_kernel<<<shape.grid, shape.block, 0, stream.get()>>>(recipe, scenario, first, count, rows);
  check_launch();
}

}  // namespace topheavy
