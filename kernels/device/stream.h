// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/check.h"

#include <cstddef>
#include <utility>

#include <cuda_runtime_api.h>

// Streams: an owner and a view. Nothing runs on the default stream.
namespace topheavy {

class stream_ref {
 public:
  explicit stream_ref(cudaStream_t stream) : stream_(stream) {}
  stream_ref(std::nullptr_t) = delete;  // the default stream
  stream_ref(int) = delete;             // 0 is the default stream too

  cudaStream_t get() const { return stream_; }
  void wait() const { check(cudaStreamSynchronize(stream_)); }

 private:
  cudaStream_t stream_;
};

class stream {
 public:
  stream() { check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking)); }
  stream(stream&& other) noexcept : stream_(std::exchange(other.stream_, nullptr)) {}
  stream& operator=(stream&& other) noexcept {
    std::swap(stream_, other.stream_);
    return *this;
  }
  ~stream() {
    if (stream_ != nullptr) cudaStreamDestroy(stream_);
  }

  stream_ref ref() const { return stream_ref(stream_); }

 private:
  cudaStream_t stream_ = nullptr;
};

}  // namespace topheavy
