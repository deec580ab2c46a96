// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/backend.h"

#include <cstddef>
#include <memory>

// The CUDA back end as kernels/backend.cpp sees it. cuda_backend.cpp holds it, or cuda_absent.cpp in a build
// without CUDA; which of the two is compiled is CMake's choice.
namespace topheavy {

backend_status cuda_status();                  // asks the driver; never throws for want of a device
std::unique_ptr<backend> make_cuda_backend();  // throws backend_unavailable where cuda_status() says no
// The same, holding at most device_bytes of the device's memory: what is larger is worked on in chunks.
std::unique_ptr<backend> make_cuda_backend_within(std::size_t device_bytes);

}  // namespace topheavy
