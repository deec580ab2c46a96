// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/contracts/numeric_flags.h"

#include <limits>

#include "tests/support/bit_compare.h"

// kernels are compiled without contraction, rearrangement, flush to zero or the assumption that nothing is NaN:
// scripts/cmake/TopheavyNumerics.cmake.
namespace topheavy {
namespace {

// (1 + e)(1 - e) - 1 with e = 2^-30: the product 1 - 2^-60 rounds to 1, so plain gives 0 and fused -2^-60.
const numeric_inputs inputs = {1.0 + 0x1p-30, 1.0 - 0x1p-30, -1.0, 0x1p60, 1.0, 0x1p-520,
                               std::numeric_limits<double>::quiet_NaN()};

void expect_plain(const numeric_answers& is) {
  EXPECT_TRUE(same_bits(is.multiply_add, 0.0));
  EXPECT_TRUE(same_bits(is.rearranged, 0.0));
  EXPECT_TRUE(same_bits(is.subnormal, 0x1p-1040));
  EXPECT_EQ(is.is_a_number, 0.0);
}

// The probe is compiled for a processor that can fuse, else nothing would be proved.
#if defined(__x86_64__)
bool can_fuse() { return __builtin_cpu_supports("fma"); }
#else
bool can_fuse() { return true; }
#endif

TEST(numeric_flags, hold_in_a_cpp) {
  if (!can_fuse()) GTEST_SKIP() << "this processor cannot fuse";
  expect_plain(evaluate_in_cpp(inputs));
}

}  // namespace
}  // namespace topheavy
