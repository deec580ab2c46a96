// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/history/dimensions.h"
#include "host/scenario/figure_table.h"
#include "host/scenario/results.h"

#include <cstdint>
#include <string>
#include <vector>

// How groups move together along the paths, over scenarios                                        specification, section 7
namespace topheavy {

// Dimensions that are correlated along paths: those of 2 to 32 groups. A thread counts each pair in 16 KiB a regime.
inline constexpr std::size_t most_correlated_groups = 32;
std::vector<dimension> correlated_along_paths(const std::vector<dimension>& dimensions);

// The same for figure_request, where groups of all dimensions stand one after another.
std::vector<correlated_groups> correlated_groups_of(const std::vector<dimension>& dimensions);

// Of type 7 over values known by their bin only: the j-th (from 0) of c values in a bin is taken to stand (j + 1/2) / c of
// the bin's width from its lower end, so that an answer is off by less than a bin's width, 2 / 4,096. Percentile
// `twentieths` / 20. histogram [rho_bins]; count: its sum. Not known of none.
double binned_percentile(const std::uint32_t* histogram, std::uint64_t count, std::uint64_t twentieths);

// Of every dimension, whose pairs stand in the table as figure_request tells: over the path first, then over the days of
// each simulated regime. Of a pair no scenario has a correlation of, nothing is known; the diagonal is 1. scenarios: of
// the pair that has the fewest, of those that have any.
std::vector<dimension_path_correlation> path_correlations(const figure_table& figures,
                                                          const std::vector<dimension>& dimensions,
                                                          const std::vector<std::string>& regimes);

}  // namespace topheavy
