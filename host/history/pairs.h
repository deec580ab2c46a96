// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/history/dimensions.h"
#include "kernels/backend.h"

#include <cstdint>
#include <string>
#include <vector>

// How constituents move together, all pairs of them, without a matrix of pairs (specification, section 5): mean pairwise
// correlations inside and between groups, implied correlation, absorption ratio. Late joiners and leavers cost nobody
// else a day: each is standardised over its own days.
namespace topheavy {

// The days of each regime that count, and what the constituent pass says of every constituent over them.
struct constituent_moments {
  std::vector<std::int32_t>
      cell;  // [T] regime; negative: no regime, or a day on which the index has no member
  std::size_t regimes = 0;
  std::vector<std::int32_t> count;  // [regimes, N] days with a return, as the three below
  std::vector<double> mean, sd;     // fraction
  std::vector<double> filled_variance;

  // fixed_weight_return [T], NaN where the index has no member; regime [T], negative where there is none, or empty
  // without a volatility file.
  constituent_moments(const std::vector<double>& fixed_weight_return, const std::vector<std::int32_t>& regime,
                      std::size_t regimes, std::size_t constituents);
  regime_moments_result view();  // to be filled
};

// Of the whole index in one regime. NaN: not known.
struct regime_pairs {
  std::int32_t days = 0;
  std::string reason;                                 // why there are no figures, else empty
  std::int32_t constituents = 0;                      // that take part
  std::int32_t too_few_returns = 0, no_variance = 0;  // that do not
  double average_pairwise;
  double implied;           // at the as-of date's weights
  double absorption_ratio;  // approximate: the last bits are the library's
  double noise_floor;       // the same for independent constituents
};

// Of a dimension in one regime.
struct group_pairs {
  std::vector<std::int32_t> constituents;  // [G] that take part
  std::vector<double> average;             // [G, G]; NaN where there is no pair
};

struct pairs_history {
  std::vector<regime_pairs> index;  // by regime; empty without a volatility file
  std::vector<std::vector<group_pairs>>
      dimensions;                        // [dimension, regime]; a dimension not asked for is empty
  std::vector<double> absorption_ratio;  // [T] over the window that ends on the day; NaN before it is full
};

// weight [N]: at the as-of date's close. dimensions: those with daily series.
pairs_history make_pairs(panel_view panel, const constituent_moments& moments,
                         const std::vector<double>& fixed_weight_return, const std::vector<double>& weight,
                         const std::vector<dimension>& dimensions, const correlation_settings& s, backend& b);

// Mean correlation between the members of `a` and those of `b`, lists of constituents that take part, ascending; a
// constituent in both is no pair with itself. products: sum over the days of the sums of z over a and over b; count [N]:
// days with a return of each. NaN where there is no pair.
double mean_over_pairs(const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b,
                       double products, const std::int32_t* count, std::int32_t days);

// (var(I*) - sum w^2 var) / ((sum w sd)^2 - sum w^2 var); NaN where the lower part is nothing. weight, variance [N].
double implied_correlation(double index_variance, const std::vector<double>& weight, const double* variance);

// Whether correlations of the dimension are asked for. Issuers are thousands, and most of them one constituent.
bool correlates_dimension(const correlation_settings& s, const std::string& dimension);

}  // namespace topheavy
