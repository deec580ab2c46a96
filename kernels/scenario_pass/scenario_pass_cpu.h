// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_pass/scenario_pass.h"
#include "kernels/scenario_paths/path_body.h"

#include <cstddef>
#include <memory>

namespace topheavy {

struct cpu_path_options {
  const path_body* body = nullptr;    // null: the fastest that runs here
  std::size_t scenarios_at_once = 0;  // walked together by a thread; 0: as many as fit its cache
};

std::unique_ptr<path_engine> make_cpu_path_engine(const path_universe& universe,
                                                  const cpu_path_options& options = {});

}  // namespace topheavy
