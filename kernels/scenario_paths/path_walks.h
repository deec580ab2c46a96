// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_paths/path_body.h"
#include "kernels/scenario_paths/path_layout.h"

#include <cstddef>
#include <cstdint>

// The loops of path_body.h over `lanes`, which the including file has chosen. Everything stands in an unnamed namespace
// and nothing of the standard library is called: this is compiled for processors that the program may not run on, and the
// linker keeps but one copy of a function that several files share.
namespace topheavy {
namespace {

constexpr std::size_t parts_of_a_chunk = 16 / lanes::width;

// ((v0+v1)+(v2+v3))+((v4+v5)+(v6+v7)), a missing vector left out: caps are >= 0, so adding +0 changes nothing.
template <unsigned count>
inline lanes::vec leaf(const lanes::vec* v) {
  if constexpr (count == 1) {
    return v[0];
  } else {
    constexpr unsigned half = count > 4 ? 4 : count > 2 ? 2 : 1;
    return lanes::add(leaf<half>(v), leaf<count - half>(v + half));
  }
}

template <unsigned count>
inline lanes::vec chain_of_squares(const lanes::vec* v) {
  lanes::vec sum = lanes::multiply(v[0], v[0]);
#pragma GCC unroll 3
  for (unsigned i = 1; i < count; ++i) sum = lanes::fused(v[i], v[i], sum);
  return sum;
}

template <unsigned count>
inline lanes::vec leaf_of_squares(const lanes::vec* v) {
  if constexpr (count > 4) {
    return lanes::add(chain_of_squares<4>(v), chain_of_squares<count - 4>(v + 4));
  } else {
    return chain_of_squares<count>(v);
  }
}

template <unsigned count>
inline void load_all(const float* p, lanes::vec* v) {
#pragma GCC unroll 8
  for (unsigned i = 0; i < count; ++i) v[i] = lanes::load(p + i * lanes::width);
}

template <unsigned count>
inline void store_all(const lanes::vec* v, float* p) {
#pragma GCC unroll 8
  for (unsigned i = 0; i < count; ++i) lanes::store(p + i * lanes::width, v[i]);
}

template <unsigned count>
inline void take_step(const float* row, float scale, lanes::vec* cap) {
  const lanes::vec k = lanes::all(scale), one = lanes::all(1.0F);
#pragma GCC unroll 8
  for (unsigned i = 0; i < count; ++i) {
    const lanes::vec growth = lanes::fused(k, lanes::load(row + i * lanes::width), one);
    cap[i] = lanes::multiply(cap[i], lanes::positive(growth));
  }
}

constexpr std::size_t rows_ahead = 12;

template <unsigned count>
inline void prefetch_row(const float* row) {
  constexpr std::size_t line = 16;
#pragma GCC unroll 8
  for (std::size_t i = 0; i < count * lanes::width; i += line) __builtin_prefetch(row + i);
}

// leaf: of these caps. No cap is above the sum of its lane, so where no sum reaches the threshold no cap does.
template <unsigned count>
inline unsigned count_at_least(const lanes::vec* cap, lanes::vec leaf, float threshold) {
  const lanes::vec t = lanes::all(threshold);
  if (__builtin_expect(lanes::at_least(leaf, t) == 0, 1)) return 0;
  unsigned found = 0;
#pragma GCC unroll 8
  for (unsigned i = 0; i < count; ++i) {
    found += static_cast<unsigned>(__builtin_popcount(lanes::at_least(cap[i], t)));
  }
  return found;
}

// The sums of `width` vectors, which share one tree over the lanes.
inline void row_sums(const float* rows, float* sums) {
  lanes::vec quad[lanes::width / 4];
#pragma GCC unroll 4
  for (std::size_t q = 0; q < lanes::width / 4; ++q) {
    const float* const row = rows + 4 * q * lanes::width;
    quad[q] = lanes::quad_sums(lanes::load(row), lanes::load(row + lanes::width),
                               lanes::load(row + 2 * lanes::width), lanes::load(row + 3 * lanes::width));
  }
  lanes::row_sums(quad, sums);
}

// Counts stay at the most they can hold.
inline void add_count(std::uint16_t& count, unsigned found) {
  const unsigned sum = count + found;
  count = static_cast<std::uint16_t>(sum < 65535 ? sum : 65535);
}

enum class when { never, at_end, every_step };

// What is written once a scenario, at its end: squares by `width` scenarios.
template <unsigned vectors, when squares, when counts>
struct at_the_end {
  const tile_walk& w;
  float* sums;
  std::size_t scenario = 0;
  alignas(64) float rows[squares == when::at_end ? lanes::width * lanes::width : lanes::width] = {};

  // Inlined, or the caps would not stay in registers.
  __attribute__((always_inline)) void take(const lanes::vec* cap) {
    if constexpr (squares == when::at_end) {
      const std::size_t j = scenario % lanes::width;
      lanes::store(rows + j * lanes::width, leaf_of_squares<vectors>(cap));
      if (j + 1 == lanes::width) row_sums(rows, sums + (scenario - j));
    }
    if constexpr (counts == when::at_end) {
      const unsigned found = count_at_least<vectors>(cap, leaf<vectors>(cap), w.end_threshold[scenario]);
      add_count(w.end_count[scenario], found);
    }
    ++scenario;
  }

  void finish() {
    if constexpr (squares == when::at_end) {
      const std::size_t j = scenario % lanes::width;
      if (j != 0) row_sums(rows, sums + (scenario - j));
    }
  }
};

template <unsigned vectors, when squares, when counts>
void walk_part(const tile_walk& w, std::size_t part) {
  constexpr std::size_t row_floats = vectors * lanes::width;
  constexpr bool every_square = squares == when::every_step;
  const float* const ret = w.tile.ret + part * w.tile.rows * row_floats;
  const float* const start = w.tile.start + part * row_floats;
  float* const sums = w.sums + part * w.stride;
  float* const sums_of_squares = every_square ? w.squares + part * w.stride : nullptr;
  at_the_end<vectors, squares, counts> end{
      w, squares == when::at_end ? w.end_squares + part * w.end_stride : nullptr};
  const std::size_t cells = w.plan.scenarios * w.plan.steps, steps = w.plan.steps;
  lanes::vec cap[vectors];
  load_all<vectors>(start, cap);
  std::size_t step = 0;
  // `width` steps at a time share one tree over the lanes. Its lower half is done four by four as sums come, so that
  // there are shuffles for every few of the steps' products, and not many at once while products wait.
  for (std::size_t first = 0; first < cells; first += lanes::width) {
    lanes::vec quad[lanes::width / 4], quad_of_squares[lanes::width / 4];
#pragma GCC unroll 4
    for (std::size_t q = 0; q < lanes::width / 4; ++q) {
      lanes::vec sum[4], square[4];
#pragma GCC unroll 4
      for (std::size_t j = 0; j < 4; ++j) {
        const std::size_t i = first + 4 * q + j;
        if (__builtin_expect(i >= cells, 0)) {
          sum[j] = square[j] = lanes::all(0.0F);
          continue;
        }
        if (step == steps) {
          end.take(cap);
          load_all<vectors>(start, cap);
          step = 0;
        }
        ++step;
        prefetch_row<vectors>(ret + w.plan.row[i + rows_ahead < cells ? i + rows_ahead : i] * row_floats);
        take_step<vectors>(ret + w.plan.row[i] * row_floats, w.plan.scale[i], cap);
        sum[j] = leaf<vectors>(cap);
        if constexpr (every_square) square[j] = leaf_of_squares<vectors>(cap);
        if constexpr (counts == when::every_step) {
          const unsigned found = count_at_least<vectors>(cap, sum[j], w.threshold[i]);
          if (__builtin_expect(found != 0, 0)) add_count(w.count[i], found);
        }
      }
      quad[q] = lanes::quad_sums(sum[0], sum[1], sum[2], sum[3]);
      if constexpr (every_square) {
        quad_of_squares[q] = lanes::quad_sums(square[0], square[1], square[2], square[3]);
      }
    }
    lanes::row_sums(quad, sums + first);
    if constexpr (every_square) lanes::row_sums(quad_of_squares, sums_of_squares + first);
  }
  if (step == steps && cells != 0) end.take(cap);
  end.finish();
}

template <unsigned vectors>
void walk_vectors(const tile_walk& w) {
  using enum when;
  for (std::size_t part = 0; part < parts_of_a_chunk; ++part) {
    if (w.squares == nullptr && w.end_squares == nullptr) {
      walk_part<vectors, never, never>(w, part);
    } else if (w.squares != nullptr) {
      w.threshold != nullptr ? walk_part<vectors, every_step, every_step>(w, part)
                             : walk_part<vectors, every_step, at_end>(w, part);
    } else {
      w.threshold != nullptr ? walk_part<vectors, at_end, every_step>(w, part)
                             : walk_part<vectors, at_end, at_end>(w, part);
    }
  }
}

template <unsigned vectors>
void walk_caps_of(const cap_walk& w) {
  constexpr std::size_t row_floats = vectors * lanes::width;
  for (std::size_t part = 0; part < parts_of_a_chunk; ++part) {
    const float* const ret = w.tile.ret + part * w.tile.rows * row_floats;
    float* out = w.caps + part * lanes::width;
    lanes::vec cap[vectors];
    for (std::size_t s = 0; s < w.plan.scenarios; ++s) {
      load_all<vectors>(w.tile.start + part * row_floats, cap);
      for (std::size_t step = 0; step < w.plan.steps; ++step) {
        const std::size_t i = s * w.plan.steps + step;
        take_step<vectors>(ret + w.plan.row[i] * row_floats, w.plan.scale[i], cap);
        if (w.every_step || step + 1 == w.plan.steps) {
#pragma GCC unroll 8
          for (unsigned v = 0; v < vectors; ++v) lanes::store(out + v * path_lanes, cap[v]);
          out += vectors * path_lanes;
        }
      }
    }
  }
}

// Calls walk(integral constant) for the number of vectors.
template <template <unsigned> class Walk, typename Job>
void for_vectors(const Job& job) {
  switch (job.tile.vectors) {
    case 1:
      return Walk<1>::run(job);
    case 2:
      return Walk<2>::run(job);
    case 3:
      return Walk<3>::run(job);
    case 4:
      return Walk<4>::run(job);
    case 5:
      return Walk<5>::run(job);
    case 6:
      return Walk<6>::run(job);
    case 7:
      return Walk<7>::run(job);
    default:
      return Walk<8>::run(job);
  }
}

template <unsigned vectors>
struct tile_walker {
  static void run(const tile_walk& w) { walk_vectors<vectors>(w); }
};

template <unsigned vectors>
struct cap_walker {
  static void run(const cap_walk& w) { walk_caps_of<vectors>(w); }
};

void run_tile_walk(const tile_walk& w) { for_vectors<tile_walker>(w); }
void run_cap_walk(const cap_walk& w) { for_vectors<cap_walker>(w); }

// The k largest of the head, as a list of their slots, ascending.
struct head_leaders {
  std::uint8_t slot[head_slots];
  std::size_t count = 0;
};

// The slots with a cap >= threshold.
inline void find_at_least(const float* cap, float threshold, head_leaders& found) {
  found.count = 0;
  const lanes::vec t = lanes::all(threshold);
  for (std::size_t first = 0; first < head_slots; first += lanes::width) {
    unsigned bits = lanes::at_least(lanes::load(cap + first), t);
    while (bits != 0) {
      found.slot[found.count++] =
          static_cast<std::uint8_t>(first + static_cast<unsigned>(__builtin_ctz(bits)));
      bits &= bits - 1;
    }
  }
}

template <unsigned vectors>
inline unsigned count_in_head(const lanes::vec* cap, float threshold) {
  const lanes::vec t = lanes::all(threshold);
  unsigned found = 0;
#pragma GCC unroll 32
  for (unsigned v = 0; v < vectors; ++v) {
    found += static_cast<unsigned>(__builtin_popcount(lanes::at_least(cap[v], t)));
  }
  return found;
}

// Leaves the k largest; of equal caps the earlier slots.
inline void keep_largest(const float* cap, std::size_t k, head_leaders& leaders) {
  while (leaders.count > k) {
    std::size_t least = 0;
    for (std::size_t i = 1; i < leaders.count; ++i) {
      if (cap[leaders.slot[i]] <= cap[leaders.slot[least]]) least = i;
    }
    for (std::size_t i = least + 1; i < leaders.count; ++i) leaders.slot[i - 1] = leaders.slot[i];
    --leaders.count;
  }
}

inline std::uint32_t bits_of_float(float value) {
  std::uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline float float_of_bits(std::uint32_t bits) {
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

// Floats >= 0 stand in the order of their bits, which are compared faster one after another.
inline float least_of(const float* cap, const head_leaders& leaders) {
  std::uint32_t least = bits_of_float(cap[leaders.slot[0]]);
  for (std::size_t i = 1; i < leaders.count; ++i) {
    const std::uint32_t bits = bits_of_float(cap[leaders.slot[i]]);
    least = bits < least ? bits : least;
  }
  return float_of_bits(least);
}

// A threshold that k caps of the head reach, and no more unless caps are equal; sought from a guess on, in the order of bits.
template <unsigned vectors>
inline float threshold_of(const lanes::vec* cap, unsigned k, float guess) {
  std::uint32_t low = 0, high = 0x7f800001U;  // k caps reach low, fewer reach high
  bool raised = false, lowered = false;
  std::uint32_t at = bits_of_float(guess), stride = 1U << 18;
  at = at == 0 ? 1 : at;
  while (high - low > 1) {
    const unsigned found = count_in_head<vectors>(cap, float_of_bits(at));
    if (found == k) return float_of_bits(at);
    (found > k ? low : high) = at;
    (found > k ? raised : lowered) = true;
    // In growing strides until there is a bound on either side, then by halving.
    const std::uint32_t room = high - low;
    if ((raised && lowered) || room <= 2 * stride) {
      at = low + room / 2;
    } else {
      at = raised ? low + stride : high - stride;
      stride *= 2;
    }
  }
  return float_of_bits(low);
}

// leaders: the k largest of some caps, given a threshold that k of them reach. Returns the least of them; NaN where fewer do.
inline float find_leaders(const float* caps, std::size_t k, float threshold, head_leaders& leaders) {
  find_at_least(caps, threshold, leaders);
  if (leaders.count < k) return __builtin_nanf("");
  keep_largest(caps, k, leaders);
  return least_of(caps, leaders);
}

void run_head_walk(const head_walk& w) {
  constexpr unsigned vectors = head_slots / lanes::width;
  constexpr std::size_t most_counts = 8;
  alignas(64) float caps[head_slots];
  head_leaders at_start, leaders;
  if (w.threshold != nullptr) {
    find_at_least(w.start, 0.0F, at_start);
    keep_largest(w.start, w.daily_k, at_start);
  }
  float guess[most_counts];
  for (float& g : guess) g = 1.0F;
  std::size_t i = 0;
  for (std::size_t s = 0; s < w.plan.scenarios; ++s) {
    lanes::vec cap[vectors];
    load_all<vectors>(w.start, cap);
    if (w.threshold != nullptr) leaders = at_start;
    for (std::size_t step = 0; step < w.plan.steps; ++step, ++i) {
      take_step<vectors>(w.ret + w.plan.row[i] * head_slots, w.plan.scale[i], cap);
      if (w.threshold == nullptr) continue;
      store_all<vectors>(cap, caps);
      // Yesterday's leaders give a bound that no more than k caps reach where they still lead.
      float threshold = least_of(caps, leaders);
      if (__builtin_expect(count_in_head<vectors>(cap, threshold) != w.daily_k, 0)) {
        threshold = find_leaders(caps, w.daily_k, threshold, leaders);
        if (leaders.count < w.daily_k) leaders = at_start;
      }
      w.threshold[i] = threshold;
      w.sum[i] = sum_of_largest(w.daily_k, [&](std::size_t n) { return caps[leaders.slot[n]]; });
    }
    store_all<vectors>(cap, caps);
    float least = 0.0F;
    for (std::size_t t = 0; t < w.top.count; ++t) {
      const std::size_t k = w.top.k[t];
      const float threshold = threshold_of<vectors>(cap, static_cast<unsigned>(k), guess[t % most_counts]);
      head_leaders largest;
      least = find_leaders(caps, k, threshold, largest);
      guess[t % most_counts] = threshold;
      w.top_sum[s * w.top.count + t] =
          sum_of_largest(largest.count, [&](std::size_t n) { return caps[largest.slot[n]]; });
    }
    if (w.end_threshold != nullptr) w.end_threshold[s] = least;
  }
}

}  // namespace
}  // namespace topheavy
