// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda_backend.h"

#include "kernels/chunks.h"
#include "kernels/constituent_pass/constituent_pass_cuda.h"
#include "kernels/core/warp_sum.h"
#include "kernels/cpu_backend.h"
#include "kernels/day_bootstrap/day_bootstrap_cpu.h"
#include "kernels/day_bootstrap/day_bootstrap_cuda.h"
#include "kernels/day_pass/day_pass_cuda.h"
#include "kernels/device/buffer.h"
#include "kernels/device/panel.h"
#include "kernels/device/stream.h"
#include "kernels/device/transfer.h"
#include "kernels/group_sums/group_sums_cuda.h"
#include "kernels/spectrum/spectrum_cuda.h"

#include <cuda_runtime_api.h>

namespace topheavy {
namespace {

// Operations that have no CUDA body run by the CPU body of the base class.
class cuda_backend final : public cpu_backend {
 public:
  explicit cuda_backend(std::size_t device_bytes) : ledger_(stream_.ref(), device_bytes), panel_(ledger_) {}

  std::string_view name() const override { return "cuda"; }
  std::string device() const override { return cuda_status().reason; }
  std::vector<std::string> own_operations() const override {
    return {"group_sums",         "breadth",        "fixed_weight_return",
            "concentration",      "new_highs",      "window_contributions",
            "risk_contributions", "regime_moments", "standardised_sums",
            "spectrum",           "day_bootstrap"};
  }

  void day_pass(panel_view panel, const day_parts& parts) override { day_pass_cuda(panel_, panel, parts); }

  void constituent_pass(panel_view panel, const constituent_parts& parts) override {
    constituent_pass_cuda(panel_, panel, parts);
  }

  void standardised_sums(panel_view panel, const standardised_days& days, groups_view groups,
                         double* sum) override {
    standardised_sums_cuda(panel_, panel, days, groups, sum);
  }

  std::vector<absorption> absorption_ratios(panel_view panel, const day_sets& sets,
                                            std::size_t components) override {
    return absorption_ratios_cuda(panel_, eigenvalues_, panel, sets, components);
  }

  void day_bootstrap(const bootstrap_draws& draws, const bootstrap_days& days, bootstrap_range range,
                     bootstrap_result result) override {
    check_day_bootstrap(draws, days, range);
    const days_of_cells by_cell(days);
    const std::size_t rows = days.cells * days.column_count;
    const std::size_t table = days.days * days.column_count;
    const chunk_bytes bytes{
        bytes_of(by_cell.view()) + sizeof(std::uint32_t) * draws.longer_count + sizeof(double) * table,
        sizeof(std::int32_t) * days.days + sizeof(double) * rows, 0};
    const std::size_t size = chunk_size(range.count, warp_threads, bytes, panel_.available());
    panel_.make_room(bytes.fixed + bytes.each * size);
    in_chunks(range.count, size, warp_threads, [&](std::size_t first, std::size_t count) {
      const device_groups cells = uploaded(ledger_, by_cell.view(), "bootstrap cells");
      const auto longer = uploaded(ledger_, draws.longer, draws.longer_count, "block lengths");
      const auto columns = uploaded(ledger_, days.columns, table, "bootstrap columns");
      const std::size_t at_a_time = bootstrap_replicates_at_a_time(days.days, count);
      const device_buffer<std::int32_t> counts(ledger_, days.days * at_a_time, "bootstrap counts");
      const output sums(ledger_, host_part<double>{result.sums + first, rows, count, range.count}, 0,
                        "bootstrap sums");
      day_bootstrap_cuda({draws.seed, draws.stream, longer.data(), draws.longer_count},
                         {days.days, nullptr, days.cells, columns.data(), days.column_count}, cells.view(),
                         {range.first + first, count}, {counts.data(), at_a_time}, {sums.data()},
                         stream_.ref());
      sums.fetch();
      stream_.ref().wait();
    });
  }

 private:
  stream stream_;
  device_ledger ledger_;
  device_panel panel_;
  device_eigenvalues eigenvalues_;
};

std::string version(int number) {
  return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10);
}

}  // namespace

backend_status cuda_status() {
  int devices = 0;
  int device = 0;
  cudaDeviceProp properties = {};
  cudaError_t result = cudaGetDeviceCount(&devices);
  if (result == cudaSuccess) result = cudaGetDevice(&device);
  if (result == cudaSuccess) result = cudaGetDeviceProperties(&properties, device);
  if (result == cudaSuccess) result = group_sums_cuda_loads();
  if (result == cudaSuccess) {
    return {"cuda", true,
            std::string(properties.name) + ", compute capability " + std::to_string(properties.major) + "." +
                std::to_string(properties.minor) + ", " + std::to_string(properties.totalGlobalMem >> 20) +
                " MiB"};
  }
  cudaGetLastError();
  int driver = 0;
  cudaDriverGetVersion(&driver);
  return {"cuda", false,
          std::string(cudaGetErrorString(result)) + " (built with CUDA " + version(CUDART_VERSION) +
              ", driver " + (driver == 0 ? "not found" : "for CUDA " + version(driver)) + ")"};
}

std::unique_ptr<backend> make_cuda_backend() { return make_cuda_backend_within(all_device_memory); }

std::unique_ptr<backend> make_cuda_backend_within(std::size_t device_bytes) {
  const backend_status status = cuda_status();
  if (!status.available) throw backend_unavailable("cuda: " + status.reason);
  return std::make_unique<cuda_backend>(device_bytes);
}

}  // namespace topheavy
