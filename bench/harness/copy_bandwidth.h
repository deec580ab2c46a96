// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace topheavy::bench {

// What this machine's memory gives a copy by all threads: bytes read and written per second, the best of ten
// copies of 256 MiB, which no cache holds. Measured once a process.
double copy_bandwidth();

}  // namespace topheavy::bench
