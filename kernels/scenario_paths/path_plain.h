// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_paths/path_body.h"

namespace topheavy {

extern const path_body path_body_plain;

}  // namespace topheavy
