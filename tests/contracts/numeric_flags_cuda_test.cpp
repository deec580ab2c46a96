// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/backend.h"
#include "tests/contracts/numeric_flags_expect.h"

namespace topheavy {
namespace {

TEST(numeric_flags, hold_on_the_host_side_of_a_cu) {
  if (!can_fuse()) GTEST_SKIP() << "this processor cannot fuse";
  expect_plain(evaluate_on_host_of_cu(probe));
}

TEST(numeric_flags_on_device, hold_on_the_device_side_of_a_cu) {
  const backend_status cuda = known_backends().front();
  if (!cuda.available) GTEST_SKIP() << cuda.reason;
  expect_plain(evaluate_on_device(probe));
}

}  // namespace
}  // namespace topheavy
