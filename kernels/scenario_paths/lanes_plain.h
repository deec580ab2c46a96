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
  // Bit j: lane j of a >= that of b.
  static unsigned at_least(vec a, vec b) {
    unsigned bits = 0;
    for (std::size_t j = 0; j < width; ++j) bits |= static_cast<unsigned>(a.lane[j] >= b.lane[j]) << j;
    return bits;
  }
  // The lanes of four vectors, added up quad by quad in the order of path_layout.h: of each quad, lane i is the sum of
  // its lanes in vector i.
  static vec quad_sums(vec a, vec b, vec c, vec d) {
    const vec* const row[width] = {&a, &b, &c, &d};
    return each([&](std::size_t i) {
      const float* const lane = row[i]->lane;
      return (lane[0] + lane[2]) + (lane[1] + lane[3]);
    });
  }
  // sums [width]: of the lanes of each of `width` vectors, as far as the width goes, from their quad sums, four by four.
  static void row_sums(const vec* quad, float* sums) {
    for (std::size_t i = 0; i < width; ++i) sums[i] = quad[0].lane[i];
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
