// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/core/normal.h"

#include "kernels/core/philox.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace topheavy {
namespace {

// Quantiles by mpmath; relative error at most 1e-15.
TEST(normal_quantile, gives_the_known_quantiles) {
  const struct {
    double p;
    double z;
  } known[] = {{0.95, 1.6448536269514722843},    {0.975, 1.9599639845400538556},
               {0.99, 2.3263478740408407676},    {0.995, 2.5758293035489004539},
               {0.999, 3.0902323061678132778},   {0.75, 0.6744897501960817432},
               {0.6, 0.25334710313579974132},    {0.925, 1.4395314709384562291},
               {0.07, -1.4757910281791706856},   {1e-10, -6.3613409024040561991},
               {1e-20, -9.2623400897984075796},  {1e-100, -21.273453560965324294},
               {1e-300, -37.047096299361199237}, {0.5, 0.0}};
  for (const auto& k : known) EXPECT_NEAR(normal_quantile(k.p), k.z, 1e-15 * std::fabs(k.z)) << "p = " << k.p;
}

// One value of each of the three branches and their mirror images. Any machine and compiler must give these
// bits.
TEST(normal_quantile, has_these_bits) {
  EXPECT_EQ(normal_quantile(0.6), 0x1.036d6c4a04b5ap-2);
  EXPECT_EQ(normal_quantile(0.95), 0x1.a515209676ab8p+0);
  EXPECT_EQ(normal_quantile(0.07), -0x1.79cd70d9c27fp+0);
  EXPECT_EQ(normal_quantile(1e-20), -0x1.2865170b43a4cp+3);
}

TEST(normal_quantile, answers_at_the_ends) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(normal_quantile(0.0), -infinity);
  EXPECT_EQ(normal_quantile(1.0), infinity);
  EXPECT_TRUE(std::isnan(normal_quantile(-0.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(1.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(std::numeric_limits<double>::quiet_NaN())));
}

// One Newton step with the library's erfc in long double shows the error of the quantile.
TEST(normal_quantile, inverts_the_distribution_function) {
  long double worst = 0.0L;
  for (std::uint64_t i = 0; i < 200000; ++i) {
    const random_block b = random_words(11, i, 0, 0);
    double p = 0.49 * uniform_from(b.word[0], b.word[1]);
    if (i % 2 == 0) p = std::ldexp(p, -static_cast<int>(integer_below(300, b.word[2])));
    const long double z = static_cast<long double>(normal_quantile(p));
    const long double density = std::exp(-0.5L * z * z) / std::sqrt(2.0L * 3.14159265358979323846264L);
    const long double miss = 0.5L * std::erfc(-z / std::sqrt(2.0L)) - static_cast<long double>(p);
    worst = std::max(worst, std::fabs(miss / density / z));
  }
  EXPECT_LT(worst, 1e-15L);
}

TEST(normal_quantile, turns_uniforms_into_normals) {
  double mean = 0.0;
  double square = 0.0;
  double fourth = 0.0;
  constexpr std::uint64_t count = 200000;
  for (std::uint64_t i = 0; i < count; ++i) {
    const random_block b = random_words(3, i, 0, 0);
    const double z = normal_quantile(uniform_from(b.word[0], b.word[1]));
    mean += z / count;
    square += z * z / count;
    fourth += z * z * z * z / count;
  }
  // Five standard errors: 1, sqrt(2) and sqrt(96) over the root of the count.
  EXPECT_NEAR(mean, 0.0, 5.0 / std::sqrt(count));
  EXPECT_NEAR(square, 1.0, 5.0 * std::sqrt(2.0 / count));
  EXPECT_NEAR(fourth, 3.0, 5.0 * std::sqrt(96.0 / count));
}

}  // namespace
}  // namespace topheavy
