// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/path_walk.h"

#include "host/base/stop.h"

#include <algorithm>
#include <chrono>

namespace topheavy {
namespace {

constexpr double slice_seconds = 0.25;
// What a day of a scenario costs beside its cells, in cells: so few members do not make the first slice a long one.
constexpr double cells_of_a_day = 4000.0;

template <typename Value>
Value* data_or_null(std::vector<Value>& values) {
  return values.empty() ? nullptr : values.data();
}

}  // namespace

void path_walk::run(const plan_recipe& recipe, const figure_request& request, std::uint64_t first,
                    std::size_t count, const figure_columns& columns, std::size_t at, const teller& told) {
  const double cells_each = static_cast<double>(recipe.steps) * static_cast<double>(members_);
  const double work_each = cells_each + static_cast<double>(recipe.steps) * cells_of_a_day;
  std::size_t done = 0;
  while (done < count) {
    throw_if_stopped();
    const auto fit = static_cast<std::size_t>(std::max(1.0, slice_work_ / work_each));
    // What is left is not cut into a large piece and a small one.
    const std::size_t left = count - done;
    const std::size_t slice = left <= fit ? left : left < 2 * fit ? (left + 1) / 2 : fit;
    const auto began = std::chrono::steady_clock::now();
    engine_.scenario_pass(recipe, request, {first + done, slice}, columns.from_row(at + done));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    done += slice;
    cells_ += static_cast<double>(slice) * cells_each;
    seconds_ += seconds;
    const double speed = static_cast<double>(slice) * work_each / std::max(seconds, 1e-6);
    slice_work_ = std::clamp(speed * slice_seconds, slice_work_ / 4.0, slice_work_ * 8.0);
    if (told) told(done, cells_per_second());
  }
}

void make_room(figure_table& table, std::size_t count, const figure_request& request, bool volatility) {
  std::vector<std::vector<double>*> columns{&table.index_return, &table.max_drawdown, &table.highest};
  if (request.end_weights) {
    columns.push_back(&table.hhi);
    for (std::vector<double>& top : table.top) columns.push_back(&top);
  }
  if (request.daily_hhi) columns.push_back(&table.max_hhi);
  if (request.daily_top_10) columns.push_back(&table.max_top_10);
  if (volatility) columns.push_back(&table.max_volatility);
  for (std::vector<double>* column : columns) column->resize(count);
  if (volatility) {
    table.start_regime.resize(count);
    table.end_regime.resize(count);
  }
  // A group's rows move apart.
  const std::size_t groups = request.groups.groups;
  std::vector<double> wider(groups * count);
  for (std::size_t g = 0; g < groups; ++g) {
    std::copy_n(table.group_return.begin() + static_cast<std::ptrdiff_t>(g * table.count), table.count,
                wider.begin() + static_cast<std::ptrdiff_t>(g * count));
  }
  table.group_return = std::move(wider);
  table.count = count;
}

figure_columns columns_of(figure_table& table) {
  figure_columns columns;
  columns.index_return = data_or_null(table.index_return);
  columns.max_drawdown = data_or_null(table.max_drawdown);
  columns.highest = data_or_null(table.highest);
  columns.hhi = data_or_null(table.hhi);
  columns.max_hhi = data_or_null(table.max_hhi);
  for (std::size_t k = 0; k < table.top.size(); ++k) columns.top[k] = data_or_null(table.top[k]);
  columns.max_top_10 = data_or_null(table.max_top_10);
  columns.max_volatility = data_or_null(table.max_volatility);
  columns.group_return = data_or_null(table.group_return);
  columns.stride = table.count;
  columns.start_regime = data_or_null(table.start_regime);
  columns.end_regime = data_or_null(table.end_regime);
  return columns;
}

void take_correlations(path_engine& engine, const figure_request& request, figure_table& table) {
  table.rho_histogram.resize(request.rhos() * rho_bins);
  table.rho_sum.resize(request.rhos());
  table.rho_count.resize(request.rhos());
  std::vector<std::int64_t> sum(request.rhos());
  engine.take_correlations({table.rho_histogram.data(), sum.data(), table.rho_count.data()});
  // Whole numbers of rho_unit, below 2^53 of them up to two million scenarios; beyond, rounded at each call.
  for (std::size_t r = 0; r < sum.size(); ++r) table.rho_sum[r] += static_cast<double>(sum[r]) * rho_unit;
}

}  // namespace topheavy
