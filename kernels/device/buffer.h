// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/check.h"
#include "kernels/device/stream.h"
#include "kernels/errors.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <cuda_runtime_api.h>

// Device memory: a ledger of what is held on one stream, and buffers that own a part of it.
namespace topheavy {

inline constexpr std::size_t all_device_memory = std::numeric_limits<std::size_t>::max();

// Knows every buffer by label and bytes, so that running out of memory ends in a table. Holds no more than `limit`
// bytes, whatever the device has. Outlives its buffers; used by one thread.
class device_ledger {
 public:
  explicit device_ledger(stream_ref stream, std::size_t limit = all_device_memory)
      : stream_(stream), limit_(limit) {}
  device_ledger(const device_ledger&) = delete;
  device_ledger& operator=(const device_ledger&) = delete;

  stream_ref stream() const { return stream_; }

  // Throws out_of_device_memory with the table of what is held.
  void* allocate(std::size_t bytes, const std::string& label) {
    if (bytes > limit_ - bytes_held_) throw out_of_device_memory(table(bytes, label));
    void* memory = nullptr;
    const cudaError_t result = cudaMallocAsync(&memory, bytes, stream_.get());
    if (result == cudaErrorMemoryAllocation) {
      cudaGetLastError();
      throw out_of_device_memory(table(bytes, label));
    }
    check(result);
    held_.push_back({memory, bytes, label});
    bytes_held_ += bytes;
    return memory;
  }

  // The table of what is held, label and bytes a line.
  std::string held() const {
    std::string text = held_.empty() ? "; held: nothing" : "; held:";
    for (const entry& one : held_) text += "\n  " + one.label + "  " + std::to_string(one.bytes) + " bytes";
    return text;
  }

  // Bytes that could be allocated now, less a tenth for what the device and its libraries keep back. Waits for the
  // stream, so that what it has freed counts.
  std::size_t available() const {
    stream_.wait();
    std::size_t free = 0;
    std::size_t total = 0;
    check(cudaMemGetInfo(&free, &total));
    int device = 0;
    cudaMemPool_t pool = nullptr;
    std::uint64_t reserved = 0;  // by the pool of cudaMallocAsync: not free, and yet ours
    std::uint64_t used = 0;
    check(cudaGetDevice(&device));
    check(cudaDeviceGetDefaultMemPool(&pool, device));
    check(cudaMemPoolGetAttribute(pool, cudaMemPoolAttrReservedMemCurrent, &reserved));
    check(cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemCurrent, &used));
    free += static_cast<std::size_t>(reserved - std::min(used, reserved));
    return std::min(free / 10 * 9, limit_ - bytes_held_);
  }

  void release(void* memory) noexcept {
    const auto same = [memory](const entry& one) { return one.memory == memory; };
    const auto found = std::find_if(held_.begin(), held_.end(), same);
    if (found != held_.end()) {
      bytes_held_ -= found->bytes;
      held_.erase(found);
    }
    if (cudaFreeAsync(memory, stream_.get()) != cudaSuccess) cudaGetLastError();  // or a launch is blamed
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
                       std::to_string(free) + " of " + std::to_string(total) + " are free";
    if (limit_ != all_device_memory) text += ", " + std::to_string(limit_) + " may be held";
    return text + held();
  }

  stream_ref stream_;
  std::size_t limit_;
  std::size_t bytes_held_ = 0;
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
