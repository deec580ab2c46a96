// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

// The middle 95 % of the replicates of a bootstrap (specification, section 5).
namespace topheavy {

struct percentile_interval {                               // NaN: not known
  double low = std::numeric_limits<double>::quiet_NaN();   // 2.5th percentile
  double high = std::numeric_limits<double>::quiet_NaN();  // 97.5th
};

// Percentiles by linear interpolation, as numpy.percentile and R's type 7: with x[0] <= x[1] <= ... the one at p is
// x[k] + f (x[k+1] - x[k]) where k + f = p (count - 1). The order of the values does not matter. NaN for none; no
// value is NaN or infinite. memory: of one thread, grows to 2 count and is used again.
percentile_interval percentile_interval_of(const double* values, std::size_t count,
                                           std::vector<double>& memory);

}  // namespace topheavy
