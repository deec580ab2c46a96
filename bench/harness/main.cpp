// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/copy_bandwidth.h"
#include "bench/harness/operation_bench.h"
#include "host/base/provenance.h"

#include <benchmark/benchmark.h>

namespace topheavy::bench {
namespace {

struct panel_size {
  std::size_t days;
  std::size_t constituents;
};
constexpr panel_size sizes[] = {{759, 4385}, {1000, 10000}};  // nightly Nasdaq, large

void time_operation(benchmark::State& state, const operation_bench& bench, const std::string& backend_name,
                    panel_size size) {
  const bench_panel& panel = panel_of(size.days, size.constituents);
  const std::unique_ptr<backend> body = choose_backend(backend_name).body;
  if (bench.run(*body, panel) != bench.run(*choose_backend("cpu").body, panel)) {
    state.SkipWithError("the result is not the CPU body's, bit by bit");
    return;
  }
  for (auto unused : state) benchmark::DoNotOptimize(bench.run(*body, panel));

  const traffic moved = bench.moved(panel);
  const double bytes = moved.bytes_read + moved.bytes_written;
  const double rounds = static_cast<double>(state.iterations());
  state.counters["items/s"] = benchmark::Counter(moved.items * rounds, benchmark::Counter::kIsRate);
  state.counters["B/s"] = benchmark::Counter(bytes * rounds, benchmark::Counter::kIsRate);
  if (backend_name == "cpu") {
    state.counters["of_copy"] =
        benchmark::Counter(bytes * rounds / copy_bandwidth(), benchmark::Counter::kIsRate);
  }
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
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
