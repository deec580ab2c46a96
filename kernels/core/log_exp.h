// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

// log and exp with the same bits on every machine: the mathematical library of each system rounds its own
// way, these use nothing but operations that IEEE 754 rounds correctly. Errors stay below 1 ulp
// (tests/known_answers).
namespace topheavy {

namespace log_exp_detail {
// ln 2 in two parts. The high one ends in 20 zero bits, so that k * ln2_high is exact for |k| < 2^20.
inline constexpr double ln2_high = 0x1.62e42feep-1;
inline constexpr double ln2_low = 0x1.a39ef35793c76p-33;
// Constants here and not calls below: nvcc keeps the functions of numeric_limits on the host.
inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
inline constexpr double smallest_normal = std::numeric_limits<double>::min();

TOPHEAVY_HD inline std::uint64_t bits_of(double x) {
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
TOPHEAVY_HD inline double from_bits(std::uint64_t bits) {
  double x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}
// 2^k for k in [-1022, 1023].
TOPHEAVY_HD inline double power_of_two(int k) {
  return from_bits(static_cast<std::uint64_t>(k + 1023) << 52);
}
}  // namespace log_exp_detail

// Natural logarithm. -inf at 0, NaN below 0.
TOPHEAVY_HD inline double portable_log(double x) {
  using namespace log_exp_detail;
  if (!(x > 0.0)) return x == 0.0 ? -infinity : not_a_number;
  if (x == infinity) return x;
  int k = 0;
  if (x < smallest_normal) {  // subnormal
    x *= 0x1p54;
    k = -54;
  }
  // x = 2^k (1 + f), 1 + f in [sqrt(1/2), sqrt(2)).
  const std::uint64_t shifted = bits_of(x) + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu);
  k += static_cast<int>(shifted >> 52) - 1023;
  const double f = from_bits((shifted & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu) - 1.0;
  // log(1 + f) = 2 atanh(s) = 2 s + s R(s^2), s = f/(2 + f), R = 2/3 s^2 + 2/5 s^4 + ...; written with f -
  // f^2/2 in front, so that the rounding of s touches only a small term. |s| <= 0.1716: the 11th term is
  // below 2^-58 of the sum.
  const double s = f / (2.0 + f);
  const double z = s * s;
  double r = 2.0 / 23.0;
  for (int n = 21; n >= 3; n -= 2) r = std::fma(r, z, 2.0 / n);
  r *= z;
  const double half_square = 0.5 * f * f;
  const double kd = k;
  return std::fma(kd, ln2_high, -((half_square - std::fma(s, half_square + r, kd * ln2_low)) - f));
}

// Natural logarithm of a normal, positive, finite number, for loops over many: without a branch, and without
// fma, which machines below x86-64-v3 have only as a function; compilers make vector code of it. The method is
// that of portable_log, with s^2 and k ln 2 rounded apart. Anything else than such a number gives garbage.
TOPHEAVY_HD inline double log_of_normal(double x) {
  using namespace log_exp_detail;
  const std::uint64_t shifted = bits_of(x) + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu);
  // 2^52 + biased exponent, made from its bits: vector units convert no 64-bit integers before AVX-512.
  const double k = from_bits(0x4330000000000000u | (shifted >> 52)) - (0x1p52 + 1023.0);
  const double f = from_bits((shifted & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu) - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  double r = 2.0 / 21.0 + z * (2.0 / 23.0);
  r = 2.0 / 19.0 + z * r;
  r = 2.0 / 17.0 + z * r;
  r = 2.0 / 15.0 + z * r;
  r = 2.0 / 13.0 + z * r;
  r = 2.0 / 11.0 + z * r;
  r = 2.0 / 9.0 + z * r;
  r = 2.0 / 7.0 + z * r;
  r = 2.0 / 5.0 + z * r;
  r = z * (2.0 / 3.0 + z * r);
  const double half_square = 0.5 * f * f;
  return k * ln2_high - ((half_square - (s * (half_square + r) + k * ln2_low)) - f);
}

// e to the x. 0 and inf beyond the range of double, gradual underflow in between.
TOPHEAVY_HD inline double portable_exp(double x) {
  using namespace log_exp_detail;
  if (x != x) return x;
  if (x > 709.79) return infinity;
  if (x < -745.14) return 0.0;
  // x = k ln 2 + r, |r| <= 0.347; `rest` is what the rounding of r lost.
  const double kd = std::floor(std::fma(x, 0x1.71547652b82fep+0, 0.5));
  const double high = std::fma(-kd, ln2_high, x);
  const double low = kd * ln2_low;
  const double r = high - low;
  const double rest = (high - r) - low;
  // Taylor to r^13 / 13!; the next term is below 2^-57.
  double p = 1.0 / 6227020800.0;
  p = std::fma(p, r, 1.0 / 479001600.0);
  p = std::fma(p, r, 1.0 / 39916800.0);
  p = std::fma(p, r, 1.0 / 3628800.0);
  p = std::fma(p, r, 1.0 / 362880.0);
  p = std::fma(p, r, 1.0 / 40320.0);
  p = std::fma(p, r, 1.0 / 5040.0);
  p = std::fma(p, r, 1.0 / 720.0);
  p = std::fma(p, r, 1.0 / 120.0);
  p = std::fma(p, r, 1.0 / 24.0);
  p = std::fma(p, r, 1.0 / 6.0);
  p = std::fma(p, r, 0.5);
  const double value = 1.0 + (r + std::fma(p, r * r, rest));
  // 2^k in two factors: k may be 1024 or below -1022.
  const int k = static_cast<int>(kd);
  const int half = k / 2;
  return value * power_of_two(half) * power_of_two(k - half);
}

}  // namespace topheavy
