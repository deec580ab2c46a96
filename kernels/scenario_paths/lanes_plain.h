// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>

// Lanes for any compiler and processor, and what the members of every `lanes` mean. Only path_plain.cpp includes this.
namespace topheavy {
namespace {

struct lanes {
  static constexpr std::size_t width = 4;  // lanes of a vector: a part of the 16 that is a whole subtree
  struct vec {
    float lane[width];
  };

  // p: aligned to the width.
  static vec load(const float* p) {
    return each([&](std::size_t j) { return p[j]; });
  }
  static void store(float* p, vec a) {
    for (std::size_t j = 0; j < width; ++j) p[j] = a.lane[j];
  }
  static vec all(float a) {
    return each([&](std::size_t) { return a; });
  }
  static vec add(vec a, vec b) {
    return each([&](std::size_t j) { return a.lane[j] + b.lane[j]; });
  }
  static vec multiply(vec a, vec b) {
    return each([&](std::size_t j) { return a.lane[j] * b.lane[j]; });
  }
  // a b + c, rounded once.
  static vec fused(vec a, vec b, vec c) {
    return each([&](std::size_t j) { return std::fma(a.lane[j], b.lane[j], c.lane[j]); });
  }
  // a where above 0, else +0; so NaN gives +0.
  static vec positive(vec a) {
    return each([&](std::size_t j) { return a.lane[j] > 0.0F ? a.lane[j] : 0.0F; });
  }
  // The larger one; b where one of them is NaN.
  static vec larger(vec a, vec b) {
    return each([&](std::size_t j) { return a.lane[j] > b.lane[j] ? a.lane[j] : b.lane[j]; });
  }
  // Bit j: lane j of a >= that of b.
  static unsigned at_least(vec a, vec b) {
    unsigned bits = 0;
    for (std::size_t j = 0; j < width; ++j) bits |= static_cast<unsigned>(a.lane[j] >= b.lane[j]) << j;
    return bits;
  }
  // sums [width]: of the lanes of each of `width` vectors, in the order of path_layout.h as far as the width goes.
  static void row_sums(const float* rows, float* sums) {
    for (std::size_t i = 0; i < width; ++i) {
      const float* row = rows + i * width;
      sums[i] = (row[0] + row[2]) + (row[1] + row[3]);
    }
  }

 private:
  template <typename Lane>
  static vec each(Lane lane) {
    vec result;
    for (std::size_t j = 0; j < width; ++j) result.lane[j] = lane(j);
    return result;
  }
};

}  // namespace
}  // namespace topheavy
