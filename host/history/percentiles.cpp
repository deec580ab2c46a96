// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/percentiles.h"

#include "kernels/order_statistics/selection.h"

#include <algorithm>
#include <array>
#include <limits>

namespace topheavy {
namespace {

// Place of a percentile: k whole and a share of the way to the next, in fortieths, which are exact.
struct place {
  std::size_t rank;
  double share;
};
place place_of(std::size_t fortieths, std::size_t count) {
  const std::size_t steps = fortieths * (count - 1);
  return {steps / 40, static_cast<double>(steps % 40) / 40.0};
}

// x[k] + share (x[k+1] - x[k]) of the values in order; they are moved about.
double at_place(double* x, std::size_t count, place where) {
  double* const at = x + where.rank;
  const double* const end = select_in_order(x, at, x + count);
  if (where.share == 0.0) return *at;
  return *at + where.share * (next_in_order(at, end, x + count) - *at);
}

// Two values between which nothing has to be kept, likely: from a sample at even distances, 2.5 % and four standard
// errors of that further in. Of 10,000 values some 1,300 lie outside.
constexpr std::size_t sample_size = 256;
constexpr std::size_t sample_rank = 17;

percentile_interval likely_limits(const double* values, std::size_t count) {
  std::array<double, sample_size> sample;
  const std::size_t step = count / sample_size;
  for (std::size_t i = 0; i < sample_size; ++i) sample[i] = values[i * step];
  const double low = at_place(sample.data(), sample_size, {sample_rank, 0.0});
  return {low, at_place(sample.data(), sample_size, {sample_size - 1 - sample_rank, 0.0})};
}

}  // namespace

percentile_interval percentile_interval_of(const double* values, std::size_t count,
                                           std::vector<double>& memory) {
  if (count == 0) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    return {none, none};
  }
  const place low = place_of(1, count);
  const place high = place_of(39, count);
  if (memory.size() < 2 * count) memory.resize(2 * count);
  if (count >= 4 * sample_size) {
    const percentile_interval limit = likely_limits(values, count);
    double* const lowest = memory.data();
    double* const highest = memory.data() + count;
    std::size_t lows = 0, highs = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const double x = values[i];
      lowest[lows] = highest[highs] = x;  // stays where the place is taken
      lows += static_cast<std::size_t>(x <= limit.low);
      highs += static_cast<std::size_t>(x >= limit.high);
    }
    // Both neighbours of both percentiles are among them; else the sample was a strange one.
    if (lows >= low.rank + 2 && highs >= count - high.rank) {
      const place from_high{high.rank - (count - highs), high.share};
      return {at_place(lowest, lows, low), at_place(highest, highs, from_high)};
    }
  }
  std::copy_n(values, count, memory.data());
  const double at_low = at_place(memory.data(), count, low);
  return {at_low, at_place(memory.data(), count, high)};
}

}  // namespace topheavy
