// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_paths/path_plain.h"

#include "kernels/scenario_paths/lanes_plain.h"
#include "kernels/scenario_paths/path_walks.h"

namespace topheavy {

extern const path_body path_body_plain{"plain",       lanes::width, [] { return true; },
                                       run_tile_walk, run_cap_walk, run_head_walk};

const path_body& best_path_body() {
  const path_bodies known = known_path_bodies();
  for (std::size_t i = 0; i < known.count; ++i) {
    if (known.body[i]->runs_here()) return *known.body[i];
  }
  return path_body_plain;
}

}  // namespace topheavy
