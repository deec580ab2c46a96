// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/operation_bench.h"
#include "kernels/new_highs/new_highs.h"

namespace topheavy::bench {
namespace {

std::vector<char> run(backend& on, const bench_panel& panel) {
  std::vector<std::int32_t> count(panel.days);
  on.new_highs(panel.view(), {}, count.data());
  return bytes_of(count);
}

traffic moved(const bench_panel& panel) { return new_highs_traffic(panel.days, panel.constituents); }

const int registered = register_operation({"new_highs", run, moved});

}  // namespace
}  // namespace topheavy::bench
