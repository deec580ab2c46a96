// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_paths/path_bodies_x86.h"

#include "kernels/scenario_paths/path_plain.h"

namespace topheavy {

bool runs_x86_64_v2() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
}

bool runs_x86_64_v3() {
  return runs_x86_64_v2() && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

bool runs_x86_64_v4() {
  return runs_x86_64_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}

path_bodies known_path_bodies() {
  static const path_body* const all[] = {&path_body_v4, &path_body_v3, &path_body_v2, &path_body_plain};
  return {all, sizeof all / sizeof *all};
}

}  // namespace topheavy
