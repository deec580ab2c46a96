// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/operation_bench.h"
#include "kernels/window_contributions/window_contributions.h"

// The window is the whole panel.
namespace topheavy::bench {
namespace {

std::vector<char> run(backend& on, const bench_panel& panel) {
  const std::vector<double> scale(panel.days, 1e-9);
  std::vector<double> contribution(panel.constituents), growth(panel.constituents);
  std::vector<std::int32_t> member_days(panel.constituents);
  on.window_contributions(panel.view(), {0, panel.days - 1, scale.data()},
                          {contribution.data(), growth.data(), member_days.data()});
  return bytes_of(contribution, growth, member_days);
}

traffic moved(const bench_panel& panel) {
  return window_contributions_traffic(panel.days - 1, panel.constituents);
}

const int registered = register_operation({"window_contributions", run, moved});

}  // namespace
}  // namespace topheavy::bench
