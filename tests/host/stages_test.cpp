// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/stages.h"

#include "host/base/error.h"
#include "host/base/log.h"
#include "host/base/stop.h"
#include "host/base/threads.h"

#include <csignal>
#include <sched.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace topheavy {
namespace {

using testing::HasSubstr;

std::string stderr_of(log_style style, std::chrono::milliseconds work) {
  testing::internal::CaptureStderr();
  {
    start_log(style);
    stages timed;
    timed.run("topheavy::test::work", [&] {
      timed.report_share(0.5);
      std::this_thread::sleep_for(work);
    });
  }
  return testing::internal::GetCapturedStderr();
}

TEST(Stages, AreTimedByName) {
  stages timed;
  EXPECT_EQ(timed.run("a", [] { return 7; }), 7);
  EXPECT_THROW(timed.run("b", []() -> int { throw error(error_class::data, "x"); }), error);
  ASSERT_EQ(timed.seconds().size(), 2U);
  EXPECT_EQ(timed.seconds()[0].first, "a");
  EXPECT_GE(timed.total_seconds(), timed.seconds()[0].second);
}

TEST(Stages, AShortOneIsSilent) { EXPECT_EQ(stderr_of(log_style::plain, std::chrono::milliseconds(10)), ""); }

TEST(Stages, ALongOneTellsHowFarItIsInAPlainLine) {
  const std::string text = stderr_of(log_style::plain, std::chrono::milliseconds(2700));
  EXPECT_THAT(text, testing::MatchesRegex("topheavy: topheavy::test::work   50 %  [2-9] s, [2-9] s left\n"));
}

TEST(Stages, AQuietLogSaysNothing) {
  EXPECT_EQ(stderr_of(log_style::quiet, std::chrono::milliseconds(2300)), "");
}

TEST(Stages, AJsonLogIsJson) {
  EXPECT_THAT(
      stderr_of(log_style::json, std::chrono::milliseconds(1)),
      testing::MatchesRegex(
          "\\{\"time\":\".*\",\"level\":\"info\",\"message\":\"topheavy::test::work took .* s\"\\}\n"));
  testing::internal::CaptureStderr();
  log_warning("quote \" backslash \\ newline \n");
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("\"message\":\"quote \\\" backslash \\\\ newline \\n\"}"));
  start_log(log_style::plain);
}

TEST(Threads, FollowTheAffinityMask) {
  cpu_set_t before, one;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  CPU_ZERO(&one);
  for (int core = 0; core < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++core) {
    if (CPU_ISSET(core, &before)) CPU_SET(core, &one);
  }
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(available_threads(), 1);
  ASSERT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
  EXPECT_GE(available_threads(), 1);
}

TEST(Stop, TheNextLookThrowsWithTheNameOfTheSignal) {  // last: a stop is for good
  watch_for_stop();
  EXPECT_NO_THROW(throw_if_stopped());
  std::raise(SIGTERM);
  try {
    throw_if_stopped();
    FAIL();
  } catch (const error& e) {
    EXPECT_EQ(e.kind(), error_class::retry);
    EXPECT_THAT(e.what(), HasSubstr("SIGTERM"));
  }
}

}  // namespace
}  // namespace topheavy
