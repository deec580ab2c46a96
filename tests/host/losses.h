// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/scenario/tail.h"
#include "kernels/cpu_backend.h"

#include <cstddef>
#include <vector>

namespace topheavy {

// By the CPU.
inline ranked_losses largest_losses(const std::vector<double>& index_return, std::size_t count) {
  cpu_backend cpu;
  return largest_losses(index_return, count, cpu);
}

inline ranked_losses rank_losses(const std::vector<double>& index_return, const std::vector<double>& levels) {
  cpu_backend cpu;
  return rank_losses(index_return, levels, cpu);
}

}  // namespace topheavy
