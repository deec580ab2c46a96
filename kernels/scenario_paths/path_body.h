// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

// The innermost loops of the path engine, one body an instruction set. A body walks one chunk of the layout along many
// scenarios with the caps in registers; which lanes it holds at once (`width`: 16, 8 or 4, each a whole subtree of the
// order of summation) decides how its tiles lie in memory. Every body gives the same bits.
namespace topheavy {

// A plan: the steps of each scenario, one after the other. The cap of a slot at a step is
//   cap = cap g,  g = fma(scale, R[row, slot], 1), +0 where that is not above 0
struct path_plan_view {
  const std::uint32_t* row = nullptr;  // [scenarios, steps]
  const float* scale = nullptr;        // [scenarios, steps]
  std::size_t scenarios = 0;
  std::size_t steps = 0;

  std::size_t cells() const { return scenarios * steps; }
};

// Sums are written as whole vectors: so many floats more than there are cells in a plan.
inline constexpr std::size_t path_sum_padding = 16;

// A chunk as the body holds it. parts = 16 / width; lane j of vector v is lane j % width of part j / width.
struct path_tile {
  const float* ret = nullptr;    // [parts, rows, vectors, width], aligned to 64 bytes
  const float* start = nullptr;  // [parts, vectors, width], aligned to 64 bytes
  std::size_t rows = 0;
  std::uint32_t vectors = 0;  // 1 .. 8
};

// The sum of each part's lanes, of caps and of their squares, still to be added up by add_parts. `every step` ones are
// [parts, stride], stride at least cells + padding; those `at the end` of each scenario [parts, end_stride], end_stride at
// least scenarios + padding. counts: the number of slots of this chunk with a cap >= the threshold is added, up to 65,535.
// Null: not asked for, in one of these combinations: sums alone; squares and counts each either at every step or at the end.
struct tile_walk {
  path_tile tile;
  path_plan_view plan;
  float* sums = nullptr;  // always
  float* squares = nullptr;
  std::size_t stride = 0;
  float* end_squares = nullptr;
  std::size_t end_stride = 0;
  const float* threshold = nullptr;      // [cells]
  std::uint16_t* count = nullptr;        // [cells]
  const float* end_threshold = nullptr;  // [scenarios]
  std::uint16_t* end_count = nullptr;    // [scenarios]
};

// caps [scenarios, vectors, 16], aligned to 64 bytes: after the last step; or [scenarios, steps, vectors, 16], after every step.
struct cap_walk {
  path_tile tile;
  path_plan_view plan;
  float* caps = nullptr;
  bool every_step = false;
};

inline constexpr std::size_t head_slots = 128;

// Numbers of largest caps at the end, ascending.
struct top_counts {
  const std::size_t* k = nullptr;  // 1 .. 128 each
  std::size_t count = 0;
};

// The head: 128 slots in the order of the layout. At the end of a scenario the sums of the k largest caps for each k of
// `top` (sum_of_largest, of equal caps the earlier slots count), and the least of the last of these k. Where threshold is
// not null, after each step also the daily_k-th largest cap and the sum of the daily_k largest. Nothing is promised where a
// cap is not finite; nor is the total then.
struct head_walk {
  const float* ret = nullptr;    // [rows, 128], aligned to 64 bytes
  const float* start = nullptr;  // [128], aligned likewise
  path_plan_view plan;
  top_counts top;
  double* top_sum = nullptr;       // [scenarios, top.count]
  float* end_threshold = nullptr;  // [scenarios]
  std::size_t daily_k = 0;         // 1 .. 128
  float* threshold = nullptr;      // [cells]
  double* sum = nullptr;           // [cells]
};

// The sum of the k largest caps, given in the order of their slots: eight lanes, i mod 8, each from its first term on, then
// ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)).
template <typename Cap>
inline double sum_of_largest(std::size_t k, Cap cap) {
  double lane[8] = {};
  std::size_t i = 0;
  for (; i + 8 <= k; i += 8) {
    for (std::size_t j = 0; j < 8; ++j) lane[j] += static_cast<double>(cap(i + j));
  }
  for (std::size_t j = 0; i + j < k; ++j) lane[j] += static_cast<double>(cap(i + j));
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

struct path_body {
  const char* name;   // "x86-64-v4", "x86-64-v3", "x86-64-v2", "plain"
  std::size_t width;  // 16, 8 or 4
  bool (*runs_here)();
  void (*walk_tile)(const tile_walk&);
  void (*walk_caps)(const cap_walk&);
  void (*walk_head)(const head_walk&);
};

// The bodies of this build, the fastest first; the last one runs everywhere.
struct path_bodies {
  const path_body* const* body;
  std::size_t count;
};
path_bodies known_path_bodies();

// The first that runs here.
const path_body& best_path_body();

// The sum of the 16 lanes from the sums of the parts of a body of that width: partner lane xor 4, then xor 8.
// parts: [16 / width, stride].
inline float add_parts(const float* parts, std::size_t stride, std::size_t width, std::size_t i) {
  if (width == 16) return parts[i];
  if (width == 8) return parts[i] + parts[stride + i];
  return (parts[i] + parts[stride + i]) + (parts[2 * stride + i] + parts[3 * stride + i]);
}

}  // namespace topheavy
