// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/core/philox.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace topheavy {
namespace {

std::vector<std::uint32_t> words(const random_block& b) {
  return {b.word[0], b.word[1], b.word[2], b.word[3]};
}

// kat_vectors of Random123 1.14, philox4x32 10.
TEST(philox, gives_the_known_answers) {
  EXPECT_EQ(words(philox4x32_10({{0, 0, 0, 0}}, 0, 0)),
            (std::vector<std::uint32_t>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t f = 0xffffffff;
  EXPECT_EQ(words(philox4x32_10({{f, f, f, f}}, f, f)),
            (std::vector<std::uint32_t>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(words(philox4x32_10({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, 0xa4093822, 0x299f31d0)),
            (std::vector<std::uint32_t>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

// The third known answer, put together from seed, scenario, day and stream.
TEST(philox, builds_key_and_counter_low_word_first) {
  EXPECT_EQ(words(random_words(0x299f31d0a4093822, 0x85a308d3243f6a88, 0x13198a2e, 0x03707344)),
            (std::vector<std::uint32_t>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(philox, differs_in_every_part_of_the_place) {
  std::set<std::vector<std::uint32_t>> seen;
  for (const std::uint64_t seed : {std::uint64_t{1}, std::uint64_t{1} << 32}) {
    for (const std::uint64_t scenario : {std::uint64_t{1}, std::uint64_t{1} << 32}) {
      for (const std::uint32_t day : {1u, 2u}) {
        for (const std::uint32_t stream : {1u, 2u})
          seen.insert(words(random_words(seed, scenario, day, stream)));
      }
    }
  }
  EXPECT_EQ(seen.size(), 16u);
}

TEST(integer_below, is_multiply_high) {
  EXPECT_EQ(integer_below(10, 0), 0u);
  EXPECT_EQ(integer_below(10, 0xffffffff), 9u);
  EXPECT_EQ(integer_below(10, 0x80000000), 5u);
  EXPECT_EQ(integer_below(10, 0x19999999), 0u);  // floor(2^32 / 10)
  EXPECT_EQ(integer_below(10, 0x1999999a), 1u);
  EXPECT_EQ(integer_below(1, 0xffffffff), 0u);
  EXPECT_EQ(integer_below(0, 0xffffffff), 0u);
  EXPECT_EQ(integer_below(0xffffffff, 0xffffffff), 0xfffffffeu);
}

TEST(integer_below, takes_every_value_about_equally_often) {
  std::vector<int> count(7);
  for (std::uint64_t s = 0; s < 70000; ++s) ++count[integer_below(7, random_words(5, s, 0, 0).word[0])];
  // 10,000 each, standard deviation 93.
  EXPECT_GT(*std::min_element(count.begin(), count.end()), 10000 - 5 * 93);
  EXPECT_LT(*std::max_element(count.begin(), count.end()), 10000 + 5 * 93);
}

TEST(uniform_from, stays_inside_its_open_interval) {
  EXPECT_EQ(uniform_from(0), 0x1p-33);
  EXPECT_EQ(uniform_from(0xffffffff), 1.0 - 0x1p-33);
  EXPECT_EQ(uniform_from(0x80000000), 0.5 + 0x1p-33);
  EXPECT_EQ(uniform_from(0, 0), 0x1p-53);
  EXPECT_EQ(uniform_from(0xffffffff, 0xffffffff), 1.0 - 0x1p-53);
  EXPECT_EQ(uniform_from(0x80000000, 0xfff), 0.5 + 0x1p-53);
  EXPECT_LT(uniform_from(0xffffffff, 0xffffffff), 1.0);
}

}  // namespace
}  // namespace topheavy
