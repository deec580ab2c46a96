// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/backends/emulated_device.h"

#include "kernels/cpu_backend.h"
#include "kernels/cuda_backend.h"
#include "tests/backends/whole_history.h"

// What only an emulated device can be made to do: fail whenever the test wants.
namespace topheavy {
namespace {

TEST(emulated_device, any_allocation_that_fails_once_changes_no_bit) {
  const small_panel panel = make_panel(12, 70, panel_kind::gaps);
  cpu_backend cpu;
  whole_history should(panel), is(panel);
  should.run(cpu);
  std::size_t allocations = 0;
  for (bool failed = true; failed; ++allocations) {
    SCOPED_TRACE(allocations);
    const std::unique_ptr<backend> device = make_cuda_backend_within(std::size_t{1} << 24);
    emulated_device::fail_after(allocations);
    is.run(*device);
    failed = emulated_device::has_failed();
    is.expect_same_as(should);
  }
  EXPECT_GT(allocations, 60u);  // all of three passes
  EXPECT_EQ(emulated_device::bytes_held(), 0u);
}

}  // namespace
}  // namespace topheavy
