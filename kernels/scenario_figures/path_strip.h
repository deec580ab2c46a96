// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace topheavy {

// The paths of some scenarios that stand one after another in the columns. A cell is a step of a scenario.
struct path_strip {
  std::size_t scenarios = 0;
  std::size_t steps = 0;
  const std::uint32_t* day_step = nullptr;  // [days] the step at whose end a day ends; the last is the last
  std::size_t days = 0;
  double start_total = 0.0;
  const double* start_group = nullptr;  // [G]
  const double* total = nullptr;        // [cells]
  const double* group = nullptr;        // [G, stride]
  std::size_t stride = 0;
  const double* squares = nullptr;       // [cells]; null: not daily
  const double* end_squares = nullptr;   // [scenarios]; null: no weights at the end
  const double* top_10 = nullptr;        // [cells]; null: not daily
  const double* top = nullptr;           // [scenarios, 5]
  const std::uint8_t* regime = nullptr;  // [scenarios, days]
  const double* max_level = nullptr;     // [scenarios]
};

}  // namespace topheavy
