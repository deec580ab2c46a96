// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/provenance.h"
#include "kernels/backend.h"
#include "kernels/scenario_paths/path_tiles_cuda.h"
#include "tests/support/path_reference.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include <cuda_runtime_api.h>

// The path engine on a device at the size of a nightly run: 4,000 constituents, 1,300 rows, 100,000 scenarios of 63 steps.
// Times are those of CUDA events around the kernels; beside them stand the whole call and what plain copies reach.
namespace topheavy::bench {
namespace {

constexpr std::size_t rows = 1'300, scenarios = 100'000, steps = 63, proved = 1'024;

// Twelve sectors of five tiers, as overlapping tiers cut them.
std::vector<std::size_t> class_sizes() {
  std::vector<std::size_t> sizes;
  for (int sector = 0; sector < 12; ++sector) {
    for (const std::size_t size : {2, 8, 25, 58, 240}) sizes.push_back(size);
  }
  sizes.back() += 4;
  return sizes;  // 4,000 in all
}

struct walk_parts {
  const char* name;
  bool squares, counts;
};
constexpr walk_parts variants[] = {{"sums", false, false},
                                   {"sums+squares", true, false},
                                   {"sums+counts", false, true},
                                   {"sums+squares+counts", true, true}};

struct path_bench {
  path_bench() : ledger(work.ref()) {
    paths = make_paths(class_sizes(), rows, scenarios, steps);
    head = head_of(paths, no_path_slot);
    there = std::make_unique<device_paths>(paths.universe(), head.data(), ledger);
    some = paths;
    some.scenarios = proved;
    some.row.resize(proved * steps);
    some.scale.resize(proved * steps);
    const std::size_t cells = scenarios * steps;
    threshold.resize(cells);
    top.resize(cells);
    class_sum.resize(paths.layout.classes() * cells);
    square_sum.resize(cells);
    count.resize(cells);
  }

  stream work;
  device_ledger ledger;
  made_up_paths paths, some;
  std::vector<std::uint32_t> head;
  std::unique_ptr<device_paths> there;
  std::vector<float> threshold;  // the tenth largest of the head
  std::vector<double> top, class_sum, square_sum;
  std::vector<std::uint32_t> count;
};

template <typename T>
bool same_bytes(const std::vector<T>& is, const std::vector<T>& should) {
  return is.size() == should.size() && std::memcmp(is.data(), should.data(), is.size() * sizeof(T)) == 0;
}

void demand(bool same, const char* what) {
  if (!same) {
    throw std::runtime_error(std::string("scenario_paths on cuda: ") + what +
                             " are not those of the CPU body, bit by bit; not timed");
  }
}

// The first scenarios, by the kernels that are timed.
void prove(path_bench& bench) {
  const path_body& body = best_path_body();
  const std::size_t cells = proved * steps;
  const head_answers leaders = cpu_head(body, bench.some, bench.head, 10);
  std::vector<float> threshold(cells);
  std::vector<double> top(cells);
  bench.there->walk_head(bench.some.plan(), 10, threshold.data(), top.data(), nullptr);
  demand(same_bytes(threshold, leaders.threshold) && same_bytes(top, leaders.sum), "the largest");
  const path_answers should = cpu_paths(body, bench.some, threshold, false);
  for (const walk_parts& parts : variants) {
    std::vector<double> class_sum(should.class_sum.size()), square_sum(cells);
    std::vector<std::uint32_t> count(cells);
    bench.there->walk(bench.some.plan(), parts.counts ? threshold.data() : nullptr,
                      {class_sum.data(), parts.squares ? square_sum.data() : nullptr,
                       parts.counts ? count.data() : nullptr});
    demand(same_bytes(class_sum, should.class_sum), "sums");
    if (parts.squares) demand(same_bytes(square_sum, should.square_sum), "sums of squares");
    if (parts.counts) demand(same_bytes(count, should.count), "counts");
  }
}

void time_walk(benchmark::State& state, path_bench& bench, const walk_parts& parts) {
  path_walk_times total;
  double seconds = 0.0;
  for (auto unused : state) {
    path_walk_times times;
    const auto start = std::chrono::steady_clock::now();
    bench.there->walk(bench.paths.plan(), parts.counts ? bench.threshold.data() : nullptr,
                      {bench.class_sum.data(), parts.squares ? bench.square_sum.data() : nullptr,
                       parts.counts ? bench.count.data() : nullptr},
                      &times);
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    state.SetIterationTime(times.tiles);
    total.upload += times.upload;
    total.pack += times.pack;
    total.tiles += times.tiles;
    total.combine += times.combine;
    total.download += times.download;
  }
  const auto rounds = static_cast<double>(state.iterations());
  const double cells = 4'000.0 * static_cast<double>(scenarios * steps) * rounds;
  state.counters["cells/s"] = cells / total.tiles;
  state.counters["device_cells/s"] = cells / (total.pack + total.tiles + total.combine);
  state.counters["call_cells/s"] = cells / seconds;
  state.counters["pack_ms"] = 1e3 * total.pack / rounds;
  state.counters["combine_ms"] = 1e3 * total.combine / rounds;
  state.counters["upload_ms"] = 1e3 * total.upload / rounds;
  state.counters["download_ms"] = 1e3 * total.download / rounds;
}

void time_head(benchmark::State& state, path_bench& bench) {
  for (auto unused : state) {
    bench.there->walk_head(bench.paths.plan(), 10, bench.threshold.data(), bench.top.data(), nullptr);
  }
  state.counters["scenario_steps/s"] = benchmark::Counter(static_cast<double>(scenarios * steps),
                                                          benchmark::Counter::kIsIterationInvariantRate);
}

// Bytes read and written within the device, or bytes moved to or from the host, per second: the best of ten.
double copy_bandwidth(stream_ref on, cudaMemcpyKind kind) {
  constexpr std::size_t bytes = std::size_t{1} << 29;
  device_ledger ledger(on);
  const device_buffer<char> here(ledger, bytes, "a copy's source"), there(ledger, bytes, "a copy's target");
  std::vector<char> host(kind == cudaMemcpyDeviceToDevice ? 0 : bytes, 1);
  void* const to = kind == cudaMemcpyDeviceToHost ? host.data() : there.data();
  const void* const from = kind == cudaMemcpyHostToDevice ? host.data() : here.data();
  const event start, end;
  double best = 0.0;
  for (int round = 0; round < 10; ++round) {
    start.record(on);
    check(cudaMemcpyAsync(to, from, bytes, kind, on.get()));
    end.record(on);
    on.wait();
    const double moved = kind == cudaMemcpyDeviceToDevice ? 2.0 : 1.0;
    best = std::max(best, moved * static_cast<double>(bytes) / end.seconds_since(start));
  }
  return best;
}

void run() {
  {
    const stream work;
    const std::pair<const char*, cudaMemcpyKind> copies[] = {
        {"measured copy bandwidth of the device, GB/s", cudaMemcpyDeviceToDevice},
        {"measured copies from pageable host memory, GB/s", cudaMemcpyHostToDevice},
        {"measured copies to pageable host memory, GB/s", cudaMemcpyDeviceToHost}};
    for (const auto& [name, kind] : copies) {
      benchmark::AddCustomContext(name, std::to_string(copy_bandwidth(work.ref(), kind) * 1e-9));
    }
  }
  path_bench bench;
  const char* const kinds[] = {"automatic", "32 constituents", "16 constituents", "streamed"};
  benchmark::AddCustomContext("tiles", kinds[static_cast<std::size_t>(bench.there->kind())]);
  prove(bench);
  bench.there->walk_head(bench.paths.plan(), 10, bench.threshold.data(), bench.top.data(), nullptr);
  benchmark::RegisterBenchmark("walk_head/cuda", [&](benchmark::State& state) { time_head(state, bench); })
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond)
      ->Iterations(3);
  for (const walk_parts& parts : variants) {
    benchmark::RegisterBenchmark(
        (std::string("walk_tiles/cuda/") + parts.name).c_str(),
        [&bench, &parts](benchmark::State& state) { time_walk(state, bench, parts); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond)
        ->Iterations(5);
  }
  benchmark::RunSpecifiedBenchmarks();
}

}  // namespace
}  // namespace topheavy::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  const topheavy::backend_status cuda = topheavy::known_backends().front();
  if (!cuda.available) {
    std::fprintf(stderr, "not available, nothing is timed: %s\n", cuda.reason.c_str());
    return 0;
  }
  const topheavy::provenance p = topheavy::program_provenance();
  benchmark::AddCustomContext("commit", p.commit);
  benchmark::AddCustomContext("compiler", p.compiler);
  benchmark::AddCustomContext("cuda", p.cuda);
  benchmark::AddCustomContext("device", cuda.reason);
  int status = 0;
  try {
    topheavy::bench::run();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    status = 1;
  }
  benchmark::Shutdown();
  return status;
}
