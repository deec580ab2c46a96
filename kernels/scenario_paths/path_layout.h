// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

// Where the constituents of a universe stand for the path engine, and so in what order their caps are added up. It
// depends on the sizes of the classes alone, never on hardware.
//
// A class is a set of constituents that no reported group tells apart; classes stand one after another, each padded to a
// multiple of 16 slots with cap 0 and return 0. 16 slots are a vector. A class of k vectors is cut into ceil(k / 8)
// chunks of at most 8 vectors, sizes differing by at most one, the larger ones first.
//
// A sum over caps, each operation rounded in float32 up to the chunk and in float64 above:
//   leaf, lane by lane over the chunk's vectors:  ((v0+v1)+(v2+v3))+((v4+v5)+(v6+v7)), a missing vector is +0
//   squares: x = c0 c0; x = fma(c1, c1, x); ... over v0..v3, y likewise over v4..v7, then x + y
//   lanes:   partner lane xor 2, then xor 1, xor 4, xor 8
//   class:   0 + its chunks in index order; group and total: 0 + classes in index order; squares: 0 + all chunks in
//            index order
namespace topheavy {

inline constexpr std::size_t path_lanes = 16;
inline constexpr std::size_t path_chunk_vectors = 8;

struct path_chunk {
  std::uint32_t first_vector = 0;
  std::uint32_t vectors = 0;  // 1 .. 8
};

struct path_layout {
  std::vector<path_chunk> chunks;
  std::vector<std::uint32_t> class_chunks{0};  // [classes + 1] a class's first chunk
  std::vector<std::uint32_t> class_slots;      // [classes] a class's first slot
  std::size_t vectors = 0;

  std::size_t classes() const { return class_slots.size(); }
  std::size_t slots() const { return vectors * path_lanes; }
};

// sizes [classes]: constituents of each class; a class of none has no chunk.
inline path_layout make_path_layout(const std::vector<std::size_t>& sizes) {
  path_layout layout;
  for (const std::size_t size : sizes) {
    const std::size_t vectors = (size + path_lanes - 1) / path_lanes;
    const std::size_t chunks = (vectors + path_chunk_vectors - 1) / path_chunk_vectors;
    layout.class_slots.push_back(static_cast<std::uint32_t>(layout.vectors * path_lanes));
    for (std::size_t c = 0; c < chunks; ++c) {
      const std::size_t share = vectors / chunks + (c < vectors % chunks ? 1 : 0);
      layout.chunks.push_back(
          {static_cast<std::uint32_t>(layout.vectors), static_cast<std::uint32_t>(share)});
      layout.vectors += share;
    }
    layout.class_chunks.push_back(static_cast<std::uint32_t>(layout.chunks.size()));
  }
  return layout;
}

}  // namespace topheavy
