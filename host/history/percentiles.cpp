// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/percentiles.h"

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

double between(double low, double high, double share) { return low + share * (high - low); }

// Both percentiles of `count` values from those in [first, last): of the values in the middle, which are no
// neighbours of a percentile, any may be missing.
percentile_interval from_tails(double* first, double* last, std::size_t count) {
  const auto missing = count - static_cast<std::size_t>(last - first);
  const place low = place_of(1, count);
  const place high = place_of(39, count);
  double* const at_low = first + low.rank;
  std::nth_element(first, at_low, last);
  const double low_value = *at_low;
  const double after_low = at_low + 1 < last ? *std::min_element(at_low + 1, last) : low_value;
  double* const at_high = first + (high.rank - missing);
  std::nth_element(at_low, at_high, last);  // what stands before at_low is smaller
  const double after_high = at_high + 1 < last ? *std::min_element(at_high + 1, last) : *at_high;
  return {between(low_value, after_low, low.share), between(*at_high, after_high, high.share)};
}

// Two values between which nothing has to be kept, likely: from a sample at even distances, 2.5 % and four standard
// errors of that further in. Of 10,000 values some 1,300 lie outside.
constexpr std::size_t sample_size = 256;
constexpr std::size_t sample_rank = 17;

percentile_interval likely_limits(const double* values, std::size_t count) {
  std::array<double, sample_size> sample;
  const std::size_t step = count / sample_size;
  for (std::size_t i = 0; i < sample_size; ++i) sample[i] = values[i * step];
  const auto low = sample.begin() + sample_rank;
  const auto high = sample.end() - 1 - sample_rank;
  std::nth_element(sample.begin(), low, sample.end());
  std::nth_element(low, high, sample.end());
  return {*low, *high};
}

}  // namespace

percentile_interval percentile_interval_of(const double* values, std::size_t count,
                                           std::vector<double>& memory) {
  if (count == 0) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    return {none, none};
  }
  if (memory.size() < count) memory.resize(count);
  if (count >= 4 * sample_size) {
    const percentile_interval limit = likely_limits(values, count);
    std::size_t kept = 0, at_or_below = 0, at_or_above = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const double x = values[i];
      const bool low = x <= limit.low;
      const bool high = x >= limit.high;
      memory[kept] = x;  // stays only if the place is taken
      kept += static_cast<std::size_t>(low | high);
      at_or_below += static_cast<std::size_t>(low);
      at_or_above += static_cast<std::size_t>(high);
    }
    // Both neighbours of both percentiles are kept; else the sample was a strange one.
    if (at_or_below >= place_of(1, count).rank + 2 && at_or_above >= count - place_of(39, count).rank) {
      return from_tails(memory.data(), memory.data() + kept, count);
    }
  }
  std::copy_n(values, count, memory.data());
  return from_tails(memory.data(), memory.data() + count, count);
}

}  // namespace topheavy
