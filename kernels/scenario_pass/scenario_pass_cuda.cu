// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// The pass over scenarios of scenario_pass_core.h on a device. Of a universe of N constituents, D rows, and S scenarios of H
// steps nothing of N H crosses the bus: up goes the universe once (4 N D bytes), down come the figures.
#include "kernels/device/block.cuh"
#include "kernels/device/check.h"
#include "kernels/device/pinned.h"
#include "kernels/device/range.h"
#include "kernels/scenario_figures/scenario_figures_cuda.h"
#include "kernels/scenario_pass/scenario_pass_core.h"
#include "kernels/scenario_pass/scenario_pass_cuda.h"
#include "kernels/scenario_plan/scenario_plan_cuda.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <cub/device/device_select.cuh>
#include <thrust/iterator/counting_iterator.h>

namespace topheavy {
namespace {

constexpr unsigned warps_of_each_warp = tuning::path_words / warp_threads;

template <typename Work>
__global__ void __launch_bounds__(tuning::path_words) each_kernel(std::size_t count, Work work) {
  const std::size_t stride = std::size_t{gridDim.x} * blockDim.x;
  for (std::size_t i = std::size_t{blockIdx.x} * blockDim.x + threadIdx.x; i < count; i += stride) work(i);
}

template <typename Work>
__global__ void __launch_bounds__(tuning::path_words) each_warp_kernel(std::size_t count, Work work) {
  __shared__ float shared[warps_of_each_warp * Work::floats];
  const std::size_t warp = threadIdx.x / warp_threads;
  for (std::size_t i = std::size_t{blockIdx.x} * warps_of_each_warp + warp; i < count;
       i += std::size_t{gridDim.x} * warps_of_each_warp) {
    work(device_warp{}, i, shared + warp * Work::floats);
  }
}

// The work of a block ends with a barrier.
template <typename Work>
__global__ void __launch_bounds__(Work::warps* warp_threads) each_block_kernel(std::size_t count, Work work) {
  extern __shared__ double shared_by_block[];
  for (std::size_t i = blockIdx.x; i < count; i += gridDim.x) {
    work(device_block{}, i, static_cast<void*>(shared_by_block));
  }
}

class cuda_place {
 public:
  cuda_place(device_ledger& ledger, std::size_t rows, const cuda_path_options& options)
      : ledger_(&ledger), kind_(tile_kind_for(options.kind, rows)), times_(options.times) {
    int device = 0;
    check(cudaGetDevice(&device));
    check(cudaDeviceGetAttribute(&multiprocessors_, cudaDevAttrMultiProcessorCount, device));
  }

  template <typename T>
  using buffer = device_buffer<T>;
  template <typename T>
  buffer<T> make(std::size_t count, const char* label) {
    return buffer<T>(*ledger_, count, label);
  }
  template <typename T>
  void upload(T* there, const T* host, std::size_t count) const {
    if (count == 0) return;
    check(cudaMemcpyAsync(there, host, count * sizeof(T), cudaMemcpyHostToDevice, on()));
  }
  template <typename T>
  void download(T* host, const T* there, std::size_t count) const {
    if (count == 0) return;
    check(cudaMemcpyAsync(host, there, count * sizeof(T), cudaMemcpyDeviceToHost, on()));
  }
  void fill(void* there, std::size_t bytes, int byte) const {
    if (bytes > 0) check(cudaMemsetAsync(there, byte, bytes, on()));
  }
  void wait() {
    ledger_->stream().wait();
    take_times();
  }

  unsigned tile_units() const { return units_of(kind_); }
  std::size_t blocks_together() const { return 2 * static_cast<std::size_t>(multiprocessors_); }

  template <typename Work>
  void each(std::size_t count, const Work& work) const {
    if (count == 0) return;
    const launch_shape shape =
        block_per_answer((count + tuning::path_words - 1) / tuning::path_words, tuning::path_words);
    each_kernel<<<shape.grid, shape.block, 0, on()>>>(count, work);
    check_launch();
  }
  template <typename Work>
  void each_warp(std::size_t count, const Work& work) const {
    if (count == 0) return;
    const launch_shape shape =
        block_per_answer((count + warps_of_each_warp - 1) / warps_of_each_warp, tuning::path_words);
    each_warp_kernel<<<shape.grid, shape.block, 0, on()>>>(count, work);
    check_launch();
  }
  template <typename Work>
  void each_block(std::size_t count, const Work& work) const {
    if (count == 0) return;
    const launch_shape shape = block_per_answer(count, Work::warps * warp_threads);
    check(cudaFuncSetAttribute(each_block_kernel<Work>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(Work::bytes)));
    each_block_kernel<<<shape.grid, shape.block, Work::bytes, on()>>>(count, work);
    check_launch();
  }
  void walk_tiles(const path_tile_walk& walk) const { walk_tiles_cuda(kind_, walk, ledger_->stream()); }

  class recipe : public device_recipe {
   public:
    recipe(const plan_recipe& host, cuda_place& place) : device_recipe(host, *place.ledger_) {}
  };
  void make_plans(const plan_recipe& of, const std::uint64_t* scenario, std::uint64_t first,
                  std::size_t count, const plan_rows& rows) const {
    make_plans_cuda(of, scenario, first, count, rows, ledger_->stream());
  }
  void figures(const path_strip& strip, std::size_t groups, const figure_columns& columns) const {
    path_figures_cuda(strip, groups, columns, 0, ledger_->stream());
  }
  class correlations : public device_correlations {
   public:
    correlations(const figure_request& request, cuda_place& place)
        : device_correlations(request, *place.ledger_) {}
  };

  class selection {
   public:
    selection(cuda_place& place, std::size_t most) : on_(place.ledger_->stream()) {
      run(nullptr, nullptr, most, nullptr, nullptr);
      memory_ =
          device_buffer<char>(*place.ledger_, std::max<std::size_t>(bytes_, 1), "selection of scenarios");
    }
    void select(const std::uint8_t* flag, std::size_t count, std::uint32_t* list, std::uint32_t* found) {
      run(memory_.data(), flag, count, list, found);
    }

   private:
    void run(void* memory, const std::uint8_t* flag, std::size_t count, std::uint32_t* list,
             std::uint32_t* found) {
      check(cub::DeviceSelect::Flagged(memory, bytes_, thrust::make_counting_iterator<std::uint32_t>(0), flag,
                                       list, found, static_cast<int>(count), on_.get()));
    }
    stream_ref on_;
    std::size_t bytes_ = 0;
    device_buffer<char> memory_;
  };

  class staging {
   public:
    staging(cuda_place& place, std::size_t bytes) : on_(place.ledger_->stream()), memory_(bytes) {}
    void fetch(const void* there, std::size_t bytes) {
      if (bytes > 0) check(cudaMemcpyAsync(memory_.data(), there, bytes, cudaMemcpyDeviceToHost, on_.get()));
      copied_.record(on_);
    }
    void wait() const { copied_.wait(); }
    const void* data() const { return memory_.data(); }

   private:
    stream_ref on_;
    pinned_buffer<char> memory_;
    event copied_;
  };

  void begin(pass_part part) {
    if (times_ == nullptr) return;
    begun_.emplace_back(part, event());
    begun_.back().second.record(ledger_->stream());
  }

 private:
  cudaStream_t on() const { return ledger_->stream().get(); }

  // After the stream has been waited for.
  void take_times() {
    if (times_ == nullptr) return;
    const std::array<double*, pass_parts> part{&times_->plans,   &times_->head,         &times_->pack,
                                               &times_->tiles,   &times_->combine,      &times_->mending,
                                               &times_->figures, &times_->correlations, &times_->copy};
    for (std::size_t i = 0; i + 1 < begun_.size(); ++i) {
      if (begun_[i].first == pass_part::nothing) continue;
      *part[static_cast<std::size_t>(begun_[i].first)] +=
          begun_[i + 1].second.seconds_since(begun_[i].second);
    }
    begun_.clear();
  }

  device_ledger* ledger_;
  path_tile_kind kind_;
  path_pass_times* times_;
  int multiprocessors_ = 0;
  std::vector<std::pair<pass_part, event>> begun_;
};

class cuda_path_engine final : public path_engine {
 public:
  cuda_path_engine(const path_universe& universe, device_ledger& ledger, const cuda_path_options& options)
      : place_(ledger, universe.rows, options), pass_(place_, universe, options.cells_at_a_time) {}

  void scenario_pass(const plan_recipe& recipe, const figure_request& request, scenario_range range,
                     const figure_columns& columns) override {
    const named_range named{"topheavy::scenario_pass"};
    pass_.scenario_pass(recipe, request, range, columns);
  }
  void take_correlations(const rho_columns& columns) override { pass_.take_correlations(columns); }
  void replay(const plan_recipe& recipe, const replay_request& request,
              const replay_result& result) override {
    const named_range named{"topheavy::replay"};
    pass_.replay(recipe, request, result);
  }

 private:
  cuda_place place_;
  placed_pass<cuda_place> pass_;
};

}  // namespace

std::unique_ptr<path_engine> make_cuda_path_engine(const path_universe& universe, device_ledger& ledger,
                                                   const cuda_path_options& options) {
  return std::make_unique<cuda_path_engine>(universe, ledger, options);
}

}  // namespace topheavy
