// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/made_up_paths.h"
#include "kernels/scenario_pass/scenario_pass_cpu.h"

#include <benchmark/benchmark.h>
#include <chrono>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include <oneapi/tbb/global_control.h>

// The whole pass over scenarios, from the first random word to the figures of each path. Before anything is timed a part of
// it must be that of the plain body on one thread, bit by bit.
namespace topheavy::bench {
namespace {

constexpr std::size_t scenarios = 8192, few_scenarios = 128;

enum class figures_asked { sums, hhi, hhi_and_top, all };

const made_up_paths& paths() {
  static const made_up_paths made({.scenarios = scenarios});
  return made;
}

// Index return, drawdown and, where asked for, the largest HHI and weight of the ten largest.
std::vector<double> pass(path_engine& engine, std::size_t horizon, std::size_t count, figures_asked asked) {
  static std::vector<std::int32_t> offsets(path_sectors + 1), members(path_sectors);
  std::iota(offsets.begin(), offsets.end(), 0);  // a class a sector
  std::iota(members.begin(), members.end(), 0);
  figure_request request;
  request.groups = {offsets.data(), members.data(), path_sectors};
  request.end_weights = asked != figures_asked::sums;  // daily ones need them
  request.daily_hhi = asked != figures_asked::sums;
  request.daily_top_10 = asked == figures_asked::hhi_and_top || asked == figures_asked::all;
  std::vector<double> out((8 + path_sectors) * count);
  figure_columns columns;
  double* next = out.data();
  const auto column = [&] { return std::exchange(next, next + count); };
  columns.index_return = column();
  columns.max_drawdown = column();
  columns.group_return = std::exchange(next, next + path_sectors * count);
  columns.stride = count;
  if (request.daily_hhi) columns.max_hhi = column();
  if (request.daily_top_10) columns.max_top_10 = column();
  if (asked == figures_asked::all) {
    columns.hhi = column();
    columns.top[place_of_top_10] = column();
  }
  engine.scenario_pass(paths().recipe(horizon), request, {0, count}, columns);
  return out;
}

std::unique_ptr<path_engine> engine_by(const path_body* body) {
  return make_cpu_path_engine(
      {&paths().layout(), paths().start().data(), paths().ret().data(), paths().sizes().days},
      {.body = body});
}

void time_pass(benchmark::State& state, std::size_t horizon, figures_asked asked) {
  const path_bodies known = known_path_bodies();
  const std::vector<double> right = [&] {
    const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
    return pass(*engine_by(known.body[known.count - 1]), horizon, few_scenarios, asked);
  }();
  const std::unique_ptr<path_engine> engine = engine_by(nullptr);
  if (pass(*engine, horizon, few_scenarios, asked) != right) {
    throw std::runtime_error("scenario_pass: not the figures of the plain body, bit by bit; not timed");
  }
  const auto start = std::chrono::steady_clock::now();
  for (auto unused : state) benchmark::DoNotOptimize(pass(*engine, horizon, scenarios, asked));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  const double cells = static_cast<double>(scenarios * horizon * paths().sizes().constituents);
  state.counters["Gcells/s"] = 1e-9 * cells * static_cast<double>(state.iterations()) / seconds.count();
}

int register_passes() {
  const std::pair<const char*, figures_asked> asked[] = {{"sums", figures_asked::sums},
                                                         {"hhi", figures_asked::hhi},
                                                         {"hhi_top_10", figures_asked::hhi_and_top},
                                                         {"all", figures_asked::all}};
  for (const std::size_t horizon : {std::size_t{21}, std::size_t{63}}) {
    for (const auto& [name, what] : asked) {
      benchmark::RegisterBenchmark(
          ("scenario_pass/cpu/" + std::to_string(horizon) + "_days_" + name).c_str(),
          [horizon, what = what](benchmark::State& state) { time_pass(state, horizon, what); })
          ->UseRealTime()
          ->Unit(benchmark::kMillisecond);
    }
  }
  return 0;
}

const int registered = register_passes();

}  // namespace
}  // namespace topheavy::bench
