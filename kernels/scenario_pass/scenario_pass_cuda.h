// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/buffer.h"
#include "kernels/device/launch.h"
#include "kernels/scenario_pass/scenario_pass.h"
#include "kernels/scenario_paths/path_tiles_cuda.h"

#include <cstddef>
#include <memory>

namespace topheavy {

// Where passes spent the device's time, seconds by CUDA events.
struct path_pass_times {
  double plans = 0.0;
  double head = 0.0;
  double pack = 0.0;  // plans to words of four steps
  double tiles = 0.0;
  double combine = 0.0;  // tiles to all and groups
  double mending = 0.0;  // scenarios whose largest the head does not hold
  double figures = 0.0;
  double correlations = 0.0;
  double copy = 0.0;  // to the host

  double total() const {
    return plans + head + pack + tiles + combine + mending + figures + correlations + copy;
  }
};

struct cuda_path_options {
  path_tile_kind kind = path_tile_kind::automatic;
  std::size_t cells_at_a_time = tuning::path_cells;  // scenarios times steps; at least 32 scenarios
  path_pass_times* times = nullptr;                  // added up by passes; null: not taken
};

// Loads the universe to the ledger's device. The ledger outlives the engine. Throws out_of_device_memory where the universe
// does not fit, as passes do where not even 32 scenarios fit; std::invalid_argument where the tile asked for does not.
std::unique_ptr<path_engine> make_cuda_path_engine(const path_universe& universe, device_ledger& ledger,
                                                   const cuda_path_options& options = {});

}  // namespace topheavy
