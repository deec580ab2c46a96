// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace topheavy::bench {

// A panel of made-up caps and returns in which constituents enter late and leave early, as in a real one (a
// fifth of the cells is empty; holes at random would measure mispredicted branches instead): the same for the
// same size.
struct bench_panel {
  std::size_t days = 0;
  std::size_t constituents = 0;
  std::vector<double> cap;
  std::vector<double> ret;
  panel_view view() const { return {cap.data(), ret.data(), days, constituents}; }
};

const bench_panel& panel_of(std::size_t days, std::size_t constituents);  // made once a size

// The whole index, then twelve groups that share it out, as sectors do.
struct bench_groups {
  std::vector<std::int32_t> offsets;
  std::vector<std::int32_t> members;
  groups_view view() const { return {offsets.data(), members.data(), offsets.size() - 1}; }
};

bench_groups index_and_sectors(std::size_t constituents);

}  // namespace topheavy::bench
