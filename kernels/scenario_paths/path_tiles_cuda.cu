// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// cap[n] = cap[n] max(fma(scale, R[row, n], 1), 0) along plans, and the sums of path_layout.h after every step
// specification, section 7
//   ret        [tiles, rows, 32 or 16] float32, the layout of path_tiles_core.h; start [tiles, 32 or 16]
//   plan       [strips, groups, 32] words of four steps: where the row is, scale
//   class_sum  [classes, scenarios, steps] float64
// Traffic of the walk: a tile is read once by each block that walks it, the plan (8 bytes a step) once for each tile,
// from the second-level cache; 4 bytes are written for each tile, scenario and step, and read once by the combination.
#include "kernels/device/block.cuh"
#include "kernels/device/check.h"
#include "kernels/device/range.h"
#include "kernels/scenario_paths/path_tiles_cuda.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace topheavy {

template <bool squares>
__device__ path_group_sums<squares> value_of_partner(const path_group_sums<squares>& x, unsigned mask) {
  path_group_sums<squares> there;
  for (unsigned i = 0; i < (squares ? 2 : 1); ++i) {
    for (unsigned d = 0; d < path_group_steps; ++d) {
      there.sum[i].cell[d] = value_of_partner(x.sum[i].cell[d], mask);
    }
  }
  return there;
}

namespace {

template <unsigned units, bool streamed, bool squares, bool counts>
__global__ void __launch_bounds__(tuning::path_tiles, 1) walk_tiles_kernel(path_tile_walk walk) {
  extern __shared__ path_word shared[];
  if constexpr (streamed) {
    walk_tiles_streamed<units, squares, counts>(device_block{}, walk, blockIdx.x, gridDim.x);
  } else {
    walk_tiles_block<units, squares, counts>(device_block{}, walk, blockIdx.x, gridDim.x, shared);
  }
}

// work(i) for i < count, a thread each.
template <typename Work>
__device__ void each_of_grid(std::size_t count, const Work& work) {
  const std::size_t stride = std::size_t{gridDim.x} * blockDim.x;
  for (std::size_t i = std::size_t{blockIdx.x} * blockDim.x + threadIdx.x; i < count; i += stride) work(i);
}

__global__ void gather_kernel(path_gather gather, std::size_t count) {
  each_of_grid(count, [&](std::size_t i) { gather_cell(gather, i); });
}
__global__ void pack_kernel(path_packing packing, path_plan_view plan, const float* threshold,
                            path_plan_words to) {
  each_of_grid(packing.words(), [&](std::size_t i) { pack_word(packing, plan, threshold, to, i); });
}
__global__ void combine_kernel(path_combination combination) {
  each_of_grid(combination.packing.words(), [&](std::size_t i) { combine_word(combination, i); });
}
__global__ void walk_caps_kernel(path_cap_walk walk, std::size_t count) {
  each_of_grid(count, [&](std::size_t i) { walk_caps_cell(walk, i); });
}
// A warp a scenario.
__global__ void walk_head_kernel(warp_head_walk walk, head_set leaders) {
  const std::size_t warps = blockDim.x / warp_threads;
  for (std::size_t s = blockIdx.x * warps + threadIdx.x / warp_threads; s < walk.plan.scenarios;
       s += gridDim.x * warps) {
    walk_head_scenario(device_warp{}, walk, leaders, s);
  }
}

launch_shape thread_per_answer(std::size_t answers) {
  return block_per_answer((answers + tuning::path_words - 1) / tuning::path_words, tuning::path_words);
}

using walk_kernel = void (*)(path_tile_walk);

template <unsigned units, bool streamed>
walk_kernel kernel_for(bool squares, bool counts) {
  if (squares) {
    return counts ? walk_tiles_kernel<units, streamed, true, true>
                  : walk_tiles_kernel<units, streamed, true, false>;
  }
  return counts ? walk_tiles_kernel<units, streamed, false, true>
                : walk_tiles_kernel<units, streamed, false, false>;
}

walk_kernel kernel_for(path_tile_kind kind, bool squares, bool counts) {
  if (kind == path_tile_kind::shared_32) return kernel_for<2, false>(squares, counts);
  if (kind == path_tile_kind::shared_16) return kernel_for<1, false>(squares, counts);
  return kernel_for<2, true>(squares, counts);
}

int device_attribute(cudaDeviceAttr attribute) {
  int device = 0;
  int value = 0;
  check(cudaGetDevice(&device));
  check(cudaDeviceGetAttribute(&value, attribute, device));
  return value;
}

constexpr unsigned units_of(path_tile_kind kind) { return kind == path_tile_kind::shared_16 ? 1 : 2; }

// Of a block, for a tile of all rows.
std::size_t shared_bytes(path_tile_kind kind, std::size_t rows) {
  if (kind == path_tile_kind::streamed) return 0;
  return rows * units_of(kind) * path_unit_words * sizeof(path_word);
}

path_tile_kind kind_for(path_tile_kind wanted, std::size_t rows) {
  const auto most = static_cast<std::size_t>(device_attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin));
  if (wanted == path_tile_kind::automatic) {
    for (const path_tile_kind kind : {path_tile_kind::shared_32, path_tile_kind::shared_16}) {
      if (shared_bytes(kind, rows) <= most) return kind;
    }
    return path_tile_kind::streamed;
  }
  if (shared_bytes(wanted, rows) > most) {
    throw std::invalid_argument("scenario_paths: a tile of " + std::to_string(rows) + " rows takes " +
                                std::to_string(shared_bytes(wanted, rows)) +
                                " bytes of shared memory; a block has " + std::to_string(most));
  }
  return wanted;
}

template <typename T>
void upload(T* there, const T* host, std::size_t count, stream_ref on) {
  if (count == 0) return;
  check(cudaMemcpyAsync(there, host, count * sizeof(T), cudaMemcpyHostToDevice, on.get()));
}
template <typename T>
void download(T* host, const T* there, std::size_t count, stream_ref on) {
  if (count == 0) return;
  check(cudaMemcpyAsync(host, there, count * sizeof(T), cudaMemcpyDeviceToHost, on.get()));
}

void check_plan(const path_plan_view& plan) {
  if (plan.cells() > 0 && (plan.row == nullptr || plan.scale == nullptr)) {
    throw std::invalid_argument("scenario_paths: no plan of " + std::to_string(plan.scenarios) +
                                " scenarios of " + std::to_string(plan.steps) + " steps");
  }
}

path_plan_view part_of(const path_plan_view& plan, std::size_t first, std::size_t count) {
  return {plan.row + first * plan.steps, plan.scale + first * plan.steps, count, plan.steps};
}

}  // namespace

class device_paths::memory {
 public:
  memory(const path_universe& universe, const std::uint32_t* head, device_ledger& ledger, path_tile_kind kind,
         std::size_t cells_at_a_time)
      : ledger_(&ledger),
        kind_(kind_for(kind, universe.rows)),
        cells_at_a_time_(cells_at_a_time),
        rows_(universe.rows),
        slots_(universe.layout->slots()),
        tiles_(make_path_tiles(*universe.layout, units_of(kind_))),
        slot_of_cell_(uploaded(tiles_.slot_of_cell, "slots of tiles")),
        shape_(uploaded(tiles_.shape, "shapes of tiles")),
        chunk_tiles_(uploaded(tiles_.chunk_tiles, "tiles of chunks")),
        class_chunks_(uploaded(tiles_.class_chunks, "chunks of classes")),
        start_(ledger, tiles_.slot_of_cell.size(), "start caps of tiles"),
        ret_(ledger, tiles_.slot_of_cell.size() * rows_, "returns of tiles") {
    if (head != nullptr) {
      head_start_host_.resize(head_slots);
      for (std::size_t n = 0; n < head_slots; ++n) {
        head_start_host_[n] = head[n] == no_path_slot ? 0.0F : universe.start[head[n]];
      }
      head_start_ = uploaded(head_start_host_, "start caps of the head");
      head_slot_ = device_buffer<std::uint32_t>(ledger, head_slots, "slots of the head");
      head_slot_.copy_from(head);
      head_ret_ = device_buffer<float>(ledger, head_slots * rows_, "returns of the head");
    }
    gather(universe.start, 1, slot_of_cell_, tiles_.cells(), start_);
    gather(universe.ret, rows_, slot_of_cell_, tiles_.cells(), ret_);
    if (head != nullptr) gather(universe.ret, rows_, head_slot_, head_slots, head_ret_);
  }

  path_tile_kind kind() const { return kind_; }

  void walk(const path_plan_view& plan, const float* threshold, const path_walk_result& result,
            path_walk_times* times) {
    check_plan(plan);
    if (plan.cells() == 0) return;
    if (result.class_sum == nullptr || (result.count == nullptr) != (threshold == nullptr)) {
      throw std::invalid_argument("scenario_paths: no memory for sums, or counts without thresholds");
    }
    const named_range range{"topheavy::scenario_paths::walk"};
    const bool squares = result.square_sum != nullptr, counts = threshold != nullptr;
    const std::size_t steps = plan.steps, classes = tiles_.classes();
    const path_packing one{1, steps};
    const std::size_t padded = one.groups() * path_group_steps;
    const std::size_t bytes = steps * (8 + 8 * classes) + padded * (8 + 4 * tiles_.tiles()) +
                              (squares ? steps * 8 + padded * 4 * tiles_.tiles() : 0) +
                              (counts ? steps * 8 + padded * 8 : 0);
    const std::size_t some = scenarios_at_a_time(plan, bytes);
    const path_packing most{some, steps};

    const device_buffer<std::uint32_t> row(*ledger_, some * steps, "plan rows");
    const device_buffer<float> scale(*ledger_, some * steps, "plan scales");
    const device_buffer<float> limit(*ledger_, counts ? some * steps : 0, "thresholds");
    const device_buffer<path_row_places> row_words(*ledger_, most.words(), "words of plan rows");
    const device_buffer<path_word> scale_words(*ledger_, most.words(), "words of plan scales");
    const device_buffer<path_word> limit_words(*ledger_, counts ? most.words() : 0, "words of thresholds");
    const std::size_t plane = tiles_.tiles() * most.words();
    const device_buffer<path_word> sums(*ledger_, plane, "sums of tiles");
    const device_buffer<path_word> square_sums(*ledger_, squares ? plane : 0, "sums of squares of tiles");
    const device_buffer<std::uint32_t> count_words(*ledger_, counts ? most.words() * path_group_steps : 0,
                                                   "words of counts");
    const device_buffer<double> class_sum(*ledger_, classes * some * steps, "sums of classes");
    const device_buffer<double> square_sum(*ledger_, squares ? some * steps : 0, "sums of squares");
    const device_buffer<std::uint32_t> count(*ledger_, counts ? some * steps : 0, "counts");

    const stream_ref on = ledger_->stream();
    const std::vector<event> at(times != nullptr ? 6 : 0);
    const auto mark = [&](std::size_t i) {
      if (times != nullptr) at[i].record(on);
    };
    for (std::size_t first = 0; first < plan.scenarios; first += some) {
      const path_plan_view part = part_of(plan, first, std::min(some, plan.scenarios - first));
      const path_packing packing{part.scenarios, steps};
      mark(0);
      upload(row.data(), part.row, part.cells(), on);
      upload(scale.data(), part.scale, part.cells(), on);
      if (counts) upload(limit.data(), threshold + first * steps, part.cells(), on);
      mark(1);
      const launch_shape by_word = thread_per_answer(packing.words());
      pack_kernel<<<by_word.grid, by_word.block, 0, on.get()>>>(
          packing, {row.data(), scale.data(), part.scenarios, steps}, limit.data(),
          {units_of(kind_) * path_unit_words * static_cast<std::uint32_t>(sizeof(path_word)),
           row_words.data(), scale_words.data(), limit_words.data()});
      check_launch();
      if (counts) {
        check(cudaMemsetAsync(count_words.data(), 0,
                              packing.words() * path_group_steps * sizeof(std::uint32_t), on.get()));
      }
      mark(2);
      walk_tiles({reinterpret_cast<const path_word*>(ret_.data()),
                  reinterpret_cast<const path_word*>(start_.data()), shape_.data(), tiles_.tiles(), rows_,
                  packing, row_words.data(), scale_words.data(), limit_words.data(), sums.data(),
                  square_sums.data(), count_words.data()});
      mark(3);
      combine_kernel<<<by_word.grid, by_word.block, 0, on.get()>>>(
          {sums.data(), square_sums.data(), count_words.data(), chunk_tiles_.data(), class_chunks_.data(),
           classes, packing, class_sum.data(), square_sum.data(), count.data()});
      check_launch();
      mark(4);
      const std::size_t width = part.cells() * sizeof(double);
      if (classes > 0) {
        check(cudaMemcpy2DAsync(result.class_sum + first * steps, plan.cells() * sizeof(double),
                                class_sum.data(), width, width, classes, cudaMemcpyDeviceToHost, on.get()));
      }
      if (squares) download(result.square_sum + first * steps, square_sum.data(), part.cells(), on);
      if (counts) download(result.count + first * steps, count.data(), part.cells(), on);
      mark(5);
      on.wait();  // the next slice's plan overwrites this one's
      if (times != nullptr) {
        times->upload += at[1].seconds_since(at[0]);
        times->pack += at[2].seconds_since(at[1]);
        times->tiles += at[3].seconds_since(at[2]);
        times->combine += at[4].seconds_since(at[3]);
        times->download += at[5].seconds_since(at[4]);
      }
    }
  }

  void walk_caps(const path_plan_view& plan, bool every_step, float* caps) {
    check_plan(plan);
    if (plan.cells() == 0 || slots_ == 0) return;
    const named_range range{"topheavy::scenario_paths::walk_caps"};
    const std::size_t rows_out = every_step ? plan.steps : 1;
    const std::size_t some = scenarios_at_a_time(plan, plan.steps * 8 + rows_out * slots_ * sizeof(float));
    const device_buffer<std::uint32_t> row(*ledger_, some * plan.steps, "plan rows");
    const device_buffer<float> scale(*ledger_, some * plan.steps, "plan scales");
    const device_buffer<float> there(*ledger_, some * rows_out * slots_, "caps of scenarios");
    const stream_ref on = ledger_->stream();
    for (std::size_t first = 0; first < plan.scenarios; first += some) {
      const path_plan_view part = part_of(plan, first, std::min(some, plan.scenarios - first));
      upload(row.data(), part.row, part.cells(), on);
      upload(scale.data(), part.scale, part.cells(), on);
      const std::size_t answers = part.scenarios * tiles_.slot_of_cell.size();
      const launch_shape shape = thread_per_answer(answers);
      walk_caps_kernel<<<shape.grid, shape.block, 0, on.get()>>>(
          {ret_.data(),
           start_.data(),
           slot_of_cell_.data(),
           tiles_.tiles(),
           rows_,
           tiles_.cells(),
           slots_,
           {row.data(), scale.data(), part.scenarios, part.steps},
           every_step,
           there.data()},
          answers);
      check_launch();
      download(caps + first * rows_out * slots_, there.data(), part.scenarios * rows_out * slots_, on);
      on.wait();
    }
  }

  void walk_head(const path_plan_view& plan, std::size_t k, float* threshold, double* sum, float* last_caps) {
    check_plan(plan);
    if (head_start_host_.empty()) throw std::invalid_argument("scenario_paths: made without a head");
    if (k < 1 || k > head_slots) {
      throw std::invalid_argument("scenario_paths: the " + std::to_string(k) + " largest of " +
                                  std::to_string(head_slots));
    }
    if (plan.cells() == 0) return;
    const named_range range{"topheavy::scenario_paths::walk_head"};
    const std::size_t some = scenarios_at_a_time(plan, plan.steps * 20 + head_slots * sizeof(float));
    const device_buffer<std::uint32_t> row(*ledger_, some * plan.steps, "plan rows");
    const device_buffer<float> scale(*ledger_, some * plan.steps, "plan scales");
    const device_buffer<float> limit(*ledger_, some * plan.steps, "thresholds");
    const device_buffer<double> sums(*ledger_, some * plan.steps, "sums of the largest");
    const device_buffer<float> last(*ledger_, last_caps != nullptr ? some * head_slots : 0,
                                    "caps of the head");
    const head_set leaders = head_leaders_at_start(head_start_host_.data(), k);
    const stream_ref on = ledger_->stream();
    for (std::size_t first = 0; first < plan.scenarios; first += some) {
      const path_plan_view part = part_of(plan, first, std::min(some, plan.scenarios - first));
      upload(row.data(), part.row, part.cells(), on);
      upload(scale.data(), part.scale, part.cells(), on);
      const launch_shape shape = thread_per_answer(part.scenarios * warp_threads);
      walk_head_kernel<<<shape.grid, shape.block, 0, on.get()>>>(
          {head_ret_.data(),
           head_start_.data(),
           {row.data(), scale.data(), part.scenarios, part.steps},
           k,
           limit.data(),
           sums.data(),
           last.data()},
          leaders);
      check_launch();
      download(threshold + first * plan.steps, limit.data(), part.cells(), on);
      download(sum + first * plan.steps, sums.data(), part.cells(), on);
      if (last_caps != nullptr) {
        download(last_caps + first * head_slots, last.data(), part.scenarios * head_slots, on);
      }
      on.wait();
    }
  }

 private:
  template <typename T>
  device_buffer<T> uploaded(const std::vector<T>& host, const std::string& label) const {
    device_buffer<T> there(*ledger_, host.size(), label);
    there.copy_from(host.data());
    return there;
  }

  // rows of ret [rows, slots] into [tiles, rows, cells], some rows at a time.
  void gather(const float* from, std::size_t rows, const device_buffer<std::uint32_t>& slot_of_cell,
              std::size_t cells, const device_buffer<float>& to) const {
    if (to.size() == 0) return;
    constexpr std::size_t staged = std::size_t{1} << 24;  // floats
    const std::size_t most = std::min(rows, std::max<std::size_t>(1, staged / slots_));
    const device_buffer<float> stage(*ledger_, most * slots_, "returns on their way");
    const stream_ref on = ledger_->stream();
    for (std::size_t first = 0; first < rows; first += most) {
      const std::size_t some = std::min(most, rows - first);
      upload(stage.data(), from + first * slots_, some * slots_, on);
      const std::size_t answers = slot_of_cell.size() * some;
      const launch_shape shape = thread_per_answer(answers);
      gather_kernel<<<shape.grid, shape.block, 0, on.get()>>>(
          {stage.data(), slots_, slot_of_cell.data(), cells, first, some, rows, to.data()}, answers);
      check_launch();
      on.wait();  // before the stage is overwritten
    }
  }

  void walk_tiles(const path_tile_walk& walk) const {
    if (walk.tiles == 0) return;
    const walk_kernel kernel = kernel_for(kind_, walk.squares != nullptr, walk.threshold != nullptr);
    const std::size_t bytes = shared_bytes(kind_, rows_);
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(bytes)));
    int blocks = 0;
    check(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, kernel, static_cast<int>(tuning::path_tiles),
                                                        bytes));
    const int resident = std::max(blocks, 1) * device_attribute(cudaDevAttrMultiProcessorCount);
    const launch_shape shape = block_per_answer(static_cast<std::size_t>(resident), tuning::path_tiles);
    kernel<<<shape.grid, shape.block, bytes, ledger_->stream().get()>>>(walk);
    check_launch();
  }

  // Whole strips that fit what is free, with something left for others; at least one, so that what does not fit ends in
  // the ledger's table.
  std::size_t scenarios_at_a_time(const path_plan_view& plan, std::size_t bytes_each) const {
    ledger_->stream().wait();  // what earlier walks held is given back
    std::size_t free = 0;
    std::size_t total = 0;
    check(cudaMemGetInfo(&free, &total));
    const std::size_t fit = free / 10 * 9 / bytes_each;
    const std::size_t strips = std::max<std::size_t>(1, std::min(fit, cells_at_a_time_ / plan.steps) / 32);
    return std::min(plan.scenarios, strips * 32);
  }

  device_ledger* ledger_;
  path_tile_kind kind_;
  std::size_t cells_at_a_time_, rows_, slots_;
  device_tile_layout tiles_;
  device_buffer<std::uint32_t> slot_of_cell_;
  device_buffer<path_tile_shape> shape_;
  device_buffer<std::uint32_t> chunk_tiles_, class_chunks_;
  device_buffer<float> start_, ret_;  // [tiles, cells], [tiles, rows, cells]
  std::vector<float> head_start_host_;
  device_buffer<float> head_start_, head_ret_;  // [128], [rows, 128]
  device_buffer<std::uint32_t> head_slot_;
};

device_paths::device_paths(const path_universe& universe, const std::uint32_t* head, device_ledger& ledger,
                           path_tile_kind kind, std::size_t cells_at_a_time)
    : memory_(std::make_unique<memory>(universe, head, ledger, kind, cells_at_a_time)) {}
device_paths::~device_paths() = default;

path_tile_kind device_paths::kind() const { return memory_->kind(); }

void device_paths::walk(const path_plan_view& plan, const float* threshold, const path_walk_result& result,
                        path_walk_times* times) {
  memory_->walk(plan, threshold, result, times);
}
void device_paths::walk_caps(const path_plan_view& plan, bool every_step, float* caps) {
  memory_->walk_caps(plan, every_step, caps);
}
void device_paths::walk_head(const path_plan_view& plan, std::size_t k, float* threshold, double* sum,
                             float* last_caps) {
  memory_->walk_head(plan, k, threshold, sum, last_caps);
}

}  // namespace topheavy
