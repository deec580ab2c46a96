// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/breadth/breadth.h"
#include "kernels/errors.h"
#include "kernels/group_sums/group_sums.h"
#include "kernels/new_highs/new_highs.h"
#include "kernels/window_contributions/window_contributions.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// What the host sees of the kernels: one virtual function an operation, each one call for a whole pass over
// the panel. All pointers are host memory; results are identical to the bit on every back end and for any
// number of threads. A back end may keep a device's copy of the panel it was last given, known by address and
// extents: a panel stays unchanged and in its place as long as the back end that has seen it. Throws
// std::invalid_argument where an operation's header says so, out_of_device_memory where a device is too
// small.
namespace topheavy {

class backend {
 public:
  virtual ~backend() = default;
  virtual std::string_view name() const = 0;  // "cpu", "cuda": the word --backend takes
  virtual std::string device() const = 0;     // what computes, in words
  // The operations whose own body runs here; the others run by the CPU body. For the run's record.
  virtual std::vector<std::string> own_operations() const = 0;

  virtual void group_sums(panel_view panel, groups_view groups, group_sums_result result) = 0;
  virtual void breadth(panel_view panel, const double* index_return, breadth_result result) = 0;
  virtual void new_highs(panel_view panel, new_highs_rule rule, std::int32_t* count) = 0;
  virtual void window_contributions(panel_view panel, contribution_window window,
                                    window_contributions_result result) = 0;
};

struct backend_status {
  std::string name;
  bool available = false;
  std::string reason;  // why not, or the device in words
};

// Every back end the program knows, in order of preference (cuda, cpu); asks the machine.
std::vector<backend_status> known_backends();

struct chosen_backend {
  std::unique_ptr<backend> body;
  std::string reason;  // why this one, and why not a preferred one
};

// asked: "auto" takes the first available, "cpu" or "cuda" that one and no other.
// Throws std::invalid_argument naming the known ones for any other word, backend_unavailable where `cuda` is
// asked for and cannot run.
chosen_backend choose_backend(std::string_view asked);

}  // namespace topheavy
