// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"
#include "kernels/core/warp_sum.h"
#include "kernels/scenario_paths/path_body.h"
#include "kernels/scenario_paths/path_layout.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

// The path engine as blocks of CUDA threads compute it, to the bits of path_body.h.
//
// A sum of path_layout.h over a chunk is a balanced binary tree over 16 << depth cells, depth = 3, 2 or 1 for 5 to 8, 3 to
// 4 and 1 to 2 vectors; what is missing is +0, which changes no cap's sum. A cell's place in the tree has, from the
// leaves up, the bits of its vector, then lane xor 2, xor 1, xor 4, xor 8. 16 neighbours of the tree, 4 words of 4, are a
// unit, whose caps stand in the registers of one thread for a whole path. A tile is one unit or two neighbours of all
// rows; a block keeps it in shared memory while scenarios stream past. Two threads that walk a tile of two units add their
// sums by a shuffle, and a second kernel adds tiles, then chunks in float64.
//
// Words are read 16 bytes at a time. Neighbouring scenarios begin with different words of the unit, so that eight threads
// read all banks of shared memory at once; which word a thread holds first only swaps the operands of additions, which
// commute.
//
// Written over a `Warp` and a `Block`: the threads of a device (kernels/device/block.cuh, path_tiles_cuda.cu), or an
// emulation in the tests (tests/backends/host_block.h).
namespace topheavy {

struct alignas(16) path_word {
  float cell[4];
};
struct alignas(16) path_row_places {
  std::uint32_t at[4];  // bytes from a tile's first row
};

inline constexpr unsigned path_unit_words = 4;
inline constexpr unsigned path_unit_cells = 16;
inline constexpr unsigned path_group_steps = 4;  // a word of the plan
inline constexpr std::uint32_t no_path_slot = 0xffffffffu;
// Constants: nvcc keeps the functions of numeric_limits on the host.
inline constexpr float above_every_cap = std::numeric_limits<float>::infinity();
inline constexpr float no_threshold = std::numeric_limits<float>::quiet_NaN();

// cap g, g = fma(scale, R, 1), +0 where that is not above 0. A sum with 1 is never -0, so the larger of g and 0 is that.
TOPHEAVY_HD inline float next_cap(float cap, float scale, float ret) {
  return cap * std::fmax(std::fma(scale, ret, 1.0F), 0.0F);
}

TOPHEAVY_HD inline path_word operator+(const path_word& a, const path_word& b) {
  return {{a.cell[0] + b.cell[0], a.cell[1] + b.cell[1], a.cell[2] + b.cell[2], a.cell[3] + b.cell[3]}};
}

// ---- where cells stand ----

struct path_tile_shape {
  std::uint32_t vectors = 0;  // of the chunk
  std::uint32_t depth = 0;
};

// Tiles of a layout: 1 or 2 units each, a row of one being [4 words, units, 4 cells].
struct device_tile_layout {
  unsigned units = 2;
  std::vector<path_tile_shape> shape;       // [tiles]
  std::vector<std::uint32_t> slot_of_cell;  // [tiles, 4, units, 4], no_path_slot where a vector is missing
  std::vector<std::uint32_t> chunk_tiles;   // [chunks + 1] a chunk's first tile; a chunk has 1, 2, 4 or 8
  std::vector<std::uint32_t> class_chunks;  // [classes + 1] a class's first chunk

  std::size_t tiles() const { return shape.size(); }
  std::size_t classes() const { return class_chunks.size() - 1; }
  std::size_t cells() const { return std::size_t{units} * path_unit_cells; }
};

inline device_tile_layout make_path_tiles(const path_layout& layout, unsigned units) {
  device_tile_layout made;
  made.units = units;
  made.class_chunks = layout.class_chunks;
  made.chunk_tiles.push_back(0);
  for (const path_chunk& chunk : layout.chunks) {
    const std::uint32_t depth = chunk.vectors > 4 ? 3 : chunk.vectors > 2 ? 2 : 1;
    for (std::uint32_t i = 0; i < std::uint32_t{path_lanes} << depth; ++i) {
      const std::uint32_t in_tile = i % (units * path_unit_cells);
      const std::uint32_t word = in_tile / 4 / units, unit = in_tile / 4 % units;
      const std::uint32_t cell = i - in_tile + unit * path_unit_cells + word * 4 + in_tile % 4;
      const std::uint32_t vector = cell & ((1u << depth) - 1), place = cell >> depth;
      const std::uint32_t lane = (place & 1) << 1 | (place & 2) >> 1 | (place & 12);
      const std::uint32_t slot = (chunk.first_vector + vector) * std::uint32_t{path_lanes} + lane;
      made.slot_of_cell.push_back(vector < chunk.vectors ? slot : no_path_slot);
    }
    made.shape.resize(made.slot_of_cell.size() / made.cells(), {chunk.vectors, depth});
    made.chunk_tiles.push_back(static_cast<std::uint32_t>(made.shape.size()));
  }
  return made;
}

// Cell i of [tiles, rows, cells] from ret [rows, slots]; `first` and `some` are the rows at hand. The start caps are one
// row of their own.
struct path_gather {
  const float* from = nullptr;  // [some, slots]
  std::size_t slots = 0;
  const std::uint32_t* slot_of_cell = nullptr;  // [tiles, cells]
  std::size_t cells = 0;
  std::size_t first = 0, some = 0, rows = 0;
  float* to = nullptr;  // [tiles, rows, cells]
};

// i < tiles some cells
TOPHEAVY_HD inline void gather_cell(const path_gather& g, std::size_t i) {
  const std::size_t cell = i % g.cells, row = i / g.cells % g.some, tile = i / g.cells / g.some;
  const std::uint32_t slot = g.slot_of_cell[tile * g.cells + cell];
  g.to[(tile * g.rows + g.first + row) * g.cells + cell] =
      slot == no_path_slot ? 0.0F : g.from[row * g.slots + slot];
}

// ---- plans, four steps a word ----

// Scenarios in strips of 32, steps in groups of 4: [strips, groups, 32] words of 4 steps. What is padded has row 0 and
// scale 0, and so changes no cap.
struct path_packing {
  std::size_t scenarios = 0;
  std::size_t steps = 0;

  TOPHEAVY_HD std::size_t strips() const { return (scenarios + 31) / 32; }
  TOPHEAVY_HD std::size_t groups() const { return (steps + path_group_steps - 1) / path_group_steps; }
  TOPHEAVY_HD std::size_t words() const { return strips() * groups() * 32; }
  TOPHEAVY_HD std::size_t places() const { return strips() * 32; }  // of scenarios, padded
  TOPHEAVY_HD std::size_t scenario_of(std::size_t word) const {
    return word / 32 / groups() * 32 + word % 32;
  }
  TOPHEAVY_HD std::size_t step_of(std::size_t word) const { return word / 32 % groups() * path_group_steps; }
  TOPHEAVY_HD std::size_t first_word(std::size_t scenario) const {
    return scenario / 32 * groups() * 32 + scenario % 32;
  }
};

struct path_plan_words {
  std::uint32_t row_bytes = 0;        // of a row of a tile
  path_row_places* row_at = nullptr;  // [words]
  path_word* scale = nullptr;         // [words]
  path_word* threshold = nullptr;     // [words] or null
};

TOPHEAVY_HD inline void pack_word(const path_packing& packing, const path_plan_view& plan,
                                  const float* threshold, const path_plan_words& to, std::size_t word) {
  const std::size_t s = packing.scenario_of(word), step = packing.step_of(word);
  path_row_places row{};
  path_word scale{}, limit{{no_threshold, no_threshold, no_threshold, no_threshold}};
  TOPHEAVY_UNROLL
  for (unsigned d = 0; d < path_group_steps; ++d) {
    if (s < plan.scenarios && step + d < plan.steps) {
      const std::size_t i = s * plan.steps + step + d;
      row.at[d] = plan.row[i] * to.row_bytes;
      scale.cell[d] = plan.scale[i];
      if (threshold != nullptr) limit.cell[d] = threshold[i];
    }
  }
  to.row_at[word] = row;
  to.scale[word] = scale;
  if (threshold != nullptr) to.threshold[word] = limit;
}

// ---- the walk ----

enum class at_steps { none, last, every };

// All pointers are memory of whoever walks. Sums of a tile over its 16 or 32 cells. Squares and counts are asked for
// together or not at all, each either at every step or at the last one.
struct path_tile_walk {
  const path_word* ret = nullptr;          // [tiles, rows, units 4]
  const path_word* start = nullptr;        // [tiles, units 4]
  const path_tile_shape* shape = nullptr;  // [tiles]
  std::size_t tiles = 0;
  std::size_t rows = 0;
  path_packing packing;
  const path_row_places* row_at = nullptr;  // [words]
  const path_word* scale = nullptr;         // [words]
  path_word* sums = nullptr;                // [tiles, words]
  path_word* squares = nullptr;             // [tiles, words], of every step
  float* end_squares = nullptr;             // [tiles, places], of the last one
  const path_word* threshold = nullptr;     // [words], where caps are counted at every step
  std::uint32_t* count = nullptr;           // [words, 4] caps >= threshold, zero before the walk
  const float* end_threshold = nullptr;     // [places], where they are counted at the last step
  std::uint32_t* end_count = nullptr;       // [places], zero before the walk

  TOPHEAVY_HD at_steps squares_asked() const {
    return squares != nullptr ? at_steps::every : end_squares != nullptr ? at_steps::last : at_steps::none;
  }
  TOPHEAVY_HD at_steps counts_asked() const {
    return count != nullptr ? at_steps::every : end_count != nullptr ? at_steps::last : at_steps::none;
  }
};

struct path_plan_group {
  path_row_places row;
  path_word scale;
};

// What one thread holds: a unit along a scenario.
struct path_walker {
  path_word cap[path_unit_words];
  std::uint32_t place[path_unit_words];  // of word k in a row of the tile, bytes
  std::uint32_t in_a_vector;             // bit 4 k + e: cell e of word k is no missing vector's
  std::uint32_t word;                    // of the plan: the group of steps to come
  path_plan_group plan;                  // of that group
};

// Sums of each step of a group: of caps, and of their squares where asked for.
template <bool squares>
struct path_group_sums {
  path_word sum[squares ? 2 : 1];
};

template <bool squares>
TOPHEAVY_HD inline path_group_sums<squares> operator+(const path_group_sums<squares>& a,
                                                      const path_group_sums<squares>& b) {
  path_group_sums<squares> total;
  TOPHEAVY_UNROLL
  for (unsigned i = 0; i < (squares ? 2 : 1); ++i) total.sum[i] = a.sum[i] + b.sum[i];
  return total;
}

TOPHEAVY_HD inline float word_sum(const path_word& c) {
  return (c.cell[0] + c.cell[1]) + (c.cell[2] + c.cell[3]);
}

// chain: vectors of a lane that stand in a word, 4 or 2.
template <unsigned chain>
TOPHEAVY_HD inline float word_squares(const path_word& c) {
  float x = std::fma(c.cell[1], c.cell[1], c.cell[0] * c.cell[0]);
  if constexpr (chain == 4) {
    x = std::fma(c.cell[2], c.cell[2], x);
    return std::fma(c.cell[3], c.cell[3], x);
  } else {
    return x + std::fma(c.cell[3], c.cell[3], c.cell[2] * c.cell[2]);
  }
}

TOPHEAVY_HD inline std::uint32_t cells_at_least(const path_walker& me, float threshold) {
  float largest = me.cap[0].cell[0];
  TOPHEAVY_UNROLL
  for (unsigned i = 1; i < path_unit_cells; ++i) largest = std::fmax(largest, me.cap[i / 4].cell[i % 4]);
  std::uint32_t found = 0;
  if (largest >= threshold) {  // seldom, but in the tiles of the largest
    TOPHEAVY_UNROLL
    for (unsigned i = 0; i < path_unit_cells; ++i) {
      found += static_cast<std::uint32_t>(me.cap[i / 4].cell[i % 4] >= threshold) & (me.in_a_vector >> i);
    }
  }
  return found;
}

// Thread `thread` of a warp whose first thread walks scenario `first`: units threads a scenario.
template <unsigned units>
TOPHEAVY_HD inline path_walker walker_at_start(const path_tile_walk& walk, std::size_t tile_index,
                                               std::size_t first, unsigned thread) {
  const unsigned seat = thread / units, unit = thread % units;
  const path_tile_shape shape = walk.shape[tile_index];
  path_walker me;
  me.in_a_vector = 0;
  TOPHEAVY_UNROLL
  for (unsigned k = 0; k < path_unit_words; ++k) {
    const unsigned word = k ^ (seat % path_unit_words);
    me.place[k] = (word * units + unit) * sizeof(path_word);
    me.cap[k] = walk.start[(tile_index * path_unit_words + word) * units + unit];
    for (unsigned e = 0; e < 4; ++e) {
      const bool there = ((word * 4 + e) & ((1u << shape.depth) - 1)) < shape.vectors;
      me.in_a_vector |= static_cast<std::uint32_t>(there) << (4 * k + e);
    }
  }
  me.word = static_cast<std::uint32_t>(walk.packing.first_word(first + seat));
  me.plan = {walk.row_at[me.word], walk.scale[me.word]};
  return me;
}

// One addition from a place in the plan and one in the row to a word.
TOPHEAVY_HD inline path_word word_at(const path_word* tile, std::uint32_t bytes) {
  return *reinterpret_cast<const path_word*>(reinterpret_cast<const char*>(tile) + bytes);
}

// `steps` steps of a group.
template <unsigned steps, unsigned units, unsigned chain, bool squares, bool counts, typename Warp>
TOPHEAVY_HD TOPHEAVY_INLINE path_group_sums<squares> take_steps(const Warp& warp, const path_tile_walk& walk,
                                                                const path_word* tile, path_walker& me) {
  path_group_sums<squares> sums{};
  path_word threshold{};
  if constexpr (counts) threshold = walk.threshold[me.word];
  TOPHEAVY_UNROLL
  for (unsigned d = 0; d < steps; ++d) {
    float sum[path_unit_words], sum_of_squares[path_unit_words];
    TOPHEAVY_UNROLL
    for (unsigned k = 0; k < path_unit_words; ++k) {
      const path_word ret = word_at(tile, me.plan.row.at[d] + me.place[k]);
      TOPHEAVY_UNROLL
      for (unsigned e = 0; e < 4; ++e) {
        me.cap[k].cell[e] = next_cap(me.cap[k].cell[e], me.plan.scale.cell[d], ret.cell[e]);
      }
      sum[k] = word_sum(me.cap[k]);
      if constexpr (squares) sum_of_squares[k] = word_squares<chain>(me.cap[k]);
    }
    sums.sum[0].cell[d] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    if constexpr (squares) {
      sums.sum[1].cell[d] = (sum_of_squares[0] + sum_of_squares[1]) + (sum_of_squares[2] + sum_of_squares[3]);
    }
    if constexpr (counts) {
      const std::uint32_t found = cells_at_least(me, threshold.cell[d]);
      if (found != 0) warp.add_to(walk.count + me.word * path_group_steps + d, found);
    }
  }
  return sums;
}

// What is asked for at the last step, after which the walkers stand.
template <unsigned units, unsigned chain, at_steps squares, at_steps counts, typename Warp, typename Walkers>
TOPHEAVY_HD TOPHEAVY_INLINE void take_end(const Warp& warp, const path_tile_walk& walk,
                                          std::size_t tile_index, std::size_t first, Walkers& walkers) {
  if constexpr (squares == at_steps::last) {
    auto sums = warp.each_of(
        [&](unsigned, const path_walker& me) {
          return (word_squares<chain>(me.cap[0]) + word_squares<chain>(me.cap[1])) +
                 (word_squares<chain>(me.cap[2]) + word_squares<chain>(me.cap[3]));
        },
        walkers);
    if constexpr (units == 2) sums = warp.add_partner(sums, 1);
    float* const to = walk.end_squares + tile_index * walk.packing.places() + first;
    warp.each_of(
        [&](unsigned thread, const float& sum) {
          if (thread % units == 0) to[thread / units] = sum;
        },
        sums);
  }
  if constexpr (counts == at_steps::last) {
    warp.each_of(
        [&](unsigned thread, const path_walker& me) {
          const std::size_t scenario = first + thread / units;
          const std::uint32_t found = cells_at_least(me, walk.end_threshold[scenario]);
          if (found != 0) warp.add_to(walk.end_count + scenario, found);
        },
        walkers);
  }
}

// One warp along the 32 / units scenarios of a strip through one tile.
template <unsigned units, unsigned chain, at_steps squares, at_steps counts, typename Warp>
TOPHEAVY_HD TOPHEAVY_INLINE void walk_strip(const Warp& warp, const path_tile_walk& walk,
                                            const path_word* tile, std::size_t tile_index,
                                            std::size_t strip) {
  constexpr bool every_square = squares == at_steps::every, every_count = counts == at_steps::every;
  const std::size_t first = strip * (warp_threads / units);
  auto walkers =
      warp.each([&](unsigned thread) { return walker_at_start<units>(walk, tile_index, first, thread); });
  const std::size_t plane = tile_index * walk.packing.words();
  const auto walk_group = [&](auto count, bool more) {
    // The next group's plan is on its way while this one is walked; the last has itself again.
    const std::uint32_t ahead = more ? 32 : 0;
    const auto next = warp.each_of(
        [&](unsigned, const path_walker& me) {
          return path_plan_group{walk.row_at[me.word + ahead], walk.scale[me.word + ahead]};
        },
        walkers);
    auto sums = warp.each_of(
        [&](unsigned, path_walker& me) {
          return take_steps<decltype(count)::value, units, chain, every_square, every_count>(warp, walk, tile,
                                                                                             me);
        },
        walkers);
    if constexpr (units == 2) sums = warp.add_partner(sums, 1);
    warp.each_of(
        [&](unsigned thread, path_walker& me, const path_group_sums<every_square>& total,
            const path_plan_group& then) {
          if (thread % units == 0) walk.sums[plane + me.word] = total.sum[0];
          if constexpr (every_square) {
            if (thread % units == units - 1) walk.squares[plane + me.word] = total.sum[1];
          }
          me.plan = then;
          me.word += ahead;
        },
        walkers, sums, next);
  };
  const auto groups = static_cast<std::uint32_t>(walk.packing.groups());
  const auto whole = static_cast<std::uint32_t>(walk.packing.steps / path_group_steps);
  for (std::uint32_t group = 1; group <= whole; ++group) {
    walk_group(std::integral_constant<unsigned, 4>{}, group < groups);
  }
  const auto left = static_cast<unsigned>(walk.packing.steps % path_group_steps);
  if (left == 1) walk_group(std::integral_constant<unsigned, 1>{}, false);
  if (left == 2) walk_group(std::integral_constant<unsigned, 2>{}, false);
  if (left == 3) walk_group(std::integral_constant<unsigned, 3>{}, false);
  take_end<units, chain, squares, counts>(warp, walk, tile_index, first, walkers);
}

// The same for a tile of any depth.
template <unsigned units, at_steps squares, at_steps counts, typename Warp>
TOPHEAVY_HD TOPHEAVY_INLINE void walk_tile_strip(const Warp& warp, const path_tile_walk& walk,
                                                 const path_word* tile, std::size_t tile_index,
                                                 std::size_t strip) {
  if constexpr (squares != at_steps::none) {
    if (walk.shape[tile_index].depth == 1) {
      return walk_strip<units, 2, squares, counts>(warp, walk, tile, tile_index, strip);
    }
  }
  walk_strip<units, 4, squares, counts>(warp, walk, tile, tile_index, strip);
}

// Strips of a walk: what one warp walks at once, 32 / units scenarios.
template <unsigned units>
TOPHEAVY_HD inline std::size_t strips_of(const path_tile_walk& walk) {
  return walk.packing.strips() * units;
}

// Words first, first + stride, ... of a tile; several are on their way at a time.
TOPHEAVY_HD inline void copy_share(const path_word* from, std::size_t words, std::size_t first,
                                   std::size_t stride, path_word* to) {
  constexpr unsigned at_once = 4;
  for (std::size_t i = first; i < words; i += at_once * stride) {
    path_word held[at_once];
    TOPHEAVY_UNROLL
    for (unsigned k = 0; k < at_once; ++k) {
      if (i + k * stride < words) held[k] = from[i + k * stride];
    }
    TOPHEAVY_UNROLL
    for (unsigned k = 0; k < at_once; ++k) {
      if (i + k * stride < words) to[i + k * stride] = held[k];
    }
  }
}

// Block `index` of `blocks`, which share the strips of all tiles evenly; a block has its tile in shared [rows, units 4].
// Ends with a barrier.
template <unsigned units, at_steps squares, at_steps counts, typename Block>
TOPHEAVY_HD TOPHEAVY_INLINE void walk_tiles_block(const Block& block, const path_tile_walk& walk,
                                                  std::size_t index, std::size_t blocks, path_word* shared) {
  const std::size_t strips = strips_of<units>(walk), work = walk.tiles * strips;
  const std::size_t words = walk.rows * units * path_unit_words;
  const std::size_t end = work * (index + 1) / blocks;
  for (std::size_t at = work * index / blocks; at < end;) {
    const std::size_t tile = at / strips, first = at % strips;
    const std::size_t last = end - at < strips - first ? first + (end - at) : strips;
    block.each_warp([&](const auto& warp, std::size_t w) {
      warp.each([&](unsigned thread) {
        copy_share(walk.ret + tile * words, words, w * warp_threads + thread, block.warps() * warp_threads,
                   shared);
        return 0;
      });
    });
    block.barrier();
    block.each_warp([&](const auto& warp, std::size_t w) {
      for (std::size_t strip = first + w; strip < last; strip += block.warps()) {
        walk_tile_strip<units, squares, counts>(warp, walk, shared, tile, strip);
      }
    });
    block.barrier();
    at += last - first;
  }
}

// The same where a tile does not fit into shared memory: rows are read where they lie, and all blocks walk the same tile at
// a time, so that it stays in the second-level cache.
template <unsigned units, at_steps squares, at_steps counts, typename Block>
TOPHEAVY_HD TOPHEAVY_INLINE void walk_tiles_streamed(const Block& block, const path_tile_walk& walk,
                                                     std::size_t index, std::size_t blocks) {
  const std::size_t strips = strips_of<units>(walk);
  block.each_warp([&](const auto& warp, std::size_t w) {
    for (std::size_t i = index * block.warps() + w; i < walk.tiles * strips; i += blocks * block.warps()) {
      const std::size_t tile = i / strips;
      walk_tile_strip<units, squares, counts>(
          warp, walk, walk.ret + tile * walk.rows * units * path_unit_words, tile, i % strips);
    }
  });
  block.barrier();
}

// ---- caps of constituents ----

struct path_cap_walk {
  const float* ret = nullptr;                   // [tiles, rows, cells]
  const float* start = nullptr;                 // [tiles, cells]
  const std::uint32_t* slot_of_cell = nullptr;  // [tiles, cells]
  std::size_t tiles = 0, rows = 0, cells = 0, slots = 0;
  path_plan_view plan;
  bool every_step = false;
  float* caps = nullptr;  // [scenarios, slots] after the last step, or [scenarios, steps, slots]
};

// i < scenarios tiles cells
TOPHEAVY_HD inline void walk_caps_cell(const path_cap_walk& w, std::size_t i) {
  const std::size_t cell = i % (w.tiles * w.cells), s = i / (w.tiles * w.cells);
  const std::uint32_t slot = w.slot_of_cell[cell];
  if (slot == no_path_slot) return;
  const float* const ret = w.ret + cell / w.cells * w.rows * w.cells + cell % w.cells;
  const std::size_t steps = w.plan.steps;
  float cap = w.start[cell];
  for (std::size_t step = 0; step < steps; ++step) {
    const std::size_t at = s * steps + step;
    cap = next_cap(cap, w.plan.scale[at], ret[w.plan.row[at] * w.cells]);
    if (w.every_step) w.caps[at * w.slots + slot] = cap;
  }
  if (!w.every_step) w.caps[s * w.slots + slot] = cap;
}

}  // namespace topheavy
