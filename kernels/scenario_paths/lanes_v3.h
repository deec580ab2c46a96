// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <immintrin.h>

// x86-64-v3: 8 lanes in an AVX2 register. Only path_v3.cpp includes this. What the members mean: lanes_plain.h.
namespace topheavy {
namespace {

struct lanes {
  using vec = __m256;
  static constexpr std::size_t width = 8;

  static vec load(const float* p) { return _mm256_load_ps(p); }
  static void store(float* p, vec a) { _mm256_store_ps(p, a); }
  static vec all(float a) { return _mm256_set1_ps(a); }
  static vec add(vec a, vec b) { return _mm256_add_ps(a, b); }
  static vec multiply(vec a, vec b) { return _mm256_mul_ps(a, b); }
  static vec fused(vec a, vec b, vec c) { return _mm256_fmadd_ps(a, b, c); }
  static vec positive(vec a) { return _mm256_max_ps(a, _mm256_setzero_ps()); }
  static unsigned at_least(vec a, vec b) {
    return static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_GE_OQ)));
  }

  static vec quad_sums(vec a, vec b, vec c, vec d) {
    const vec ab = _mm256_add_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));  // xor 2
    const vec cd = _mm256_add_ps(_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
    const __m256d x = _mm256_castps_pd(ab), y = _mm256_castps_pd(cd);
    return _mm256_add_ps(_mm256_castpd_ps(_mm256_unpacklo_pd(x, y)),
                         _mm256_castpd_ps(_mm256_unpackhi_pd(x, y)));  // xor 1
  }
  static void row_sums(const vec* quad, float* sums) {
    _mm256_storeu_ps(sums, _mm256_add_ps(_mm256_permute2f128_ps(quad[0], quad[1], 0x20),
                                         _mm256_permute2f128_ps(quad[0], quad[1], 0x31)));  // xor 4
  }
};

}  // namespace
}  // namespace topheavy
