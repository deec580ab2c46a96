// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/measure.h"

#include "host/base/provenance.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <limits>
#include <stdexcept>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy::bench {
namespace {

double copy_bandwidth = 0.0;  // bytes read and written a second

// The best of several copies of 128 MiB by all threads: four times the last cache of a large processor's share.
double measured_copy_bandwidth() {
  constexpr std::size_t count = std::size_t{16} << 20;
  const std::vector<double> from(count, 1.0);
  std::vector<double> to(count);
  double best = 0.0;
  for (int trial = 0; trial < 7; ++trial) {
    const auto start = std::chrono::steady_clock::now();
    oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, count), [&](const auto& range) {
      std::memcpy(to.data() + range.begin(), from.data() + range.begin(),
                  (range.end() - range.begin()) * sizeof(double));
    });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, 2.0 * sizeof(double) * static_cast<double>(count) / seconds.count());
  }
  return best;
}

std::uint64_t mixed(std::uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

panel make_panel(std::size_t days, std::size_t constituents) {
  panel made{days, constituents, {}, {}};
  made.cap.resize(days * constituents);
  made.ret.resize(days * constituents);
  for (std::size_t i = 0; i < made.cap.size(); ++i) {
    const std::uint64_t word = mixed(i);
    const double size = 1.0 + static_cast<double>(mixed(i % constituents) % 1'000'000);
    const bool absent = word % 20 == 0;
    made.cap[i] = absent ? 0.0 : size * (1.0 + static_cast<double>(word >> 40) * 0x1p-24);
    made.ret[i] = absent ? std::numeric_limits<double>::quiet_NaN()
                         : 0.1 * (static_cast<double>(word >> 11) * 0x1p-53 - 0.49);
  }
  return made;
}

// Benchmarks of one size stand together and share the panel.
const panel& panel_of(std::size_t days, std::size_t constituents) {
  static panel last;
  if (last.days != days || last.constituents != constituents) last = make_panel(days, constituents);
  return last;
}

template <typename T>
void prove(const std::string& what, const std::vector<T>& is, const std::vector<T>& should) {
  if (is.size() == should.size() && std::memcmp(is.data(), should.data(), is.size() * sizeof(T)) == 0) return;
  throw std::runtime_error(what + ": not the bits of the CPU body on one thread; nothing was measured");
}

}  // namespace

void on_every_backend(const std::string& operation, const body& run) {
  for (const auto& [days, constituents] :
       {std::pair<std::size_t, std::size_t>{759, 4385}, std::pair<std::size_t, std::size_t>{1000, 10'000}}) {
    for (const backend_status& status : known_backends()) {
      if (!status.available) continue;
      const std::string name =
          operation + "/" + status.name + "/" + std::to_string(days) + "x" + std::to_string(constituents);
      const auto timed = [run, one = status.name, t = days, n = constituents](benchmark::State& state) {
        const chosen_backend chosen = choose_backend(one);
        run(state, *chosen.body, panel_of(t, n));
      };
      benchmark::RegisterBenchmark(name.c_str(), timed)->UseRealTime()->Unit(benchmark::kMillisecond);
    }
  }
}

void on_one_thread(const std::function<void()>& work) {
  using oneapi::tbb::global_control;
  const global_control one(global_control::max_allowed_parallelism, 1);
  work();
}

void prove_same(const std::string& what, const std::vector<double>& is, const std::vector<double>& should) {
  prove(what, is, should);
}
void prove_same(const std::string& what, const std::vector<std::int32_t>& is,
                const std::vector<std::int32_t>& should) {
  prove(what, is, should);
}

void measure(benchmark::State& state, const backend& on, const traffic& moved,
             const std::function<void()>& work) {
  for (auto _ : state) {
    work();
    benchmark::ClobberMemory();
  }
  using benchmark::Counter;
  const double bytes = moved.bytes_read + moved.bytes_written;
  state.counters["items/s"] = Counter(moved.items, Counter::kIsIterationInvariantRate);
  state.counters["GB/s"] = Counter(bytes * 1e-9, Counter::kIsIterationInvariantRate);
  // Of another device's bandwidth nothing is known here.
  if (on.name() == "cpu") {
    state.counters["of_copy"] = Counter(bytes / copy_bandwidth, Counter::kIsIterationInvariantRate);
  }
}

}  // namespace topheavy::bench

int main(int argc, char** argv) {
  using namespace topheavy;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  bench::copy_bandwidth = bench::measured_copy_bandwidth();
  const provenance origin = program_provenance();
  benchmark::AddCustomContext("commit", origin.commit);
  benchmark::AddCustomContext("compiler", origin.compiler);
  benchmark::AddCustomContext("flags", origin.flags);
  benchmark::AddCustomContext("cuda", origin.cuda);
  for (const backend_status& status : known_backends()) {
    benchmark::AddCustomContext("back end " + status.name, status.reason);
  }
  benchmark::AddCustomContext("copy GB/s, read and written", std::to_string(bench::copy_bandwidth * 1e-9));
  try {
    benchmark::RunSpecifiedBenchmarks();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 1;
  }
  return 0;
}
