// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/warp_sum.h"
#include "tests/backends/small_panel.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <type_traits>
#include <vector>

// A warp and a block of threads on the host, for the templates of kernels/*/*_core.h
// (kernels/device/block.cuh is the same on the device). Between two barriers the warps run one after the
// other in an order the test picks: where that changes a bit, or a phase starts without a barrier after the
// one before, the kernel has a race.
namespace topheavy {

template <typename T>
using in_each_thread = std::array<T, warp_threads>;

struct host_warp {
  unsigned order = 0;  // threads run in the order 0 ^ order, 1 ^ order, ...

  template <typename F>
  auto each(const F& f) const {
    in_each_thread<decltype(f(0u))> held{};
    for (unsigned i = 0; i < warp_threads; ++i) held[i ^ order] = f(i ^ order);
    return held;
  }
  // f(thread, what it holds ...).
  template <typename F, typename... T>
  auto each_of(const F& f, T&... held) const {
    if constexpr (std::is_void_v<decltype(f(0u, held[0]...))>) {
      for (unsigned i = 0; i < warp_threads; ++i) f(i ^ order, held[i ^ order]...);
    } else {
      return each([&](unsigned thread) { return f(thread, held[thread]...); });
    }
  }
  template <typename T>
  in_each_thread<T> add_partner(const in_each_thread<T>& x, unsigned mask) const {
    in_each_thread<T> sum{};
    for (unsigned thread = 0; thread < warp_threads; ++thread) sum[thread] = x[thread] + x[thread ^ mask];
    return sum;
  }
  template <typename T>
  T value_of(const in_each_thread<T>& x, unsigned thread) const {
    return x[thread];
  }
  void sync() const {}  // threads run one after the other, phase by phase
  unsigned ballot(const in_each_thread<bool>& x) const {
    unsigned bits = 0;
    for (unsigned thread = 0; thread < warp_threads; ++thread) bits |= unsigned{x[thread]} << thread;
    return bits;
  }
  float least(const in_each_thread<float>& x) const { return *std::min_element(x.begin(), x.end()); }
  unsigned ones(unsigned bits) const { return static_cast<unsigned>(std::popcount(bits)); }
  unsigned first_one(unsigned bits) const { return static_cast<unsigned>(std::countr_zero(bits)); }
  unsigned last_one(unsigned bits) const { return static_cast<unsigned>(std::bit_width(bits)) - 1; }
  void add_to(std::uint32_t* total, std::uint32_t x) const { *total += x; }
  void add_to(std::int64_t* total, std::int64_t x) const { *total += x; }
};

class host_block {
 public:
  explicit host_block(std::vector<std::size_t> warp_order, unsigned thread_order = 0)
      : order_(std::move(warp_order)), warp_{thread_order} {}

  std::size_t warps() const { return order_.size(); }
  template <typename F>
  void each_warp(const F& f) const {
    begin_phase();
    for (const std::size_t index : order_) f(warp_, index);
  }
  template <typename T, typename F>
  void leader(const host_warp&, const in_each_thread<T>& x, const F& f) const {
    f(x[0]);
  }
  template <typename F>
  void first_thread(const F& f) const {
    begin_phase();
    f();
  }
  void barrier() const { in_phase_ = false; }

 private:
  void begin_phase() const {
    if (in_phase_)
      throw std::logic_error("a phase of the block starts without a barrier after the one before");
    in_phase_ = true;
  }

  std::vector<std::size_t> order_;
  host_warp warp_;
  mutable bool in_phase_ = false;
};

// Forward, backward, and shuffled.
inline std::vector<std::vector<std::size_t>> warp_orders(std::size_t warps) {
  std::vector<std::size_t> forward(warps);
  std::iota(forward.begin(), forward.end(), std::size_t{0});
  const std::vector<std::size_t> backward(forward.rbegin(), forward.rend());
  std::vector<std::size_t> shuffled = forward;
  std::sort(shuffled.begin(), shuffled.end(),
            [](std::size_t a, std::size_t b) { return mixed(a) < mixed(b); });
  return {forward, backward, shuffled};
}

}  // namespace topheavy
