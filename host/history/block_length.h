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

// The mean block length, in observations, for the mean of a series by the stationary bootstrap: Politis and White
// 2004 with the correction of Patton, Politis and White 2009, the details as in arch.bootstrap.optimal_block_length:
//   R(k)   = 1/n sum over t of (x[t] - mean)(x[t-k] - mean)
//   rho(k) = n |R(k)| / sqrt(sum over t > k of (x[t] - mean)^2 * sum over t < n - 1 - k of (x[t] - mean)^2)
//   m      = 2 max(1, the first lag from which K rho in a row are below 2 sqrt(log10(n) / n)), K = max(5,
//            floor(log10 n)); M = ceil(sqrt n) + K where there is none, and at most that
//   L(k)   = 1 up to m / 2, then falling to 0 at m
//   G      = 2 sum over k = 1 .. m of L(k) k R(k);  g0 = R(0) + 2 sum over k = 1 .. m of L(k) R(k)
//   b      = cube root of (G / g0)^2 n, at most ceil(min(3 sqrt n, n / 3))
// May be below 1, where neighbours tell little of each other; a block has at least one. NaN for fewer than 11
// observations, for which the lags do not suffice, and for a series that does not vary. Values are finite.
double optimal_block_length(const double* x, std::size_t count);

}  // namespace topheavy
