// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/core/log_exp.h"

#include "kernels/core/philox.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace topheavy {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t samples = 300000;

double uniform(std::uint64_t i, std::uint32_t stream) {
  const random_block b = random_words(20260430, i, 0, stream);
  return uniform_from(b.word[0], b.word[1]);
}

// Distance of `got` from the long double `exact` in units in the last place of the result.
double ulps(double got, long double exact) {
  const double nearest = std::fabs(static_cast<double>(exact));
  const double unit = std::nextafter(nearest, infinity) - nearest;
  return static_cast<double>(std::fabs(static_cast<long double>(got) - exact) /
                             static_cast<long double>(unit));
}

// Values to 40 digits by mpmath, rounded. Any machine and compiler must give these very bits.
TEST(portable_log, has_these_bits) {
  EXPECT_EQ(portable_log(1.0), 0.0);
  EXPECT_EQ(portable_log(2.0), 0x1.62e42fefa39efp-1);
  EXPECT_EQ(portable_log(0.1), -0x1.26bb1bbb55515p+1);
  EXPECT_EQ(portable_log(10.0), 0x1.26bb1bbb55516p+1);
  EXPECT_EQ(portable_log(0.999999), -0x1.0c6f82d74d230p-20);
  EXPECT_EQ(portable_log(1.4142135623730951), 0x1.62e42fefa39f0p-2);
  EXPECT_EQ(portable_log(1e-310), -0x1.64e69394d9508p+9);  // subnormal
}

TEST(portable_log, answers_at_the_ends) {
  EXPECT_EQ(portable_log(0.0), -infinity);
  EXPECT_EQ(portable_log(-0.0), -infinity);
  EXPECT_EQ(portable_log(infinity), infinity);
  EXPECT_TRUE(std::isnan(portable_log(-1.0)));
  EXPECT_TRUE(std::isnan(portable_log(not_a_number)));
}

// Loops of concentration take this one; the same values but for what is no normal number.
TEST(log_of_normal, has_these_bits) {
  EXPECT_EQ(log_of_normal(1.0), 0.0);
  EXPECT_EQ(log_of_normal(2.0), 0x1.62e42fefa39efp-1);
  EXPECT_EQ(log_of_normal(0.1), -0x1.26bb1bbb55515p+1);
  EXPECT_EQ(log_of_normal(10.0), 0x1.26bb1bbb55516p+1);
  EXPECT_EQ(log_of_normal(0.999999), -0x1.0c6f82d74d230p-20);
  EXPECT_EQ(log_of_normal(0x1p-1022), -0x1.6232bdd7abcd2p+9);
  EXPECT_EQ(log_of_normal(0x1.fffffffffffffp+1023), 0x1.62e42fefa39efp+9);
}

TEST(log_of_normal, is_within_one_ulp_of_the_library) {
  double worst = 0.0;
  for (std::uint64_t i = 0; i < samples; ++i) {
    const double near_one = 0.5 + 1.5 * uniform(i, 0);
    const double wide = std::ldexp(1.0 + uniform(i, 1), static_cast<int>(2000.0 * uniform(i, 2)) - 1000);
    for (const double x : {near_one, wide}) {
      worst = std::max(worst, ulps(log_of_normal(x), std::log(static_cast<long double>(x))));
    }
  }
  EXPECT_LT(worst, 1.0);
}

TEST(portable_log, is_within_one_ulp_of_the_library) {
  double worst = 0.0;
  for (std::uint64_t i = 0; i < samples; ++i) {
    const double near_one = 0.5 + 1.5 * uniform(i, 0);
    const double wide = std::ldexp(1.0 + uniform(i, 1), static_cast<int>(2000.0 * uniform(i, 2)) - 1000);
    for (const double x : {near_one, wide}) {
      worst = std::max(worst, ulps(portable_log(x), std::log(static_cast<long double>(x))));
    }
  }
  EXPECT_LT(worst, 1.0);
}

TEST(portable_exp, has_these_bits) {
  EXPECT_EQ(portable_exp(0.0), 1.0);
  EXPECT_EQ(portable_exp(1.0), 0x1.5bf0a8b145769p+1);
  EXPECT_EQ(portable_exp(0.1), 0x1.1aec7b35a00d4p+0);
  EXPECT_EQ(portable_exp(-0.3), 0x1.7b4c869c37c05p-1);
  EXPECT_EQ(portable_exp(100.0), 0x1.3494a9b171bf5p+144);
  EXPECT_EQ(portable_exp(-700.5), 0x1.4ff475c68ca02p-1011);
  EXPECT_EQ(portable_exp(709.7), 0x1.d75ae7a50ee14p+1023);
  EXPECT_EQ(portable_exp(-740.0), 0x0.0000000000055p-1022);  // subnormal
}

TEST(portable_exp, answers_at_the_ends) {
  EXPECT_EQ(portable_exp(infinity), infinity);
  EXPECT_EQ(portable_exp(710.0), infinity);
  EXPECT_EQ(portable_exp(-infinity), 0.0);
  EXPECT_EQ(portable_exp(-746.0), 0.0);
  EXPECT_TRUE(std::isnan(portable_exp(not_a_number)));
}

TEST(portable_exp, is_within_one_ulp_of_the_library) {
  double worst = 0.0;
  for (std::uint64_t i = 0; i < samples; ++i) {
    for (const double x : {2.0 * uniform(i, 3) - 1.0, 1400.0 * uniform(i, 4) - 700.0}) {
      worst = std::max(worst, ulps(portable_exp(x), std::exp(static_cast<long double>(x))));
    }
  }
  EXPECT_LT(worst, 1.0);
}

}  // namespace
}  // namespace topheavy
