// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda_backend.h"

#include "kernels/breadth/breadth_cuda.h"
#include "kernels/concentration/concentration_cuda.h"
#include "kernels/cpu_backend.h"
#include "kernels/day_bootstrap/day_bootstrap_cpu.h"
#include "kernels/day_bootstrap/day_bootstrap_cuda.h"
#include "kernels/device/buffer.h"
#include "kernels/device/check.h"
#include "kernels/device/stream.h"
#include "kernels/fixed_weight_return/fixed_weight_return_cuda.h"
#include "kernels/group_sums/group_sums_cuda.h"
#include "kernels/regime_moments/regime_moments_cuda.h"
#include "kernels/risk_contributions/risk_contributions_cuda.h"
#include "kernels/scenario_pass/scenario_pass_cuda.h"
#include "kernels/standardised_sums/standardised_sums_cuda.h"

#include <cuda_runtime_api.h>

namespace topheavy {
namespace {

// Operations that have no CUDA body run by the CPU body of the base class.
class cuda_backend final : public cpu_backend {
 public:
  std::string_view name() const override { return "cuda"; }
  std::string device() const override { return cuda_status().reason; }
  std::vector<std::string> own_operations() const override {
    return {"group_sums",         "breadth",        "fixed_weight_return", "concentration",
            "risk_contributions", "regime_moments", "standardised_sums",   "day_bootstrap",
            "scenario_pass"};
  }

  void day_pass(panel_view panel, const day_parts& parts) override {
    check_day_parts(panel, parts);
    if (panel.days == 0) return;
    const panel_view there = uploaded(panel);
    const stream_ref on = stream_.ref();
    const device_groups groups = uploaded(parts.groups, "group");
    const std::size_t columns = parts.groups.groups;
    output<double> base(ledger_, parts.sums.base, panel.days * columns, "group base");
    output<double> base_return(ledger_, parts.sums.base_return, panel.days * columns, "group base_return");
    const group_sums_result sums{base.data(), base_return.data()};
    if (columns > 0) group_sums_cuda(there, groups.view(), sums, on);
    base.fetch();
    base_return.fetch();
    if (parts.breadth.prior_cap != nullptr) breadth(there, sums, columns, parts.breadth);
    if (parts.fixed.ret != nullptr) fixed_weight_return(there, sums, columns, parts.weights, parts.fixed);
    if (parts.constituents.count != nullptr) {
      concentration_days days(ledger_, parts.constituents, panel.days);
      concentration_cuda(there, days.view(), ledger_);
      days.fetch();
    }
    if (parts.by_entity.count != nullptr) {
      const device_groups entities = uploaded(parts.entities, "entity");
      concentration_days days(ledger_, parts.by_entity, panel.days);
      concentration_cuda(there, entities.view(), days.view(), ledger_);
      days.fetch();
    }
    on.wait();
  }

  // New highs and windows run by their CPU bodies, which share one reading of the host's panel.
  void constituent_pass(panel_view panel, const constituent_parts& parts) override {
    check_constituent_parts(panel, parts);
    constituent_parts on_host = parts;
    on_host.by_risk = {};
    if (parts.by_risk.beta != nullptr && panel.constituents > 0) {
      const panel_view there = uploaded(panel);
      const risk_days& risk = parts.risk;
      const device_buffer<double> slope_all = uploaded(risk.slope_all, panel.days, "risk slopes");
      const device_buffer<double> slope_cell = uploaded(risk.slope_cell, panel.days, "risk slopes of cells");
      const device_buffer<std::int32_t> cell = uploaded(risk.cell, panel.days, "risk cells");
      const device_buffer<double> fill = uploaded(risk.fill, panel.days * risk.sectors, "sector returns");
      const device_buffer<std::int32_t> sector = uploaded(risk.sector, panel.constituents, "sectors");
      const std::size_t count = (1 + risk.cells) * panel.constituents;
      output<double> beta(ledger_, parts.by_risk.beta, count, "risk beta");
      output<std::int32_t> filled(ledger_, parts.by_risk.filled, count, "risk filled");
      risk_contributions_cuda(there,
                              {slope_all.data(), slope_cell.data(), cell.data(), risk.cells, fill.data(),
                               sector.data(), risk.sectors},
                              {beta.data(), filled.data()}, stream_.ref());
      beta.fetch();
      filled.fetch();
      stream_.ref().wait();
    }
    on_host.by_moments = {};
    if (parts.by_moments.count != nullptr && panel.constituents > 0) {
      regime_moments(panel, parts.moments, parts.by_moments);
    }
    if (on_host.new_highs != nullptr || on_host.window_count > 0) constituent_pass_cpu(panel, on_host);
  }

  void standardised_sums(panel_view panel, const standardised_days& days, groups_view groups,
                         double* sum) override {
    check_standardised_sums(panel, days, groups);
    if (panel.days == 0 || groups.groups == 0) return;
    const panel_view there = uploaded(panel);
    const device_groups members = uploaded(groups, "group");
    const std::size_t count = days.cells * panel.constituents;
    const device_buffer<std::int32_t> cell = uploaded(days.cell, panel.days, "standardised cells");
    const device_buffer<double> mean = uploaded(days.mean, count, "standardised means");
    const device_buffer<double> per_sd = uploaded(days.per_sd, count, "standardised deviations");
    output<double> sums(ledger_, sum, panel.days * groups.groups, "standardised sums");
    standardised_sums_cuda(there, {cell.data(), days.cells, mean.data(), per_sd.data()}, members.view(),
                           sums.data(), stream_.ref());
    sums.fetch();
    stream_.ref().wait();
  }

  void day_bootstrap(const bootstrap_draws& draws, const bootstrap_days& days, bootstrap_range range,
                     bootstrap_result result) override {
    check_day_bootstrap(draws, days, range);
    const days_of_cells by_cell(days);
    const device_groups cells = uploaded(by_cell.view(), "bootstrap cells");
    const device_buffer<std::uint32_t> longer = uploaded(draws.longer, draws.longer_count, "block lengths");
    const device_buffer<double> columns =
        uploaded(days.columns, days.days * days.column_count, "bootstrap columns");
    const std::size_t at_a_time = bootstrap_replicates_at_a_time(days.days, range.count);
    const device_buffer<std::int32_t> counts(ledger_, days.days * at_a_time, "bootstrap counts");
    const output<double> sums(ledger_, result.sums, days.cells * days.column_count * range.count,
                              "bootstrap sums");
    day_bootstrap_cuda({draws.seed, draws.stream, longer.data(), draws.longer_count},
                       {days.days, nullptr, days.cells, columns.data(), days.column_count}, cells.view(),
                       range, {counts.data(), at_a_time}, {sums.data()}, stream_.ref());
    sums.fetch();
    stream_.ref().wait();
  }

  std::unique_ptr<path_engine> load_universe(const path_universe& universe) override {
    return make_cuda_path_engine(universe, ledger_);
  }

 private:
  // A result on the device and where it goes on the host.
  template <typename T>
  class output {
   public:
    output(device_ledger& ledger, T* host, std::size_t count, const std::string& label)
        : host_(host), device_(ledger, count, label) {}
    T* data() const { return device_.data(); }
    void fetch() const { device_.copy_to(host_); }

   private:
    T* host_;
    device_buffer<T> device_;
  };

  struct concentration_days {
    concentration_days(device_ledger& ledger, const concentration_result& host, std::size_t days)
        : count(ledger, host.count, days, "concentration count"),
          top(ledger, host.top, days * top_counts_size, "concentration top"),
          hhi(ledger, host.hhi, days, "concentration hhi"),
          entropy(ledger, host.entropy, days, "concentration entropy"),
          gini(ledger, host.gini, days, "concentration gini") {}
    concentration_result view() const {
      return {count.data(), top.data(), hhi.data(), entropy.data(), gini.data()};
    }
    void fetch() const {
      count.fetch();
      top.fetch();
      hhi.fetch();
      entropy.fetch();
      gini.fetch();
    }
    output<std::int32_t> count;
    output<double> top, hhi, entropy, gini;
  };

  struct device_groups {
    device_buffer<std::int32_t> offsets, members;
    std::size_t groups = 0;
    groups_view view() const { return {offsets.data(), members.data(), groups}; }
  };

  template <typename T>
  device_buffer<T> uploaded(const T* host, std::size_t count, const std::string& label) {
    device_buffer<T> there(ledger_, count, label);
    there.copy_from(host);
    return there;
  }

  device_groups uploaded(groups_view host, const std::string& label) {
    device_groups there;
    if (host.groups == 0) return there;
    there.offsets = uploaded(host.offsets, host.groups + 1, label + " offsets");
    there.members =
        uploaded(host.members, static_cast<std::size_t>(host.offsets[host.groups]), label + " members");
    there.groups = host.groups;
    return there;
  }

  void breadth(panel_view there, group_sums_result sums, std::size_t columns, const breadth_result& host) {
    const std::size_t days = there.days;
    output<double> prior_cap(ledger_, host.prior_cap, days, "breadth prior_cap");
    output<std::int32_t> members(ledger_, host.members, days, "breadth members");
    output<double> return_sum(ledger_, host.return_sum, days, "breadth return_sum");
    output<std::int32_t> advancers(ledger_, host.advancers, days, "breadth advancers");
    output<double> advancers_base(ledger_, host.advancers_base, days, "breadth advancers_base");
    output<double> deviation(ledger_, host.deviation, days, "breadth deviation");
    breadth_cuda(there, sums, columns,
                 {prior_cap.data(), members.data(), return_sum.data(), advancers.data(),
                  advancers_base.data(), deviation.data()},
                 stream_.ref());
    for (const output<double>* values : {&prior_cap, &return_sum, &advancers_base, &deviation})
      values->fetch();
    members.fetch();
    advancers.fetch();
  }

  void regime_moments(panel_view panel, const moment_days& days, const regime_moments_result& host) {
    const panel_view there = uploaded(panel);
    const device_buffer<std::int32_t> cell = uploaded(days.cell, panel.days, "moment cells");
    const device_buffer<double> fill = uploaded(days.fill, panel.days * days.sectors, "sector returns");
    const device_buffer<std::int32_t> sector = uploaded(days.sector, panel.constituents, "sectors");
    const std::size_t cells = days.cells * panel.constituents;
    output<std::int32_t> count(ledger_, host.count, cells, "moment counts");
    output<double> mean(ledger_, host.mean, cells, "moment means");
    output<double> sd(ledger_, host.sd, cells, "moment deviations");
    output<double> filled_variance(ledger_, host.filled_variance, cells, "moment filled variances");
    regime_moments_cuda(there, {cell.data(), days.cells, fill.data(), sector.data(), days.sectors},
                        {count.data(), mean.data(), sd.data(), filled_variance.data()}, stream_.ref());
    count.fetch();
    for (const output<double>* values : {&mean, &sd, &filled_variance}) values->fetch();
    stream_.ref().wait();
  }

  void fixed_weight_return(panel_view there, group_sums_result sums, std::size_t columns,
                           const fixed_weights& host, const fixed_weight_result& result) {
    const device_buffer<double> weight = uploaded(host.weight, there.constituents, "weights");
    const device_buffer<std::int32_t> sector = uploaded(host.sector, there.constituents, "sectors");
    output<double> ret(ledger_, result.ret, there.days, "fixed weight return");
    output<double> fill(ledger_, result.fill, there.days * host.sectors, "sector returns");
    fixed_weight_return_cuda(there, sums, columns,
                             {weight.data(), sector.data(), host.first_group, host.sectors},
                             {ret.data(), fill.data()}, stream_.ref());
    ret.fetch();
    fill.fetch();
  }

  // The device's copy of the panel, made anew only where another panel comes.
  panel_view uploaded(panel_view panel) {
    const bool same = panel.cap == host_.cap && panel.ret == host_.ret && panel.days == host_.days &&
                      panel.constituents == host_.constituents;
    if (!same) {
      host_ = {};
      cap_ = {};  // frees the old panel before the new one is allocated
      ret_ = {};
      const std::size_t count = panel.days * panel.constituents;
      cap_ = device_buffer<double>(ledger_, count, "panel caps");
      ret_ = device_buffer<double>(ledger_, count, "panel returns");
      cap_.copy_from(panel.cap);
      ret_.copy_from(panel.ret);
      stream_.ref().wait();
      host_ = panel;
    }
    return {cap_.data(), ret_.data(), panel.days, panel.constituents};
  }

  stream stream_;
  device_ledger ledger_{stream_.ref()};
  panel_view host_;  // of which cap_ and ret_ are the copy
  device_buffer<double> cap_;
  device_buffer<double> ret_;
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

std::unique_ptr<backend> make_cuda_backend() {
  const backend_status status = cuda_status();
  if (!status.available) throw backend_unavailable("cuda: " + status.reason);
  return std::make_unique<cuda_backend>();
}

}  // namespace topheavy
