// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/device_bench.h"
#include "kernels/scenario_pass/scenario_pass_cpu.h"
#include "kernels/scenario_pass/scenario_pass_cuda.h"
#include "tests/support/path_reference.h"

#include <benchmark/benchmark.h>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include <cuda_runtime_api.h>

// The whole pass over scenarios on a device at the size of a nightly run: 4,000 constituents, 1,300 rows, 100,000 scenarios
// of 63 steps. Times of the parts are those of CUDA events between the kernels; beside them stand the whole call and what
// plain copies reach.
namespace topheavy::bench {
namespace {

constexpr std::uint32_t days = 1'300, steps = 63;
constexpr std::size_t constituents = 4'000, scenarios = 100'000, proved = 512, sectors = 12, tiers = 5;

// Twelve sectors of five tiers, as overlapping tiers cut them.
std::vector<std::size_t> class_sizes() {
  std::vector<std::size_t> sizes;
  for (std::size_t sector = 0; sector < sectors; ++sector) {
    for (const std::size_t size : {2, 8, 25, 58, 240}) sizes.push_back(size);
  }
  sizes.back() += 4;
  return sizes;  // 4,000 in all
}

// Days drawn from all days, with blocks of 21 on average, and a level of the volatility index in three regimes.
class bench_recipe {
 public:
  bench_recipe() : step_(steps), row_(days), pool_(days, 0), level_(days) {
    for (std::uint32_t d = 0; d < days; ++d) {
      row_[d] = d;
      level_[d] = 12.0 + static_cast<double>(d * 7 % 30);
    }
  }
  plan_recipe view() const {
    plan_recipe r;
    r.seed = 42;
    r.days = steps;
    r.step = step_.data();
    r.steps = steps;
    r.positions = days;
    r.row = row_.data();
    r.level = level_.data();
    r.pool = pool_.data();
    r.pool_offsets = offsets_;
    r.pool_members = row_.data();
    r.goes_on_below = (std::uint64_t{1} << 32) / 21 * 20;
    r.chain = chain_;
    r.threshold = threshold_;
    r.thresholds = 2;
    return r;
  }

 private:
  std::vector<plan_step> step_;
  std::vector<std::uint32_t> row_;
  std::vector<std::uint8_t> pool_;
  std::vector<double> level_;
  std::uint32_t offsets_[2] = {0, days};
  std::uint64_t chain_[1] = {std::uint64_t{1} << 32};
  double threshold_[2] = {20.0, 30.0};
};

struct asked_figures {
  const char* name;
  bool weights, hhi, top_10, correlations;
};
constexpr asked_figures variants[] = {{"returns", false, false, false, false},
                                      {"end_weights", true, false, false, false},
                                      {"daily_hhi", true, true, false, false},
                                      {"all", true, true, true, true}};

// Sectors, then tiers.
class bench_request {
 public:
  explicit bench_request(const asked_figures& asked) {
    const auto add = [&](std::size_t first, std::size_t stride, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i)
        members_.push_back(static_cast<std::int32_t>(first + i * stride));
      offsets_.push_back(static_cast<std::int32_t>(members_.size()));
    };
    for (std::size_t sector = 0; sector < sectors; ++sector) add(sector * tiers, 1, tiers);
    for (std::size_t tier = 0; tier < tiers; ++tier) add(tier, tiers, sectors);
    request_.groups = {offsets_.data(), members_.data(), sectors + tiers};
    request_.end_weights = asked.weights;
    request_.daily_hhi = asked.hhi;
    request_.daily_top_10 = asked.top_10;
    request_.regimes = 3;
    if (asked.correlations) request_.correlated = {{0, sectors}, {sectors, tiers}};
  }
  bench_request(const bench_request&) = delete;
  const figure_request& view() const { return request_; }

 private:
  std::vector<std::int32_t> offsets_{0}, members_;
  figure_request request_;
};

// What a pass answers, correlations included.
struct bench_answers {
  bench_answers(const figure_request& request, std::size_t count)
      : number((7 + scenario_top_k.size() + request.groups.groups) * count, -1.0),
        regime(2 * count, 99),
        histogram(request.rhos() * rho_bins),
        rho_sum(request.rhos()),
        rho_count(request.rhos()) {
    double* next = number.data();
    for (double** column : {&columns.index_return, &columns.max_drawdown, &columns.highest, &columns.hhi,
                            &columns.max_hhi, &columns.max_top_10, &columns.max_volatility}) {
      *column = std::exchange(next, next + count);
    }
    for (double*& column : columns.top) column = std::exchange(next, next + count);
    columns.group_return = next;
    columns.stride = count;
    columns.start_regime = regime.data();
    columns.end_regime = regime.data() + count;
  }
  void pass(path_engine& engine, const plan_recipe& recipe, const figure_request& request,
            std::size_t count) {
    engine.scenario_pass(recipe, request, {0, count}, columns);
    engine.take_correlations({histogram.data(), rho_sum.data(), rho_count.data()});
  }
  bool operator==(const bench_answers& other) const {
    return number.size() == other.number.size() &&
           std::memcmp(number.data(), other.number.data(), number.size() * sizeof(double)) == 0 &&
           regime == other.regime && histogram == other.histogram && rho_sum == other.rho_sum &&
           rho_count == other.rho_count;
  }

  figure_columns columns;
  std::vector<double> number;
  std::vector<std::uint8_t> regime;
  std::vector<std::uint32_t> histogram;
  std::vector<std::int64_t> rho_sum;
  std::vector<std::uint64_t> rho_count;
};

struct pass_bench {
  pass_bench() : ledger(work.ref()), paths(make_paths(class_sizes(), days, 0, 0)) {
    engine = make_cuda_path_engine(paths.universe(), ledger, {.times = &times});
  }
  stream work;
  device_ledger ledger;
  made_up_paths paths;
  bench_recipe recipe;
  path_pass_times times;
  std::unique_ptr<path_engine> engine;
};

// The first scenarios, by the engine that is timed.
void prove(pass_bench& bench) {
  const auto cpu = make_cpu_path_engine(bench.paths.universe());
  for (const asked_figures& asked : variants) {
    const bench_request request(asked);
    bench_answers is(request.view(), proved), should(request.view(), proved);
    is.pass(*bench.engine, bench.recipe.view(), request.view(), proved);
    should.pass(*cpu, bench.recipe.view(), request.view(), proved);
    if (!(is == should)) {
      throw std::runtime_error(std::string("scenario_pass on cuda: figures of '") + asked.name +
                               "' are not those of the CPU engine, bit by bit; not timed");
    }
  }
}

void time_pass(benchmark::State& state, pass_bench& bench, const asked_figures& asked) {
  const bench_request request(asked);
  bench_answers answers(request.view(), scenarios);
  answers.pass(*bench.engine, bench.recipe.view(), request.view(), scenarios);  // memory and clocks are warm
  bench.times = {};
  double seconds = 0.0, before = 0.0;
  for (auto unused : state) {
    const auto start = std::chrono::steady_clock::now();
    answers.pass(*bench.engine, bench.recipe.view(), request.view(), scenarios);
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    state.SetIterationTime(bench.times.total() - before);
    before = bench.times.total();
  }
  const auto rounds = static_cast<double>(state.iterations());
  const double cells = static_cast<double>(constituents * scenarios * steps) * rounds;
  const path_pass_times& t = bench.times;
  state.counters["cells/s"] = cells / t.tiles;
  state.counters["device_cells/s"] = cells / t.total();
  state.counters["call_cells/s"] = cells / seconds;
  const std::pair<const char*, double> parts[] = {
      {"plans_ms", t.plans},     {"head_ms", t.head},       {"pack_ms", t.pack},
      {"tiles_ms", t.tiles},     {"combine_ms", t.combine}, {"mending_ms", t.mending},
      {"figures_ms", t.figures}, {"copy_ms", t.copy},       {"correlations_ms", t.correlations}};
  for (const auto& [name, part] : parts) state.counters[name] = 1e3 * part / rounds;
}

void run() {
  {
    const stream work;
    const std::pair<const char*, cudaMemcpyKind> copies[] = {
        {"measured copy bandwidth of the device, GB/s", cudaMemcpyDeviceToDevice},
        {"measured copies from pageable host memory, GB/s", cudaMemcpyHostToDevice},
        {"measured copies to pageable host memory, GB/s", cudaMemcpyDeviceToHost}};
    for (const auto& [name, kind] : copies) {
      benchmark::AddCustomContext(name, std::to_string(device_copy_bandwidth(work.ref(), kind) * 1e-9));
    }
  }
  pass_bench bench;
  const char* const kinds[] = {"automatic", "32 constituents", "16 constituents", "streamed"};
  benchmark::AddCustomContext(
      "tiles", kinds[static_cast<std::size_t>(tile_kind_for(path_tile_kind::automatic, days))]);
  prove(bench);
  for (const asked_figures& asked : variants) {
    benchmark::RegisterBenchmark(
        (std::string("scenario_pass/cuda/") + asked.name).c_str(),
        [&bench, &asked](benchmark::State& state) { time_pass(state, bench, asked); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond)
        ->Iterations(5);
  }
  benchmark::RunSpecifiedBenchmarks();
}

}  // namespace
}  // namespace topheavy::bench

int main(int argc, char** argv) { return topheavy::bench::run_on_device(argc, argv, topheavy::bench::run); }
