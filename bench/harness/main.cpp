// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/copy_bandwidth.h"
#include "bench/harness/operation_bench.h"
#include "host/base/provenance.h"

#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdio>
#include <stdexcept>

#include <oneapi/tbb/global_control.h>

namespace topheavy::bench {
namespace {

struct panel_size {
  std::size_t days;
  std::size_t constituents;
};
constexpr panel_size sizes[] = {{759, 4385}, {1000, 10000}};  // nightly Nasdaq, large

std::vector<char> on_one_thread(const std::function<std::vector<char>()>& work) {
  const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
  return work();
}

// Throws where the result is not that of the CPU body.
void time_operation(benchmark::State& state, const operation_bench& bench, const std::string& backend_name,
                    panel_size size) {
  const bench_panel& panel = panel_of(size.days, size.constituents);
  const std::unique_ptr<backend> body = choose_backend(backend_name).body;
  if (bench.run(*body, panel) !=
      on_one_thread([&] { return bench.run(*choose_backend("cpu").body, panel); })) {
    throw std::runtime_error(bench.name + " on " + backend_name +
                             ": not the result of the CPU body on one thread, bit by bit; not timed");
  }
  const auto start = std::chrono::steady_clock::now();
  for (auto unused : state) benchmark::DoNotOptimize(bench.run(*body, panel));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;

  const traffic moved = bench.moved(panel);
  const double passes = static_cast<double>(state.iterations()) / seconds.count();
  const double bytes = (moved.bytes_read + moved.bytes_written) * passes;
  state.counters["items/s"] = moved.items * passes;
  state.counters["GB/s"] = bytes * 1e-9;
  // Of another device's memory nothing is known here.
  if (backend_name == "cpu") state.counters["of_copy"] = bytes / copy_bandwidth();
}

}  // namespace

int register_operation(operation_bench bench) {
  for (const backend_status& known : known_backends()) {
    if (!known.available) continue;
    for (const panel_size size : sizes) {
      const std::string name = bench.name + "/" + known.name + "/" + std::to_string(size.days) + "x" +
                               std::to_string(size.constituents);
      benchmark::RegisterBenchmark(name.c_str(),
                                   [bench, backend_name = known.name, size](benchmark::State& state) {
                                     time_operation(state, bench, backend_name, size);
                                   })
          ->UseRealTime()
          ->Unit(benchmark::kMillisecond);
    }
  }
  return 0;
}

}  // namespace topheavy::bench

int main(int argc, char** argv) {
  const topheavy::provenance p = topheavy::program_provenance();
  benchmark::AddCustomContext("commit", p.commit);
  benchmark::AddCustomContext("compiler", p.compiler);
  benchmark::AddCustomContext("flags", p.flags);
  benchmark::AddCustomContext("cuda", p.cuda);
  for (const topheavy::backend_status& b : topheavy::known_backends()) {
    benchmark::AddCustomContext("backend " + b.name, b.available ? b.reason : "not available: " + b.reason);
  }
  benchmark::AddCustomContext("measured copy bandwidth, GB/s",
                              std::to_string(topheavy::bench::copy_bandwidth() * 1e-9));
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  int status = 0;
  try {
    benchmark::RunSpecifiedBenchmarks();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    status = 1;
  }
  benchmark::Shutdown();
  return status;
}
