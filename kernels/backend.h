// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/constituent_pass/constituent_pass.h"
#include "kernels/day_bootstrap/day_bootstrap.h"
#include "kernels/day_pass/day_pass.h"
#include "kernels/device_list.h"
#include "kernels/errors.h"
#include "kernels/order_statistics/order_statistics.h"
#include "kernels/scenario_pass/scenario_pass.h"
#include "kernels/spectrum/spectrum.h"
#include "kernels/standardised_sums/standardised_sums.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

// What the host sees of the kernels: one virtual function a pass over the panel, which holds the operations
// that can share it, and one each for what needs no panel: the bootstrap of days and order statistics. All pointers are host
// memory; results are identical to the bit on every back end and for any number of threads, but for the last bits of
// absorption_ratios, which are a library's. A back end may keep a
// device's copy of the panel it was last given, known by address and extents: a panel stays unchanged and in
// its place as long as the back end that has seen it. Throws std::invalid_argument where the header of a pass
// says so, out_of_device_memory where a device is too small.
namespace topheavy {

class backend {
 public:
  virtual ~backend() = default;
  virtual std::string_view name() const = 0;  // "cpu", "cuda": the word --backend takes
  virtual std::string device() const = 0;     // what computes, in words
  // The operations by name, each of which has a body of its own here. For the run's record.
  virtual std::vector<std::string> own_operations() const = 0;

  virtual void day_pass(panel_view panel, const day_parts& parts) = 0;
  virtual void constituent_pass(panel_view panel, const constituent_parts& parts) = 0;
  virtual void standardised_sums(panel_view panel, const standardised_days& days, groups_view groups,
                                 double* sum) = 0;
  virtual std::vector<absorption> absorption_ratios(panel_view panel, const day_sets& sets,
                                                    std::size_t components) = 0;
  virtual void day_bootstrap(const bootstrap_draws& draws, const bootstrap_days& days, bootstrap_range range,
                             bootstrap_result result) = 0;
  virtual void smallest(const double* x, std::size_t size, std::size_t count,
                        const smallest_values& result) = 0;
  virtual void values_at_ranks(const value_columns& columns, const rank_list& ranks, double* value) = 0;

  // A universe as this back end wants it; the arrays of `universe` are not used after this returns.
  virtual std::unique_ptr<path_engine> load_universe(const path_universe& universe) = 0;
};

struct backend_status {
  std::string name;
  bool available = false;
  std::string reason;                    // why not, or the device in words
  std::vector<device_status> devices{};  // by index, of a back end that has a list of them
};

// Every back end the program knows, in order of preference (cuda, cpu); asks the machine.
std::vector<backend_status> known_backends();

struct chosen_backend {
  std::unique_ptr<backend> body;
  std::string reason;  // why this one, and why not a preferred one
};

// asked: "auto" takes the first available, "cpu" or "cuda" that one and no other. devices: those of cuda that are to work
// (device_list.h), which with "auto" ask for cuda; empty: all that are available.
// Throws std::invalid_argument naming the known ones for any other word, or the devices that there are for another one, and
// where devices are listed for cpu; backend_unavailable where `cuda` or a device is asked for and cannot run.
chosen_backend choose_backend(std::string_view asked, const std::vector<int>& devices = {});

}  // namespace topheavy
