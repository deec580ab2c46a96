// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/operation_bench.h"
#include "bench/harness/pass_results.h"

// The day pass whole, as a run asks for it, and each of its operations with what it cannot be without.
namespace topheavy::bench {
namespace {

constexpr std::size_t sectors = 12;

using ask = void (*)(day_results&);

int add(const char* name, ask what, traffic (*moved)(const bench_panel&)) {
  const auto run = [what](backend& on, const bench_panel& panel) {
    day_results results(panel);
    what(results);
    on.day_pass(panel.view(), results.parts);
    return results.bytes();
  };
  return register_operation({name, run, moved});
}

const int registered[] = {
    add(
        "day_pass",
        [](day_results& r) {
          r.ask_sums(true);
          r.ask_breadth();
          r.ask_fixed_weights();
          r.ask_concentration(true);
        },
        [](const bench_panel& p) { return day_pass_traffic(p.days, p.constituents, 1 + sectors); }),
    add(
        "group_sums", [](day_results& r) { r.ask_sums(true); },
        [](const bench_panel& p) {
          return group_sums_traffic(p.days, p.constituents, 1 + sectors, 2 * p.constituents);
        }),
    add(
        "breadth",
        [](day_results& r) {
          r.ask_sums(false);
          r.ask_breadth();
        },
        [](const bench_panel& p) { return breadth_traffic(p.days, p.constituents); }),
    add(
        "fixed_weight_return",
        [](day_results& r) {
          r.ask_sums(true);
          r.ask_fixed_weights();
        },
        [](const bench_panel& p) { return fixed_weight_return_traffic(p.days, p.constituents, sectors); }),
    add(
        "concentration", [](day_results& r) { r.ask_concentration(false); },
        [](const bench_panel& p) { return concentration_traffic(p.days, p.constituents, p.constituents); })};

}  // namespace
}  // namespace topheavy::bench
