// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/philox.h"
#include "kernels/scenario_pass/path_tiles.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

// A made-up universe and plan of the path engine, and the answers of the CPU bodies: for tests and benchmarks of others.
namespace topheavy {

struct made_up_paths {
  path_layout layout;
  std::vector<float> start;  // [slots]
  std::vector<float> ret;    // [rows, slots]
  std::size_t rows = 0;
  std::vector<std::uint32_t> row;  // [scenarios, steps]
  std::vector<float> scale;
  std::size_t scenarios = 0, steps = 0;

  path_universe universe() const { return {&layout, start.data(), ret.data(), rows}; }
  path_plan_view plan() const { return {row.data(), scale.data(), scenarios, steps}; }
};

// sizes: constituents of each class. Caps over 20 powers of two, the larger ones first within a class; returns of both
// signs, a few of which take everything or more.
inline made_up_paths make_paths(const std::vector<std::size_t>& sizes, std::size_t rows,
                                std::size_t scenarios, std::size_t steps) {
  const auto uniform_of = [](std::uint64_t a, std::uint32_t b, std::uint32_t stream) {
    return uniform_from(random_words(9, a, b, stream).word[0]);
  };
  made_up_paths made;
  made.layout = make_path_layout(sizes);
  made.rows = rows;
  made.scenarios = scenarios;
  made.steps = steps;
  const std::size_t slots = made.layout.slots();
  made.start.assign(slots, 0.0F);
  made.ret.assign(rows * slots, 0.0F);
  for (std::size_t c = 0; c < sizes.size(); ++c) {
    for (std::size_t n = 0; n < sizes[c]; ++n) {
      const std::size_t slot = made.layout.class_slots[c] + n;
      made.start[slot] = static_cast<float>(0x1p16 * std::exp2(-20.0 * uniform_of(slot, 0, 10)));
      for (std::size_t r = 0; r < rows; ++r) {
        const double u = uniform_of(slot, static_cast<std::uint32_t>(r), 11);
        made.ret[r * slots + slot] = static_cast<float>(u < 0.001 ? -1.0 - u : 0.1 * (u - 0.48));
      }
    }
    std::sort(made.start.begin() + made.layout.class_slots[c],
              made.start.begin() + made.layout.class_slots[c] + static_cast<std::ptrdiff_t>(sizes[c]),
              std::greater<>());
  }
  for (std::size_t i = 0; i < scenarios * steps; ++i) {
    made.row.push_back(integer_below(static_cast<std::uint32_t>(rows), random_words(9, i, 0, 12).word[0]));
    made.scale.push_back(static_cast<float>(0.25 + 3.75 * uniform_of(i, 1, 12)));
  }
  return made;
}

// The 128 largest slots in the order of the layout, `none` where there are fewer.
inline std::vector<std::uint32_t> head_of(const made_up_paths& paths, std::uint32_t none) {
  std::vector<std::uint32_t> slot(paths.layout.slots());
  for (std::size_t n = 0; n < slot.size(); ++n) slot[n] = static_cast<std::uint32_t>(n);
  std::stable_sort(slot.begin(), slot.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return paths.start[a] > paths.start[b]; });
  if (slot.size() > head_slots) slot.resize(head_slots);
  std::sort(slot.begin(), slot.end());
  slot.resize(head_slots, none);
  return slot;
}

struct path_answers {
  std::vector<double> class_sum;     // [classes, scenarios, steps]
  std::vector<double> square_sum;    // [scenarios, steps]
  std::vector<std::uint32_t> count;  // [scenarios, steps]
  std::vector<float> caps;           // [scenarios, steps, slots]
};

// threshold [scenarios, steps]. Caps only where asked for.
inline path_answers cpu_paths(const path_body& body, const made_up_paths& paths,
                              const std::vector<float>& threshold, bool with_caps) {
  const path_tiles tiles(paths.universe(), body);
  const path_layout& layout = paths.layout;
  const path_plan_view plan = paths.plan();
  const std::size_t cells = plan.cells(), stride = cells + path_sum_padding, slots = layout.slots();
  const std::size_t parts = path_lanes / body.width;
  path_answers answers;
  answers.class_sum.assign(layout.classes() * cells, 0.0);
  answers.square_sum.assign(cells, 0.0);
  answers.count.assign(cells, 0);
  if (with_caps) answers.caps.assign(cells * slots, 0.0F);
  for (std::size_t c = 0; c < layout.classes(); ++c) {
    for (std::size_t k = layout.class_chunks[c]; k < layout.class_chunks[c + 1]; ++k) {
      const path_chunk& chunk = layout.chunks[k];
      std::vector<float> sums(parts * stride), squares(parts * stride);
      std::vector<std::uint16_t> count(cells, 0);
      const path_tile tile = tiles.tile(k);
      tile_walk walk;
      walk.tile = tile;
      walk.plan = plan;
      walk.sums = sums.data();
      walk.squares = squares.data();
      walk.stride = stride;
      walk.threshold = threshold.data();
      walk.count = count.data();
      body.walk_tile(walk);
      for (std::size_t i = 0; i < cells; ++i) {
        answers.class_sum[c * cells + i] +=
            static_cast<double>(add_parts(sums.data(), stride, body.width, i));
        answers.square_sum[i] += static_cast<double>(add_parts(squares.data(), stride, body.width, i));
        answers.count[i] += count[i];
      }
      if (with_caps) {
        const std::size_t width = chunk.vectors * path_lanes;
        const aligned_floats caps(cells * width);
        body.walk_caps({tile, plan, caps.data(), true});
        for (std::size_t i = 0; i < cells; ++i) {
          std::copy_n(caps.data() + i * width, width,
                      answers.caps.begin() +
                          static_cast<std::ptrdiff_t>(i * slots + chunk.first_vector * path_lanes));
        }
      }
    }
  }
  return answers;
}

}  // namespace topheavy
