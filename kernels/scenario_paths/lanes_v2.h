// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <immintrin.h>

// x86-64-v2: 4 lanes in an SSE register, and no instruction for a fused product. Only path_v2.cpp includes this. What the
// members mean: lanes_plain.h.
namespace topheavy {
namespace {

struct lanes {
  using vec = __m128;
  static constexpr std::size_t width = 4;

  static vec load(const float* p) { return _mm_load_ps(p); }
  static void store(float* p, vec a) { _mm_store_ps(p, a); }
  static vec all(float a) { return _mm_set1_ps(a); }
  static vec add(vec a, vec b) { return _mm_add_ps(a, b); }
  static vec multiply(vec a, vec b) { return _mm_mul_ps(a, b); }
  static vec positive(vec a) { return _mm_max_ps(a, _mm_setzero_ps()); }
  static unsigned at_least(vec a, vec b) {
    return static_cast<unsigned>(_mm_movemask_ps(_mm_cmpge_ps(a, b)));
  }

  // The product of two float32 is exact in float64. Rounded to odd there (Boldo and Melquiond, "Emulation of FMA and
  // correctly rounded sums", 2008), the sum still rounds to the right float32.
  static vec fused(vec a, vec b, vec c) {
    const __m128d low = sum_to_odd(_mm_cvtps_pd(a), _mm_cvtps_pd(b), _mm_cvtps_pd(c));
    const __m128d high = sum_to_odd(_mm_cvtps_pd(_mm_movehl_ps(a, a)), _mm_cvtps_pd(_mm_movehl_ps(b, b)),
                                    _mm_cvtps_pd(_mm_movehl_ps(c, c)));
    return _mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high));
  }

  static vec quad_sums(vec a, vec b, vec c, vec d) {
    const vec ab = _mm_add_ps(_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));  // xor 2
    const vec cd = _mm_add_ps(_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
    const __m128d x = _mm_castps_pd(ab), y = _mm_castps_pd(cd);
    return _mm_add_ps(_mm_castpd_ps(_mm_unpacklo_pd(x, y)), _mm_castpd_ps(_mm_unpackhi_pd(x, y)));  // xor 1
  }
  static void row_sums(const vec* quad, float* sums) { _mm_storeu_ps(sums, quad[0]); }

 private:
  static __m128d sum_to_odd(__m128d a, __m128d b, __m128d c) {
    const __m128d product = _mm_mul_pd(a, b);
    const __m128d sum = _mm_add_pd(product, c);
    const __m128d c_part = _mm_sub_pd(sum, product);
    const __m128d error =
        _mm_add_pd(_mm_sub_pd(product, _mm_sub_pd(sum, c_part)), _mm_sub_pd(c, c_part));  // Knuth
    const __m128i bits = _mm_castpd_si128(sum), one = _mm_set1_epi64x(1);
    const __m128i even = _mm_cmpeq_epi64(_mm_and_si128(bits, one), _mm_setzero_si128());
    // NaN where something is infinite: nothing to correct.
    const __m128d inexact = _mm_and_pd(_mm_cmpneq_pd(error, _mm_setzero_pd()), _mm_cmpord_pd(error, error));
    const __m128i inward = _mm_srli_epi64(_mm_xor_si128(bits, _mm_castpd_si128(error)), 63);
    const __m128i step = _mm_sub_epi64(one, _mm_slli_epi64(inward, 1));  // to the other neighbour
    const __m128i change = _mm_and_si128(step, _mm_and_si128(even, _mm_castpd_si128(inexact)));
    return _mm_castsi128_pd(_mm_add_epi64(bits, change));
  }
};

}  // namespace
}  // namespace topheavy
