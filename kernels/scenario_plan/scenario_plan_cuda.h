// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/buffer.h"
#include "kernels/device/launch.h"
#include "kernels/scenario_plan/scenario_plan.h"

#include <cstddef>
#include <cstdint>

// The CUDA body of scenario_plan.h.
namespace topheavy {

// A recipe whose arrays are on the device. Those of the host stay as they are until the ledger's stream has been waited
// for.
class device_recipe {
 public:
  device_recipe(const plan_recipe& host, device_ledger& ledger);
  plan_recipe view() const { return view_; }  // pointers of the device

 private:
  device_buffer<plan_step> step_;
  device_buffer<std::uint32_t> row_, pool_offsets_, pool_members_;
  device_buffer<double> level_, path_level_, threshold_;
  device_buffer<std::uint8_t> pool_, path_pool_;
  device_buffer<std::uint64_t> chain_;
  plan_recipe view_;
};

// As make_plans_cpu; recipe: of a device_recipe. scenario [count] on the device; null: first, first + 1, ... Enqueues and
// returns. `threads` of a block change the speed, never a bit.
void make_plans_cuda(const plan_recipe& recipe, const std::uint64_t* scenario, std::uint64_t first,
                     std::size_t count, const plan_rows& rows, stream_ref stream,
                     unsigned threads = tuning::scenario_plan);

}  // namespace topheavy
