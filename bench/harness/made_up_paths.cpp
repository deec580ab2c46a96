// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/made_up_paths.h"

#include "kernels/core/philox.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <numeric>
#include <stdexcept>

namespace topheavy::bench {
namespace {

constexpr std::uint64_t seed = 7;
enum : std::uint32_t { of_day = 100, of_cell = 101 };  // streams

constexpr std::array<double, 3> thresholds{20.0, 25.0, 30.0};
constexpr std::size_t regimes = thresholds.size() + 1;
constexpr std::array<double, regimes> level_of_regime{15.0, 22.0, 27.0, 40.0};
constexpr std::array<double, regimes> scale_of_regime{0.7, 1.0, 1.3, 2.2};
constexpr std::uint32_t spell = 10;  // days
constexpr double mean_block = 10.0;

// From row to column, summed up along the row, of 2^32: three days in four stay.
constexpr std::uint64_t quarter = std::uint64_t{1} << 30;
constexpr std::array<std::uint64_t, regimes * regimes> chain{3 * quarter,
                                                             4 * quarter,
                                                             4 * quarter,
                                                             4 * quarter,  // calm
                                                             quarter / 2,
                                                             7 * quarter / 2,
                                                             4 * quarter,
                                                             4 * quarter,  // recovering
                                                             0,
                                                             quarter / 2,
                                                             7 * quarter / 2,
                                                             4 * quarter,  // stressed
                                                             0,
                                                             0,
                                                             quarter,
                                                             4 * quarter};  // panic

// Near to a standard normal: four uniform numbers.
double noise(const random_block& words) {
  double sum = 0.0;
  for (const std::uint32_t word : words.word) sum += uniform_from(word);
  return (sum - 2.0) * 1.7320508;
}

template <typename Value>
void write_all(const std::filesystem::path& file, const std::vector<Value>& values) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(Value)));
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace

made_up_paths::made_up_paths(const path_sizes& sizes) : sizes_(sizes) {
  for (std::size_t g = 0; g < path_sectors; ++g) {
    sector_size_.push_back(sizes.constituents / path_sectors +
                           (g < sizes.constituents % path_sectors ? 1 : 0));
  }
  layout_ = make_path_layout(sector_size_);
  start_.assign(layout_.slots(), 0.0F);
  ret_.assign(sizes.days * layout_.slots(), 0.0F);

  double total = 0.0;
  for (std::size_t n = 0; n < sizes.constituents; ++n) total += 1.0 / static_cast<double>(n + 1);
  std::vector<double> market;
  for (std::uint32_t d = 0; d < sizes.days; ++d) {
    market.push_back(noise(random_words(seed, 0, d, of_day)));
    const random_block block = random_words(seed, 1, d / spell, of_day);
    const auto regime = static_cast<std::uint8_t>(integer_below(regimes, block.word[0]));
    pool_.push_back(regime);
    level_.push_back(level_of_regime[regime]);
    row_.push_back(d);
  }
  for (std::size_t g = 0; g < path_sectors; ++g) {
    const std::size_t first = layout_.class_slots[g];
    for (std::size_t k = 0; k < sector_size_[g]; ++k) {
      const std::size_t rank = k * path_sectors + g;
      start_[first + k] = static_cast<float>(0x1p20 / (total * static_cast<double>(rank + 1)));
      for (std::size_t d = 0; d < sizes.days; ++d) {
        const double own = noise(random_words(seed, rank, static_cast<std::uint32_t>(d), of_cell));
        ret_[d * layout_.slots() + first + k] =
            static_cast<float>(scale_of_regime[pool_[d]] * (0.0005 + 0.008 * market[d] + 0.02 * own));
      }
    }
  }
  pool_offsets_.push_back(0);
  for (std::size_t k = 0; k < regimes; ++k) {
    for (std::uint32_t d = 0; d < sizes.days; ++d) {
      if (pool_[d] == k) pool_members_.push_back(d);
    }
    if (pool_members_.size() == pool_offsets_.back()) throw std::invalid_argument("too few days");
    pool_offsets_.push_back(static_cast<std::uint32_t>(pool_members_.size()));
  }
  steps_.resize(sizes.horizon);
}

plan_recipe made_up_paths::recipe(std::size_t horizon) const {
  plan_recipe r;
  r.seed = seed;
  r.days = static_cast<std::uint32_t>(horizon);
  r.step = steps_.data();
  r.steps = horizon;
  r.positions = static_cast<std::uint32_t>(sizes_.days);
  r.row = row_.data();
  r.level = level_.data();
  r.pool = pool_.data();
  r.pool_offsets = pool_offsets_.data();
  r.pool_members = pool_members_.data();
  r.pools = regimes;
  r.goes_on_below = static_cast<std::uint64_t>(0x1p32 * (1.0 - 1.0 / mean_block));
  r.chain = chain.data();
  r.threshold = thresholds.data();
  r.thresholds = static_cast<std::uint32_t>(thresholds.size());
  return r;
}

void made_up_paths::make_plans(std::size_t scenarios, std::size_t horizon, std::vector<std::uint32_t>& row,
                               std::vector<float>& scale) const {
  std::vector<std::uint64_t> scenario(scenarios);
  std::iota(scenario.begin(), scenario.end(), std::uint64_t{0});
  row.resize(scenarios * horizon);
  scale.resize(scenarios * horizon);
  make_plans_cpu(recipe(horizon), scenario.data(), scenarios, {row.data(), scale.data(), nullptr, nullptr});
}

void made_up_paths::write(const std::filesystem::path& folder) const {
  std::vector<std::uint64_t> sector{0};
  std::vector<float> start, ret;
  for (std::size_t g = 0; g < path_sectors; ++g) {
    const auto first = start_.begin() + layout_.class_slots[g];
    start.insert(start.end(), first, first + static_cast<std::ptrdiff_t>(sector_size_[g]));
    sector.push_back(start.size());
  }
  for (std::size_t d = 0; d < sizes_.days; ++d) {
    const auto row = ret_.begin() + static_cast<std::ptrdiff_t>(d * layout_.slots());
    for (std::size_t g = 0; g < path_sectors; ++g) {
      const auto first = row + layout_.class_slots[g];
      ret.insert(ret.end(), first, first + static_cast<std::ptrdiff_t>(sector_size_[g]));
    }
  }
  std::vector<std::uint32_t> row;
  std::vector<float> scale;
  make_plans(sizes_.scenarios, sizes_.horizon, row, scale);
  write_all(folder / "sector.u64", sector);
  write_all(folder / "start.f32", start);
  write_all(folder / "ret.f32", ret);
  write_all(folder / "row.u32", row);
  write_all(folder / "scale.f32", scale);
}

}  // namespace topheavy::bench
