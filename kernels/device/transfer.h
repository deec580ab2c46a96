// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"
#include "kernels/device/buffer.h"
#include "kernels/device/check.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include <cuda_runtime_api.h>

// What goes to the device and what comes back. Copies are enqueued; the host memory stays as it is until the stream has
// been waited for.
namespace topheavy {

template <typename T>
device_buffer<T> uploaded(device_ledger& ledger, const T* host, std::size_t count, const std::string& label) {
  device_buffer<T> there(ledger, count, label);
  there.copy_from(host);
  return there;
}

// Part of a matrix on the host: `rows` rows of `columns` values, which begin `pitch` values apart.
template <typename T>
struct host_part {
  T* data = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t pitch = 0;
};

template <typename T>
device_buffer<T> uploaded(device_ledger& ledger, host_part<const T> host, const std::string& label) {
  device_buffer<T> there(ledger, host.rows * host.columns, label);
  if (there.size() > 0) {
    check(cudaMemcpy2DAsync(there.data(), host.columns * sizeof(T), host.data, host.pitch * sizeof(T),
                            host.columns * sizeof(T), host.rows, cudaMemcpyHostToDevice,
                            ledger.stream().get()));
  }
  return there;
}

// A result on the device and where it goes on the host, without its first `lead` rows, which stay behind.
template <typename T>
class output {
 public:
  output(device_ledger& ledger, host_part<T> host, std::size_t lead, const std::string& label)
      : host_(host),
        lead_(lead),
        ledger_(&ledger),
        device_(ledger, (lead + host.rows) * host.columns, label) {}
  output(device_ledger& ledger, T* host, std::size_t count, const std::string& label)
      : output(ledger, {host, 1, count, count}, 0, label) {}

  T* data() const { return device_.data(); }

  void fetch() const {
    if (host_.rows * host_.columns == 0) return;
    check(cudaMemcpy2DAsync(host_.data, host_.pitch * sizeof(T), device_.data() + lead_ * host_.columns,
                            host_.columns * sizeof(T), host_.columns * sizeof(T), host_.rows,
                            cudaMemcpyDeviceToHost, ledger_->stream().get()));
  }

 private:
  host_part<T> host_;
  std::size_t lead_;
  device_ledger* ledger_;
  device_buffer<T> device_;
};

struct device_groups {
  device_buffer<std::int32_t> offsets, members;
  std::size_t groups = 0;
  groups_view view() const { return {offsets.data(), members.data(), groups}; }
};

inline device_groups uploaded(device_ledger& ledger, groups_view host, const std::string& label) {
  device_groups there;
  if (host.groups == 0) return there;
  there.offsets = uploaded(ledger, host.offsets, host.groups + 1, label + " offsets");
  there.members =
      uploaded(ledger, host.members, static_cast<std::size_t>(host.offsets[host.groups]), label + " members");
  there.groups = host.groups;
  return there;
}

inline std::size_t bytes_of(groups_view groups) {
  if (groups.groups == 0) return 0;
  return sizeof(std::int32_t) * (groups.groups + 1 + static_cast<std::size_t>(groups.offsets[groups.groups]));
}

}  // namespace topheavy
