// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/scenario/figure_table.h"
#include "host/scenario/results.h"
#include "kernels/backend.h"

#include <vector>

// How the figures of the scenarios of a set are spread                                            specification, section 7
namespace topheavy {

// Over all S values; sums as block_sum.h says. mean = sum x / S; sd = sqrt(sum (x - mean)^2 /
// (S - 1)), not known of one value. Quantiles of type 7: with x ascending the one at p is x[k] + f (x[k+1] - x[k]) where
// k + f = p (S - 1) exactly. Nothing is known of no value, nor where any is NaN: what is left would be of other scenarios
// than those asked about. The reason says so.
distribution distribution_of(const std::vector<double>& values, backend& b);

struct figure_distributions {
  distribution index_return, max_drawdown;
  std::vector<named_distribution> concentration;  // top_1 .. top_50, hhi, effective_n, max_top_10, max_hhi
};

// Of the columns that are there, side by side.
figure_distributions distributions_of(const figure_table& figures, backend& b);

}  // namespace topheavy
