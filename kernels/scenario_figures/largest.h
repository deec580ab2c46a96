// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"

#include <cstddef>
#include <cstdint>
#include <vector>

// The largest caps of many, exactly.
namespace topheavy {

// How many of count caps are at least the threshold.
std::size_t count_at_least(const float* cap, std::size_t count, float threshold);

// The slots of the k largest caps, ascending; of equal caps the earlier ones. All of them where there are no more than k.
// cap [count] >= 0. hint: a guess of the k-th largest, or 0.
void find_largest(const float* cap, std::size_t count, std::size_t k, float hint,
                  std::vector<std::uint32_t>& slots);

}  // namespace topheavy
