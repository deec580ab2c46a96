// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/backend.h"
#include "kernels/cpu_backend.h"
#include "tests/backends/thread_counts.h"

#include <algorithm>

#include <gtest/gtest.h>

// The back end that runs is the one asked for, and what was not possible is said.
namespace topheavy {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(choice, the_list_is_cuda_then_cpu) {
  const std::vector<backend_status> list = known_backends();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].name, "cuda");
  EXPECT_EQ(list[1].name, "cpu");
  EXPECT_TRUE(list[1].available);
  for (const backend_status& one : list) EXPECT_FALSE(one.reason.empty()) << one.name;
}

TEST(choice, the_one_asked_for_is_the_one_that_runs) {
  for (const backend_status& one : known_backends()) {
    if (one.available) {
      const chosen_backend chosen = choose_backend(one.name);
      EXPECT_EQ(chosen.body->name(), one.name);
      EXPECT_EQ(chosen.body->device(), one.reason);
      EXPECT_EQ(chosen.reason, "asked for");
      const std::vector<std::string> own = chosen.body->own_operations();
      EXPECT_NE(std::find(own.begin(), own.end(), "group_sums"), own.end());
      EXPECT_EQ(std::count(own.begin(), own.end(), "scenario_pass"), 1);
    } else {
      try {
        choose_backend(one.name);
        ADD_FAILURE() << one.name << " ran and says it cannot: " << one.reason;
      } catch (const backend_unavailable& error) {
        EXPECT_TRUE(contains(error.what(), one.name)) << error.what();
        EXPECT_TRUE(contains(error.what(), one.reason)) << error.what();
      }
    }
  }
}

TEST(choice, auto_takes_the_first_available_and_says_why_not_the_others) {
  const std::vector<backend_status> list = known_backends();
  const auto first =
      std::find_if(list.begin(), list.end(), [](const backend_status& one) { return one.available; });
  const chosen_backend chosen = choose_backend("auto");
  EXPECT_EQ(chosen.body->name(), first->name);
  for (auto passed = list.begin(); passed != first; ++passed) {
    EXPECT_TRUE(contains(chosen.reason, passed->name)) << chosen.reason;
    EXPECT_TRUE(contains(chosen.reason, passed->reason)) << chosen.reason;
  }
}

TEST(choice, an_unknown_name_lists_the_known_ones) {
  for (const char* name : {"gpu", "", "CPU", "cuda "}) {
    try {
      choose_backend(name);
      ADD_FAILURE() << "'" << name << "' was taken";
    } catch (const std::invalid_argument& error) {
      EXPECT_TRUE(contains(error.what(), "'" + std::string(name) + "'")) << error.what();
      EXPECT_TRUE(contains(error.what(), "auto, cuda, cpu")) << error.what();
    }
  }
}

TEST(choice, the_cpu_counts_the_threads_it_may_use) {
  with_threads(1, [] { EXPECT_EQ(cpu_backend().device(), "CPU, 1 thread"); });
  with_threads(2, [] { EXPECT_EQ(cpu_backend().device(), "CPU, 2 threads"); });
}

}  // namespace
}  // namespace topheavy
