// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/scenario/results.h"
#include "kernels/backend.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// The tail of the losses of S scenarios, a loss being minus the index return                      specification, section 7
//
// Losses stand descending, ties by the number of the scenario; rank 1 is the largest. At level p
//   m     = S (1 - p), exact: p is the decimal number that its shortest text says
//   tail  = ranks 1 .. ceil(m), each with weight w = 1, the last one with what is left of m
//   VaR   = the loss of rank floor(m) + 1
//   ES    = sum w L / m
//   95 % interval of VaR: the losses of two ranks, from Bin(S, 1 - p) (Dowd 2001): of S independent scenarios K lose more
//           than the true VaR, which so lies between the losses of ranks K + 1 and K
//   simulation_error = sqrt((var(tail) + p (ES - VaR)^2) / m), var(tail) = sum w (L - ES)^2 / (m - 1); m > 1
// Sums run over ranks as block_sum.h says.
namespace topheavy {

struct tail_size {
  std::uint64_t whole = 0;  // floor(m)
  double fraction = 0.0;    // m - floor(m)

  double total() const { return static_cast<double>(whole) + fraction; }        // m
  std::uint64_t scenarios() const { return whole + (fraction > 0.0 ? 1 : 0); }  // ceil(m)
  double weight(std::uint64_t i) const { return i < whole ? 1.0 : fraction; }   // of rank i + 1 <= ceil(m)
};

// level: 0.5 .. 1, ends excluded.
tail_size tail_size_of(std::uint64_t scenarios, double level);

// Ranks of the ends: upper = qbinom(0.025), lower = qbinom(0.975) + 1 of Bin(S, 1 - p). 0: there is no such rank.
struct rank_interval {
  std::uint64_t upper = 0, lower = 0;
};
rank_interval var_ranks(std::uint64_t scenarios, double level);

struct ranked_losses {
  std::vector<std::uint64_t> scenario;
  std::vector<double> loss;
};

// The `count` largest of all; no index return is NaN.
ranked_losses largest_losses(const std::vector<double>& index_return, std::size_t count, backend& b);

// As many as the functions below want at these levels.
ranked_losses rank_losses(const std::vector<double>& index_return, const std::vector<double>& levels,
                          backend& b);

struct value_at_risk {
  double var = 0.0, es = 0.0;
};
// worst: at least floor(m) + 1 losses.
value_at_risk value_at_risk_of(const ranked_losses& worst, const tail_size& size);

// All of tail_risk but history_error. worst: from rank_losses with this level among others. no_sampling_error: why
// scenarios are no sample and have no error; empty: they are.
tail_risk tail_risk_of(const ranked_losses& worst, std::uint64_t scenarios, double level,
                       const std::string& no_sampling_error);

}  // namespace topheavy
