// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/buffer.h"
#include "kernels/device/check.h"
#include "kernels/device/stream.h"

#include <cstdint>
#include <limits>

#include <cuda_runtime_api.h>

namespace topheavy {

// Launches, events and streams made from here on by this thread are the device's. Whoever enters a back end says so anew,
// in whatever thread, and nothing puts back the former one: that would wake the first device in threads that never used it.
inline void make_current(int device) { check(cudaSetDevice(device)); }

// A device of the list at work, by its index; one that is listed twice works twice.
struct device_work {
  // bytes: as device_ledger's limit.
  explicit device_work(int device, std::size_t bytes = all_device_memory)
      : index((make_current(device), device)), ledger(work.ref(), bytes) {
    // What is freed stays with the process, or every pass would have its memory mapped anew.
    cudaMemPool_t pool = nullptr;
    std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
    check(cudaDeviceGetDefaultMemPool(&pool, device));
    check(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &all));
  }

  int index;
  stream work;
  device_ledger ledger;
};

}  // namespace topheavy
