// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/warp_sum.h"

#include <cstddef>

// A warp and a block of threads as kernels/core/block_sum.h asks for them. Blocks are one-dimensional, in
// whole warps.
namespace topheavy {

// The value a partner thread holds.
__device__ inline double value_of_partner(double x, unsigned mask) {
  return __shfl_xor_sync(0xffffffffu, x, static_cast<int>(mask));
}
template <std::size_t sums>
__device__ inline sum_pack<sums> value_of_partner(const sum_pack<sums>& x, unsigned mask) {
  sum_pack<sums> there;
  for (std::size_t k = 0; k < sums; ++k) there.value[k] = value_of_partner(x.value[k], mask);
  return there;
}

struct device_warp {
  template <typename F>
  __device__ auto each(const F& f) const {
    return f(threadIdx.x % warp_threads);
  }
  template <typename T>
  __device__ T add_partner(T x, unsigned mask) const {
    return x + value_of_partner(x, mask);
  }
};

struct device_block {
  __device__ std::size_t warps() const { return blockDim.x / warp_threads; }
  template <typename F>
  __device__ void each_warp(const F& f) const {
    f(device_warp{}, threadIdx.x / warp_threads);
  }
  template <typename T, typename F>
  __device__ void leader(const device_warp&, const T& x, const F& f) const {
    if (threadIdx.x % warp_threads == 0) f(x);
  }
  template <typename F>
  __device__ void first_thread(const F& f) const {
    if (threadIdx.x == 0) f();
  }
  __device__ void barrier() const { __syncthreads(); }
};

}  // namespace topheavy
