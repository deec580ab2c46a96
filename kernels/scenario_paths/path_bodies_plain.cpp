// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_paths/path_plain.h"

// The list of a build for processors that are not x86-64.
namespace topheavy {

path_bodies known_path_bodies() {
  static const path_body* const all[] = {&path_body_plain};
  return {all, 1};
}

}  // namespace topheavy
