// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/operation_bench.h"
#include "kernels/breadth/breadth.h"

namespace topheavy::bench {
namespace {

std::vector<char> run(backend& on, const bench_panel& panel) {
  const std::size_t days = panel.days;
  const std::vector<double> index_return(days, 0.001);
  std::vector<double> prior_cap(days), return_sum(days), advancers_base(days), deviation(days);
  std::vector<std::int32_t> members(days), advancers(days);
  on.breadth(panel.view(), index_return.data(),
             {prior_cap.data(), members.data(), return_sum.data(), advancers.data(), advancers_base.data(),
              deviation.data()});
  return bytes_of(prior_cap, members, return_sum, advancers, advancers_base, deviation);
}

traffic moved(const bench_panel& panel) { return breadth_traffic(panel.days, panel.constituents); }

const int registered = register_operation({"breadth", run, moved});

}  // namespace
}  // namespace topheavy::bench
