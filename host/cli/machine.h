// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/threads.h"
#include "host/cli/commands.h"
#include "kernels/backend.h"

#include <cstddef>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

namespace topheavy {

// Throws error(usage) where --devices asks for what is not there, what choose_backend throws else.
chosen_backend choose(const machine_options& options);

// What work(threads) gives, on so many threads as the options say.
template <typename Work>
auto on_threads(const machine_options& options, Work work) {
  const int threads = options.threads > 0 ? options.threads : available_threads();
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(threads));
  // The arena, unlike the limit alone, also allows more threads than cores.
  tbb::task_arena arena(threads);
  return arena.execute([&] { return work(threads); });
}

}  // namespace topheavy
