// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/operation_bench.h"
#include "bench/harness/pass_results.h"

// The constituent pass whole, as a run asks for it, and each of its operations.
namespace topheavy::bench {
namespace {

constexpr std::size_t windows = 6;
constexpr std::size_t sectors = 12;
constexpr std::size_t cells = 4;

using ask = void (*)(constituent_results&);

int add(const char* name, ask what, traffic (*moved)(const bench_panel&)) {
  const auto run = [what](backend& on, const bench_panel& panel) {
    constituent_results results(panel);
    what(results);
    on.constituent_pass(panel.view(), results.parts);
    return results.bytes();
  };
  return register_operation({name, run, moved});
}

const int registered[] = {
    add(
        "constituent_pass",
        [](constituent_results& r) {
          r.ask_new_highs();
          r.ask_windows(windows);
          r.ask_risk();
        },
        [](const bench_panel& p) {
          return constituent_pass_traffic(p.days, p.constituents, windows, cells, 0);
        }),
    add(
        "new_highs", [](constituent_results& r) { r.ask_new_highs(); },
        [](const bench_panel& p) { return new_highs_traffic(p.days, p.constituents); }),
    add(
        "window_contributions", [](constituent_results& r) { r.ask_windows(1); },
        [](const bench_panel& p) { return window_contributions_traffic(p.days - 1, p.constituents); }),
    add(
        "risk_contributions", [](constituent_results& r) { r.ask_risk(); },
        [](const bench_panel& p) {
          return risk_contributions_traffic(p.days, p.constituents, sectors, cells);
        })};

}  // namespace
}  // namespace topheavy::bench
