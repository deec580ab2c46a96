// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/path_walk.h"

#include <algorithm>
#include <limits>
#include <new>

#include <oneapi/tbb/parallel_for.h>

namespace topheavy::bench {
namespace {

constexpr std::size_t scenarios_at_once = 1024;
constexpr std::align_val_t line{64};

}  // namespace

void path_walk::release::operator()(float* p) const { ::operator delete[](p, line); }
path_walk::aligned path_walk::allocate(std::size_t count) { return aligned(new (line) float[count]()); }

path_walk::path_walk(const made_up_paths& paths, const path_body& body)
    : body_(body), rows_(paths.sizes().days), chunks_(paths.layout().chunks) {
  const std::size_t slots = paths.layout().slots();
  ret_ = allocate(rows_ * slots);
  start_ = allocate(slots);
  float* to = ret_.get();
  float* start = start_.get();
  for (const path_chunk& chunk : chunks_) {
    first_.push_back(static_cast<std::size_t>(to - ret_.get()));
    const float* const from = paths.ret().data() + chunk.first_vector * path_lanes;
    const float* const caps = paths.start().data() + chunk.first_vector * path_lanes;
    for (std::size_t part = 0; part < path_lanes; part += body.width) {
      for (std::size_t v = 0; v < chunk.vectors; ++v) {
        start = std::copy_n(caps + v * path_lanes + part, body.width, start);
      }
      for (std::size_t row = 0; row < rows_; ++row) {
        for (std::size_t v = 0; v < chunk.vectors; ++v) {
          to = std::copy_n(from + row * slots + v * path_lanes + part, body.width, to);
        }
      }
    }
  }
}

std::vector<float> path_walk::run(const std::uint32_t* row, const float* scale, std::size_t scenarios,
                                  std::size_t steps, bool squares) const {
  const std::size_t blocks = (scenarios + scenarios_at_once - 1) / scenarios_at_once;
  std::vector<float> seen;
  oneapi::tbb::parallel_for(std::size_t{0}, blocks, [&](std::size_t block) {
    const std::size_t first = block * scenarios_at_once;
    const std::size_t here = std::min(scenarios_at_once, scenarios - first);
    const std::size_t parts = path_lanes / body_.width;
    const std::size_t stride = here * steps + path_sum_padding;
    std::vector<float> sums(parts * stride), of_squares(squares ? parts * stride : 0);
    tile_walk walk;
    walk.plan = {row + first * steps, scale + first * steps, here, steps};
    walk.sums = sums.data();
    walk.stride = stride;
    // With squares a walk counts the caps that reach a threshold as well, at the end at least: none does.
    const std::vector<float> threshold(squares ? here : 0, std::numeric_limits<float>::infinity());
    std::vector<std::uint16_t> count(threshold.size());
    if (squares) {
      walk.squares = of_squares.data();
      walk.end_threshold = threshold.data();
      walk.end_count = count.data();
    }
    for (std::size_t c = 0; c < chunks_.size(); ++c) {
      walk.tile = {ret_.get() + first_[c], start_.get() + chunks_[c].first_vector * path_lanes, rows_,
                   chunks_[c].vectors};
      body_.walk_tile(walk);
    }
    if (block + 1 < blocks) return;
    for (std::size_t i = 0; i < here * steps; ++i) {
      seen.push_back(add_parts(sums.data(), stride, body_.width, i));
      if (squares) seen.push_back(add_parts(of_squares.data(), stride, body_.width, i));
    }
  });
  return seen;
}

}  // namespace topheavy::bench
