// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/backend.h"

#include <memory>
#include <vector>

// The CUDA back end as kernels/backend.cpp sees it. cuda_backend.cpp holds it, or cuda_absent.cpp in a build
// without CUDA; which of the two is compiled is CMake's choice.
namespace topheavy {

backend_status cuda_status();  // asks the driver; never throws for want of a device

// devices: as choose_devices (device_list.h), whose errors it throws; of those asked for no other is woken. Throws
// backend_unavailable where cuda_status() says no.
std::unique_ptr<backend> make_cuda_backend(const std::vector<int>& devices);

}  // namespace topheavy
