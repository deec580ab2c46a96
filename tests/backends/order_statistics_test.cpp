// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/order_statistics/order_statistics_core.h"
#include "tests/backends/backend_fixture.h"
#include "tests/support/bit_compare.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

// Values by their rank against a full sort, at awkward sizes, with ties and zeros of both signs.
namespace topheavy {
namespace {

struct ranked {
  std::vector<std::uint64_t> index;
  std::vector<double> value;
};

// All in order, as the contract says it.
ranked in_order(const std::vector<double>& x) {
  ranked all;
  all.index.resize(x.size());
  std::iota(all.index.begin(), all.index.end(), std::uint64_t{0});
  std::stable_sort(all.index.begin(), all.index.end(),
                   [&](std::uint64_t a, std::uint64_t b) { return x[a] < x[b]; });
  for (const std::uint64_t i : all.index) all.value.push_back(x[i] == 0.0 ? 0.0 : x[i]);
  return all;
}

ranked head_of(const ranked& all, std::size_t count) {
  const auto upto = static_cast<std::ptrdiff_t>(count);
  return {{all.index.begin(), all.index.begin() + upto}, {all.value.begin(), all.value.begin() + upto}};
}

void expect_same(const ranked& is, const ranked& should) {
  EXPECT_EQ(is.index, should.index);
  EXPECT_TRUE(same_bits(is.value, should.value));
}

struct kind_of_value {
  const char* name;
  double (*value)(std::uint64_t);  // from random bits
};

const std::vector<kind_of_value>& kinds() {
  static const std::vector<kind_of_value> all{
      {"drawn", [](std::uint64_t r) { return static_cast<double>(r >> 11) * 0x1p-53 - 0.5; }},
      {"of five, zeros of both signs",
       [](std::uint64_t r) {
         constexpr double value[] = {-0.0, 0.0, -1.5, 2.0, -0.0};
         return value[r % 5];
       }},
      {"any bits",
       [](std::uint64_t r) {
         const auto x = std::bit_cast<double>(r);
         return x == x ? x : std::numeric_limits<double>::infinity();
       }},
      {"equal", [](std::uint64_t) { return -0.25; }},
  };
  return all;
}

std::vector<double> column_of(double (*kind)(std::uint64_t), std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> x(size);
  for (double& value : x) value = kind(random());
  return x;
}

class order_statistics : public on_backend {};

TEST_P(order_statistics, the_smallest_are_those_of_a_full_sort) {
  const auto b = fresh();
  for (const auto& [name, kind] : kinds()) {
    for (const std::size_t size : {1, 2, 33, 1000, 4097}) {
      const std::vector<double> x = column_of(kind, size, size);
      const ranked all = in_order(x);
      for (const std::size_t count : {std::size_t{0}, std::size_t{1}, size / 3, size - 1, size}) {
        SCOPED_TRACE(std::string(name) + ", " + std::to_string(count) + " of " + std::to_string(size));
        ranked is{std::vector<std::uint64_t>(count), std::vector<double>(count)};
        b->smallest(x.data(), size, count, {is.index.data(), is.value.data()});
        expect_same(is, head_of(all, count));
      }
    }
  }
}

TEST_P(order_statistics, values_at_ranks_are_those_of_a_full_sort) {
  const auto b = fresh();
  std::mt19937_64 random(9);
  for (const std::size_t size : {1, 2, 33, 1000, 4097}) {
    std::vector<std::vector<double>> x;
    std::vector<const double*> column;
    for (const auto& kind : kinds()) x.push_back(column_of(kind.value, size, size));
    for (const auto& one : x) column.push_back(one.data());
    for (const std::size_t every : {1, 2, 7, 900}) {
      std::vector<std::size_t> rank;
      for (std::size_t r = 0; r < size; ++r) {
        if (random() % every == 0) rank.push_back(r);
      }
      std::vector<double> is(column.size() * rank.size()), should;
      b->values_at_ranks({column.data(), column.size(), size}, {rank.data(), rank.size()}, is.data());
      for (const auto& one : x) {
        const ranked all = in_order(one);
        for (const std::size_t r : rank) should.push_back(all.value[r]);
      }
      EXPECT_TRUE(same_bits(is, should)) << size << ", one of " << every;
    }
  }
}

TEST_P(order_statistics, wrong_ranks_are_refused) {
  const auto b = fresh();
  const std::vector<double> x{1.0, 2.0, 3.0};
  const double* const column = x.data();
  std::vector<std::uint64_t> index(4);
  std::vector<double> value(4);
  EXPECT_THROW(b->smallest(x.data(), 3, 4, {index.data(), value.data()}), std::invalid_argument);
  for (const std::vector<std::size_t>& rank : {std::vector<std::size_t>{0, 3}, {1, 1}, {2, 0}}) {
    EXPECT_THROW(b->values_at_ranks({&column, 1, 3}, {rank.data(), rank.size()}, value.data()),
                 std::invalid_argument);
  }
}

TOPHEAVY_ON_EVERY_BACKEND(order_statistics);

// What the device sorts by, and how it works piece by piece, with a stable sort of the host in CUB's place.
TEST(order_statistics_on_the_host, keys_are_in_the_order_of_values) {
  std::vector<double> x = column_of(kinds()[2].value, 5000, 3);
  constexpr double infinite = std::numeric_limits<double>::infinity();
  x.insert(x.end(), {0.0, -0.0, infinite, -infinite, 4.9e-324, -4.9e-324, 1.0, -1.0});
  std::sort(x.begin(), x.end());
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_TRUE(same_bits(value_of_key(order_key(x[i])), x[i] == 0.0 ? 0.0 : x[i]));
    if (i == 0) continue;
    EXPECT_EQ(order_key(x[i - 1]) < order_key(x[i]), x[i - 1] < x[i]) << x[i - 1] << " " << x[i];
    EXPECT_EQ(order_key(x[i - 1]) == order_key(x[i]), x[i - 1] == x[i]) << x[i - 1] << " " << x[i];
  }
}

TEST(order_statistics_on_the_host, pieces_give_what_the_whole_gives) {
  for (const auto& [name, kind] : kinds()) {
    const std::vector<double> x = column_of(kind, 301, 4);
    const ranked all = in_order(x);
    for (const std::size_t count : {1, 5, 150, 301}) {
      for (const std::size_t piece : {1, 2, 7, 150, 300, 301, 1000}) {
        using entry = std::pair<std::uint64_t, std::uint64_t>;  // key, index
        std::vector<entry> room(std::min(x.size(), count + piece));
        smallest_in_pieces(
            x.size(), count, piece,
            [&](std::size_t at, std::size_t first, std::size_t n) {
              for (std::size_t i = 0; i < n; ++i) room.at(at + i) = {order_key(x.at(first + i)), first + i};
            },
            [&](std::size_t n) {
              std::stable_sort(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(n),
                               [](const entry& a, const entry& b) { return a.first < b.first; });
            });
        ranked is;
        for (std::size_t i = 0; i < count; ++i) {
          is.index.push_back(room[i].second);
          is.value.push_back(value_of_key(room[i].first));
        }
        SCOPED_TRACE(std::string(name) + ", " + std::to_string(count) + " by " + std::to_string(piece));
        expect_same(is, head_of(all, count));
      }
    }
  }
}

}  // namespace
}  // namespace topheavy
