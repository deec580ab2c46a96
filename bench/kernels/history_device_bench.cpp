// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/bench_panel.h"
#include "bench/harness/device_bench.h"
#include "bench/harness/pass_results.h"
#include "kernels/breadth/breadth_cuda.h"
#include "kernels/concentration/concentration_cuda.h"
#include "kernels/device/buffer.h"
#include "kernels/fixed_weight_return/fixed_weight_return_cuda.h"
#include "kernels/group_sums/group_sums_cuda.h"
#include "kernels/regime_moments/regime_moments_cuda.h"
#include "kernels/risk_contributions/risk_contributions_cuda.h"
#include "kernels/standardised_sums/standardised_sums_cuda.h"

#include <benchmark/benchmark.h>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

// The operations of the history on a device, everything there already: times of CUDA events around a launcher, as the back
// end calls it. Hot: the panel is in the second-level cache as far as it fits; cold: the cache was written over before.
namespace topheavy::bench {
namespace {

constexpr std::size_t sectors = 12, cells = 4;
constexpr std::size_t flushed = std::size_t{256} << 20;  // bytes: more than any second-level cache

struct device_operation {
  std::string name;
  std::function<void()> launch;
  traffic moved;
};

class device_history {
 public:
  explicit device_history(const bench_panel& p)
      : ledger_(work_.ref()),
        days_(p.days),
        names_(p.constituents),
        panel_{there(p.cap), there(p.ret), p.days, p.constituents},
        flush_(ledger_, flushed, "what empties the cache") {
    const bench_groups groups = index_and_sectors(names_);
    groups_ = {there(groups.offsets), there(groups.members), 1 + sectors};
    std::vector<std::int32_t> sector(names_), cell(days_, day_not_used);
    for (std::size_t n = 0; n < names_; ++n) sector[n] = static_cast<std::int32_t>(n % sectors);
    for (std::size_t t = 1; t < days_; ++t) cell[t] = static_cast<std::int32_t>(t % cells);
    sector_ = there(sector);
    cell_ = there(cell);
    fill_ = there(std::vector<double>(days_ * sectors, 0.001));
    weight_ = there(std::vector<double>(names_, 1.0 / static_cast<double>(names_)));
    slope_ = there(std::vector<double>(days_, 0.5));
    mean_ = there(std::vector<double>(cells * names_, 0.001));
    per_sd_ = there(std::vector<double>(cells * names_, 50.0));
    sums_ = {room(days_ * (1 + sectors)), room(days_ * (1 + sectors))};
  }

  stream_ref on() const { return work_.ref(); }
  void flush() const { check(cudaMemsetAsync(flush_.data(), 1, flushed, on().get())); }

  std::vector<device_operation> operations() {
    const breadth_result breadth{room(days_),   counts(days_), room(days_),
                                 counts(days_), room(days_),   room(days_)};
    const fixed_weight_result fixed{room(days_), room(days_ * sectors)};
    const concentration_result shares{counts(days_), room(days_ * top_counts_size), room(days_), room(days_),
                                      room(days_)};
    const std::size_t of_cells = cells * names_;
    const risk_contributions_result risk{room(of_cells + names_), counts(of_cells + names_)};
    const regime_moments_result moments{counts(of_cells), room(of_cells), room(of_cells), room(of_cells)};
    double* const standardised = room(days_ * (1 + sectors));
    return {{"group_sums", [this] { group_sums_cuda(panel_, groups_, sums_, on()); },
             group_sums_traffic(days_, names_, 1 + sectors, 2 * names_)},
            {"breadth", [this, breadth] { breadth_cuda(panel_, sums_, 1 + sectors, breadth, on()); },
             breadth_traffic(days_, names_)},
            {"fixed_weight_return",
             [this, fixed] {
               fixed_weight_return_cuda(panel_, sums_, 1 + sectors, {weight_, sector_, 1, sectors}, fixed,
                                        on());
             },
             fixed_weight_return_traffic(days_, names_, sectors)},
            {"concentration", [this, shares] { concentration_cuda(panel_, shares, ledger_); },
             concentration_traffic(days_, names_, names_)},
            {"risk_contributions",
             [this, risk] {
               risk_contributions_cuda(panel_, {slope_, slope_, cell_, cells, fill_, sector_, sectors}, risk,
                                       on());
             },
             risk_contributions_traffic(days_, names_, sectors, cells)},
            {"regime_moments",
             [this, moments] {
               regime_moments_cuda(panel_, {cell_, cells, fill_, sector_, sectors}, moments, on());
             },
             regime_moments_traffic(days_, names_, sectors, cells)},
            {"standardised_sums",
             [this, standardised] {
               standardised_sums_cuda(panel_, {cell_, cells, mean_, per_sd_}, groups_, standardised, on());
             },
             standardised_sums_traffic(days_, names_, cells, 1 + sectors, 2 * names_)}};
  }

 private:
  stream work_;
  device_ledger ledger_;
  std::vector<device_buffer<double>> numbers_;
  std::vector<device_buffer<std::int32_t>> integers_;
  std::size_t days_, names_;
  panel_view panel_;
  groups_view groups_;
  const std::int32_t *sector_ = nullptr, *cell_ = nullptr;
  const double *fill_ = nullptr, *weight_ = nullptr, *slope_ = nullptr, *mean_ = nullptr, *per_sd_ = nullptr;
  group_sums_result sums_;
  device_buffer<char> flush_;

  double* room(std::size_t count) {
    return numbers_.emplace_back(ledger_, count, "numbers of a benchmark").data();
  }
  std::int32_t* counts(std::size_t count) {
    return integers_.emplace_back(ledger_, count, "integers of a benchmark").data();
  }
  const double* there(const std::vector<double>& host) {
    double* const to = room(host.size());
    numbers_.back().copy_from(host.data());
    on().wait();
    return to;
  }
  const std::int32_t* there(const std::vector<std::int32_t>& host) {
    std::int32_t* const to = counts(host.size());
    integers_.back().copy_from(host.data());
    on().wait();
    return to;
  }
};

// The back end, which calls the same launchers, against the CPU body: nothing is timed before.
void prove(const bench_panel& panel) {
  const auto answers = [&](const char* name) {
    const std::unique_ptr<backend> on = choose_backend(name).body;
    day_results by_day(panel);
    by_day.ask_sums(true);
    by_day.ask_breadth();
    by_day.ask_fixed_weights();
    by_day.ask_concentration(true);
    on->day_pass(panel.view(), by_day.parts);
    constituent_results by_constituent(panel);
    by_constituent.ask_risk();
    on->constituent_pass(panel.view(), by_constituent.parts);
    return std::pair{by_day.bytes(), by_constituent.bytes()};
  };
  if (answers("cuda") != answers("cpu")) {
    throw std::runtime_error("the history on cuda is not that of the CPU body, bit by bit; not timed");
  }
}

void time_operation(benchmark::State& state, const device_history& there, const device_operation& operation,
                    bool cold, double most) {
  const event start, end;
  double seconds = 0.0;
  for (auto unused : state) {
    if (cold) there.flush();
    start.record(there.on());
    operation.launch();
    end.record(there.on());
    there.on().wait();
    seconds += end.seconds_since(start);
    state.SetIterationTime(end.seconds_since(start));
  }
  const double bytes = (operation.moved.bytes_read + operation.moved.bytes_written) *
                       static_cast<double>(state.iterations()) / seconds;
  state.counters["GB/s"] = 1e-9 * bytes;
  state.counters["of_copy"] = bytes / most;
}

void run() {
  const stream work;
  const double most = device_copy_bandwidth(work.ref(), cudaMemcpyDeviceToDevice);
  benchmark::AddCustomContext("measured copy bandwidth of the device, GB/s", std::to_string(1e-9 * most));
  std::vector<std::unique_ptr<device_history>> kept;
  for (const auto& [days, names] : {std::pair<std::size_t, std::size_t>{759, 4385}, {1000, 10000}}) {
    const bench_panel& panel = panel_of(days, names);
    prove(panel);
    const device_history& there = *kept.emplace_back(std::make_unique<device_history>(panel));
    for (const device_operation& operation : kept.back()->operations()) {
      for (const bool cold : {false, true}) {
        benchmark::RegisterBenchmark((operation.name + "/cuda/" + std::to_string(days) + "x" +
                                      std::to_string(names) + (cold ? "/cold" : "/hot"))
                                         .c_str(),
                                     [&there, operation, cold, most](benchmark::State& state) {
                                       time_operation(state, there, operation, cold, most);
                                     })
            ->UseManualTime()
            ->Unit(benchmark::kMicrosecond)
            ->Iterations(50);
      }
    }
  }
  benchmark::RunSpecifiedBenchmarks();
}

}  // namespace
}  // namespace topheavy::bench

int main(int argc, char** argv) { return topheavy::bench::run_on_device(argc, argv, topheavy::bench::run); }
