// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/core/tree_sum.h"
#include "kernels/core/warp_sum.h"
#include "kernels/group_sums/group_sums_core.h"
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

TEST(host_block, a_missing_barrier_is_noticed) {
  const host_block block({0, 1});
  block.each_warp([](const host_warp&, std::size_t) {});
  EXPECT_THROW(block.first_thread([] {}), std::logic_error);
}

}  // namespace
}  // namespace topheavy
