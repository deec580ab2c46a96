// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/device_work.h"
#include "kernels/scenario_pass/dealt_paths.h"

#include <memory>
#include <utility>

namespace topheavy {

// An engine for whatever thread: its device is the current one whenever it works.
class path_engine_on_device final : public path_engine {
 public:
  path_engine_on_device(int device, std::unique_ptr<path_engine> engine)
      : device_(device), engine_(std::move(engine)) {}

  void scenario_pass(const plan_recipe& recipe, const figure_request& request, scenario_range range,
                     const figure_columns& columns) override {
    make_current(device_);
    engine_->scenario_pass(recipe, request, range, columns);
  }
  void take_correlations(const rho_columns& columns) override {
    make_current(device_);
    engine_->take_correlations(columns);
  }
  void replay(const plan_recipe& recipe, const replay_request& request,
              const replay_result& result) override {
    make_current(device_);
    engine_->replay(recipe, request, result);
  }

 private:
  int device_;
  std::unique_ptr<path_engine> engine_;
};

}  // namespace topheavy
