// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>

namespace topheavy {

// cell [days]: 0 .. cells - 1, or from `lowest` on what an operation says of negative ones. Throws std::invalid_argument,
// with `what`, day and value, for any other. Host memory.
inline void check_cells(const char* what, const std::int32_t* cell, std::size_t days, std::size_t cells,
                        std::int32_t lowest = std::numeric_limits<std::int32_t>::min()) {
  for (std::size_t t = 0; t < days; ++t) {
    if (cell[t] < 0 ? cell[t] >= lowest : static_cast<std::size_t>(cell[t]) < cells) continue;
    throw std::invalid_argument(std::string(what) + ": day " + std::to_string(t) + " is in cell " +
                                std::to_string(cell[t]) + " of " + std::to_string(cells));
  }
}

}  // namespace topheavy
