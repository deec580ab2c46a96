// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/backends/emulated_device.h"

#include "kernels/breadth/breadth_core.h"
#include "kernels/breadth/breadth_cuda.h"
#include "kernels/concentration/concentration_core.h"
#include "kernels/concentration/concentration_cuda.h"
#include "kernels/constituent_pass/constituent_pass_cuda.h"
#include "kernels/cpu_backend.h"
#include "kernels/cuda_backend.h"
#include "kernels/day_pass/day_pass_cuda.h"
#include "kernels/fixed_weight_return/fixed_weight_return_core.h"
#include "kernels/fixed_weight_return/fixed_weight_return_cuda.h"
#include "kernels/group_sums/group_sums_core.h"
#include "kernels/group_sums/group_sums_cuda.h"
#include "kernels/new_highs/new_highs_cuda.h"
#include "kernels/regime_moments/regime_moments_core.h"
#include "kernels/regime_moments/regime_moments_cuda.h"
#include "kernels/risk_contributions/risk_contributions_core.h"
#include "kernels/risk_contributions/risk_contributions_cuda.h"
#include "kernels/spectrum/spectrum_cuda.h"
#include "kernels/spectrum/standardise_core.h"
#include "kernels/spectrum/standardise_cuda.h"
#include "kernels/standardised_sums/standardised_sums_core.h"
#include "kernels/standardised_sums/standardised_sums_cuda.h"
#include "kernels/window_contributions/window_contributions_core.h"
#include "kernels/window_contributions/window_contributions_cuda.h"
#include "tests/backends/host_block.h"

#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>
#include <optional>

extern "C" void dsyev_(const char* jobz, const char* uplo, const int* n, double* a, const int* lda, double* w,
                       double* work, const int* work_length, int* info, std::size_t jobz_length,
                       std::size_t uplo_length);

namespace topheavy {
namespace {

constexpr std::size_t device_bytes = std::size_t{1} << 30;

struct memory {
  std::map<const char*, std::size_t> held;
  std::size_t bytes = 0;
  std::optional<std::size_t> until_failure;
  bool failed = false;
};
memory& device() {
  static memory one;
  return one;
}

void expect_inside(const void* memory, std::size_t bytes) {
  const char* first = static_cast<const char*>(memory);
  auto after = device().held.upper_bound(first);
  if (after == device().held.begin()) throw std::logic_error("a copy outside the device");
  --after;
  if (first + bytes > after->first + after->second) throw std::logic_error("a copy leaves its allocation");
}

host_block any_block(unsigned threads) {
  return host_block(warp_orders(threads / warp_threads).back(), 5);  // shuffled
}

class emulated_backend final : public cpu_backend {
 public:
  explicit emulated_backend(std::size_t bytes) : ledger_(stream_.ref(), bytes), panel_(ledger_) {}
  std::string_view name() const override { return "cuda"; }
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

 private:
  stream stream_;
  device_ledger ledger_;
  device_panel panel_;
  device_eigenvalues eigenvalues_;
};

}  // namespace

namespace emulated_device {
void fail_after(std::size_t count) {
  device().until_failure = count;
  device().failed = false;
}
bool has_failed() {
  device().until_failure.reset();
  return std::exchange(device().failed, false);
}
std::size_t bytes_held() { return device().bytes; }
}  // namespace emulated_device

std::vector<backend_status> known_backends() {
  return {{"cuda", true, "emulated on the host", {}}, {"cpu", true, cpu_backend().device(), {}}};
}
chosen_backend choose_backend(std::string_view asked, const std::vector<int>&) {
  if (asked == "cpu") return {std::make_unique<cpu_backend>(), "asked for"};
  return {make_cuda_backend_within(all_device_memory), "asked for"};
}
std::unique_ptr<backend> make_cuda_backend_within(std::size_t bytes) {
  return std::make_unique<emulated_backend>(bytes);
}

// Launchers. Blocks run one after the other, the last first.

void group_sums_cuda(panel_view panel, groups_view groups, group_sums_result result, stream_ref,
                     unsigned threads) {
  std::vector<base_sums> shared(3);
  for (std::size_t a = panel.days * groups.groups; a-- > 0;) {
    group_sums_block(any_block(threads), panel, groups, result, a / groups.groups, a % groups.groups,
                     shared.data(), shared.size());
  }
}

void breadth_cuda(panel_view panel, group_sums_result sums, std::size_t groups, breadth_result result,
                  stream_ref, unsigned threads) {
  std::vector<breadth_sums> shared(3);
  for (std::size_t t = panel.days; t-- > 0;) {
    const double index_return =
        return_of_sums(sums.base[t * groups], sums.base_return[t * groups], log_exp_detail::not_a_number);
    breadth_block(any_block(threads), panel, index_return, result, t, shared.data(), shared.size());
  }
}

void fixed_weight_return_cuda(panel_view panel, group_sums_result sums, std::size_t groups,
                              const fixed_weights& weights, fixed_weight_result result, stream_ref,
                              unsigned threads) {
  std::vector<double> shared(3);
  for (std::size_t t = panel.days; t-- > 0;) {
    double* fill = result.fill + t * weights.sectors;
    for (std::size_t s = 0; s < weights.sectors; ++s)
      fill[s] = fill_of(sums, groups, t, weights.first_group + s);
    fixed_weight_return_block(any_block(threads), panel, sums, groups, weights, fill, t, result.ret,
                              shared.data(), shared.size());
  }
}

// x(day, entity)
template <typename X>
void concentration_in_blocks(std::size_t days, std::size_t entities, const X& x, concentration_result result,
                             device_ledger& ledger, unsigned threads) {
  const device_buffer<double> caps(ledger, entities, "caps of a day");
  const device_buffer<double> sorted(ledger, entities, "sorted caps");
  std::vector<sum_pack<2>> shared(4);
  for (std::size_t t = days; t-- > 0;) {
    for (std::size_t e = 0; e < entities; ++e) sorted.data()[e] = caps.data()[e] = x(t, e);
    std::sort(sorted.data(), sorted.data() + entities);
    concentration_block(any_block(threads), caps.data(), sorted.data(), entities, result, t, shared.data(), 3,
                        &shared[3]);
  }
}

void concentration_cuda(panel_view panel, concentration_result result, device_ledger& ledger, std::size_t,
                        unsigned threads) {
  const auto x = [&](std::size_t t, std::size_t n) { return panel.cap[t * panel.constituents + n]; };
  concentration_in_blocks(panel.days, panel.constituents, x, result, ledger, threads);
}

void concentration_cuda(panel_view panel, groups_view entities, concentration_result result,
                        device_ledger& ledger, std::size_t, unsigned threads) {
  const auto x = [&](std::size_t t, std::size_t e) {
    return entity_cap(panel.cap + t * panel.constituents, entities.members, entities.offsets[e],
                      entities.offsets[e + 1]);
  };
  concentration_in_blocks(panel.days, entities.groups, x, result, ledger, threads);
}

void standardised_sums_cuda(panel_view panel, const standardised_days& days, groups_view groups, double* sum,
                            stream_ref, unsigned threads) {
  std::vector<double> shared(3);
  for (std::size_t a = panel.days * groups.groups; a-- > 0;) {
    standardised_sum_block(any_block(threads), panel, days, groups, sum, a / groups.groups, a % groups.groups,
                           shared.data(), shared.size());
  }
}

void new_highs_cuda(panel_view panel, new_highs_rule rule, double* spans, std::uint32_t* count, stream_ref,
                    unsigned) {
  for (std::size_t warps = (panel.constituents + warp_threads - 1) / warp_threads; warps-- > 0;) {
    new_highs_warp(host_warp{5}, panel, rule.within, days_of_highs(rule.window, panel.days),
                   warps * warp_threads, spans, count);
  }
}

void window_contributions_cuda(panel_view panel, const contribution_window& window,
                               window_contributions_result result, stream_ref, unsigned) {
  for (std::size_t n = panel.constituents; n-- > 0;) window_of_constituent(panel, window, result, n);
}

void risk_contributions_cuda(panel_view panel, const risk_days& days, risk_contributions_result result,
                             stream_ref, unsigned) {
  for (std::size_t i = (1 + days.cells) * panel.constituents; i-- > 0;) {
    risk_of_constituent(panel, days, result, i / panel.constituents, i % panel.constituents);
  }
}

void regime_moments_cuda(panel_view panel, const moment_days& days, regime_moments_result result, stream_ref,
                         unsigned) {
  for (std::size_t i = days.cells * panel.constituents; i-- > 0;) {
    moments_of_constituent(panel, days, result, i / panel.constituents, i % panel.constituents);
  }
}

void standardise_cuda(panel_view panel, const std::int32_t* days, std::size_t sets, std::size_t count,
                      double* z, std::int32_t* used, stream_ref, unsigned) {
  for (std::size_t i = sets * panel.constituents; i-- > 0;) {
    const std::size_t set = i / panel.constituents;
    used[set] += standardise_constituent(panel, days + set * count, count,
                                         z + set * count * panel.constituents, i % panel.constituents);
  }
}

// cuBLAS and cuSOLVER by sums and LAPACK.
struct device_eigenvalues::libraries {};
device_eigenvalues::device_eigenvalues() = default;
device_eigenvalues::~device_eigenvalues() = default;
std::size_t device_eigenvalues::most_at_once(std::size_t) { return 3; }
std::size_t device_eigenvalues::bytes_each(device_ledger&, std::size_t order) {
  return sizeof(double) * order * (order + 1);
}
void device_eigenvalues::of_products(device_ledger& ledger, const double* z, std::size_t matrices,
                                     std::size_t rows, std::size_t columns, double* values) {
  const std::size_t order = std::min(rows, columns);
  const device_buffer<double> products(ledger, order * order, "products of returns");
  for (std::size_t m = 0; m < matrices; ++m, z += rows * columns, values += order) {
    const auto at = [&](std::size_t i, std::size_t k) {
      return rows <= columns ? z[i * columns + k] : z[k * columns + i];
    };
    for (std::size_t i = 0; i < order * order; ++i) {
      products.data()[i] = 0.0;
      for (std::size_t k = 0; k < std::max(rows, columns); ++k) {
        products.data()[i] += at(i / order, k) * at(i % order, k);
      }
    }
    const int n = static_cast<int>(order), work_length = 40 * n;
    int failed = 0;
    std::vector<double> work(40 * order);
    dsyev_("N", "U", &n, products.data(), &n, values, work.data(), &work_length, &failed, 1, 1);
    if (failed != 0) throw std::runtime_error("dsyev failed");
  }
}

}  // namespace topheavy

// CUDA's runtime.
extern "C" {

cudaError_t cudaMallocAsync(void** memory, std::size_t bytes, cudaStream_t) {
  topheavy::memory& d = topheavy::device();
  const bool fails = d.until_failure && (*d.until_failure)-- == 0;
  if (fails) {
    d.until_failure.reset();
    d.failed = true;
  }
  if (fails || bytes > topheavy::device_bytes - d.bytes) return cudaErrorMemoryAllocation;
  char* const here = static_cast<char*>(std::malloc(bytes));
  std::memset(here, 0xff, bytes);  // NaN, and a count that is far off
  d.held[here] = bytes;
  d.bytes += bytes;
  *memory = here;
  return cudaSuccess;
}
cudaError_t cudaFreeAsync(void* memory, cudaStream_t) {
  topheavy::memory& d = topheavy::device();
  const auto found = d.held.find(static_cast<char*>(memory));
  if (found == d.held.end()) return cudaErrorInvalidValue;
  d.bytes -= found->second;
  d.held.erase(found);
  std::free(memory);
  return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t) {
  topheavy::expect_inside(kind == cudaMemcpyHostToDevice ? to : from, bytes);
  std::memcpy(to, from, bytes);
  return cudaSuccess;
}
cudaError_t cudaMemcpy2DAsync(void* to, std::size_t to_pitch, const void* from, std::size_t from_pitch,
                              std::size_t width, std::size_t height, cudaMemcpyKind kind,
                              cudaStream_t stream) {
  for (std::size_t row = 0; row < height; ++row) {
    cudaMemcpyAsync(static_cast<char*>(to) + row * to_pitch,
                    static_cast<const char*>(from) + row * from_pitch, width, kind, stream);
  }
  return width <= to_pitch && width <= from_pitch ? cudaSuccess : cudaErrorInvalidPitchValue;
}
cudaError_t cudaMemsetAsync(void* memory, int value, std::size_t bytes, cudaStream_t) {
  topheavy::expect_inside(memory, bytes);
  std::memset(memory, value, bytes);
  return cudaSuccess;
}
cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  *total = topheavy::device_bytes;
  *free = topheavy::device_bytes - topheavy::device().bytes;
  return cudaSuccess;
}
cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t, cudaMemPoolAttr, void* value) {
  *static_cast<std::uint64_t*>(value) = topheavy::device().bytes;
  return cudaSuccess;
}
cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t*, int) { return cudaSuccess; }
cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t*, unsigned) { return cudaSuccess; }
cudaError_t cudaStreamDestroy(cudaStream_t) { return cudaSuccess; }
cudaError_t cudaStreamSynchronize(cudaStream_t) { return cudaSuccess; }
cudaError_t cudaGetLastError() { return cudaSuccess; }
const char* cudaGetErrorName(cudaError_t) { return "an error"; }
const char* cudaGetErrorString(cudaError_t) { return "of the emulated device"; }
}
