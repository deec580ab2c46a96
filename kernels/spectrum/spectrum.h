// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

// How much of what standardised returns do is common to all of them (specification, section 5). Over the D days of a set
// a constituent takes part with returns on at least 80 % of them and a variance; z is its return less its mean over its
// days, in units of its ddof-0 standard deviation over them, 0 where there is no return.
//   ratio = sum of the k largest eigenvalues of z z' / sum of all of them
// by LAPACK, or on a device cuSOLVER, of the D x D products of days, or the N x N ones of constituents where these are
// fewer; no matrix of all constituents is ever held where they are many. The one quantity of the history that leaves its sums to a library: the
// last bits depend on the library and the processor, though not on the number of threads.
namespace topheavy {

struct absorption {
  double ratio;               // fraction; NaN where nobody takes part
  std::int32_t constituents;  // that take part
};

using day_sets = std::vector<std::vector<std::int32_t>>;  // days of the panel, ascending within a set

// Throws std::invalid_argument, with the value, for a day outside the panel.
void check_day_sets(panel_view panel, const day_sets& sets);

// An answer for each set. Threads over sets. components >= 1. Throws as check_day_sets, std::runtime_error where LAPACK
// fails.
std::vector<absorption> absorption_ratios_cpu(panel_view panel, const day_sets& sets, std::size_t components);

// The ratio of a set in which `used` constituents take part, where no eigenvalue is needed to tell it.
std::optional<double> ratio_without_eigenvalues(std::size_t used, std::size_t days, std::size_t components);

// The ratio of sums of eigenvalues. Throws std::runtime_error where it is none.
double ratio_of_eigenvalues(double largest, double all);

// The ratio that independent constituents would have: by the law of Marchenko and Pastur for `days` - 1 degrees of
// freedom, demeaned days being one fewer; exact where both are many. 1 where the components are all there are. NaN for
// less than two days or no constituent.
double absorption_noise_floor(std::size_t days, std::size_t constituents, std::size_t components);

}  // namespace topheavy
