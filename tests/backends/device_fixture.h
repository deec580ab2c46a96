// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/backend.h"
#include "kernels/device/buffer.h"
#include "kernels/device/stream.h"

#include <memory>

#include <gtest/gtest.h>

namespace topheavy {

// Tests that need a device: skipped, with the reason, where there is none.
class device_fixture : public ::testing::Test {
 protected:
  void SetUp() override {
    const backend_status cuda = known_backends().front();
    if (!cuda.available) GTEST_SKIP() << cuda.reason;
    work_ = std::make_unique<stream>();
    ledger_ = std::make_unique<device_ledger>(work_->ref());
  }

  std::unique_ptr<stream> work_;
  std::unique_ptr<device_ledger> ledger_;
};

}  // namespace topheavy
