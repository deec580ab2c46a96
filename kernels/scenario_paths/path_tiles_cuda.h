// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/buffer.h"
#include "kernels/device/launch.h"
#include "kernels/scenario_pass/scenario_pass.h"
#include "kernels/scenario_paths/path_body.h"
#include "kernels/scenario_paths/path_tiles_core.h"

#include <cstddef>
#include <cstdint>
#include <memory>

// The path engine on a device: a universe uploaded once, and walks along plans. All pointers are host memory; the bits are
// those of path_body.h with sums over chunks and classes as path_layout.h has them, for any tile and any slice.
namespace topheavy {

enum class path_tile_kind {
  automatic,  // the first of these whose rows fit into a block's shared memory
  shared_32,  // 32 constituents
  shared_16,
  streamed,  // rows are read from the device's memory, through its cache
};

struct path_walk_result {
  double* class_sum = nullptr;  // [classes, scenarios, steps] caps, in the unit of the start caps
  double* square_sum =
      nullptr;  // [scenarios, steps] of squared caps over all chunks; null where not asked for
  std::uint32_t* count =
      nullptr;  // [scenarios, steps] slots with a cap >= threshold; null where not asked for
};

// Where a walk spent the device's time, seconds.
struct path_walk_times {
  double upload = 0.0;
  double pack = 0.0;  // plans to words of four steps
  double tiles = 0.0;
  double combine = 0.0;  // tiles to classes
  double download = 0.0;
};

class device_paths {
 public:
  // Reads the universe, keeps nothing of it. head [128]: slots of the largest start caps in the order of the layout,
  // no_path_slot where there are fewer; null: no walk_head. The ledger outlives this. Slices are cut so that they fit what
  // the device has free, and to at most cells_at_a_time scenarios times steps; throws out_of_device_memory where the
  // universe does not fit, as walks do where not even 32 scenarios fit.
  device_paths(const path_universe& universe, const std::uint32_t* head, device_ledger& ledger,
               path_tile_kind kind = path_tile_kind::automatic,
               std::size_t cells_at_a_time = tuning::path_cells);
  ~device_paths();

  path_tile_kind kind() const;  // what automatic came to

  // threshold [scenarios, steps]; null where result.count is. times may be null; else they are added up. Rows of the plan
  // are below the universe's.
  void walk(const path_plan_view& plan, const float* threshold, const path_walk_result& result,
            path_walk_times* times = nullptr);

  // caps [scenarios, slots] after the last step, or [scenarios, steps, slots]; 0 in the padding. At least one step.
  void walk_caps(const path_plan_view& plan, bool every_step, float* caps);

  // As head_walk of path_body.h: threshold and sum [scenarios, steps]; last_caps [scenarios, 128] may be null.
  void walk_head(const path_plan_view& plan, std::size_t k, float* threshold, double* sum, float* last_caps);

 private:
  class memory;
  std::unique_ptr<memory> memory_;
};

}  // namespace topheavy
