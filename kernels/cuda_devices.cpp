// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda_backend.h"
#include "kernels/group_sums/group_sums_cuda.h"

#include <algorithm>

#include <cuda_runtime_api.h>

namespace topheavy {
namespace {

std::string version(int number) {
  return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10);
}

// wake: seen to run this build's code.
device_status status_of(int device, bool wake) {
  cudaDeviceProp properties = {};
  cudaError_t result = cudaGetDeviceProperties(&properties, device);
  int has_pools = 1;  // all memory is taken from the device's pool
  if (result == cudaSuccess && wake) {
    result = cudaDeviceGetAttribute(&has_pools, cudaDevAttrMemoryPoolsSupported, device);
  }
  if (result == cudaSuccess && has_pools == 0) result = cudaErrorNotSupported;
  if (result == cudaSuccess && wake) result = cudaSetDevice(device);
  if (result == cudaSuccess && wake) result = group_sums_cuda_loads();
  if (result == cudaSuccess) {
    return {true, std::string(properties.name) + ", compute capability " + std::to_string(properties.major) +
                      "." + std::to_string(properties.minor) + ", " +
                      std::to_string(properties.totalGlobalMem >> 20) + " MiB"};
  }
  cudaGetLastError();
  return {false, std::string(properties.name) + ": " + cudaGetErrorString(result)};
}

}  // namespace

backend_status cuda_status(const std::vector<int>& asked) {
  backend_status status;
  status.name = "cuda";
  int count = 0;
  const cudaError_t result = cudaGetDeviceCount(&count);
  for (int device = 0; result == cudaSuccess && device < count; ++device) {
    const bool wake = asked.empty() || std::find(asked.begin(), asked.end(), device) != asked.end();
    status.devices.push_back(status_of(device, wake));
  }
  try {
    if (result == cudaSuccess) {
      status.reason = devices_in_words(choose_devices({}, status.devices), status.devices);
      status.available = true;
      return status;
    }
    cudaGetLastError();
    status.reason = cudaGetErrorString(result);
  } catch (const backend_unavailable& none) {
    status.reason = none.what();
  }
  int driver = 0;
  cudaDriverGetVersion(&driver);
  status.reason += " (built with CUDA " + version(CUDART_VERSION) + ", driver " +
                   (driver == 0 ? "not found" : "for CUDA " + version(driver)) + ")";
  return status;
}

}  // namespace topheavy
