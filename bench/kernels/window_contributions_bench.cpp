// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/measure.h"
#include "kernels/window_contributions/window_contributions.h"

// The window is the whole panel.
namespace topheavy::bench {
namespace {

struct answer {
  explicit answer(std::size_t count) : contribution(count), growth(count), member_days(count) {}
  window_contributions_result view() { return {contribution.data(), growth.data(), member_days.data()}; }
  std::vector<double> contribution, growth;
  std::vector<std::int32_t> member_days;
};

void run(benchmark::State& state, backend& on, const panel& data) {
  const std::vector<double> scale(data.days, 1e-9);
  const contribution_window window{0, data.days - 1, scale.data()};
  answer is(data.constituents);
  answer should(data.constituents);
  const auto work = [&] { on.window_contributions(data.view(), window, is.view()); };
  work();
  on_one_thread([&] { window_contributions_cpu(data.view(), window, should.view()); });
  prove_same("contribution", is.contribution, should.contribution);
  prove_same("growth", is.growth, should.growth);
  prove_same("member_days", is.member_days, should.member_days);
  measure(state, on, window_contributions_traffic(data.days - 1, data.constituents), work);
}

const bool registered = (on_every_backend("window_contributions", run), true);

}  // namespace
}  // namespace topheavy::bench
