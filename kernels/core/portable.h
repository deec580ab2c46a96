// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The only compiler switches of the project. Everything in kernels/core compiles with any C++20 compiler and
// with nvcc, on the host and on the device.
#if defined(__CUDACC__)
#define TOPHEAVY_HD __host__ __device__
#else
#define TOPHEAVY_HD
#endif
