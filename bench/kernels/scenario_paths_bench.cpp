// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/path_walk.h"

#include <benchmark/benchmark.h>
#include <chrono>
#include <stdexcept>
#include <string>

#include <oneapi/tbb/global_control.h>

// The walk of tiles alone, by every body that runs here: its sums must be those of the last, plain one on one thread, bit by
// bit, before it is timed. The plain one is the yardstick and slow: it walks fewer scenarios.
namespace topheavy::bench {
namespace {

constexpr std::size_t scenarios = 8192, few_scenarios = 256;

const made_up_paths& paths() {
  static const made_up_paths made({.scenarios = scenarios});
  return made;
}

void time_walk(benchmark::State& state, const path_body& body, std::size_t horizon, bool squares) {
  const path_bodies known = known_path_bodies();
  const path_body& plain = *known.body[known.count - 1];
  std::vector<std::uint32_t> row;
  std::vector<float> scale;
  const std::size_t count = &body == &plain ? few_scenarios : scenarios;
  paths().make_plans(count, horizon, row, scale);
  const path_walk walk(paths(), body);
  const auto sums_of_few = [&](const path_walk& by) {
    return by.run(row.data(), scale.data(), few_scenarios, horizon, squares);
  };
  const std::vector<float> right = [&] {
    const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
    return sums_of_few(path_walk(paths(), plain));
  }();
  if (sums_of_few(walk) != right) {
    throw std::runtime_error(std::string("scenario_paths by ") + body.name +
                             ": not the sums of the plain body, bit by bit; not timed");
  }
  const auto start = std::chrono::steady_clock::now();
  for (auto unused : state) {
    benchmark::DoNotOptimize(walk.run(row.data(), scale.data(), count, horizon, squares));
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  const double cells = static_cast<double>(count * horizon * paths().sizes().constituents);
  state.counters["Gcells/s"] = 1e-9 * cells * static_cast<double>(state.iterations()) / seconds.count();
}

int register_walks() {
  const path_bodies known = known_path_bodies();
  for (std::size_t b = 0; b < known.count; ++b) {
    const path_body& body = *known.body[b];
    if (!body.runs_here()) continue;
    for (const std::size_t horizon : {std::size_t{21}, std::size_t{63}}) {
      for (const bool squares : {false, true}) {
        const std::string name = std::string("scenario_paths/") + body.name + "/" + std::to_string(horizon) +
                                 (squares ? "_days_squares" : "_days");
        benchmark::RegisterBenchmark(
            name.c_str(),
            [&body, horizon, squares](benchmark::State& state) { time_walk(state, body, horizon, squares); })
            ->UseRealTime()
            ->Unit(benchmark::kMillisecond);
      }
    }
  }
  return 0;
}

const int registered = register_walks();

}  // namespace
}  // namespace topheavy::bench
