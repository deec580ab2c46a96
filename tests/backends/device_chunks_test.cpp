// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu_backend.h"
#include "kernels/cuda_backend.h"
#include "tests/backends/whole_history.h"

// A panel that a device cannot hold is worked on in chunks, to the same bits.
namespace topheavy {
namespace {

class device_chunks : public ::testing::Test {
 protected:
  void SetUp() override {
    const backend_status cuda = known_backends().front();
    if (!cuda.available) GTEST_SKIP() << cuda.reason;
  }

  static void expect_same_within(const small_panel& panel, std::size_t bytes) {
    SCOPED_TRACE(std::to_string(panel.days) + " x " + std::to_string(panel.constituents) + " within " +
                 std::to_string(bytes) + " bytes");
    cpu_backend cpu;
    whole_history should(panel), is(panel);
    should.run(cpu);
    const std::unique_ptr<backend> device = make_cuda_backend_within(bytes);
    is.run(*device);
    is.expect_same_as(should);
    is.run(*device);  // what the first run left there
    is.expect_same_as(should);
  }
};

// Caps and returns are 192,000 bytes, so that all but the first are in chunks, the last of a day and of 32 constituents.
TEST_F(device_chunks, change_no_bit) {
  const small_panel panel = make_panel(40, 300, panel_kind::gaps);
  for (const std::size_t bytes : {1'000'000, 180'000, 100'000, 60'000, 45'000}) {
    expect_same_within(panel, bytes);
  }
}

TEST_F(device_chunks, change_no_bit_at_awkward_sizes) {
  for (const std::size_t constituents : {1, 31, 32, 33, 63, 64, 65, 129}) {
    const small_panel panel = make_panel(23, constituents, panel_kind::gaps);
    for (const std::size_t bytes : {40'000, 32'000, 28'000}) expect_same_within(panel, bytes);
  }
}

TEST_F(device_chunks, that_do_not_fit_end_in_a_table) {
  const small_panel panel = make_panel(40, 300, panel_kind::gaps);
  whole_history is(panel);
  const std::unique_ptr<backend> device = make_cuda_backend_within(9'000);
  try {
    is.run(*device);
    ADD_FAILURE() << "two days of 300 constituents are 9,600 bytes";
  } catch (const out_of_device_memory& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("out of device memory: "), std::string::npos) << text;
    EXPECT_NE(text.find("9000 may be held"), std::string::npos) << text;
    EXPECT_NE(text.find("\n  panel caps  "), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace topheavy
