// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <vector>

namespace topheavy {

// Runs different jobs on the threads there are. They are begun in the order given: the longest first. What a job throws
// comes out once all that were begun have ended; of several faults that of the first job.
inline void run_side_by_side(const std::vector<std::function<void()>>& jobs) {
  std::vector<std::exception_ptr> faults(jobs.size());
  std::atomic<std::size_t> next{0};
  tbb::parallel_for(0, tbb::this_task_arena::max_concurrency(), [&](int) {
    for (std::size_t job = next++; job < jobs.size(); job = next++) {
      try {
        jobs[job]();
      } catch (...) {
        faults[job] = std::current_exception();
        next = jobs.size();
      }
    }
  });
  for (const std::exception_ptr& fault : faults) {
    if (fault) std::rethrow_exception(fault);
  }
}

}  // namespace topheavy
