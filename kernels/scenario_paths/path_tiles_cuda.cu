// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// cap[n] = cap[n] max(fma(scale, R[row, n], 1), 0) along plans, and the sums of path_layout.h after every step
// specification, section 7
//   ret        [tiles, rows, 32 or 16] float32, the layout of path_tiles_core.h; start [tiles, 32 or 16]
//   plan       [strips, groups, 32] words of four steps: where the row is, scale
//   sums       [tiles, words] float32 of four steps
// Traffic of the walk: a tile is read once by each block that walks it, the plan (8 bytes a step) once for each tile,
// from the second-level cache; 4 bytes are written for each tile, scenario and step.
#include "kernels/device/block.cuh"
#include "kernels/device/check.h"
#include "kernels/scenario_paths/path_tiles_cuda.h"

#include <algorithm>
#include <stdexcept>
#include <string>

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

template <unsigned units, bool streamed, at_steps squares, at_steps counts>
__global__ void __launch_bounds__(tuning::path_tiles, 1) walk_tiles_kernel(path_tile_walk walk) {
  extern __shared__ path_word shared[];
  if constexpr (streamed) {
    walk_tiles_streamed<units, squares, counts>(device_block{}, walk, blockIdx.x, gridDim.x);
  } else {
    walk_tiles_block<units, squares, counts>(device_block{}, walk, blockIdx.x, gridDim.x, shared);
  }
}

using walk_kernel = void (*)(path_tile_walk);

template <unsigned units, bool streamed>
walk_kernel kernel_for(at_steps squares, at_steps counts) {
  using enum at_steps;
  if (squares == none) return walk_tiles_kernel<units, streamed, none, none>;
  if (squares == last) {
    return counts == last ? walk_tiles_kernel<units, streamed, last, last>
                          : walk_tiles_kernel<units, streamed, last, every>;
  }
  return counts == last ? walk_tiles_kernel<units, streamed, every, last>
                        : walk_tiles_kernel<units, streamed, every, every>;
}

walk_kernel kernel_for(path_tile_kind kind, at_steps squares, at_steps counts) {
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

// Of a block, for a tile of all rows.
std::size_t shared_bytes(path_tile_kind kind, std::size_t rows) {
  if (kind == path_tile_kind::streamed) return 0;
  return rows * units_of(kind) * path_unit_words * sizeof(path_word);
}

}  // namespace

path_tile_kind tile_kind_for(path_tile_kind wanted, std::size_t rows) {
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

void walk_tiles_cuda(path_tile_kind kind, const path_tile_walk& walk, stream_ref stream) {
  if (walk.tiles == 0 || walk.packing.words() == 0) return;
  const at_steps squares = walk.squares_asked(), counts = walk.counts_asked();
  if ((squares == at_steps::none) != (counts == at_steps::none)) {
    throw std::invalid_argument("scenario_paths: squares and counts are asked for together");
  }
  const walk_kernel kernel = kernel_for(kind, squares, counts);
  const std::size_t bytes = shared_bytes(kind, walk.rows);
  check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(bytes)));
  int blocks = 0;
  check(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, kernel, static_cast<int>(tuning::path_tiles),
                                                      bytes));
  const int resident = std::max(blocks, 1) * device_attribute(cudaDevAttrMultiProcessorCount);
  const launch_shape shape = block_per_answer(static_cast<std::size_t>(resident), tuning::path_tiles);
  kernel<<<shape.grid, shape.block, bytes, stream.get()>>>(walk);
  check_launch();
}

}  // namespace topheavy
