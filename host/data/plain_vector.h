// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <new>
#include <utility>
#include <vector>

// Vectors for columns of millions of values.
namespace topheavy {

// resize() leaves new values as they are in memory: every one is overwritten anyway. Huge pages (MADV_HUGEPAGE) are not
// asked for: reading the Nasdaq panel took 52 ms with them where the kernel had some at hand and up to 180 ms where it had
// to make them first, against a steady 76 to 80 ms (Linux 6.18, AMD EPYC, 2 cores, 2026-11-21).
template <typename Value>
struct plain_allocator : std::allocator<Value> {
  template <typename Other>
  struct rebind {
    using other = plain_allocator<Other>;
  };
  template <typename Other, typename... Arguments>
  void construct(Other* place, Arguments&&... arguments) {
    if constexpr (sizeof...(Arguments) == 0) {
      ::new (static_cast<void*>(place)) Other;
    } else {
      ::new (static_cast<void*>(place)) Other(std::forward<Arguments>(arguments)...);
    }
  }
};

template <typename Value>
using plain_vector = std::vector<Value, plain_allocator<Value>>;

}  // namespace topheavy
