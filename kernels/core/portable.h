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

// For what TOPHEAVY_CLONES has to reach: a function called and not inlined stays as it is.
#if defined(__CUDACC__)
#define TOPHEAVY_INLINE __forceinline__
#elif defined(__GNUC__)
#define TOPHEAVY_INLINE inline __attribute__((always_inline))
#else
#define TOPHEAVY_INLINE inline
#endif

// Before a loop whose count the compiler knows: it is unrolled, so that an array it walks can stand in registers.
#if defined(__CUDA_ARCH__)
#define TOPHEAVY_UNROLL _Pragma("unroll")
#elif defined(__GNUC__) && !defined(__clang__) && !defined(__CUDACC__)
#define TOPHEAVY_UNROLL _Pragma("GCC unroll 16")
#else
#define TOPHEAVY_UNROLL
#endif

// A function of loops, compiled once more for wider vectors; the widest that the processor has is taken when the program
// starts. What it calls inline goes with it. The bits are the same: lanes do the same operations, and none is fused.
// Needs indirect functions, which the sanitizers do not take.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__CUDACC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define TOPHEAVY_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
// For loops over whole numbers that are exact whatever is fused, float64 below 2^53 among them: products and sums are
// fused where the processor can, which is worth a factor of 1.5 to 2, and cannot change a bit.
#define TOPHEAVY_EXACT_CLONES                                                   \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"))) \
  __attribute__((optimize("fp-contract=fast")))
#else
#define TOPHEAVY_CLONES
#define TOPHEAVY_EXACT_CLONES
#endif
