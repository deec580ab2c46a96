// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/contracts/numeric_flags_expect.h"

// The kernels are compiled without contraction, rearrangement, flush to zero or the assumption that nothing
// is NaN: scripts/cmake/TopheavyNumerics.cmake.
namespace topheavy {
namespace {

TEST(numeric_flags, hold_in_a_cpp) {
  if (!can_fuse()) GTEST_SKIP() << "this processor cannot fuse";
  expect_plain(evaluate_in_cpp(probe));
}

}  // namespace
}  // namespace topheavy
