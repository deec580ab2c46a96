// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_pass/path_tiles.h"

#include "kernels/scenario_figures/largest.h"
#include "kernels/scenario_pass/pass_setting.h"

#include <algorithm>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

// One step of no return tells the sums of the start.
std::vector<double> sums_of_start(const path_tiles& tiles) {
  const std::uint32_t row = 0;
  const float scale = 0.0F;
  const std::size_t stride = 1 + path_sum_padding;
  std::vector<float> sums(path_lanes * stride);
  std::vector<double> of_class(tiles.layout().classes());
  for (std::size_t k = 0; k < of_class.size(); ++k) {
    for (std::size_t c = tiles.layout().class_chunks[k]; c < tiles.layout().class_chunks[k + 1]; ++c) {
      tile_walk walk;
      walk.tile = tiles.tile(c);
      walk.plan = {&row, &scale, 1, 1};
      walk.sums = sums.data();
      walk.stride = stride;
      tiles.body().walk_tile(walk);
      of_class[k] += static_cast<double>(add_parts(sums.data(), stride, tiles.body().width, 0));
    }
  }
  return of_class;
}

}  // namespace

path_tiles::path_tiles(const path_universe& universe, const path_body& body)
    : body_(body),
      layout_(*universe.layout),
      rows_(universe.rows),
      start_(universe.start, universe.start + layout_.slots()),
      tile_ret_(rows_ * layout_.slots()),
      tile_start_(layout_.slots()),
      head_ret_(rows_ * head_slots),
      head_start_(head_slots) {
  using range = oneapi::tbb::blocked_range<std::size_t>;
  const std::size_t slots = layout_.slots(), width = body.width, parts = path_lanes / width;
  oneapi::tbb::parallel_for(range(0, layout_.chunks.size()), [&](const range& chunks) {
    for (std::size_t c = chunks.begin(); c < chunks.end(); ++c) {
      const path_chunk chunk = layout_.chunks[c];
      const std::size_t first = chunk.first_vector * path_lanes;
      float* ret = tile_ret_.data() + rows_ * first;
      float* cap = tile_start_.data() + first;
      for (std::size_t part = 0; part < parts; ++part) {
        const auto take = [&](const float* from, float*& to) {
          for (std::size_t v = 0; v < chunk.vectors; ++v, to += width) {
            std::copy_n(from + first + v * path_lanes + part * width, width, to);
          }
        };
        for (std::size_t row = 0; row < rows_; ++row) take(universe.ret + row * slots, ret);
        take(universe.start, cap);
      }
    }
  });

  std::vector<std::uint32_t> head;
  find_largest(universe.start, slots, head_slots, 0.0F, head);
  const auto take_head = [&](const float* from, float* to) {
    std::fill_n(to, head_slots, 0.0F);
    for (std::size_t i = 0; i < head.size(); ++i) to[i] = from[head[i]];
  };
  oneapi::tbb::parallel_for(range(0, rows_), [&](const range& rows) {
    for (std::size_t row = rows.begin(); row < rows.end(); ++row) {
      take_head(universe.ret + row * slots, head_ret_.data() + row * head_slots);
    }
  });
  take_head(universe.start, head_start_.data());
  class_start_ = sums_of_start(*this);
}

std::vector<double> class_sums_at_start(const path_universe& universe) {
  path_universe one_row = universe;
  one_row.rows = 1;
  return path_tiles(one_row, best_path_body()).class_start();
}

path_tile path_tiles::tile(std::size_t chunk) const {
  const path_chunk& c = layout_.chunks[chunk];
  const std::size_t first = c.first_vector * path_lanes;
  return {tile_ret_.data() + rows_ * first, tile_start_.data() + first, rows_, c.vectors};
}

}  // namespace topheavy
