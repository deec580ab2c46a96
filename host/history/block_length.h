// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

// The blocks of the stationary bootstrap (Politis and Romano 1994): how long on average, and how likely every
// length is.
namespace topheavy {

// longer[l - 1] = floor(2^32 (1 - 1 / mean)^l) for l = 1 .. days - 1, as kernels/day_bootstrap takes it: lengths are
// geometric with that mean, in days. Ends where the probability is below 2^-32. Powers by repeated
// multiplication, so that they are the same on every machine. Throws std::invalid_argument for a mean below 1 or
// not finite.
std::vector<std::uint32_t> block_length_thresholds(double mean, std::size_t days);

}  // namespace topheavy
