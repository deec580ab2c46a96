// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/stages.h"

#include "host/base/log.h"
#include "host/base/stop.h"

#include <cstdio>
#include <unistd.h>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr auto silent_for = std::chrono::seconds(2);
constexpr auto between_lines = std::chrono::seconds(15);
constexpr auto between_redraws = std::chrono::milliseconds(250);

std::string progress_text(const std::string& name, double seconds, double share, const std::string& speed) {
  if (share <= 0.0) return fmt::format("{}  {:.0f} s", name, seconds);
  return fmt::format("{}  {:3.0f} %  {:.0f} s, {:.0f} s left{}{}", name, 100.0 * share, seconds,
                     seconds * (1.0 - share) / share, speed.empty() ? "" : ", ", speed);
}

}  // namespace

stages::running_stage::running_stage(stages& owner_, const std::string& name) : owner(owner_) {
  owner.begin(name);
}
stages::running_stage::~running_stage() { owner.end(); }

stages::stages() : thread_([this] { tick(); }) {}

stages::~stages() {
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void stages::begin(const std::string& name) {
  throw_if_stopped();
  {
    const std::lock_guard lock(mutex_);
    name_ = name;
    began_ = clock::now();
    share_ = 0.0;
    speed_.clear();
  }
  wake_.notify_all();
}

void stages::end() {
  const std::lock_guard lock(mutex_);
  seconds_.emplace_back(name_, std::chrono::duration<double>(clock::now() - began_).count());
  if (current_log_style() == log_style::json)
    log_info(fmt::format("{} took {:.6f} s", name_, seconds_.back().second));
  name_.clear();
  if (line_on_terminal_) std::fputs("\r\033[K", stderr);
  line_on_terminal_ = false;
}

void stages::report_share(double done) { share_ = done; }

void stages::report_speed(const std::string& speed) {
  const std::lock_guard lock(mutex_);
  speed_ = speed;
}

double stages::total_seconds() const { return std::chrono::duration<double>(clock::now() - start_).count(); }

void stages::tick() {
  const bool terminal = isatty(STDERR_FILENO) != 0 && current_log_style() == log_style::plain;
  std::unique_lock lock(mutex_);
  auto last_line = clock::time_point{};
  while (!finished_) {
    if (name_.empty()) {
      wake_.wait(lock, [this] { return finished_ || !name_.empty(); });
      last_line = clock::time_point{};
      continue;
    }
    wake_.wait_for(lock, between_redraws);
    const auto now = clock::now();
    if (name_.empty() || finished_ || now - began_ < silent_for) continue;
    const std::string text =
        progress_text(name_, std::chrono::duration<double>(now - began_).count(), share_.load(), speed_);
    if (terminal) {
      std::fprintf(stderr, "\r\033[Ktopheavy: %s", text.c_str());
      line_on_terminal_ = true;
    } else if (last_line < began_ || now - last_line >= between_lines) {
      log_info(text);
      last_line = now;
    }
  }
}

}  // namespace topheavy
