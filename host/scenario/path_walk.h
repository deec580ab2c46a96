// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/scenario/figure_table.h"
#include "kernels/scenario_pass/scenario_pass.h"

#include <cstdint>
#include <functional>

namespace topheavy {

// Walks scenarios in slices of some tenths of a second, and looks for a stop between them; how they are cut changes no bit.
class path_walk {
 public:
  // members: of the universe, for what is told of speed. told(scenarios done in this call, cells a second); may be empty.
  using teller = std::function<void(std::uint64_t, double)>;
  path_walk(path_engine& engine, std::size_t members) : engine_(engine), members_(members) {}

  // Scenarios first .. first + count - 1 into rows at, at + 1, ... of the columns.
  void run(const plan_recipe& recipe, const figure_request& request, std::uint64_t first, std::size_t count,
           const figure_columns& columns, std::size_t at, const teller& told = {});

  double cells_per_second() const { return seconds_ > 0.0 ? cells_ / seconds_ : 0.0; }
  double seconds() const { return seconds_; }

 private:
  path_engine& engine_;
  std::size_t members_;
  double slice_work_ = 1e8;  // the first slice, cells: below a second also without vectors
  double cells_ = 0.0, seconds_ = 0.0;
};

// Room for so many scenarios, keeping those there are; and the columns of it.
void make_room(figure_table& table, std::size_t count, const figure_request& request, bool volatility);
figure_columns columns_of(figure_table& table);

// Adds to the table what the passes of the engine have counted.
void take_correlations(path_engine& engine, const figure_request& request, figure_table& table);

}  // namespace topheavy
