// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/check.h"
#include "kernels/device/stream.h"
#include "kernels/errors.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <cuda_runtime_api.h>

// Device memory: a ledger of what is held on one stream, and buffers that own a part of it.
namespace topheavy {

// Knows every buffer by label and bytes, so that running out of memory ends in a table. Outlives its buffers;
// used by one thread.
class device_ledger {
 public:
  explicit device_ledger(stream_ref stream) : stream_(stream) {}
  device_ledger(const device_ledger&) = delete;
  device_ledger& operator=(const device_ledger&) = delete;

  stream_ref stream() const { return stream_; }

  // Throws out_of_device_memory with the table of what is held.
  void* allocate(std::size_t bytes, const std::string& label) {
    void* memory = nullptr;
    const cudaError_t result = cudaMallocAsync(&memory, bytes, stream_.get());
    if (result == cudaErrorMemoryAllocation) {
      cudaGetLastError();
      throw out_of_device_memory(table(bytes, label));
    }
    check(result);
    held_.push_back({memory, bytes, label});
    return memory;
  }

  void release(void* memory) noexcept {
    const auto same = [memory](const entry& one) { return one.memory == memory; };
    held_.erase(std::remove_if(held_.begin(), held_.end(), same), held_.end());
    cudaFreeAsync(memory, stream_.get());
  }

 private:
  struct entry {
    void* memory;
    std::size_t bytes;
    std::string label;
  };

  std::string table(std::size_t bytes, const std::string& label) const {
    std::size_t free = 0;
    std::size_t total = 0;
    cudaMemGetInfo(&free, &total);
    std::string text = "out of device memory: " + label + " needs " + std::to_string(bytes) + " bytes, " +
                       std::to_string(free) + " of " + std::to_string(total) + " are free; held:";
    for (const entry& one : held_) text += "\n  " + one.label + "  " + std::to_string(one.bytes) + " bytes";
    return text;
  }

  stream_ref stream_;
  std::vector<entry> held_;
};

// `count` values on the device, not initialised; released on the ledger's stream. T is plain data.
template <typename T>
class device_buffer {
 public:
  device_buffer() = default;
  device_buffer(device_ledger& ledger, std::size_t count, const std::string& label)
      : ledger_(&ledger), count_(count) {
    if (count > 0) data_ = static_cast<T*>(ledger.allocate(count * sizeof(T), label));
  }
  device_buffer(device_buffer&& other) noexcept { swap(other); }
  device_buffer& operator=(device_buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ~device_buffer() {
    if (data_ != nullptr) ledger_->release(data_);
  }

  T* data() const { return data_; }
  std::size_t size() const { return count_; }

  // Both enqueue a copy of the whole buffer; the host memory stays as it is until the stream has been waited
  // for.
  void copy_from(const T* host) const {
    if (count_ == 0) return;
    check(cudaMemcpyAsync(data_, host, count_ * sizeof(T), cudaMemcpyHostToDevice, ledger_->stream().get()));
  }
  void copy_to(T* host) const {
    if (count_ == 0) return;
    check(cudaMemcpyAsync(host, data_, count_ * sizeof(T), cudaMemcpyDeviceToHost, ledger_->stream().get()));
  }

 private:
  void swap(device_buffer& other) noexcept {
    std::swap(ledger_, other.ledger_);
    std::swap(data_, other.data_);
    std::swap(count_, other.count_);
  }

  device_ledger* ledger_ = nullptr;
  T* data_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace topheavy
