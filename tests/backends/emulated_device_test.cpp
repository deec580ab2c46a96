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
  should.run_spectrum(cpu);
  std::size_t allocations = 0;
  for (bool failed = true; failed; ++allocations) {
    SCOPED_TRACE(allocations);
    const std::unique_ptr<backend> device = make_cuda_backend_within(std::size_t{1} << 24);
    emulated_device::fail_after(allocations);
    is.run(*device);
    is.run_spectrum(*device);
    failed = emulated_device::has_failed();
    is.expect_same_as(should);
  }
  EXPECT_GT(allocations, 65u);  // all of three passes and of the spectrum
  EXPECT_EQ(emulated_device::bytes_held(), 0u);
}

// Caps and returns are 192,000 bytes and a set of nine days 21,600: all at once, some at a time, each with its days alone.
TEST(emulated_device, sets_of_days_that_do_not_fit_give_the_same_ratios) {
  const small_panel panel = make_panel(40, 300, panel_kind::gaps);
  cpu_backend cpu;
  whole_history should(panel), is(panel);
  should.run_spectrum(cpu);
  for (const std::size_t bytes : {10'000'000, 260'000, 150'000}) {
    SCOPED_TRACE(bytes);
    const std::unique_ptr<backend> device = make_cuda_backend_within(bytes);
    is.run_spectrum(*device);
    is.expect_same_as(should);
  }
  const std::unique_ptr<backend> device = make_cuda_backend_within(40'000);
  EXPECT_THROW(is.run_spectrum(*device), out_of_device_memory);
}

}  // namespace
}  // namespace topheavy
