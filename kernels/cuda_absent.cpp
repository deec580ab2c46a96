// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda_backend.h"

namespace topheavy {

backend_status cuda_status() { return {"cuda", false, "built without CUDA"}; }

std::unique_ptr<backend> make_cuda_backend() { throw backend_unavailable("cuda: " + cuda_status().reason); }

std::unique_ptr<backend> make_cuda_backend_within(std::size_t) { return make_cuda_backend(); }

}  // namespace topheavy
