// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/side_by_side.h"

#include <stdexcept>
#include <string>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <gtest/gtest.h>

namespace topheavy {
namespace {

using jobs = std::vector<std::function<void()>>;

void run_on(int threads, const jobs& wanted) {
  const tbb::global_control enough(tbb::global_control::max_allowed_parallelism, 7);
  tbb::task_arena(threads).execute([&] { run_side_by_side(wanted); });
}

TEST(SideBySide, EveryJobRunsOnceForAnyNumberOfThreads) {
  for (const int threads : {1, 2, 7}) {
    std::vector<int> runs(20, 0);
    jobs all;
    for (int& count : runs) all.emplace_back([&count] { ++count; });
    run_on(threads, all);
    EXPECT_EQ(runs, std::vector<int>(20, 1)) << threads;
  }
  run_on(2, {});
}

TEST(SideBySide, OfSeveralFaultsThatOfTheFirstJobComesOut) {
  for (const int threads : {1, 2, 7}) {
    jobs all;
    for (int job = 0; job < 20; ++job) {
      all.emplace_back([job] {
        if (job >= 3) throw std::runtime_error(std::to_string(job));
      });
    }
    try {
      run_on(threads, all);
      FAIL();
    } catch (const std::runtime_error& fault) {
      EXPECT_STREQ(fault.what(), "3");
    }
  }
}

}  // namespace
}  // namespace topheavy
