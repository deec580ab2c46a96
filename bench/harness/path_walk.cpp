// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/path_walk.h"

#include <algorithm>
#include <limits>

#include <oneapi/tbb/parallel_for.h>

namespace topheavy::bench {
namespace {

constexpr std::size_t scenarios_at_once = 1024;

}  // namespace

path_walk::path_walk(const made_up_paths& paths, const path_body& body)
    : tiles_({&paths.layout(), paths.start().data(), paths.ret().data(), paths.sizes().days}, body) {}

std::vector<float> path_walk::run(const std::uint32_t* row, const float* scale, std::size_t scenarios,
                                  std::size_t steps, bool squares) const {
  const std::size_t blocks = (scenarios + scenarios_at_once - 1) / scenarios_at_once;
  std::vector<float> seen;
  oneapi::tbb::parallel_for(std::size_t{0}, blocks, [&](std::size_t block) {
    const std::size_t first = block * scenarios_at_once;
    const std::size_t here = std::min(scenarios_at_once, scenarios - first);
    const std::size_t parts = path_lanes / tiles_.body().width;
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
    for (std::size_t c = 0; c < tiles_.layout().chunks.size(); ++c) {
      walk.tile = tiles_.tile(c);
      tiles_.body().walk_tile(walk);
    }
    if (block + 1 < blocks) return;
    for (std::size_t i = 0; i < here * steps; ++i) {
      seen.push_back(add_parts(sums.data(), stride, tiles_.body().width, i));
      if (squares) seen.push_back(add_parts(of_squares.data(), stride, tiles_.body().width, i));
    }
  });
  return seen;
}

}  // namespace topheavy::bench
