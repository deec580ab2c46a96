// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/measure.h"
#include "kernels/new_highs/new_highs.h"

namespace topheavy::bench {
namespace {

void run(benchmark::State& state, backend& on, const panel& data) {
  std::vector<std::int32_t> is(data.days), should(data.days);
  const auto work = [&] { on.new_highs(data.view(), {}, is.data()); };
  work();
  on_one_thread([&] { new_highs_cpu(data.view(), {}, should.data()); });
  prove_same("count", is, should);
  measure(state, on, new_highs_traffic(data.days, data.constituents), work);
}

const bool registered = (on_every_backend("new_highs", run), true);

}  // namespace
}  // namespace topheavy::bench
