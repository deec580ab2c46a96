// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/history/dimensions.h"
#include "host/history/index.h"
#include "host/history/percentiles.h"
#include "kernels/backend.h"

#include <cstdint>
#include <string>
#include <vector>

// How the groups of a dimension move together in each regime of the volatility index, how much of a rise against the
// lowest regime is arithmetic of variances, and how sure all of that is (specification, section 5).
namespace topheavy {

// What is estimated with an interval, of a pair of groups or as the mean over pairs.
struct correlation_estimate {
  double rho, rho_adjusted, excess, difference;  // NaN: not known
  // 95 %, over the replicates of the bootstrap.
  percentile_interval rho_95, rho_adjusted_95, excess_95, difference_95;
};

// Groups a and b in one regime; all of it over the days of the regime on which both have a return.
struct pair_correlation {
  std::int32_t days = 0;
  // rho; rho_adjusted, the mean of both directions; excess = rho - rho_null; difference = rho - rho of the lowest regime.
  correlation_estimate of;
  double adjusted_a, adjusted_b;  // Forbes and Rigobon, a or b being the source
  double rho_null, arithmetic;    // arithmetic = rho_null - rho of the lowest regime
};

struct regime_correlation {
  std::int32_t days = 0;
  std::string reason;             // why there are no correlations, else empty
  std::string comparison_reason;  // why nothing is compared with the lowest regime, else empty
  std::string interval_reason;    // why the regime has no intervals, else empty
  std::int64_t replicates_unused =
      0;  // those in which the regime has fewer than min(10, days / 2) days; 0 with a reason
  std::vector<pair_correlation> pairs;  // (0,1), (0,2), ..., (1,2), ...
  correlation_estimate mean;            // over the pairs that have a correlation
};

struct dimension_correlation {
  std::size_t dimension = 0;                  // position among the daily dimensions
  std::vector<regime_correlation> by_regime;  // from the calmest
};

struct correlation_history {
  std::string reason;              // why there is nothing: no volatility index; else empty
  double mean_block_length = 0.0;  // days, of the bootstrap
  std::string block;  // where it comes from: "set", "auto", or "too few days" to estimate it, then 1
  std::vector<dimension_correlation> dimensions;
};

// Position of the pair a < b among the pairs of `groups` groups.
inline std::size_t pair_position(std::size_t groups, std::size_t a, std::size_t b) {
  return a * (2 * groups - a - 1) / 2 + (b - a - 1);
}

// Returns of groups over the days of a sample, and the regime of each day.
struct regime_sample {
  std::vector<std::int32_t> regime;  // [D] 0 .. regimes - 1, or no_regime
  std::size_t regimes = 0;
  std::size_t groups = 0;
  std::vector<double> ret;  // [D, groups] fraction; NaN: none
};

// One dimension. An interval is NaN where more than a tenth of the replicates could not be used.
std::vector<regime_correlation> correlate(const regime_sample& sample, const correlation_settings& s,
                                          double mean_block_length, backend& b);

// The days are those on which the index has a return; the block length, where the settings leave it open, is that of
// Politis and White for the returns of the index. regime [T], empty without a volatility index.
correlation_history correlate_history(const daily_history& daily, const std::vector<dimension>& dimensions,
                                      const std::vector<std::int32_t>& regime,
                                      const std::vector<std::string>& regime_names,
                                      const correlation_settings& s, backend& b);

}  // namespace topheavy
