// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

// Same means same bits. A mismatch shows where, both values in hex, and how far apart they are.
namespace topheavy {

inline std::uint64_t bits_of(double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

// Doubles between the two on the number line, counting the second; -0 and +0 are one apart.
inline std::uint64_t ulp_distance(double a, double b) {
  const auto place = [](double value) {
    const std::uint64_t bits = bits_of(value);
    return bits >> 63 != 0 ? ~bits : bits | (std::uint64_t{1} << 63);
  };
  const std::uint64_t x = place(a);
  const std::uint64_t y = place(b);
  return x > y ? x - y : y - x;
}

// EXPECT_TRUE(same_bits(is, should)) names the first difference and counts them.
inline ::testing::AssertionResult same_bits(const std::vector<double>& is,
                                            const std::vector<double>& should) {
  if (is.size() != should.size()) {
    return ::testing::AssertionFailure() << is.size() << " values, should be " << should.size();
  }
  std::size_t differences = 0;
  std::string first;
  for (std::size_t i = 0; i < is.size(); ++i) {
    if (bits_of(is[i]) == bits_of(should[i])) continue;
    if (differences++ > 0) continue;
    char text[256];
    std::snprintf(text, sizeof text, "[%zu] is %a (0x%016llx), should be %a (0x%016llx), %llu ulp apart", i,
                  is[i], static_cast<unsigned long long>(bits_of(is[i])), should[i],
                  static_cast<unsigned long long>(bits_of(should[i])),
                  static_cast<unsigned long long>(ulp_distance(is[i], should[i])));
    first = text;
  }
  if (differences == 0) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << differences << " of " << is.size() << " differ, first " << first;
}

inline ::testing::AssertionResult same_bits(double is, double should) {
  return same_bits(std::vector<double>{is}, std::vector<double>{should});
}

}  // namespace topheavy
