// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace topheavy {

// Puts the value that stands at `at` when [first, last) is in order there; none before it is larger, none behind it
// smaller. Returns an end > at: none of (at, end) is larger than any of [end, last). As std::nth_element in a third of the
// time; no value is NaN.
double* select_in_order(double* first, double* at, double* last);

// The next larger one, at + 1 in order; at + 1 < last. end: what the above returned.
double next_in_order(const double* at, const double* end, const double* last);

}  // namespace topheavy
