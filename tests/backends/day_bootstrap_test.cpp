// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/day_bootstrap/day_bootstrap.h"

#include "kernels/core/philox.h"
#include "kernels/day_bootstrap/day_bootstrap_core.h"
#include "kernels/day_bootstrap/day_bootstrap_cpu.h"
#include "tests/backends/backend_fixture.h"
#include "tests/backends/small_panel.h"
#include "tests/backends/thread_counts.h"
#include "tests/support/bit_compare.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace topheavy {
namespace {

struct sample {
  std::size_t columns = 0, cells = 0;
  std::vector<std::int32_t> cell;    // [T]
  std::vector<std::int64_t> number;  // [T, P]
  std::vector<double> value;         // the same
  std::vector<std::uint32_t> longer;
  std::uint64_t seed = 20261121;
  std::uint32_t stream = 5;

  std::size_t days() const { return cell.size(); }
  bootstrap_draws draws() const { return {seed, stream, longer.data(), longer.size()}; }
  bootstrap_days table() const { return {days(), cell.data(), cells, value.data(), columns}; }
};

// A mean block of `length` days: P(more than l days) = (1 - 1 / length)^l, as long as a day in 2^32 is left of it.
std::vector<std::uint32_t> geometric(double length, std::size_t most) {
  std::vector<std::uint32_t> longer;
  for (double left = 1.0 - 1.0 / length; longer.size() < most && left >= 0x1p-32;
       left *= 1.0 - 1.0 / length) {
    longer.push_back(static_cast<std::uint32_t>(left * 0x1p32));
  }
  return longer;
}

// Values of both signs up to the bound of the contract; the last cell has no day, and every seventh day no cell.
sample make_sample(std::size_t days, std::size_t columns, std::size_t cells, double block = 5.0) {
  sample s{columns, cells, {}, {}, {}, geometric(block, days)};
  const double bound = days == 0 ? 0.0 : std::floor((0x1p53 - 1.0) / static_cast<double>(days));
  for (std::size_t t = 0; t < days; ++t) {
    const auto used = static_cast<double>(cells > 1 ? cells - 1 : cells);
    s.cell.push_back(cells == 0 || t % 7 == 6 ? -1 : static_cast<std::int32_t>(uniform(1, t, 0) * used));
    for (std::size_t p = 0; p < columns; ++p) {
      const double x = std::floor((2.0 * uniform(2, t, p) - 1.0) * bound);
      s.number.push_back(static_cast<std::int64_t>(x));
      s.value.push_back(x);
    }
  }
  return s;
}

// The days of a replicate in the order in which they are drawn, one by one from the text of the header.
std::vector<std::size_t> drawn_days(const sample& s, std::uint64_t replicate) {
  std::vector<std::size_t> list;
  for (std::uint32_t j = 0; list.size() < s.days(); ++j) {
    const random_block words = random_words(s.seed, replicate, j, s.stream);
    std::size_t day = static_cast<std::size_t>((std::uint64_t{words.word[0]} * s.days()) >> 32);
    const auto more = std::count_if(s.longer.begin(), s.longer.end(),
                                    [&](std::uint32_t threshold) { return words.word[1] < threshold; });
    for (std::ptrdiff_t k = 0; k <= more && list.size() < s.days(); ++k) {
      list.push_back(day);
      day = (day + 1) % s.days();
    }
  }
  return list;
}

// In integers: no rounding anywhere.
std::vector<double> reference_sums(const sample& s, bootstrap_range range) {
  std::vector<std::int64_t> sums(s.cells * s.columns * range.count, 0);
  for (std::size_t r = 0; r < range.count; ++r) {
    for (const std::size_t t : drawn_days(s, range.first + r)) {
      if (s.cell[t] < 0) continue;
      for (std::size_t p = 0; p < s.columns; ++p) {
        sums[(static_cast<std::size_t>(s.cell[t]) * s.columns + p) * range.count + r] +=
            s.number[t * s.columns + p];
      }
    }
  }
  return {sums.begin(), sums.end()};
}

std::vector<double> sums_of(backend& body, const sample& s, bootstrap_range range) {
  std::vector<double> sums(s.cells * s.columns * range.count, -1.0);
  body.day_bootstrap(s.draws(), s.table(), range, {sums.data()});
  return sums;
}

// The part of a result that belongs to some of its replicates.
std::vector<double> part_of(const std::vector<double>& sums, std::size_t all, std::size_t first,
                            std::size_t count) {
  std::vector<double> part;
  for (std::size_t row = 0; row + all <= sums.size(); row += all) {
    const auto from = sums.begin() + static_cast<std::ptrdiff_t>(row + first);
    part.insert(part.end(), from, from + static_cast<std::ptrdiff_t>(count));
  }
  return part;
}

using day_bootstrap_test = on_backend;
TOPHEAVY_ON_EVERY_BACKEND(day_bootstrap_test);

TEST_P(day_bootstrap_test, is_the_sum_of_integers_at_awkward_sizes) {
  const auto body = fresh();
  for (const std::size_t days : {0, 1, 2, 3, 31, 63, 64, 65, 200}) {
    for (const std::size_t columns : {0, 1, 2, 7, 8, 9, 17}) {
      for (const std::size_t cells : {0, 1, 2, 5}) {
        const sample s = make_sample(days, columns, cells);
        for (const std::size_t count : {0, 1, 15, 16, 33}) {
          SCOPED_TRACE(std::to_string(days) + " days, " + std::to_string(columns) + " columns, " +
                       std::to_string(cells) + " cells, " + std::to_string(count) + " replicates");
          EXPECT_TRUE(same_bits(sums_of(*body, s, {3, count}), reference_sums(s, {3, count})));
        }
      }
    }
  }
}

TEST_P(day_bootstrap_test, has_the_sums_of_a_whole_run) {
  const sample s = make_sample(759, 91, 4);
  for (const std::size_t count : {1023, 1025}) {
    EXPECT_TRUE(same_bits(sums_of(*fresh(), s, {0, count}), reference_sums(s, {0, count}))) << count;
  }
}

TEST_P(day_bootstrap_test, a_replicate_is_the_same_in_whatever_range) {
  const sample s = make_sample(120, 11, 3);
  const auto body = fresh();
  const std::uint64_t from = (std::uint64_t{1} << 32) - 500;  // over the end of the first word of the counter
  const std::vector<double> whole = sums_of(*body, s, {from, 1000});
  for (const std::size_t chunk : {1, 7, 333, 1000}) {
    for (std::size_t first = 0; first < 1000; first += chunk) {
      const std::size_t count = std::min(chunk, 1000 - first);
      ASSERT_TRUE(same_bits(sums_of(*body, s, {from + first, count}), part_of(whole, 1000, first, count)))
          << chunk << " at a time, from " << first;
    }
  }
}

TEST_P(day_bootstrap_test, values_at_the_bound_add_up_exactly) {
  for (const double sign : {1.0, -1.0}) {
    sample s = make_sample(759, 1, 1);
    const double most = std::floor((0x1p53 - 1.0) / 759.0);
    std::fill(s.cell.begin(), s.cell.end(), 0);
    std::fill(s.value.begin(), s.value.end(), sign * most);
    for (const double sum : sums_of(*fresh(), s, {0, 40})) EXPECT_EQ(sum, sign * 759.0 * most);
  }
}

TEST_P(day_bootstrap_test, days_without_a_cell_are_not_looked_at) {
  sample s = make_sample(70, 3, 2);
  const std::vector<double> should = reference_sums(s, {0, 20});
  for (std::size_t t = 0; t < s.days(); ++t) {
    if (s.cell[t] >= 0) continue;
    std::fill_n(s.value.begin() + static_cast<std::ptrdiff_t>(3 * t), 3, std::nan(""));
  }
  EXPECT_TRUE(same_bits(sums_of(*fresh(), s, {0, 20}), should));
}

TEST_P(day_bootstrap_test, seed_and_stream_give_other_draws) {
  const sample s = make_sample(100, 1, 1);
  sample other_seed = s, other_stream = s;
  ++other_seed.seed;
  ++other_stream.stream;
  const std::vector<double> sums = sums_of(*fresh(), s, {0, 50});
  EXPECT_NE(sums, sums_of(*fresh(), other_seed, {0, 50}));
  EXPECT_NE(sums, sums_of(*fresh(), other_stream, {0, 50}));
}

// A column a day, which is 1 on that day: the sums are the counts.
sample counting_sample(std::size_t days, double block) {
  sample s{days,
           1,
           std::vector<std::int32_t>(days, 0),
           {},
           std::vector<double>(days * days, 0.0),
           geometric(block, days)};
  for (std::size_t t = 0; t < days; ++t) s.value[t * days + t] = 1.0;
  return s;
}

TEST_P(day_bootstrap_test, every_replicate_draws_as_many_days_as_there_are_and_none_is_favoured) {
  constexpr std::size_t days = 60, replicates = 20'000;
  for (const double block : {1.0, 5.0, 30.0}) {
    const std::vector<double> counts = sums_of(*fresh(), counting_sample(days, block), {0, replicates});
    for (std::size_t r = 0; r < replicates; ++r) {
      double drawn = 0.0;
      for (std::size_t t = 0; t < days; ++t) drawn += counts[t * replicates + r];
      ASSERT_EQ(drawn, static_cast<double>(days));
    }
    for (std::size_t t = 0; t < days; ++t) {
      double drawn = 0.0, squares = 0.0;
      for (std::size_t r = 0; r < replicates; ++r) {
        const double count = counts[t * replicates + r];
        drawn += count;
        squares += (count - 1.0) * (count - 1.0);
      }
      // Mean 1; five standard errors of the mean of this many replicates.
      const double error = std::sqrt(squares) / static_cast<double>(replicates);
      EXPECT_NEAR(drawn / replicates, 1.0, 5.0 * error) << "day " << t << ", blocks of " << block;
    }
  }
}

// On the draws of the reference, which the sums above are equal to: P(a day is not followed by the next) is
// 1 / b, less the chance 1 / T that a new block happens to go on.
TEST(day_bootstrap_draws, blocks_have_the_mean_length_asked_for) {
  sample s;
  s.cell.assign(10'000, 0);
  for (const double block : {1.0, 2.5, 5.0, 20.0}) {
    s.longer = geometric(block, s.days());
    std::size_t breaks = 0, pairs = 0;
    for (std::uint64_t r = 0; r < 20; ++r) {
      const std::vector<std::size_t> list = drawn_days(s, r);
      for (std::size_t i = 1; i < list.size(); ++i) {
        breaks += static_cast<std::size_t>(list[i] != (list[i - 1] + 1) % s.days());
        ++pairs;
      }
    }
    const double p = static_cast<double>(breaks) / static_cast<double>(pairs);
    const double should = (1.0 / block) * (1.0 - 1.0 / static_cast<double>(s.days()));
    const double error = std::sqrt(should * (1.0 - should) / static_cast<double>(pairs));
    EXPECT_NEAR(p, should, 5.0 * error + 1e-12) << "blocks of " << block;
  }
}

TEST_P(day_bootstrap_test, what_breaks_the_contract_is_refused_with_its_value) {
  const auto refused = [&](const sample& s, bootstrap_range range, const char* value) {
    std::vector<double> sums(s.cells * s.columns * std::min<std::size_t>(range.count, 10), -1.0);
    try {
      fresh()->day_bootstrap(s.draws(), s.table(), range, {sums.data()});
      ADD_FAILURE() << "taken; should name " << value;
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string(error.what()).find(value), std::string::npos) << error.what();
    }
  };
  const sample good = make_sample(10, 2, 2);
  const auto with_value = [&](double x) {
    sample s = good;
    s.value[7] = x;
    return s;
  };
  const auto with_cell = [&](std::int32_t cell) {
    sample s = good;
    s.cell[3] = cell;
    return s;
  };
  refused(with_cell(2), {0, 1}, "day 3: cell 2 of 2");
  refused(with_cell(-2), {0, 1}, "day 3: cell -2");
  refused(with_value(0.5), {0, 1}, "day 3, column 1: 0.5");
  refused(with_value(0x1p53 / 8.0), {0, 1}, "day 3, column 1");
  refused(with_value(std::nan("")), {0, 1}, "day 3, column 1: nan");
  refused(with_value(-std::numeric_limits<double>::infinity()), {0, 1}, "day 3, column 1: -inf");
  sample ascending = good;
  ascending.longer = {5, 3, 4};
  refused(ascending, {0, 1}, "more than 3 days have probability 4");
  refused(good, {std::numeric_limits<std::uint64_t>::max() - 3, 5}, "5 replicates");
}

TEST_P(day_bootstrap_test, the_last_replicates_there_are) {
  const sample s = make_sample(20, 2, 1);
  const bootstrap_range last{std::numeric_limits<std::uint64_t>::max() - 3, 4};
  EXPECT_TRUE(same_bits(sums_of(*fresh(), s, last), reference_sums(s, last)));
}

// The text of the CUDA threads on the host, in ranges as the launcher cuts them.
TEST(day_bootstrap_cuda_threads, have_the_sums_whatever_workspace_there_is) {
  for (const std::size_t columns : {1, 8, 9, 20}) {
    const sample s = make_sample(90, columns, 4);
    const std::vector<double> should = reference_sums(s, {5, 37});
    for (const std::size_t at_a_time : {1, 16, 36, 37}) {
      std::vector<double> is(should.size(), -1.0);
      const days_of_cells cells(s.table());
      std::vector<std::int32_t> counts(s.days() * at_a_time, -1);
      for (std::size_t done = 0; done < 37; done += at_a_time) {
        const std::size_t count = std::min(at_a_time, 37 - done);
        for (std::size_t r = 0; r < count; ++r) {
          count_replicate(s.draws(), s.days(), 5 + done, count, r, counts.data());
        }
        for (std::size_t r = 0; r < count; ++r) {
          for (std::size_t c = 0; c < s.cells; ++c) {
            for (std::size_t first = 0; first < columns; first += thread_columns) {
              sum_replicate(s.table(), cells.view(), counts.data(), count, r, c, first, is.data() + done, 37);
            }
          }
        }
      }
      EXPECT_TRUE(same_bits(is, should)) << columns << " columns, " << at_a_time << " at a time";
    }
  }
}

TEST(day_bootstrap_threads, any_number_gives_the_same_bits) {
  const sample s = make_sample(150, 20, 4);
  const std::vector<double> should = reference_sums(s, {0, 500});
  for (const int threads : {1, 2, 3}) {
    with_threads(threads, [&] {
      EXPECT_TRUE(same_bits(sums_of(*choose_backend("cpu").body, s, {0, 500}), should)) << threads;
    });
  }
}

}  // namespace
}  // namespace topheavy
