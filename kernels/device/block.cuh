// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/warp_sum.h"

#include <cstddef>
#include <cstdint>

// A warp and a block of threads as kernels/core/block_sum.h asks for them. Blocks are one-dimensional, in
// whole warps.
namespace topheavy {

// The value a partner thread holds.
__device__ inline float value_of_partner(float x, unsigned mask) {
  return __shfl_xor_sync(0xffffffffu, x, static_cast<int>(mask));
}
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
  template <typename F, typename... T>
  __device__ auto each_of(const F& f, T&... held) const {
    return f(threadIdx.x % warp_threads, held...);
  }
  template <typename T>
  __device__ T add_partner(T x, unsigned mask) const {
    return x + value_of_partner(x, mask);
  }
  __device__ float value_of(float x, unsigned thread) const {
    return __shfl_sync(0xffffffffu, x, static_cast<int>(thread));
  }
  __device__ double value_of(double x, unsigned thread) const {
    return __shfl_sync(0xffffffffu, x, static_cast<int>(thread));
  }
  // What one thread wrote before, all may read after.
  __device__ void sync() const { __syncwarp(); }
  // Bit j: what thread j says.
  __device__ unsigned ballot(bool x) const { return __ballot_sync(0xffffffffu, x); }
  // The least of numbers >= +0, whose bits are in their order.
  __device__ float least(float x) const {
    return __uint_as_float(__reduce_min_sync(0xffffffffu, __float_as_uint(x)));
  }
  __device__ unsigned ones(unsigned bits) const { return static_cast<unsigned>(__popc(bits)); }
  // Of bits that are not all 0.
  __device__ unsigned first_one(unsigned bits) const { return static_cast<unsigned>(__ffs(bits)) - 1; }
  __device__ unsigned last_one(unsigned bits) const { return 31 - static_cast<unsigned>(__clz(bits)); }
  // By one thread, while others may add to the same.
  __device__ void add_to(unsigned* total, unsigned x) const { atomicAdd(total, x); }
  __device__ void add_to(std::int64_t* total, std::int64_t x) const {
    atomicAdd(reinterpret_cast<unsigned long long*>(total), static_cast<unsigned long long>(x));
  }
};

struct device_block {
  __device__ std::size_t warps() const { return blockDim.x / warp_threads; }
  template <typename F>
  __device__ void each_warp(const F& f) const {
    // Out of one thread, so that the compiler knows it to be the same in all of them.
    f(device_warp{}, __shfl_sync(0xffffffffu, threadIdx.x / warp_threads, 0));
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
