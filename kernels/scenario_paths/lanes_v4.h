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
  static vec larger(vec a, vec b) { return _mm512_max_ps(a, b); }
  static unsigned at_least(vec a, vec b) { return _mm512_cmp_ps_mask(a, b, _CMP_GE_OQ); }

  static void row_sums(const float* rows, float* sums) {
    __m512 pair[8];
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
      const __m512 x = load(rows + 32 * i), y = load(rows + 32 * i + 16);
      pair[i] = _mm512_add_ps(_mm512_unpacklo_ps(x, y), _mm512_unpackhi_ps(x, y));  // xor 2
    }
    __m512 quad[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      const __m512d x = _mm512_castps_pd(pair[2 * i]), y = _mm512_castps_pd(pair[2 * i + 1]);
      quad[i] = _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(x, y)),
                              _mm512_castpd_ps(_mm512_unpackhi_pd(x, y)));  // xor 1
    }
    __m512 octet[2];
#pragma GCC unroll 2
    for (int i = 0; i < 2; ++i) {
      octet[i] = _mm512_add_ps(_mm512_shuffle_f32x4(quad[2 * i], quad[2 * i + 1], 0x88),
                               _mm512_shuffle_f32x4(quad[2 * i], quad[2 * i + 1], 0xdd));  // xor 4
    }
    _mm512_storeu_ps(sums, _mm512_add_ps(_mm512_shuffle_f32x4(octet[0], octet[1], 0x88),
                                         _mm512_shuffle_f32x4(octet[0], octet[1], 0xdd)));  // xor 8
  }
};

}  // namespace
}  // namespace topheavy
