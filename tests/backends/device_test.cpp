// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/concentration/concentration_cuda.h"
#include "kernels/device/buffer.h"
#include "kernels/group_sums/group_sums_cuda.h"
#include "kernels/order_statistics/order_statistics_cuda.h"
#include "tests/backends/device_fixture.h"
#include "tests/backends/one_operation.h"
#include "tests/backends/small_panel.h"
#include "tests/backends/small_universe.h"
#include "tests/support/bit_compare.h"

#include <numeric>
#include <random>

// What only a device can show: launch shapes change no bit, and running out of memory ends in a table.
namespace topheavy {
namespace {

class device : public device_fixture {};

TEST_F(device, the_block_size_of_group_sums_changes_no_bit) {
  const small_panel panel = make_panel(7, 9'000, panel_kind::gaps);
  const small_groups groups = make_groups(panel.constituents);
  const std::size_t count = panel.days * groups.view().groups;
  std::vector<double> base(count), base_return(count);
  group_sums(*choose_backend("cpu").body, panel.view(), groups.view(), {base.data(), base_return.data()});

  const stream work;
  device_ledger ledger(work.ref());
  const device_buffer<double> cap(ledger, panel.cap.size(), "caps");
  const device_buffer<double> ret(ledger, panel.ret.size(), "returns");
  const device_buffer<std::int32_t> offsets(ledger, groups.offsets.size(), "offsets");
  const device_buffer<std::int32_t> members(ledger, groups.members.size(), "members");
  const device_buffer<double> is_base(ledger, count, "base");
  const device_buffer<double> is_base_return(ledger, count, "base_return");
  cap.copy_from(panel.cap.data());
  ret.copy_from(panel.ret.data());
  offsets.copy_from(groups.offsets.data());
  members.copy_from(groups.members.data());
  for (unsigned threads = 32; threads <= 1024; threads += 32) {
    group_sums_cuda({cap.data(), ret.data(), panel.days, panel.constituents},
                    {offsets.data(), members.data(), groups.view().groups},
                    {is_base.data(), is_base_return.data()}, work.ref(), threads);
    std::vector<double> host_base(count), host_base_return(count);
    is_base.copy_to(host_base.data());
    is_base_return.copy_to(host_base_return.data());
    work.ref().wait();
    EXPECT_TRUE(same_bits(host_base, base)) << threads << " threads";
    EXPECT_TRUE(same_bits(host_base_return, base_return)) << threads << " threads";
  }
}

TEST_F(device, how_many_days_are_sorted_at_a_time_changes_no_bit) {
  const small_panel panel = make_panel(23, 700, panel_kind::gaps);
  const std::size_t days = panel.days;
  std::vector<std::int32_t> count(days);
  std::vector<double> top(days * top_counts_size), hhi(days), entropy(days), gini(days);
  day_parts parts;
  const small_groups none;
  parts.groups = none.view();
  parts.constituents = {count.data(), top.data(), hhi.data(), entropy.data(), gini.data()};
  choose_backend("cpu").body->day_pass(panel.view(), parts);

  const stream work;
  device_ledger ledger(work.ref());
  const device_buffer<double> cap(ledger, panel.cap.size(), "caps");
  cap.copy_from(panel.cap.data());
  const device_buffer<std::int32_t> is_count(ledger, days, "count");
  const device_buffer<double> is_top(ledger, top.size(), "top");
  const device_buffer<double> is_hhi(ledger, days, "hhi");
  const device_buffer<double> is_entropy(ledger, days, "entropy");
  const device_buffer<double> is_gini(ledger, days, "gini");
  for (const std::size_t caps_at_a_time : {1, 699, 700, 7 * 700, 8 * 700 - 1, 1 << 20}) {
    for (const unsigned threads : {32u, 96u, 256u, 1024u}) {
      SCOPED_TRACE(std::to_string(caps_at_a_time) + " caps, " + std::to_string(threads) + " threads");
      concentration_cuda({cap.data(), nullptr, days, panel.constituents},
                         {is_count.data(), is_top.data(), is_hhi.data(), is_entropy.data(), is_gini.data()},
                         ledger, caps_at_a_time, threads);
      const auto same = [&](const device_buffer<double>& is, const std::vector<double>& should) {
        std::vector<double> fetched(should.size());
        is.copy_to(fetched.data());
        work.ref().wait();
        return same_bits(fetched, should);
      };
      EXPECT_TRUE(same(is_top, top));
      EXPECT_TRUE(same(is_hhi, hhi));
      EXPECT_TRUE(same(is_entropy, entropy));
      EXPECT_TRUE(same(is_gini, gini));
    }
  }
}

TEST_F(device, how_many_values_are_sorted_at_a_time_changes_no_bit) {
  std::mt19937_64 random(7);
  std::vector<double> x(9'001);
  for (double& value : x) value = static_cast<double>(random() % 500) - 250.0;  // with ties
  const stream work;
  device_ledger ledger(work.ref());
  for (const std::size_t count : {1, 700, 9'001}) {
    std::vector<std::uint64_t> index(count), is_index(count);
    std::vector<double> value(count), is_value(count);
    smallest_cpu(x.data(), x.size(), count, {index.data(), value.data()});
    for (const std::size_t piece : {1'000, 4'501, 9'000, 1 << 20}) {
      smallest_cuda(x.data(), x.size(), count, {is_index.data(), is_value.data()}, ledger, piece);
      work.ref().wait();
      EXPECT_EQ(is_index, index) << count << " by " << piece;
      EXPECT_TRUE(same_bits(is_value, value)) << count << " by " << piece;
    }
  }
}

TEST_F(device, one_listed_several_times_gives_the_bits_of_the_cpu) {
  const small_universe u = make_small_universe({150, 40, 33, 3}, 3'100, 1);
  std::vector<std::uint32_t> row(u.rows);
  std::iota(row.begin(), row.end(), 0U);
  const std::vector<plan_step> step(5);
  plan_recipe recipe;
  recipe.days = 5;
  recipe.step = step.data();
  recipe.steps = step.size();
  recipe.positions = static_cast<std::uint32_t>(row.size());
  recipe.row = row.data();
  recipe.windows = true;
  figure_request request;
  request.end_weights = false;
  const auto index_returns = [&](backend& b, std::size_t count) {
    std::vector<double> column(count, 9.0);
    figure_columns columns;
    columns.index_return = column.data();
    b.load_universe(u.view())->scenario_pass(recipe, request, {2, count}, columns);
    return column;
  };
  for (const std::size_t count : {1, 2, 3'090}) {
    const std::vector<double> should = index_returns(*choose_backend("cpu").body, count);
    for (const std::vector<int>& list : {std::vector<int>{0}, {0, 0}, {0, 0, 0}}) {
      EXPECT_TRUE(same_bits(index_returns(*choose_backend("cuda", list).body, count), should))
          << count << " scenarios to " << list.size();
    }
  }
}

TEST_F(device, out_of_memory_is_a_table_of_what_is_held) {
  const stream work;
  device_ledger ledger(work.ref());
  const device_buffer<double> held(ledger, 1000, "panel caps");
  try {
    const device_buffer<double> more(ledger, std::size_t{1} << 45, "scenario growth");
    ADD_FAILURE() << "256 TiB were there";
  } catch (const out_of_device_memory& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("scenario growth needs 281474976710656 bytes"), std::string::npos) << text;
    EXPECT_NE(text.find("panel caps  8000 bytes"), std::string::npos) << text;
  }
  const device_buffer<double> after(ledger, 1000, "panel returns");  // the error was cleared
  work.ref().wait();
}

}  // namespace
}  // namespace topheavy
