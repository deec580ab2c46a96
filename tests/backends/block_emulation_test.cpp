// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/breadth/breadth_core.h"
#include "kernels/concentration/concentration_core.h"
#include "kernels/core/tree_sum.h"
#include "kernels/core/warp_sum.h"
#include "kernels/fixed_weight_return/fixed_weight_return_core.h"
#include "kernels/group_sums/group_sums_core.h"
#include "kernels/risk_contributions/risk_contributions_core.h"
#include "tests/backends/host_block.h"
#include "tests/backends/one_operation.h"
#include "tests/backends/reference.h"
#include "tests/backends/small_panel.h"
#include "tests/support/bit_compare.h"

// The text of the CUDA kernels, run on the host: the same bits as the CPU bodies for every block size and
// warp order.
namespace topheavy {
namespace {

std::vector<double> terms(std::size_t count, std::uint64_t seed) {
  std::vector<double> list;
  for (std::size_t i = 0; i < count; ++i) {
    list.push_back((uniform(seed, i, 0) - 0.5) * std::exp2(40.0 * uniform(seed, i, 1)));
  }
  return list;
}

TEST(tree_sum, has_the_bits_of_the_specification) {
  for (const std::size_t count : {0, 1, 15, 16, 17, 31, 32, 33, 127, 128, 129, 255, 256, 257, 1000}) {
    const std::vector<double> list = terms(count, count);
    EXPECT_TRUE(same_bits(tree_sum(count, [&](std::size_t i) { return list[i]; }), reference::sum(list)))
        << count;
    const sum_pack<2> total =
        tree_sum(count, [&](std::size_t i) { return sum_pack<2>{{list[i], -list[i]}}; });
    EXPECT_TRUE(same_bits(total.value[0], reference::sum(list))) << count;
    EXPECT_EQ(total.value[1], -total.value[0]) << count;
  }
}

TEST(warp_chunk_sum, every_thread_ends_with_the_bits_of_the_chunk) {
  for (std::size_t used = 0; used <= sum_chunk; ++used) {
    std::vector<double> chunk = terms(used, 100 + used);
    const auto held = warp_chunk_sum(host_warp{}, used, [&](std::size_t i) { return chunk.at(i); });
    chunk.resize(sum_chunk, 0.0);
    for (const double value : held) ASSERT_TRUE(same_bits(value, chunk_sum(chunk.data()))) << used;
  }
}

struct sums {
  explicit sums(std::size_t count) : base(count, -1.0), base_return(count, -1.0) {}
  group_sums_result view() { return {base.data(), base_return.data()}; }
  std::vector<double> base, base_return;
};

void expect_block_matches_cpu(const small_panel& panel, std::size_t capacity) {
  const small_groups groups = make_groups(panel.constituents);
  const std::size_t count = groups.view().groups;
  sums should(panel.days * count);
  group_sums(*choose_backend("cpu").body, panel.view(), groups.view(), should.view());
  for (const std::size_t threads : {32, 64, 96, 128, 256, 512, 1024}) {
    for (const auto& order : warp_orders(threads / warp_threads)) {
      sums is(panel.days * count);
      std::vector<base_sums> shared(capacity, base_sums{{-1.0, -1.0}});
      for (std::size_t answer = 0; answer < panel.days * count; ++answer) {
        const host_block block(order);
        group_sums_block(block, panel.view(), groups.view(), is.view(), answer / count, answer % count,
                         shared.data(), capacity);
      }
      EXPECT_TRUE(same_bits(is.base, should.base)) << threads << " threads, capacity " << capacity;
      EXPECT_TRUE(same_bits(is.base_return, should.base_return))
          << threads << " threads, capacity " << capacity;
    }
  }
}

TEST(group_sums_block, has_the_bits_of_the_cpu_body_at_awkward_sizes) {
  for (const auto& [name, panel] : awkward_panels(4)) {
    SCOPED_TRACE(name);
    expect_block_matches_cpu(panel, 64);
  }
}

TEST(group_sums_block, what_shared_memory_holds_changes_no_bit) {
  const small_panel panel = make_panel(2, 5'003, panel_kind::gaps);  // 40 chunks
  for (const std::size_t capacity : {1, 3, 39, 40, 41}) expect_block_matches_cpu(panel, capacity);
}

// Every part of the day pass, and room for its results.
struct whole_day_pass {
  explicit whole_day_pass(const small_panel& panel)
      : index(indices(panel.constituents)),
        weight(panel.constituents, 0.25),
        sector(panel.constituents, 0),
        base(panel.days, -1.0),
        base_return(base),
        prior_cap(base),
        return_sum(base),
        advancers_base(base),
        deviation(base),
        ret(base),
        fill(base),
        hhi(base),
        entropy(base),
        gini(base),
        top(panel.days * top_counts_size, -1.0),
        members(panel.days, -1),
        advancers(members),
        count(members) {
    groups.members = index;
    groups.close();
  }
  static std::vector<std::int32_t> indices(std::size_t count) {
    std::vector<std::int32_t> all(count);
    std::iota(all.begin(), all.end(), 0);
    return all;
  }
  day_parts parts() {
    day_parts p;
    p.groups = groups.view();
    p.sums = {base.data(), base_return.data()};
    p.breadth = {prior_cap.data(), members.data(),        return_sum.data(),
                 advancers.data(), advancers_base.data(), deviation.data()};
    p.weights = {weight.data(), sector.data(), 0, 1};
    p.fixed = {ret.data(), fill.data()};
    p.constituents = {count.data(), top.data(), hhi.data(), entropy.data(), gini.data()};
    return p;
  }
  std::vector<std::int32_t> index;
  std::vector<double> weight;
  std::vector<std::int32_t> sector;
  small_groups groups;
  std::vector<double> base, base_return, prior_cap, return_sum, advancers_base, deviation, ret, fill, hhi,
      entropy, gini, top;
  std::vector<std::int32_t> members, advancers, count;
};

template <std::size_t sums>
std::vector<sum_pack<sums>> shared_memory(std::size_t capacity) {
  sum_pack<sums> rubbish;
  for (double& value : rubbish.value) value = -1.0;
  return std::vector<sum_pack<sums>>(capacity, rubbish);
}

// What the kernels of the day pass do, the sort by a general one.
void day_pass_in_blocks(const small_panel& panel, const day_parts& parts,
                        const std::vector<std::size_t>& order, std::size_t capacity) {
  auto two = shared_memory<2>(capacity + 1);
  auto six = shared_memory<6>(capacity);
  std::vector<double> one(capacity, -1.0);
  for (std::size_t t = 0; t < panel.days; ++t) {
    const host_block block(order);
    group_sums_block(block, panel.view(), parts.groups, parts.sums, t, 0, two.data(), capacity);
    breadth_block(block, panel.view(),
                  return_of_sums(parts.sums.base[t], parts.sums.base_return[t], log_exp_detail::not_a_number),
                  parts.breadth, t, six.data(), capacity);
    parts.fixed.fill[t] = fill_of(parts.sums, 1, t, 0);
    fixed_weight_return_block(block, panel.view(), parts.sums, 1, parts.weights, parts.fixed.fill + t, t,
                              parts.fixed.ret, one.data(), capacity);
    const double* x = panel.cap.data() + t * panel.constituents;
    std::vector<double> sorted(x, x + panel.constituents);
    std::sort(sorted.begin(), sorted.end());
    concentration_block(block, x, sorted.data(), panel.constituents, parts.constituents, t, two.data(),
                        capacity, two.data() + capacity);
  }
}

void expect_same_day_pass(const whole_day_pass& is, const whole_day_pass& should) {
  EXPECT_TRUE(same_bits(is.base, should.base) && same_bits(is.base_return, should.base_return));
  EXPECT_TRUE(same_bits(is.prior_cap, should.prior_cap) && same_bits(is.return_sum, should.return_sum));
  EXPECT_TRUE(same_bits(is.advancers_base, should.advancers_base));
  EXPECT_TRUE(same_bits(is.deviation, should.deviation));
  EXPECT_TRUE(is.members == should.members && is.advancers == should.advancers);
  EXPECT_TRUE(same_bits(is.ret, should.ret) && same_bits(is.fill, should.fill));
  EXPECT_EQ(is.count, should.count);
  EXPECT_TRUE(same_bits(is.top, should.top));
  EXPECT_TRUE(same_bits(is.hhi, should.hhi));
  EXPECT_TRUE(same_bits(is.entropy, should.entropy));
  EXPECT_TRUE(same_bits(is.gini, should.gini));
}

void expect_day_pass_in_blocks(const small_panel& panel, std::size_t capacity) {
  whole_day_pass should(panel);
  choose_backend("cpu").body->day_pass(panel.view(), should.parts());
  for (const std::size_t threads : {32, 64, 96, 256, 1024}) {
    for (const auto& order : warp_orders(threads / warp_threads)) {
      SCOPED_TRACE(std::to_string(threads) + " threads, capacity " + std::to_string(capacity));
      whole_day_pass is(panel);
      day_pass_in_blocks(panel, is.parts(), order, capacity);
      expect_same_day_pass(is, should);
    }
  }
}

TEST(day_pass_blocks, have_the_bits_of_the_cpu_bodies_at_awkward_sizes) {
  for (const auto& [name, panel] : awkward_panels(4)) {
    SCOPED_TRACE(name);
    expect_day_pass_in_blocks(panel, 64);
  }
}

TEST(day_pass_blocks, what_shared_memory_holds_changes_no_bit) {
  const small_panel panel = make_panel(2, 5'003, panel_kind::gaps);  // 40 chunks
  for (const std::size_t capacity : {1, 3, 39, 40, 41}) expect_day_pass_in_blocks(panel, capacity);
}

TEST(risk_of_constituent, has_the_bits_of_the_cpu_body) {
  constexpr std::size_t cells = 3;
  const small_panel panel = make_panel(30, 70, panel_kind::gaps);
  std::vector<double> slope_all, slope_cell, fill;
  std::vector<std::int32_t> cell, sector;
  for (std::size_t t = 0; t < panel.days; ++t) {
    slope_all.push_back(uniform(41, t, 0) - 0.5);
    slope_cell.push_back(uniform(41, t, 1) - 0.5);
    cell.push_back(static_cast<std::int32_t>(5.0 * uniform(41, t, 2)) - 2);
    for (std::size_t s = 0; s < 2; ++s) fill.push_back(0.01 * uniform(42, t, s));
  }
  for (std::size_t n = 0; n < panel.constituents; ++n) sector.push_back(static_cast<std::int32_t>(n % 2));
  const std::size_t count = (1 + cells) * panel.constituents;
  std::vector<double> should(count, -1.0), is(count, -1.0);
  std::vector<std::int32_t> should_filled(count, -1), is_filled(count, -1);
  constituent_parts parts;
  parts.risk = {slope_all.data(), slope_cell.data(), cell.data(), cells, fill.data(), sector.data(), 2};
  parts.by_risk = {should.data(), should_filled.data()};
  choose_backend("cpu").body->constituent_pass(panel.view(), parts);
  for (std::size_t row = 0; row <= cells; ++row) {
    for (std::size_t n = 0; n < panel.constituents; ++n) {
      risk_of_constituent(panel.view(), parts.risk, {is.data(), is_filled.data()}, row, n);
    }
  }
  EXPECT_TRUE(same_bits(is, should));
  EXPECT_EQ(is_filled, should_filled);
}

TEST(host_block, a_missing_barrier_is_noticed) {
  const host_block block({0, 1});
  block.each_warp([](const host_warp&, std::size_t) {});
  EXPECT_THROW(block.first_thread([] {}), std::logic_error);
}

}  // namespace
}  // namespace topheavy
