// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// A run is a list of named stages. The name is the progress line and the key in run.stages.
namespace topheavy {

class stages {
 public:
  // Progress goes to stderr once a stage has taken two seconds: one line rewritten on a terminal, a plain (or JSON) line
  // now and then elsewhere, nothing where the log is quiet. A JSON log also tells the end of every stage.
  stages();
  ~stages();
  stages(const stages&) = delete;
  stages& operator=(const stages&) = delete;

  // Runs one stage and times it; looks for a stop before and after. Stages do not nest.
  template <typename Work>
  auto run(const std::string& name, Work work) {
    const running_stage mark(*this, name);
    return work();
  }

  void report_share(double done);  // 0 .. 1 of the running stage, from any thread
  void report_speed(
      const std::string& speed);  // of the running stage, in words: "31.2 Gcells/s"; from any thread
  const std::vector<std::pair<std::string, double>>& seconds() const { return seconds_; }
  double total_seconds() const;  // since construction

 private:
  using clock = std::chrono::steady_clock;
  struct running_stage {
    running_stage(stages& owner, const std::string& name);
    ~running_stage();
    stages& owner;
  };
  void begin(const std::string& name);
  void end();
  void tick();  // the progress thread

  clock::time_point start_ = clock::now();
  std::vector<std::pair<std::string, double>> seconds_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string name_;  // of the running stage; empty between stages
  clock::time_point began_;
  std::atomic<double> share_{0.0};
  std::string speed_;
  bool line_on_terminal_ = false;
  bool finished_ = false;
  std::thread thread_;
};

}  // namespace topheavy
