// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_paths/lanes_v4.h"
#include "kernels/scenario_paths/path_bodies_x86.h"
#include "kernels/scenario_paths/path_walks.h"

// Compiled with -march=x86-64-v4: what stands here runs only after runs_here() said yes.
namespace topheavy {

extern const path_body path_body_v4{"x86-64-v4",   lanes::width, runs_x86_64_v4,
                                    run_tile_walk, run_cap_walk, run_head_walk};

}  // namespace topheavy
