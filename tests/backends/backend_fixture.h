// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/backend.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

// One text, every back end: a suite of this fixture runs once as cpu/... and once as cuda/..., which CMake
// registers as two tests. A back end that cannot run here is a skip that says why.
namespace topheavy {

class on_backend : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    for (const backend_status& status : known_backends()) {
      if (status.name == GetParam() && !status.available)
        GTEST_SKIP() << status.name << ": " << status.reason;
    }
  }

  // A fresh one for every panel: a back end may keep a copy of the panel it has seen.
  std::unique_ptr<backend> fresh() const { return choose_backend(GetParam()).body; }
};

}  // namespace topheavy

#define TOPHEAVY_ON_EVERY_BACKEND(suite)                          \
  INSTANTIATE_TEST_SUITE_P(cpu, suite, ::testing::Values("cpu")); \
  INSTANTIATE_TEST_SUITE_P(cuda, suite, ::testing::Values("cuda"))
