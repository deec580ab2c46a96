// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_paths/path_layout.h"
#include "kernels/scenario_plan/scenario_plan.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace topheavy::bench {

inline constexpr std::size_t path_sectors = 12;

struct path_sizes {
  std::size_t constituents = 4000;
  std::size_t days = 1300;  // of history
  std::size_t scenarios = 8192;
  std::size_t horizon = 63;
};

// A made-up universe of twelve sectors whose caps fall off as a market's do, made-up days of four regimes, and plans over
// them by a bootstrap with mean blocks of ten days. The same for the same sizes; a plan of fewer days is the beginning of
// one of more.
class made_up_paths {
 public:
  explicit made_up_paths(const path_sizes& sizes);

  const path_sizes& sizes() const { return sizes_; }
  const path_layout& layout() const { return layout_; }       // a class a sector
  const std::vector<float>& start() const { return start_; }  // [slots]
  const std::vector<float>& ret() const { return ret_; }      // [days, slots]
  plan_recipe recipe(std::size_t horizon) const;              // good as long as this stands

  // Plans of scenarios 0 .. scenarios - 1.
  void make_plans(std::size_t scenarios, std::size_t horizon, std::vector<std::uint32_t>& row,
                  std::vector<float>& scale) const;

  // For rivals, without padding: sector.u64 [sectors + 1] offsets, start.f32 [N], ret.f32 [days, N], row.u32 and scale.f32
  // [scenarios, horizon].
  void write(const std::filesystem::path& folder) const;

 private:
  path_sizes sizes_;
  path_layout layout_;
  std::vector<std::size_t> sector_size_;
  std::vector<float> start_, ret_;
  std::vector<double> level_;
  std::vector<std::uint8_t> pool_;
  std::vector<std::uint32_t> row_, pool_offsets_, pool_members_;
  std::vector<plan_step> steps_;
};

}  // namespace topheavy::bench
