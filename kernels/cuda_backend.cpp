// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda_backend.h"

#include "kernels/chunks.h"
#include "kernels/constituent_pass/constituent_pass_cuda.h"
#include "kernels/day_bootstrap/day_bootstrap_cpu.h"
#include "kernels/day_bootstrap/day_bootstrap_cuda.h"
#include "kernels/day_pass/day_pass_cuda.h"
#include "kernels/device/device_work.h"
#include "kernels/device/panel.h"
#include "kernels/device/transfer.h"
#include "kernels/order_statistics/order_statistics_cuda.h"
#include "kernels/scenario_pass/dealt_paths_cuda.h"
#include "kernels/scenario_pass/scenario_pass_cuda.h"
#include "kernels/spectrum/spectrum_cuda.h"
#include "kernels/standardised_sums/standardised_sums_cuda.h"

#include <deque>
#include <optional>
#include <utility>

namespace topheavy {
namespace {

constexpr std::size_t scenario_workspace = std::size_t{1} << 30;

// The first device of the list works on the panel, all of them on scenarios.
class cuda_backend final : public backend {
 public:
  cuda_backend(const std::vector<int>& devices, std::string in_words, std::size_t device_bytes)
      : in_words_(std::move(in_words)) {
    for (const int device : devices) work_.emplace_back(device, device_bytes);
    panel_.emplace(work_.front().ledger);
  }

  std::string_view name() const override { return "cuda"; }
  std::string device() const override { return in_words_; }
  std::vector<std::string> own_operations() const override {
    return {"group_sums",         "breadth",        "fixed_weight_return",
            "concentration",      "new_highs",      "window_contributions",
            "risk_contributions", "regime_moments", "standardised_sums",
            "spectrum",           "day_bootstrap",  "order_statistics",
            "scenario_pass"};
  }

  void day_pass(panel_view panel, const day_parts& parts) override {
    day_pass_cuda(of_first_device(), panel, parts);
  }

  void constituent_pass(panel_view panel, const constituent_parts& parts) override {
    constituent_pass_cuda(of_first_device(), panel, parts);
  }

  void standardised_sums(panel_view panel, const standardised_days& days, groups_view groups,
                         double* sum) override {
    standardised_sums_cuda(of_first_device(), panel, days, groups, sum);
  }

  std::vector<absorption> absorption_ratios(panel_view panel, const day_sets& sets,
                                            std::size_t components) override {
    return absorption_ratios_cuda(of_first_device(), eigenvalues_, panel, sets, components);
  }

  void day_bootstrap(const bootstrap_draws& draws, const bootstrap_days& days, bootstrap_range range,
                     bootstrap_result result) override {
    check_day_bootstrap(draws, days, range);
    device_panel& panel = of_first_device();
    device_ledger& ledger = panel.ledger();
    const days_of_cells by_cell(days);
    const std::size_t rows = days.cells * days.column_count;
    const std::size_t table = days.days * days.column_count;
    const chunk_bytes bytes{
        bytes_of(by_cell.view()) + sizeof(std::uint32_t) * draws.longer_count + sizeof(double) * table,
        sizeof(std::int32_t) * days.days + sizeof(double) * rows, 0};
    const std::size_t size = chunk_size(range.count, warp_threads, bytes, panel.available());
    panel.make_room(bytes.fixed + bytes.each * size);
    in_chunks(range.count, size, warp_threads, [&](std::size_t first, std::size_t count) {
      const device_groups cells = uploaded(ledger, by_cell.view(), "bootstrap cells");
      const auto longer = uploaded(ledger, draws.longer, draws.longer_count, "block lengths");
      const auto columns = uploaded(ledger, days.columns, table, "bootstrap columns");
      const std::size_t at_a_time = bootstrap_replicates_at_a_time(days.days, count);
      const device_buffer<std::int32_t> counts(ledger, days.days * at_a_time, "bootstrap counts");
      const output sums(ledger, host_part<double>{result.sums + first, rows, count, range.count}, 0,
                        "bootstrap sums");
      day_bootstrap_cuda({draws.seed, draws.stream, longer.data(), draws.longer_count},
                         {days.days, nullptr, days.cells, columns.data(), days.column_count}, cells.view(),
                         {range.first + first, count}, {counts.data(), at_a_time}, {sums.data()},
                         ledger.stream());
      sums.fetch();
      ledger.stream().wait();
    });
  }

  void smallest(const double* x, std::size_t size, std::size_t count,
                const smallest_values& result) override {
    device_ledger& ledger = of_first_device().ledger();
    smallest_cuda(x, size, count, result, ledger);
    ledger.stream().wait();
  }

  void values_at_ranks(const value_columns& columns, const rank_list& ranks, double* value) override {
    device_ledger& ledger = of_first_device().ledger();
    values_at_ranks_cuda(columns, ranks, value, ledger);
    ledger.stream().wait();
  }

  std::unique_ptr<path_engine> load_universe(const path_universe& universe) override {
    // The panel's copy goes where it would leave scenarios little: the history is done with it, or uploads it again.
    const std::size_t returns = universe.rows * universe.layout->slots() * sizeof(float);
    of_first_device().make_room(2 * returns + scenario_workspace);
    std::vector<std::unique_ptr<path_engine>> engines;
    for (device_work& on : work_) engines.push_back(engine_on(on, universe));
    return deal_paths(std::move(engines), universe.layout->slots());
  }

 private:
  std::unique_ptr<path_engine> engine_on(device_work& on, const path_universe& universe) {
    make_current(on.index);
    return std::make_unique<path_engine_on_device>(on.index, make_cuda_path_engine(universe, on.ledger));
  }

  device_panel& of_first_device() {
    make_current(work_.front().index);
    return *panel_;
  }

  std::string in_words_;
  std::deque<device_work> work_;
  std::optional<device_panel> panel_;  // on the first device
  device_eigenvalues eigenvalues_;
};

std::unique_ptr<backend> make(const std::vector<int>& devices, std::size_t device_bytes) {
  const backend_status status = cuda_status(devices);
  if (!status.available) throw backend_unavailable("cuda: " + status.reason);
  const std::vector<int> list = choose_devices(devices, status.devices);
  return std::make_unique<cuda_backend>(list, devices_in_words(list, status.devices), device_bytes);
}

}  // namespace

std::unique_ptr<backend> make_cuda_backend(const std::vector<int>& devices) {
  return make(devices, all_device_memory);
}

std::unique_ptr<backend> make_cuda_backend_within(std::size_t device_bytes) { return make({}, device_bytes); }

}  // namespace topheavy
