// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <immintrin.h>

// x86-64-v4: all 16 lanes in one AVX-512 register. Only path_v4.cpp includes this. What the members mean: lanes_plain.h.
namespace topheavy {
namespace {

struct lanes {
  using vec = __m512;
  static constexpr std::size_t width = 16;

  static vec load(const float* p) { return _mm512_load_ps(p); }
  static void store(float* p, vec a) { _mm512_store_ps(p, a); }
  static vec all(float a) { return _mm512_set1_ps(a); }
  static vec add(vec a, vec b) { return _mm512_add_ps(a, b); }
  static vec multiply(vec a, vec b) { return _mm512_mul_ps(a, b); }
  static vec fused(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }
  static vec positive(vec a) { return _mm512_max_ps(a, _mm512_setzero_ps()); }
  static unsigned at_least(vec a, vec b) { return _mm512_cmp_ps_mask(a, b, _CMP_GE_OQ); }

  static vec quad_sums(vec a, vec b, vec c, vec d) {
    const vec ab = _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));  // xor 2
    const vec cd = _mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
    const __m512d x = _mm512_castps_pd(ab), y = _mm512_castps_pd(cd);
    return _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(x, y)),
                         _mm512_castpd_ps(_mm512_unpackhi_pd(x, y)));  // xor 1
  }
  static void row_sums(const vec* quad, float* sums) {
    const vec low = neighbours(quad[0], quad[1]), high = neighbours(quad[2], quad[3]);  // xor 4
    _mm512_storeu_ps(sums, neighbours(low, high));                                      // xor 8
  }

 private:
  // Each 128 bits of a and of b added to the next.
  static vec neighbours(vec a, vec b) {
    return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xdd));
  }
};

}  // namespace
}  // namespace topheavy
