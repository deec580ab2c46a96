// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/check.h"

#include <cstddef>
#include <utility>

#include <cuda_runtime_api.h>

namespace topheavy {

// Memory of the host that a device copies to while the host goes on. T is plain data, not initialised.
template <typename T>
class pinned_buffer {
 public:
  pinned_buffer() = default;
  explicit pinned_buffer(std::size_t count) {
    void* memory = nullptr;
    if (count > 0) check(cudaMallocHost(&memory, count * sizeof(T)));
    data_ = static_cast<T*>(memory);
  }
  pinned_buffer(pinned_buffer&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  pinned_buffer& operator=(pinned_buffer&& other) noexcept {
    std::swap(data_, other.data_);
    return *this;
  }
  ~pinned_buffer() {
    if (data_ != nullptr && cudaFreeHost(data_) != cudaSuccess) cudaGetLastError();
  }

  T* data() const { return data_; }

 private:
  T* data_ = nullptr;
};

}  // namespace topheavy
