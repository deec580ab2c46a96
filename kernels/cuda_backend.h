// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/backend.h"

#include <cstddef>
#include <memory>
#include <vector>

// The CUDA back end as kernels/backend.cpp sees it. cuda_backend.cpp and cuda_devices.cpp hold it, or cuda_absent.cpp in a
// build without CUDA; which is compiled is CMake's choice.
namespace topheavy {

// Asks the driver; never throws for want of a device. Whether those asked for run, or all where none is; of the others only
// what they are.
backend_status cuda_status(const std::vector<int>& asked = {});

// devices: as choose_devices (device_list.h), whose errors it throws; of those asked for no other is woken. Throws
// backend_unavailable where cuda_status() says no.
std::unique_ptr<backend> make_cuda_backend(const std::vector<int>& devices);
// The same of all devices, holding at most device_bytes of each one's memory: what is larger is worked on in chunks.
std::unique_ptr<backend> make_cuda_backend_within(std::size_t device_bytes);

}  // namespace topheavy
