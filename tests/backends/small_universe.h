// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_pass/scenario_pass.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

// A small universe along scenarios, and its paths written down once more as the specification says them: one cap after
// the other, every sum in its order, no vectors and no tiles.
namespace topheavy {

struct small_universe {
  path_layout layout;
  std::vector<float> start, ret;
  std::size_t rows = 0;

  path_universe view() const { return {&layout, start.data(), ret.data(), rows}; }
};

// sizes [classes]: constituents. Caps spread over four orders of magnitude, returns of 3 % a day; a few beyond -100 %, and
// one that is not a number.
inline small_universe make_small_universe(const std::vector<std::size_t>& sizes, std::size_t rows,
                                          std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  small_universe u;
  u.layout = make_path_layout(sizes);
  u.rows = rows;
  u.start.assign(u.layout.slots(), 0.0F);
  u.ret.assign(rows * u.layout.slots(), 0.0F);
  double total = 0.0;
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    for (std::size_t i = 0; i < sizes[k]; ++i) {
      const std::size_t slot = u.layout.class_slots[k] + i;
      u.start[slot] = static_cast<float>(std::exp(4.0 * uniform() + 4.0 * uniform()));
      total += static_cast<double>(u.start[slot]);
      for (std::size_t row = 0; row < rows; ++row) {
        u.ret[row * u.layout.slots() + slot] = static_cast<float>(0.06 * (uniform() + uniform() - 1.0));
      }
    }
  }
  for (float& cap : u.start) cap = static_cast<float>(static_cast<double>(cap) * (0x1p20 / total));
  u.ret[3] = -1.7F;
  u.ret[u.layout.slots() + 2] = std::nanf("");
  return u;
}

// The caps [slots] after each step.
template <typename Use>
void walk_reference(const small_universe& u, const std::uint32_t* row, const float* scale, std::size_t steps,
                    Use use) {
  std::vector<float> cap = u.start;
  for (std::size_t step = 0; step < steps; ++step) {
    for (std::size_t n = 0; n < cap.size(); ++n) {
      const float growth = std::fma(scale[step], u.ret[row[step] * cap.size() + n], 1.0F);
      cap[n] = cap[n] * (growth > 0.0F ? growth : 0.0F);
    }
    use(step, cap);
  }
}

struct chunk_sums {
  float caps = 0.0F, squares = 0.0F;
};

inline chunk_sums sums_of_chunk(const path_chunk& chunk, const std::vector<float>& cap) {
  std::vector<float> sum(path_lanes), squares(path_lanes);
  for (std::size_t j = 0; j < path_lanes; ++j) {
    float v[8] = {}, chain[2] = {};
    for (std::size_t i = 0; i < chunk.vectors; ++i) v[i] = cap[(chunk.first_vector + i) * path_lanes + j];
    sum[j] = ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]));
    for (std::size_t half = 0; half < 2; ++half) {
      chain[half] = v[4 * half] * v[4 * half];
      for (std::size_t i = 1; i < 4; ++i)
        chain[half] = std::fma(v[4 * half + i], v[4 * half + i], chain[half]);
    }
    squares[j] = chain[0] + chain[1];
  }
  for (const std::size_t partner : {2, 1, 4, 8}) {
    std::vector<float> a(path_lanes), b(path_lanes);
    for (std::size_t j = 0; j < path_lanes; ++j) {
      a[j] = sum[j] + sum[j ^ partner];
      b[j] = squares[j] + squares[j ^ partner];
    }
    sum = a;
    squares = b;
  }
  return {sum[0], squares[0]};
}

}  // namespace topheavy
