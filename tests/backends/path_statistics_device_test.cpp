// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/device/buffer.h"
#include "kernels/scenario_figures/scenario_figures_cpu.h"
#include "kernels/scenario_figures/scenario_figures_cuda.h"
#include "kernels/scenario_plan/scenario_plan_cuda.h"
#include "tests/backends/device_fixture.h"
#include "tests/backends/small_paths.h"
#include "tests/support/bit_compare.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

// Plans, figures and correlations along paths on a device: the bits of the CPU bodies.
namespace topheavy {
namespace {

class path_statistics_device : public device_fixture {
 protected:
  template <typename T>
  device_buffer<T> there(const T* host, std::size_t count) {
    device_buffer<T> buffer(*ledger_, count, "test");
    buffer.copy_from(host);
    work_->ref().wait();
    return buffer;
  }
  template <typename T>
  device_buffer<T> there(const std::vector<T>& host) {
    return there(host.data(), host.size());
  }
  template <typename T>
  std::vector<T> back(const device_buffer<T>& buffer) {
    std::vector<T> host(buffer.size());
    buffer.copy_to(host.data());
    work_->ref().wait();
    return host;
  }

  void expect_plans(const made_up_recipe& recipe, const std::vector<std::uint64_t>& scenario, bool listed,
                    unsigned threads) {
    const std::size_t count = scenario.size();
    made_up_plans should(recipe, count);
    make_plans_cpu(recipe.view(), scenario.data(), count, should.view());
    const device_recipe on_device(recipe.view(), *ledger_);
    const device_buffer<std::uint64_t> numbers = there(scenario);
    const made_up_plans rubbish(recipe, count);
    const auto row = there(rubbish.row);
    const auto scale = there(rubbish.scale);
    const auto regime = there(rubbish.regime);
    const auto max_level = there(rubbish.max_level);
    for (const bool all : {true, false}) {
      make_plans_cuda(
          on_device.view(), listed ? numbers.data() : nullptr, scenario[0], count,
          {row.data(), scale.data(), all ? regime.data() : nullptr, all ? max_level.data() : nullptr},
          work_->ref(), threads);
      EXPECT_EQ(back(row), should.row);
      EXPECT_EQ(back(scale), should.scale);
      EXPECT_EQ(back(regime), should.regime);
      EXPECT_TRUE(same_bits(back(max_level), should.max_level));
    }
  }
};

TEST_F(path_statistics_device, plans_have_the_bits_of_the_cpu_body) {
  for (const made_up_recipe& recipe : made_up_recipes()) {
    SCOPED_TRACE(recipe.what);
    for (const std::size_t count : {1, 33, 1000}) {
      std::vector<std::uint64_t> listed, in_a_row;
      for (std::size_t s = 0; s < count; ++s) listed.push_back(made_up_scenario(recipe, s));
      const std::uint64_t most = recipe.windows ? recipe.row.size() - recipe.days + 1 : count;
      const std::uint64_t first = recipe.windows ? 0 : (std::uint64_t{1} << 32) - 7;
      for (std::uint64_t s = 0; s < std::min<std::uint64_t>(count, most); ++s) in_a_row.push_back(first + s);
      for (const unsigned threads : {32U, tuning::scenario_plan}) {
        expect_plans(recipe, listed, true, threads);
        expect_plans(recipe, in_a_row, false, threads);
      }
    }
  }
}

// A strip in the memory of the device.
struct strip_there {
  path_strip view;
  device_buffer<std::uint32_t> day_step;
  device_buffer<double> start_group, total, group, squares, end_squares, top_10, top, max_level;
  device_buffer<std::uint8_t> regime;

  template <typename Upload>
  strip_there(const path_strip& host, std::size_t groups, const Upload& upload)
      : view(host),
        day_step(upload(host.day_step, host.days)),
        start_group(upload(host.start_group, groups)),
        total(upload(host.total, host.stride)),
        group(upload(host.group, host.stride * groups)),
        squares(upload(host.squares, host.stride)),
        end_squares(upload(host.end_squares, host.scenarios)),
        top_10(upload(host.top_10, host.stride)),
        top(upload(host.top, host.scenarios * scenario_top_k.size())),
        max_level(upload(host.max_level, host.scenarios)),
        regime(upload(host.regime, host.scenarios * host.days)) {
    view.day_step = day_step.data();
    view.start_group = start_group.data();
    view.total = total.data();
    view.group = group.data();
    view.squares = squares.data();
    view.end_squares = end_squares.data();
    view.top_10 = top_10.data();
    view.top = top.data();
    view.max_level = max_level.data();
    view.regime = regime.data();
  }
};

// Columns one after the other in one piece of memory, `at` rows that stay before them.
figure_columns columns_in(double* numbers, std::uint8_t* regimes, std::size_t rows) {
  figure_columns c;
  double* next = numbers;
  for (double** column : {&c.index_return, &c.max_drawdown, &c.highest, &c.hhi, &c.max_hhi, &c.max_top_10,
                          &c.max_volatility, &c.top[0], &c.top[1], &c.top[2], &c.top[3], &c.top[4]}) {
    *column = std::exchange(next, next + rows);
  }
  c.group_return = next;
  c.stride = rows;
  c.start_regime = regimes;
  c.end_regime = regimes + rows;
  return c;
}

TEST_F(path_statistics_device, figures_have_the_bits_of_the_cpu_body) {
  const auto upload = [&](const auto* host, std::size_t count) { return there(host, count); };
  for (const strip_sizes& sizes : awkward_strips()) {
    SCOPED_TRACE(sizes.what);
    const made_up_strip strip(sizes);
    strip_there on_device(strip.view(), sizes.groups, upload);
    const std::size_t at = 3, rows = at + sizes.scenarios;
    for (const bool weights : {true, false}) {
      path_strip here = strip.view(), view = on_device.view;
      if (!weights) {
        here.squares = here.end_squares = here.top_10 = here.top = nullptr;
        view.squares = view.end_squares = view.top_10 = view.top = nullptr;
      }
      std::vector<double> should((12 + sizes.groups) * rows, -7.0);
      std::vector<std::uint8_t> should_regime(2 * rows, 99);
      const auto is = there(should);
      const auto is_regime = there(should_regime);
      write_path_figures(here, sizes.groups, columns_in(should.data(), should_regime.data(), rows), at);
      path_figures_cuda(view, sizes.groups, columns_in(is.data(), is_regime.data(), rows), at, work_->ref(),
                        weights ? tuning::path_figures : 32);
      EXPECT_TRUE(same_bits(back(is), should));
      EXPECT_EQ(back(is_regime), should_regime);
    }
    figure_columns few;  // the rest is not asked for
    std::vector<double> should(sizes.scenarios, -7.0);
    const auto is = there(should);
    few.index_return = should.data();
    write_path_figures(strip.view(), sizes.groups, few, 0);
    few.index_return = is.data();
    path_figures_cuda(on_device.view, sizes.groups, few, 0, work_->ref());
    EXPECT_TRUE(same_bits(back(is), should));
  }
}

TEST_F(path_statistics_device, correlations_are_those_of_the_cpu_body) {
  const auto upload = [&](const auto* host, std::size_t count) { return there(host, count); };
  for (const strip_sizes& sizes : awkward_strips()) {
    SCOPED_TRACE(sizes.what);
    const made_up_strip strip(sizes);
    const figure_request request = strip.request();
    path_correlations counted(request);
    for (int time = 0; time < 2; ++time) counted.add(strip.view());
    counted.count_waiting();
    const strip_there on_device(strip.view(), sizes.groups, upload);
    const std::size_t least = correlation_shape{sizes.groups, 1, 3}.bytes();  // three days, one kind
    for (const correlation_tuning tuned :
         {correlation_tuning{}, correlation_tuning{32, least}, correlation_tuning{256, 2 * least}}) {
      const device_correlations correlations(request, *ledger_, tuned);
      made_up_correlations is(request);
      std::fill(is.count.begin(), is.count.end(), 5);  // to which is added
      for (int time = 0; time < 2; ++time) correlations.add(on_device.view);
      correlations.take(is.view());
      for (std::uint64_t& count : is.count) count -= 5;
      EXPECT_EQ(is.histogram, counted.histogram());
      EXPECT_EQ(is.sum, counted.sum());
      EXPECT_EQ(is.count, counted.count());
    }
  }
}

TEST_F(path_statistics_device, a_dimension_of_too_many_groups_is_refused) {
  figure_request request;
  request.correlated = {{0, 2}, {2, 75}};
  EXPECT_THROW(device_correlations(request, *ledger_), std::invalid_argument);
  request.correlated = {{0, 2}, {2, 74}};
  EXPECT_NO_THROW(device_correlations(request, *ledger_));
}

}  // namespace
}  // namespace topheavy
