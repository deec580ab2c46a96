// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda_backend.h"

#include "kernels/cpu_backend.h"
#include "kernels/device/buffer.h"
#include "kernels/device/check.h"
#include "kernels/device/stream.h"
#include "kernels/group_sums/group_sums_cuda.h"

#include <cuda_runtime_api.h>

namespace topheavy {
namespace {

// Operations that have no CUDA body run by the CPU body of the base class.
class cuda_backend final : public cpu_backend {
 public:
  std::string_view name() const override { return "cuda"; }
  std::string device() const override { return cuda_status().reason; }
  std::vector<std::string> own_operations() const override { return {"group_sums"}; }

  void group_sums(panel_view panel, groups_view groups, group_sums_result result) override {
    check_group_sums(panel, groups);
    if (panel.days == 0 || groups.groups == 0) return;
    const panel_view there = uploaded(panel);
    const auto members_count = static_cast<std::size_t>(groups.offsets[groups.groups]);
    const device_buffer<std::int32_t> offsets(ledger_, groups.groups + 1, "group offsets");
    const device_buffer<std::int32_t> members(ledger_, members_count, "group members");
    const device_buffer<double> base(ledger_, panel.days * groups.groups, "group base");
    const device_buffer<double> base_return(ledger_, panel.days * groups.groups, "group base_return");
    offsets.copy_from(groups.offsets);
    members.copy_from(groups.members);
    group_sums_cuda(there, {offsets.data(), members.data(), groups.groups}, {base.data(), base_return.data()},
                    stream_.ref());
    base.copy_to(result.base);
    base_return.copy_to(result.base_return);
    stream_.ref().wait();
  }

 private:
  // The device's copy of the panel, made anew only where another panel comes.
  panel_view uploaded(panel_view panel) {
    const bool same = panel.cap == host_.cap && panel.ret == host_.ret && panel.days == host_.days &&
                      panel.constituents == host_.constituents;
    if (!same) {
      host_ = {};
      cap_ = {};  // frees the old panel before the new one is allocated
      ret_ = {};
      const std::size_t count = panel.days * panel.constituents;
      cap_ = device_buffer<double>(ledger_, count, "panel caps");
      ret_ = device_buffer<double>(ledger_, count, "panel returns");
      cap_.copy_from(panel.cap);
      ret_.copy_from(panel.ret);
      stream_.ref().wait();
      host_ = panel;
    }
    return {cap_.data(), ret_.data(), panel.days, panel.constituents};
  }

  stream stream_;
  device_ledger ledger_{stream_.ref()};
  panel_view host_;  // of which cap_ and ret_ are the copy
  device_buffer<double> cap_;
  device_buffer<double> ret_;
};

std::string version(int number) {
  return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10);
}

}  // namespace

backend_status cuda_status() {
  int devices = 0;
  int device = 0;
  cudaDeviceProp properties = {};
  cudaError_t result = cudaGetDeviceCount(&devices);
  if (result == cudaSuccess) result = cudaGetDevice(&device);
  if (result == cudaSuccess) result = cudaGetDeviceProperties(&properties, device);
  if (result == cudaSuccess) result = group_sums_cuda_loads();
  if (result == cudaSuccess) {
    return {"cuda", true,
            std::string(properties.name) + ", compute capability " + std::to_string(properties.major) + "." +
                std::to_string(properties.minor) + ", " + std::to_string(properties.totalGlobalMem >> 20) +
                " MiB"};
  }
  cudaGetLastError();
  int driver = 0;
  cudaDriverGetVersion(&driver);
  return {"cuda", false,
          std::string(cudaGetErrorString(result)) + " (built with CUDA " + version(CUDART_VERSION) +
              ", driver " + (driver == 0 ? "not found" : "for CUDA " + version(driver)) + ")"};
}

std::unique_ptr<backend> make_cuda_backend() {
  const backend_status status = cuda_status();
  if (!status.available) throw backend_unavailable("cuda: " + status.reason);
  return std::make_unique<cuda_backend>();
}

}  // namespace topheavy
