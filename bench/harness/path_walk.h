// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/harness/made_up_paths.h"
#include "kernels/scenario_pass/path_tiles.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace topheavy::bench {

// The innermost loops alone: the chunks of a universe as a body wants them, along plans that are there, by all threads. What
// is summed up over chunks, or made of it, is not done.
class path_walk {
 public:
  path_walk(const made_up_paths& paths, const path_body& body);

  // Walks every chunk along `scenarios` plans of `steps` steps. squares: sums of squares as well. Returns the last chunk's
  // sums of the last block, lanes added up, so that somebody can look at them.
  std::vector<float> run(const std::uint32_t* row, const float* scale, std::size_t scenarios,
                         std::size_t steps, bool squares) const;

 private:
  path_tiles tiles_;
};

}  // namespace topheavy::bench
