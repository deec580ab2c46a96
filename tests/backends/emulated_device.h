// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

// A device that is a part of the host's memory: CUDA's calls for memory and streams as far as kernels/ makes them for the
// history, launchers that run the block structure of each kernel on the host, and the choice of back ends, where `cuda` is
// this one. A program of tests that links it runs every test of a device, chunks and out of memory too, where there is
// none. Copies that leave an allocation, and kernels that read what nobody wrote (it is NaN), fail the test.
namespace topheavy::emulated_device {

// The allocation after the next `count` ones fails, once.
void fail_after(std::size_t count);
// Whether that has happened; forgets it.
bool has_failed();

std::size_t bytes_held();

}  // namespace topheavy::emulated_device
