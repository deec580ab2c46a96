// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/group_sums/group_sums.h"

#include "tests/backends/backend_fixture.h"
#include "tests/backends/one_operation.h"
#include "tests/backends/reference.h"
#include "tests/backends/small_panel.h"
#include "tests/backends/thread_counts.h"
#include "tests/support/bit_compare.h"

namespace topheavy {
namespace {

struct sums {
  explicit sums(std::size_t count) : base(count, -1.0), base_return(count, -1.0) {}
  group_sums_result view() { return {base.data(), base_return.data()}; }
  std::vector<double> base;
  std::vector<double> base_return;
};

sums reference_sums(const small_panel& panel, const small_groups& groups) {
  const std::size_t count = groups.view().groups;
  sums result(panel.days * count);
  for (std::size_t t = 0; t < panel.days; ++t) {
    for (std::size_t g = 0; g < count; ++g) {
      std::vector<double> base;
      std::vector<double> base_return;
      for (std::int32_t i = groups.offsets[g]; i < groups.offsets[g + 1]; ++i) {
        const auto n = static_cast<std::size_t>(groups.members[static_cast<std::size_t>(i)]);
        const bool in = reference::in_index(panel, t, n);
        base.push_back(in ? reference::prior_cap(panel, t, n) : 0.0);
        base_return.push_back(in ? reference::prior_cap(panel, t, n) * reference::ret(panel, t, n) : 0.0);
      }
      result.base[t * count + g] = reference::sum(base);
      result.base_return[t * count + g] = reference::sum(base_return);
    }
  }
  return result;
}

using group_sums_test = on_backend;
TOPHEAVY_ON_EVERY_BACKEND(group_sums_test);

TEST_P(group_sums_test, has_the_bits_of_the_specification_at_awkward_sizes) {
  for (const auto& [name, panel] : awkward_panels(5)) {
    SCOPED_TRACE(name);
    const small_groups groups = make_groups(panel.constituents);
    sums is(panel.days * groups.view().groups);
    group_sums(*fresh(), panel.view(), groups.view(), is.view());
    const sums should = reference_sums(panel, groups);
    EXPECT_TRUE(same_bits(is.base, should.base));
    EXPECT_TRUE(same_bits(is.base_return, should.base_return));
  }
}

TEST_P(group_sums_test, more_members_than_a_block_holds_at_a_time) {
  const small_panel panel = make_panel(3, 20'001, panel_kind::gaps);
  const small_groups groups = make_groups(panel.constituents);
  sums is(panel.days * groups.view().groups);
  group_sums(*fresh(), panel.view(), groups.view(), is.view());
  const sums should = reference_sums(panel, groups);
  EXPECT_TRUE(same_bits(is.base, should.base));
  EXPECT_TRUE(same_bits(is.base_return, should.base_return));
}

TEST_P(group_sums_test, several_calls_on_one_back_end_agree) {
  const small_panel panel = make_panel(6, 300, panel_kind::gaps, 7);
  const small_panel other = make_panel(6, 300, panel_kind::gaps, 8);
  const small_groups groups = make_groups(panel.constituents);
  const auto body = fresh();
  for (const small_panel* one : {&panel, &panel, &other, &panel}) {
    sums is(one->days * groups.view().groups);
    group_sums(*body, one->view(), groups.view(), is.view());
    EXPECT_TRUE(same_bits(is.base_return, reference_sums(*one, groups).base_return));
  }
}

TEST_P(group_sums_test, no_groups_write_nothing) {
  const small_panel panel = make_panel(3, 4, panel_kind::full);
  const small_groups none;
  group_sums(*fresh(), panel.view(), none.view(), {});
}

TEST_P(group_sums_test, wrong_groups_are_refused_with_their_value) {
  const small_panel panel = make_panel(3, 4, panel_kind::full);
  const auto refused = [&](std::vector<std::int32_t> offsets, std::vector<std::int32_t> members,
                           const char* value) {
    const small_groups groups{std::move(offsets), std::move(members)};
    sums is(panel.days * groups.view().groups);
    try {
      group_sums(*fresh(), panel.view(), groups.view(), is.view());
      ADD_FAILURE() << "taken; should name " << value;
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string(error.what()).find(value), std::string::npos) << error.what();
    }
  };
  refused({0, 2}, {0, 4}, "member 4 of 4");
  refused({0, 2}, {-1, 2}, "member -1");
  refused({0, 2}, {2, 2}, "member 2 after 2");
  refused({0, 2, 1}, {0, 1}, "offsets 2 to 1");
  refused({1, 2}, {0, 1}, "offsets 1 to 2");
}

TEST(group_sums_threads, any_number_gives_the_same_bits) {
  const small_panel panel = make_panel(40, 1000, panel_kind::gaps);
  const small_groups groups = make_groups(panel.constituents);
  const sums should = reference_sums(panel, groups);
  for (const int threads : {1, 2, 3}) {
    sums is(panel.days * groups.view().groups);
    with_threads(threads,
                 [&] { group_sums(*choose_backend("cpu").body, panel.view(), groups.view(), is.view()); });
    EXPECT_TRUE(same_bits(is.base, should.base)) << threads << " threads";
    EXPECT_TRUE(same_bits(is.base_return, should.base_return)) << threads << " threads";
  }
}

}  // namespace
}  // namespace topheavy
