// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

// Runs `work` with exactly this many threads allowed, also where the machine has fewer processors.
namespace topheavy {

template <typename Work>
void with_threads(int threads, const Work& work) {
  using oneapi::tbb::global_control;
  const global_control limit(global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
  oneapi::tbb::task_arena arena(threads);
  arena.execute(work);
}

}  // namespace topheavy
