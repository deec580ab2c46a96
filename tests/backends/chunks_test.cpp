// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/chunks.h"

#include <stdexcept>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace topheavy {
namespace {

TEST(chunk_size, is_everything_where_it_fits) {
  EXPECT_EQ(chunk_size(10, 1, {100, 20, 1}, 300), 10u);  // the whole has no day before it
  EXPECT_EQ(chunk_size(10, 1, {100, 20, 1}, 299), 5u);   // 9 are held, 8 of them new: two chunks of five
  EXPECT_EQ(chunk_size(0, 1, {100, 20, 0}, 0), 0u);
  EXPECT_EQ(chunk_size(7, 1, {0, 0, 0}, 0), 7u);
}

TEST(chunk_size, is_the_same_for_all_chunks_but_the_last) {
  EXPECT_EQ(chunk_size(10, 1, {0, 10, 0}, 99), 5u);     // not nine and one
  EXPECT_EQ(chunk_size(100, 1, {0, 10, 0}, 350), 34u);  // three of at most 35
}

TEST(chunk_size, is_a_multiple_of_the_least) {
  EXPECT_EQ(chunk_size(1000, 32, {0, 1, 0}, 999), 512u);
  EXPECT_EQ(chunk_size(1000, 32, {0, 1, 0}, 100), 96u);
  EXPECT_EQ(chunk_size(33, 32, {0, 1, 0}, 32), 32u);
  EXPECT_EQ(chunk_size(20, 32, {0, 1, 0}, 1), 20u);
}

TEST(chunk_size, is_the_least_where_not_even_that_fits) {
  EXPECT_EQ(chunk_size(10, 1, {500, 20, 1}, 300), 1u);
  EXPECT_EQ(chunk_size(10, 1, {0, 200, 1}, 300), 1u);  // one and the one before it are 400
  EXPECT_EQ(chunk_size(1000, 32, {0, 1, 0}, 31), 32u);
}

TEST(chunk_size, never_takes_more_than_there_is_and_leaves_nothing_out) {
  for (std::size_t count = 1; count < 200; count += 3) {
    for (std::size_t least : {1, 4, 32}) {
      for (std::size_t free = 0; free < 3000; free += 37) {
        const chunk_bytes bytes{50, 10, 1};
        const std::size_t size = chunk_size(count, least, bytes, free);
        ASSERT_GT(size, 0u);
        ASSERT_LE(size, std::max(count, least));
        if (size < count) {
          ASSERT_EQ(size % least, 0u);
          if (size > least) {
            ASSERT_LE(50 + 10 * (size + 1), free) << count << " " << least;
          }
        }
      }
    }
  }
}

using chunk_list = std::vector<std::pair<std::size_t, std::size_t>>;

// The chunks that were done where a device holds `most` parts.
chunk_list done_with(std::size_t most, std::size_t count, std::size_t size, std::size_t least) {
  chunk_list done;
  in_chunks(count, size, least, [&](std::size_t first, std::size_t parts) {
    if (parts > most) throw out_of_device_memory("full");
    done.emplace_back(first, parts);
  });
  return done;
}

TEST(in_chunks, does_every_part_once_in_order) {
  EXPECT_EQ(done_with(99, 10, 10, 1), (chunk_list{{0, 10}}));
  EXPECT_EQ(done_with(99, 10, 4, 1), (chunk_list{{0, 4}, {4, 4}, {8, 2}}));
  EXPECT_EQ(done_with(99, 0, 4, 1), chunk_list{});
}

TEST(in_chunks, halves_until_the_device_holds_it) {
  EXPECT_EQ(done_with(3, 10, 10, 1), (chunk_list{{0, 2}, {2, 2}, {4, 2}, {6, 2}, {8, 2}}));
  EXPECT_EQ(done_with(40, 100, 100, 32), (chunk_list{{0, 32}, {32, 32}, {64, 32}, {96, 4}}));
}

TEST(in_chunks, passes_on_what_cannot_be_halved) {
  EXPECT_THROW(done_with(0, 10, 10, 1), out_of_device_memory);
  EXPECT_THROW(done_with(31, 100, 100, 32), out_of_device_memory);
  EXPECT_THROW(in_chunks(4, 4, 1, [](std::size_t, std::size_t) { throw std::logic_error("other"); }),
               std::logic_error);
}

// What was done of a chunk before memory ended is done again.
TEST(in_chunks, starts_again_where_the_chunk_began) {
  std::size_t failures = 1;
  std::vector<std::size_t> begun;
  in_chunks(8, 4, 1, [&](std::size_t first, std::size_t) {
    begun.push_back(first);
    if (first == 4 && failures-- > 0) throw out_of_device_memory("full");
  });
  EXPECT_EQ(begun, (std::vector<std::size_t>{0, 4, 4, 6}));
}

}  // namespace
}  // namespace topheavy
