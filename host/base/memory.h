// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace topheavy {

// Bytes that this process may still take: what the machine has available, no more than its cgroup's limit leaves (what
// Slurm and containers give). 0 where that is not known.
std::uint64_t available_memory();

// "512 bytes", "3.4 MiB", "12.0 GiB".
std::string shown_bytes(double bytes);

}  // namespace topheavy
