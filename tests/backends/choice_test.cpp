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

template <typename Fault, typename Work>
std::string text_of_fault(const Work& work) {
  try {
    work();
  } catch (const Fault& fault) {
    return fault.what();
  }
  ADD_FAILURE() << "no fault";
  return "";
}

TEST(choice, a_list_of_devices_asks_for_cuda) {
  EXPECT_TRUE(contains(text_of_fault<std::invalid_argument>([] { choose_backend("cpu", {0, 1}); }), "0, 1"));
  const backend_status cuda = known_backends().front();
  for (const char* name : {"auto", "cuda"}) {
    if (!cuda.available) {
      const std::string text = text_of_fault<backend_unavailable>([&] { choose_backend(name, {0}); });
      EXPECT_TRUE(contains(text, cuda.reason)) << text;
      continue;
    }
    for (const std::vector<int>& list : {std::vector<int>{0}, {0, 0}}) {
      const chosen_backend chosen = choose_backend(name, list);
      EXPECT_EQ(chosen.body->name(), "cuda");
      EXPECT_EQ(contains(chosen.body->device(), "listed 2 times"), list.size() == 2) << chosen.body->device();
    }
    const auto beyond = static_cast<int>(cuda.devices.size());
    const std::string text = text_of_fault<std::invalid_argument>([&] { choose_backend(name, {beyond}); });
    EXPECT_TRUE(contains(text, "no device " + std::to_string(beyond))) << text;
  }
}

const std::vector<device_status> three{{true, "H200"}, {true, "H200"}, {false, "A100: busy"}};

TEST(devices, all_that_are_available_unless_some_are_asked_for) {
  using list = std::vector<int>;
  EXPECT_EQ(choose_devices({}, three), (list{0, 1}));
  EXPECT_EQ(choose_devices({1}, three), (list{1}));
  EXPECT_EQ(choose_devices({1, 0, 1}, three), (list{1, 0, 1}));
}

TEST(devices, what_cannot_be_is_said) {
  EXPECT_EQ(text_of_fault<std::invalid_argument>([] { choose_devices({0, 3}, three); }),
            "no device 3; there are 0 (H200), 1 (H200), 2 (A100: busy)");
  EXPECT_EQ(text_of_fault<std::invalid_argument>([] { choose_devices({1}, {{true, "H200"}}); }),
            "no device 1; there is 0 (H200)");
  EXPECT_EQ(text_of_fault<std::invalid_argument>([] { choose_devices({-1}, {{true, "H200"}}); }),
            "no device -1; there is 0 (H200)");
  EXPECT_EQ(text_of_fault<backend_unavailable>([] { choose_devices({0, 2}, three); }),
            "device 2 (A100: busy) cannot run");
  EXPECT_EQ(text_of_fault<backend_unavailable>([] { choose_devices({}, {{false, "a"}, {false, "b"}}); }),
            "device 0 (a), device 1 (b) cannot run");
}

TEST(devices, in_words) {
  EXPECT_EQ(devices_in_words({0}, {{true, "H200"}}), "H200");
  EXPECT_EQ(devices_in_words({0, 0}, {{true, "H200"}}), "H200, listed 2 times");
  EXPECT_EQ(devices_in_words({0, 1}, three), "2 x H200; without device 2 (A100: busy)");
  const std::vector<device_status> mixed{{true, "H200"}, {true, "A100"}, {true, "H200"}, {true, "H200"}};
  EXPECT_EQ(devices_in_words({0, 1, 2, 3}, mixed), "H200; A100; 2 x H200");
  EXPECT_EQ(devices_in_words({2, 3, 2, 3}, mixed), "2 x H200, listed 2 times");
}

TEST(choice, the_cpu_counts_the_threads_it_may_use) {
  with_threads(1, [] { EXPECT_EQ(cpu_backend().device(), "CPU, 1 thread"); });
  with_threads(2, [] { EXPECT_EQ(cpu_backend().device(), "CPU, 2 threads"); });
}

}  // namespace
}  // namespace topheavy
