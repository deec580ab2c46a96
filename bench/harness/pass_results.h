// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/harness/bench_panel.h"
#include "bench/harness/operation_bench.h"
#include "kernels/backend.h"

#include <cstdint>
#include <vector>

// Room for the results of a pass over a panel, and its parts, of which a bench asks for those it times.
namespace topheavy::bench {

struct day_results {
  explicit day_results(const bench_panel& panel);

  // Each adds its part to what is asked for. The groups are the index and twelve sectors, or the index alone.
  void ask_sums(bool sectors);
  void ask_breadth();
  void ask_fixed_weights();
  void ask_concentration(bool by_issuer);  // one constituent in forty has a second class

  std::vector<char> bytes() const;  // of all results

  day_parts parts;

 private:
  std::size_t days_;
  std::size_t constituents_;
  bench_groups groups_, issuers_;
  std::vector<double> weight_;
  std::vector<std::int32_t> sector_;
  std::vector<std::vector<double>> numbers_;
  std::vector<std::vector<std::int32_t>> counts_;

  double* numbers(std::size_t count);
  std::int32_t* counts();
  concentration_result concentration();
};

struct constituent_results {
  explicit constituent_results(const bench_panel& panel);

  void ask_new_highs();
  void ask_windows(std::size_t count);  // the k-th over the last 1 / (k + 1) of the days
  void ask_risk();                      // twelve sectors, four cells

  std::vector<char> bytes() const;

  constituent_parts parts;

 private:
  std::size_t days_;
  std::size_t constituents_;
  std::vector<double> scale_, slope_, fill_;
  std::vector<std::int32_t> cell_, sector_;
  std::vector<contribution_window> windows_;
  std::vector<window_contributions_result> by_window_;
  std::vector<std::vector<double>> numbers_;
  std::vector<std::vector<std::int32_t>> counts_;
};

}  // namespace topheavy::bench
