// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/membership.h"
#include "kernels/new_highs/new_highs.h"

#include <cstddef>
#include <cstdint>
#include <vector>

// The CPU body of new_highs.h: a block of constituents that walks through the days. Which thread takes which
// block is the pass's business (kernels/constituent_pass).
namespace topheavy {

class new_highs_block {
 public:
  // Constituents of a block: their state for a 252-day window is 126 KiB, within a core's second-level cache.
  static constexpr std::size_t width = 64;

  new_highs_block(new_highs_rule rule, std::size_t days);

  // The next day, beginning with day 0, whose rows are null. rows: those of the block's constituents, `used`
  // of them. Returns how many of them stand near their high.
  std::int32_t next_day(day_rows rows, std::size_t used);

 private:
  std::size_t window_;
  double within_;
  std::size_t position_ = 0;
  std::vector<double> spans_;  // [window, width]
  double x_[width];
  double front_[width];
};

}  // namespace topheavy
