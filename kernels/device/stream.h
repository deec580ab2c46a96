// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/check.h"

#include <cstddef>
#include <utility>

#include <cuda_runtime_api.h>

// Streams: an owner and a view; events, which take the device's time. Nothing runs on the default stream.
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
    if (stream_ != nullptr && cudaStreamDestroy(stream_) != cudaSuccess) cudaGetLastError();
  }

  stream_ref ref() const { return stream_ref(stream_); }

 private:
  cudaStream_t stream_ = nullptr;
};

class event {
 public:
  event() { check(cudaEventCreate(&event_)); }
  event(event&& other) noexcept : event_(std::exchange(other.event_, nullptr)) {}
  event& operator=(event&& other) noexcept {
    std::swap(event_, other.event_);
    return *this;
  }
  ~event() {
    if (event_ != nullptr && cudaEventDestroy(event_) != cudaSuccess) cudaGetLastError();
  }

  void record(stream_ref on) const { check(cudaEventRecord(event_, on.get())); }
  void wait() const { check(cudaEventSynchronize(event_)); }

  // Of two recorded ones whose stream has been waited for.
  double seconds_since(const event& before) const {
    float milliseconds = 0.0F;
    check(cudaEventElapsedTime(&milliseconds, before.event_, event_));
    return 1e-3 * static_cast<double>(milliseconds);
  }

 private:
  cudaEvent_t event_ = nullptr;
};

}  // namespace topheavy
