// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_figures/scenario_figures.h"

#include <array>
#include <cstdint>
#include <vector>

// The figures of all scenarios of a set, kept while it is summed up: some 200 bytes a scenario. What they are:
// kernels/scenario_figures. A column that was not asked for is empty.
namespace topheavy {

struct figure_table {
  std::size_t count = 0;                                                                              // S
  std::vector<double> index_return, max_drawdown, highest, hhi, max_hhi, max_top_10, max_volatility;  // [S]
  std::array<std::vector<double>, scenario_top_k.size()> top;  // [S] each
  std::vector<double> group_return;  // [G, S]; groups of all dimensions of the set, one after another
  std::vector<std::uint8_t> start_regime, end_regime;  // [S]

  // Of every correlation, in the order of figure_request::rhos: how often each bin, the sum of all (exact, so that no order
  // matters), and how many scenarios have one.
  std::vector<std::uint32_t> rho_histogram;  // [rhos, rho_bins]
  std::vector<double> rho_sum;               // [rhos]
  std::vector<std::uint64_t> rho_count;      // [rhos]
};

}  // namespace topheavy
