// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"
#include "kernels/core/warp_sum.h"
#include "kernels/scenario_paths/path_tiles_core.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

// Sums of tiles to those of all and of groups, float64, in the order of path_layout.h. The sum of all is the first plane,
// then come the groups. A block adds up some planes of 32 scenarios over 32 steps in shared memory, a warp four steps of
// them; what it reads and what it writes stands together. Sums of classes are never held.
namespace topheavy {

inline constexpr std::size_t combine_steps = 32;                             // of a block
inline constexpr unsigned combine_warps = combine_steps / path_group_steps;  // of a block
inline constexpr std::size_t combine_pitch = 33;  // so that columns lie in all banks
inline constexpr std::size_t combine_plane = combine_steps * combine_pitch;  // doubles of shared memory
inline constexpr std::size_t planes_at_once = 12;                            // 99 KiB
inline constexpr std::size_t combine_doubles = planes_at_once * combine_plane;

// A class that some planes of a part contain: places among them, ascending.
struct combine_class {
  std::uint32_t index = 0;
  std::uint32_t first_plane = 0, last_plane = 0;  // of combine_lists::plane
};

// Planes in parts of at most planes_at_once.
struct combine_lists {
  std::vector<std::uint32_t> part_classes{0};  // [parts + 1] of a part the first of `of_class`
  std::vector<combine_class> of_class;         // ascending by class within a part
  std::vector<std::uint32_t> plane;            // within the part

  std::size_t parts() const { return part_classes.size() - 1; }
};

// groups_of [classes]: the groups that a class belongs to.
inline combine_lists make_combine_lists(const std::vector<std::vector<std::size_t>>& groups_of,
                                        std::size_t groups) {
  combine_lists lists;
  const std::size_t planes = groups + 1;
  for (std::size_t first = 0; first < planes; first += planes_at_once) {
    const std::size_t last = std::min(first + planes_at_once, planes);
    for (std::size_t k = 0; k < groups_of.size(); ++k) {
      const auto begin = static_cast<std::uint32_t>(lists.plane.size());
      if (first == 0) lists.plane.push_back(0);
      for (const std::size_t g : groups_of[k]) {
        if (g + 1 >= first && g + 1 < last) lists.plane.push_back(static_cast<std::uint32_t>(g + 1 - first));
      }
      const auto end = static_cast<std::uint32_t>(lists.plane.size());
      if (end > begin) lists.of_class.push_back({static_cast<std::uint32_t>(k), begin, end});
    }
    lists.part_classes.push_back(static_cast<std::uint32_t>(lists.of_class.size()));
  }
  return lists;
}

struct path_combination {
  const path_word* sums = nullptr;              // [tiles, words]
  const path_word* squares = nullptr;           // [tiles, words] or null
  const std::uint32_t* chunk_tiles = nullptr;   // [chunks + 1]
  const std::uint32_t* class_chunks = nullptr;  // [classes + 1]
  std::uint32_t chunks = 0;
  const std::uint32_t* part_classes = nullptr;  // [parts + 1]
  const combine_class* of_class = nullptr;
  const std::uint32_t* plane = nullptr;
  std::size_t parts = 0, planes = 0;
  path_packing packing;
  double* sum = nullptr;         // [planes, scenarios, steps]: of all, then of each group
  double* square_sum = nullptr;  // [scenarios, steps] or null

  // The sums of squares are a part of their own, after the others.
  TOPHEAVY_HD std::size_t all_parts() const { return parts + (squares != nullptr ? 1 : 0); }
  TOPHEAVY_HD std::size_t step_blocks() const { return (packing.steps + combine_steps - 1) / combine_steps; }
  TOPHEAVY_HD std::size_t blocks() const { return packing.strips() * step_blocks() * all_parts(); }
};

// The tiles of a chunk, 1, 2, 4 or 8: what is left of its tree.
template <typename Sum>
TOPHEAVY_HD inline Sum chunk_of_tiles(const Sum* part, std::size_t stride, std::uint32_t parts) {
  if (parts == 1) return part[0];
  Sum sum = part[0] + part[stride];
  if (parts >= 4) sum = sum + (part[2 * stride] + part[3 * stride]);
  if (parts == 8) {
    sum = sum + ((part[4 * stride] + part[5 * stride]) + (part[6 * stride] + part[7 * stride]));
  }
  return sum;
}

struct four_doubles {
  double value[path_group_steps];
};

// 0 + chunks first .. last - 1 in index order, at one word of the plan.
TOPHEAVY_HD inline four_doubles sum_of_chunks(const path_combination& c, const path_word* tiles,
                                              std::uint32_t first, std::uint32_t last, std::size_t word) {
  const std::size_t stride = c.packing.words();
  four_doubles total{};
  for (std::uint32_t chunk = first; chunk < last; ++chunk) {
    const std::uint32_t tile = c.chunk_tiles[chunk];
    const path_word sum =
        chunk_of_tiles(tiles + tile * stride + word, stride, c.chunk_tiles[chunk + 1] - tile);
    TOPHEAVY_UNROLL
    for (unsigned d = 0; d < path_group_steps; ++d) total.value[d] += static_cast<double>(sum.cell[d]);
  }
  return total;
}

// Block `index` of blocks(), of combine_warps warps; shared: combine_doubles. Ends with a barrier.
template <typename Block>
TOPHEAVY_HD TOPHEAVY_INLINE void combine_block(const Block& block, const path_combination& c,
                                               std::size_t index, double* shared) {
  const std::size_t part = index % c.all_parts(), rest = index / c.all_parts();
  const std::size_t first_step = rest % c.step_blocks() * combine_steps, strip = rest / c.step_blocks();
  const bool squares = part == c.parts;
  const std::size_t first_plane = part * planes_at_once;
  const std::size_t planes = squares                                   ? 1
                             : c.planes - first_plane < planes_at_once ? c.planes - first_plane
                                                                       : planes_at_once;
  block.each_warp([&](const auto& warp, std::size_t w) {
    for (std::size_t own = w; own < combine_warps; own += block.warps()) {
      const std::size_t group = first_step / path_group_steps + own;
      if (group >= c.packing.groups()) continue;
      warp.each([&](unsigned thread) {
        double* const sums = shared + own * path_group_steps * combine_pitch + thread;
        const std::size_t word = (strip * c.packing.groups() + group) * warp_threads + thread;
        const auto set = [&](std::size_t plane, const four_doubles& value) {
          TOPHEAVY_UNROLL
          for (unsigned d = 0; d < path_group_steps; ++d) {
            sums[plane * combine_plane + d * combine_pitch] = value.value[d];
          }
        };
        if (squares) {
          set(0, sum_of_chunks(c, c.squares, 0, c.chunks, word));
          return 0;
        }
        for (std::size_t plane = 0; plane < planes; ++plane) set(plane, {});
        for (std::uint32_t i = c.part_classes[part]; i < c.part_classes[part + 1]; ++i) {
          const combine_class k = c.of_class[i];
          const four_doubles sum =
              sum_of_chunks(c, c.sums, c.class_chunks[k.index], c.class_chunks[k.index + 1], word);
          for (std::uint32_t p = k.first_plane; p < k.last_plane; ++p) {
            double* const to = sums + c.plane[p] * combine_plane;
            TOPHEAVY_UNROLL
            for (unsigned d = 0; d < path_group_steps; ++d) to[d * combine_pitch] += sum.value[d];
          }
        }
        return 0;
      });
    }
  });
  block.barrier();
  block.each_warp([&](const auto& warp, std::size_t w) {
    warp.each([&](unsigned thread) {
      const std::size_t step = first_step + thread;
      if (step >= c.packing.steps) return 0;
      for (std::size_t i = w; i < planes * warp_threads; i += block.warps()) {
        const std::size_t plane = i / warp_threads, s = strip * warp_threads + i % warp_threads;
        if (s >= c.packing.scenarios) continue;
        double* const to =
            squares ? c.square_sum : c.sum + (first_plane + plane) * c.packing.scenarios * c.packing.steps;
        to[s * c.packing.steps + step] =
            shared[plane * combine_plane + thread * combine_pitch + i % warp_threads];
      }
      return 0;
    });
  });
  block.barrier();
}

// 0 + all chunks in index order of the squares at the end of scenario s; tiles [tiles, places].
TOPHEAVY_HD inline double sum_of_end_squares(const float* tiles, const std::uint32_t* chunk_tiles,
                                             std::uint32_t chunks, std::size_t places, std::size_t s) {
  double total = 0.0;
  for (std::uint32_t chunk = 0; chunk < chunks; ++chunk) {
    const std::uint32_t tile = chunk_tiles[chunk];
    total +=
        static_cast<double>(chunk_of_tiles(tiles + tile * places + s, places, chunk_tiles[chunk + 1] - tile));
  }
  return total;
}

}  // namespace topheavy
