// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/measure.h"
#include "kernels/breadth/breadth.h"

namespace topheavy::bench {
namespace {

struct answer {
  explicit answer(std::size_t days)
      : prior_cap(days),
        return_sum(days),
        advancers_base(days),
        deviation(days),
        members(days),
        advancers(days) {}
  breadth_result view() {
    return {prior_cap.data(), members.data(),        return_sum.data(),
            advancers.data(), advancers_base.data(), deviation.data()};
  }
  std::vector<double> prior_cap, return_sum, advancers_base, deviation;
  std::vector<std::int32_t> members, advancers;
};

void run(benchmark::State& state, backend& on, const panel& data) {
  const std::vector<double> index(data.days, 0.001);
  answer is(data.days);
  answer should(data.days);
  const auto work = [&] { on.breadth(data.view(), index.data(), is.view()); };
  work();
  on_one_thread([&] { breadth_cpu(data.view(), index.data(), should.view()); });
  prove_same("prior_cap", is.prior_cap, should.prior_cap);
  prove_same("return_sum", is.return_sum, should.return_sum);
  prove_same("advancers_base", is.advancers_base, should.advancers_base);
  prove_same("deviation", is.deviation, should.deviation);
  prove_same("members", is.members, should.members);
  prove_same("advancers", is.advancers, should.advancers);
  measure(state, on, breadth_traffic(data.days, data.constituents), work);
}

const bool registered = (on_every_backend("breadth", run), true);

}  // namespace
}  // namespace topheavy::bench
