// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <source_location>
#include <stdexcept>
#include <string>

#include <cuda_runtime_api.h>

// The one way a CUDA call fails.
namespace topheavy {

struct cuda_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws cuda_error with place and CUDA's words unless `result` is success, and clears the error.
inline void check(cudaError_t result, std::source_location where = std::source_location::current()) {
  if (result == cudaSuccess) return;
  cudaGetLastError();
  throw cuda_error(std::string(where.file_name()) + ":" + std::to_string(where.line()) + ": " +
                   where.function_name() + ": " + cudaGetErrorName(result) + ": " +
                   cudaGetErrorString(result));
}

// After a launch: a wrong shape or a missing kernel shows at once, a fault inside the kernel at the next
// check().
inline void check_launch(std::source_location where = std::source_location::current()) {
  check(cudaGetLastError(), where);
}

}  // namespace topheavy
