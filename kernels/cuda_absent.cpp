// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda_backend.h"

namespace topheavy {

backend_status cuda_status(const std::vector<int>&) { return {"cuda", false, "built without CUDA"}; }

std::unique_ptr<backend> make_cuda_backend(const std::vector<int>& devices) {
  throw backend_unavailable("cuda: " + cuda_status().reason +
                            (devices.empty() ? "" : ", so there are no devices to choose from"));
}

std::unique_ptr<backend> make_cuda_backend_within(std::size_t) { return make_cuda_backend({}); }

}  // namespace topheavy
