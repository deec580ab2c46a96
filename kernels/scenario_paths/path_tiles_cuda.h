// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/launch.h"
#include "kernels/device/stream.h"
#include "kernels/scenario_paths/path_tiles_core.h"

#include <cstddef>

// The walk of tiles on a device: the kernel that the whole pass over scenarios waits for.
namespace topheavy {

enum class path_tile_kind {
  automatic,  // the first of these whose rows fit into a block's shared memory
  shared_32,  // 32 constituents
  shared_16,
  streamed,  // rows are read from the device's memory, through its cache
};

// What automatic comes to for so many rows. Throws std::invalid_argument where the kind asked for does not fit.
path_tile_kind tile_kind_for(path_tile_kind wanted, std::size_t rows);

// Of 16 constituents, of a tile.
constexpr unsigned units_of(path_tile_kind kind) { return kind == path_tile_kind::shared_16 ? 1 : 2; }

// All pointers are memory of the device; not `automatic`. Enqueues and returns.
void walk_tiles_cuda(path_tile_kind kind, const path_tile_walk& walk, stream_ref stream);

}  // namespace topheavy
