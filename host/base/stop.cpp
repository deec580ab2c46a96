// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/stop.h"

#include "host/base/error.h"

#include <atomic>
#include <csignal>
#include <string>

namespace topheavy {
namespace {

std::atomic<int> signal_seen{0};
static_assert(std::atomic<int>::is_always_lock_free, "written by a signal handler");

extern "C" void remember_signal(int number) { signal_seen.store(number); }

}  // namespace

void watch_for_stop() {
  struct sigaction action{};
  action.sa_handler = remember_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGINT, SIGTERM, SIGUSR1}) sigaction(number, &action, nullptr);
}

void throw_if_stopped() {
  const int number = signal_seen.load();
  if (number == 0) return;
  const char* name = number == SIGINT ? "SIGINT" : number == SIGTERM ? "SIGTERM" : "SIGUSR1";
  throw error(error_class::retry,
              std::string("stopped by ") + name + "; nothing was written, start the same command again");
}

}  // namespace topheavy
