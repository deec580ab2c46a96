// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_figures/path_strip.h"
#include "kernels/scenario_figures/scenario_figures.h"

#include <vector>

namespace topheavy {

// Writes rows at, at + 1, ... of the columns but the correlations.
void write_path_figures(const path_strip& strip, std::size_t groups, const figure_columns& columns,
                        std::size_t at);

// Correlations of the scenarios that one thread walks. Sums are whole numbers, so that it does not matter which thread
// takes which scenario.
class path_correlations {
 public:
  explicit path_correlations(const figure_request& request);

  void add(const path_strip& strip);
  void count_waiting();  // after which histogram(), sum() and count() tell all that were added
  const std::vector<std::uint32_t>& histogram() const { return histogram_; }
  const std::vector<std::int64_t>& sum() const { return sum_; }
  const std::vector<std::uint64_t>& count() const { return count_; }

 private:
  void take_scenario(const path_strip& strip, std::size_t scenario);
  void take_returns(const path_strip& strip, std::size_t scenario, std::size_t dimension);
  void tell(std::size_t kind, std::size_t dimension, std::size_t first_pair, const double* moments,
            std::size_t days);
  void count_bins(std::size_t kind);

  // A kind of correlation: over the whole path, 0, or over the days of regime k, 1 + k.
  figure_request request_;
  std::size_t pairs_ = 0, kinds_ = 0;
  std::vector<std::size_t> width_;        // [dimensions] groups, padded
  std::vector<std::vector<double>> ret_;  // [dimensions][days, width] of one scenario
  std::vector<double> day_cap_, one_group_, sd_, rows_, rho_;
  std::vector<std::uint32_t> found_bin_;
  std::vector<double> moments_;           // [regimes, days without one, all][size of the dimension]
  std::vector<std::size_t> days_in_;      // [regimes, none]
  std::vector<std::uint16_t> bin_;        // [kinds, pairs, scenarios_at_once]
  std::vector<std::size_t> waiting_;      // [kinds] scenarios whose bins are not yet counted
  std::vector<double> partial_;           // [kinds, pairs] sums over these
  std::vector<std::uint32_t> histogram_;  // [rhos, rho_bins]
  std::vector<std::int64_t> sum_;         // [rhos], in rho_unit
  std::vector<std::uint64_t> count_;      // [rhos]
};

}  // namespace topheavy
