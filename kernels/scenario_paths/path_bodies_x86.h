// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_paths/path_body.h"

namespace topheavy {

// Whether the processor and the system have that level. Compiled for every processor, in path_bodies_x86.cpp.
bool runs_x86_64_v4();
bool runs_x86_64_v3();
bool runs_x86_64_v2();

extern const path_body path_body_v4, path_body_v3, path_body_v2;

}  // namespace topheavy
