// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_pass/dealt_paths.h"
#include "kernels/scenario_pass/scenario_pass_cpu.h"
#include "tests/backends/small_pass.h"
#include "tests/backends/thread_counts.h"
#include "tests/support/bit_compare.h"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include <gtest/gtest.h>

// The pass over scenarios against its definitions written down once more, and against itself in every unit of work.
namespace topheavy {
namespace {

// The float64 sums of one step, in their order.
struct step_sums {
  std::vector<double> group;
  double total = 0.0, squares = 0.0;
};

step_sums sum_step(const small_universe& u, const groups_view& groups, const std::vector<float>& cap) {
  step_sums sums;
  std::vector<double> of_class;
  for (std::size_t k = 0; k < u.layout.classes(); ++k) {
    double sum = 0.0;
    for (std::size_t c = u.layout.class_chunks[k]; c < u.layout.class_chunks[k + 1]; ++c) {
      const chunk_sums chunk = sums_of_chunk(u.layout.chunks[c], cap);
      sum += static_cast<double>(chunk.caps);
      sums.squares += static_cast<double>(chunk.squares);
    }
    of_class.push_back(sum);
    sums.total += sum;
  }
  for (std::size_t g = 0; g < groups.groups; ++g) {
    double sum = 0.0;
    for (std::int32_t i = groups.offsets[g]; i < groups.offsets[g + 1]; ++i) {
      sum += of_class[static_cast<std::size_t>(groups.members[i])];
    }
    sums.group.push_back(sum);
  }
  return sums;
}

double sum_of_the_largest(const std::vector<float>& cap, std::size_t k) {
  std::vector<std::size_t> order(cap.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return cap[a] > cap[b]; });
  order.resize(std::min(k, order.size()));
  std::sort(order.begin(), order.end());
  return sum_of_largest(order.size(), [&](std::size_t i) { return cap[order[i]]; });
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  double mx = 0.0, my = 0.0, xx = 0.0, yy = 0.0, xy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mx += x[i] / static_cast<double>(x.size());
    my += y[i] / static_cast<double>(x.size());
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
    xy += (x[i] - mx) * (y[i] - my);
  }
  return xy / std::sqrt(xx * yy);
}

void expect_as_defined(const small_universe& u, const small_recipe& recipe, const figure_request& request,
                       std::uint64_t first, const figures& is) {
  const std::size_t count = is.start_regime.size(), steps = recipe.step.size();
  const step_sums start = sum_step(u, request.groups, u.start);
  std::vector<double> rho_sum(request.rhos());
  std::vector<std::uint64_t> rho_count(request.rhos());
  for (std::size_t s = 0; s < count; ++s) {
    std::vector<std::uint32_t> row(steps);
    std::vector<float> scale(steps);
    std::vector<std::uint8_t> regime(recipe.days);
    const std::uint64_t scenario = first + s;
    double level = 0.0;
    make_plans_cpu(recipe.view(), &scenario, 1, {row.data(), scale.data(), regime.data(), &level});
    std::vector<step_sums> day;
    double max_hhi = 0.0, max_top_10 = 0.0;
    std::vector<float> last;
    walk_reference(u, row.data(), scale.data(), steps, [&](std::size_t step, const std::vector<float>& cap) {
      if (!recipe.step[step].is_day) return;
      day.push_back(sum_step(u, request.groups, cap));
      const double total = day.back().total;
      max_hhi = std::max(max_hhi, day.back().squares / (total * total));
      max_top_10 = std::max(max_top_10, std::min(sum_of_the_largest(cap, 10) / total, 1.0));
      last = cap;
    });
    const double end = day.back().total;
    double peak = start.total, drawdown = 0.0, highest = 0.0;
    for (const step_sums& d : day) {
      peak = std::max(peak, d.total);
      drawdown = std::max(drawdown, 1.0 - d.total / peak);
      highest = std::max(highest, d.total / start.total);
    }
    const auto same = [&](double value, double should) { ASSERT_TRUE(same_bits(value, should)) << s; };
    same(is.number[0][s], end / start.total - 1.0);
    same(is.number[1][s], drawdown);
    same(is.number[2][s], highest);
    same(is.number[3][s], day.back().squares / (end * end));
    same(is.number[4][s], level);
    for (std::size_t k = 0; k < 5; ++k) {
      same(is.number[5 + k][s], std::min(sum_of_the_largest(last, scenario_top_k[k]) / end, 1.0));
    }
    if (request.daily_hhi) {
      same(is.daily[0][s], max_hhi);
      same(is.daily[1][s], max_top_10);
    }
    for (std::size_t g = 0; g < request.groups.groups; ++g) {
      same(is.group_return[g * count + s], day.back().group[g] / start.group[g] - 1.0);
    }
    EXPECT_EQ(is.start_regime[s], regime.front());
    EXPECT_EQ(is.end_regime[s], regime.back());

    for (std::uint32_t kind = 0; kind <= regimes; ++kind) {
      std::size_t pair = kind * request.pairs();
      for (const correlated_groups& d : request.correlated) {
        for (std::uint32_t i = 0; i < d.count; ++i) {
          for (std::uint32_t j = i + 1; j < d.count; ++j, ++pair) {
            std::vector<double> x, y;
            for (std::size_t t = 0; t < day.size(); ++t) {
              if (kind != 0 && regime[t] != kind - 1) continue;
              const step_sums& before = t == 0 ? start : day[t - 1];
              x.push_back(day[t].group[d.first + i] / before.group[d.first + i] - 1.0);
              y.push_back(day[t].group[d.first + j] / before.group[d.first + j] - 1.0);
            }
            if (kind != 0 && x.size() < request.min_days) continue;
            rho_sum[pair] += correlation(x, y);
            ++rho_count[pair];
          }
        }
      }
    }
  }
  EXPECT_EQ(is.rho_count, rho_count);
  for (std::size_t r = 0; r < request.rhos(); ++r) {
    const auto scenarios = static_cast<double>(std::max<std::uint64_t>(1, rho_count[r]));
    EXPECT_NEAR(static_cast<double>(is.rho_sum[r]) * rho_unit / scenarios, rho_sum[r] / scenarios, 1e-9) << r;
    std::uint64_t in_bins = 0;
    double binned = 0.0;
    for (std::uint32_t b = 0; b < rho_bins; ++b) {
      in_bins += is.histogram[r * rho_bins + b];
      binned += is.histogram[r * rho_bins + b] * ((b + 0.5) / (rho_bins / 2.0) - 1.0);
    }
    EXPECT_EQ(in_bins, rho_count[r]);
    EXPECT_NEAR(binned / scenarios, rho_sum[r] / scenarios, 1.0 / rho_bins) << r;
  }
}

TEST(scenario_pass, is_what_its_definitions_say) {
  const class_groups groups;
  for (const case_of_pass& c : cases()) {
    const small_universe u = c.universe();
    const auto engine = make_cpu_path_engine(u.view());
    for (const bool daily : {false, true}) {
      for (const bool shocks : {false, true}) {
        SCOPED_TRACE(std::string(c.what) + (daily ? ", daily" : "") + (shocks ? ", shocks" : ""));
        const small_recipe recipe(40, 13, shocks);
        const figure_request request = request_of(groups, daily);
        expect_as_defined(u, recipe, request, 5, pass(*engine, recipe, request, {5, 60}));
      }
    }
  }
}

TEST(scenario_pass, same_bits_from_every_body_thread_and_unit_of_work) {
  const class_groups groups;
  const figure_request request = request_of(groups, true);
  const small_recipe recipe(40, 9, true);
  for (const case_of_pass& c : cases()) {
    const small_universe u = c.universe();
    const figures should = pass(*make_cpu_path_engine(u.view()), recipe, request, {0, 1500});
    const path_bodies all = known_path_bodies();
    for (std::size_t i = 0; i < all.count; ++i) {
      if (!all.body[i]->runs_here()) continue;
      const auto engine = make_cpu_path_engine(u.view(), {all.body[i], 0});
      EXPECT_TRUE(pass(*engine, recipe, request, {0, 1500}) == should) << c.what << ", " << all.body[i]->name;
    }
    for (const std::size_t at_once : {1, 7, 1000}) {
      for (const int threads : {1, 2, 3}) {
        const auto engine = make_cpu_path_engine(u.view(), {nullptr, at_once});
        with_threads(threads, [&] {
          EXPECT_TRUE(pass(*engine, recipe, request, {0, 1500}) == should) << c.what << ", " << at_once;
        });
      }
    }
  }
}

TEST(scenario_pass, a_range_is_part_of_the_whole) {
  const class_groups groups;
  const figure_request request = request_of(groups, false);
  const small_recipe recipe(40, 9, false);
  const small_universe u = cases()[0].universe();
  const auto engine = make_cpu_path_engine(u.view());
  const figures whole = pass(*engine, recipe, request, {0, 300}),
                part = pass(*engine, recipe, request, {211, 50});
  for (std::size_t column = 0; column < 10; ++column) {
    const auto& from = whole.number[column];
    EXPECT_TRUE(same_bits(part.number[column], {from.begin() + 211, from.begin() + 261})) << column;
  }
}

// Their sum in float64 is above that in the lanes of float32 in half of the scenarios.
TEST(scenario_pass, all_names_weigh_no_more_than_1) {
  const class_groups groups;
  const small_universe u = make_small_universe({4, 3, 2, 1}, 42, 5);
  const figures f =
      pass(*make_cpu_path_engine(u.view()), small_recipe(40, 9, false), request_of(groups, true), {0, 200});
  for (std::size_t k = 2; k < scenario_top_k.size(); ++k) {
    EXPECT_EQ(*std::max_element(f.number[5 + k].begin(), f.number[5 + k].end()), 1.0) << scenario_top_k[k];
  }
  EXPECT_EQ(*std::max_element(f.daily[1].begin(), f.daily[1].end()), 1.0);
}

// A shock on the second day takes every cap to 0: from then on nothing has a weight.
TEST(scenario_pass, of_nothing_there_are_no_weights) {
  const class_groups groups;
  small_universe u = make_small_universe({30, 16, 20, 3}, 42, 2);
  const std::size_t slots = u.layout.slots();
  std::fill(u.ret.begin() + static_cast<std::ptrdiff_t>(41 * slots), u.ret.end(), -1.0F);
  const figures f =
      pass(*make_cpu_path_engine(u.view()), small_recipe(40, 9, true), request_of(groups, true), {0, 20});
  for (std::size_t s = 0; s < 20; ++s) {
    EXPECT_EQ(f.number[0][s], -1.0);
    EXPECT_EQ(f.number[1][s], 1.0);
    EXPECT_TRUE(std::isnan(f.number[3][s])) << "hhi";
    for (std::size_t k = 0; k < scenario_top_k.size(); ++k) EXPECT_TRUE(std::isnan(f.number[5 + k][s])) << k;
    EXPECT_TRUE(std::isnan(f.daily[0][s])) << "max_hhi";
    EXPECT_TRUE(std::isnan(f.daily[1][s])) << "max_top_10";
  }
}

TEST(scenario_pass, only_returns_where_weights_are_not_asked_for) {
  const class_groups groups;
  const small_recipe recipe(40, 9, false);
  const small_universe u = cases()[0].universe();
  const auto engine = make_cpu_path_engine(u.view());
  const figures whole = pass(*engine, recipe, request_of(groups, false), {0, 100});
  figure_request less;
  less.end_weights = false;
  std::vector<double> index_return(100);
  figure_columns columns;
  columns.index_return = index_return.data();
  engine->scenario_pass(recipe.view(), less, {0, 100}, columns);
  EXPECT_TRUE(same_bits(index_return, whole.number[0]));
}

TEST(scenario_pass, replay_adds_up_the_changes_of_each_cap) {
  const small_universe u = make_small_universe({150, 40, 33, 3}, 42, 1);
  const small_recipe recipe(40, 9, true);
  const std::vector<std::uint64_t> scenario{7, 1, 2000, 3, 4};
  const std::vector<std::uint32_t> bucket{0, 1, 0, 1, 1}, watched{2, 170};
  const std::size_t slots = u.layout.slots(), steps = recipe.step.size();
  std::vector<double> sum(2 * slots), squares(2 * slots), watch(2 * scenario.size());
  for (std::size_t s = 0; s < scenario.size(); ++s) {
    std::vector<std::uint32_t> row(steps);
    std::vector<float> scale(steps);
    make_plans_cpu(recipe.view(), &scenario[s], 1, {row.data(), scale.data(), nullptr, nullptr});
    walk_reference(u, row.data(), scale.data(), steps, [&](std::size_t step, const std::vector<float>& cap) {
      if (step + 1 != steps) return;
      for (std::size_t n = 0; n < slots; ++n) {
        const double change = static_cast<double>(cap[n]) - static_cast<double>(u.start[n]);
        sum[bucket[s] * slots + n] += change;
        squares[bucket[s] * slots + n] += change * change;
        for (std::size_t w = 0; w < watched.size(); ++w) {
          if (watched[w] == n) watch[w * scenario.size() + s] = change;
        }
      }
    });
  }
  const path_bodies all = known_path_bodies();
  for (std::size_t i = 0; i < all.count; ++i) {
    if (!all.body[i]->runs_here()) continue;
    const auto engine = make_cpu_path_engine(u.view(), {all.body[i], 0});
    for (const int threads : {1, 3}) {
      std::vector<double> sum_is(2 * slots, 1.0), squares_is(2 * slots, 1.0), watch_is(2 * scenario.size());
      with_threads(threads, [&] {
        engine->replay(recipe.view(),
                       {scenario.data(), bucket.data(), scenario.size(), 2, watched.data(), watched.size()},
                       {sum_is.data(), squares_is.data(), watch_is.data()});
      });
      EXPECT_TRUE(same_bits(sum_is, sum)) << all.body[i]->name;
      EXPECT_TRUE(same_bits(squares_is, squares)) << all.body[i]->name;
      EXPECT_TRUE(same_bits(watch_is, watch)) << all.body[i]->name;
    }
  }
}

// Engines of several devices, with those of the CPU in their place.
std::unique_ptr<path_engine> dealt_to(std::size_t engines, const small_universe& u) {
  std::vector<std::unique_ptr<path_engine>> all;
  for (std::size_t i = 0; i < engines; ++i) all.push_back(make_cpu_path_engine(u.view()));
  return deal_paths(std::move(all), u.layout.slots());
}

TEST(dealt_paths, same_bits_from_one_engine_and_from_several) {
  const class_groups groups;
  for (const case_of_pass& c : cases()) {
    const small_universe u = c.universe();
    const auto alone = make_cpu_path_engine(u.view());
    for (const bool daily : {false, true}) {
      const small_recipe recipe(40, 9, daily);
      const figure_request request = request_of(groups, daily);
      for (const scenario_range range : {scenario_range{5, 60}, {0, 1500}, {7, 2}, {9, 1}}) {
        const figures should = pass(*alone, recipe, request, range);
        for (const std::size_t engines : {1, 2, 3}) {
          SCOPED_TRACE(std::string(c.what) + ", " + std::to_string(range.count) + " to " +
                       std::to_string(engines));
          EXPECT_TRUE(pass(*dealt_to(engines, u), recipe, request, range) == should);
        }
      }
    }
  }
}

TEST(dealt_paths, correlations_are_counted_over_several_passes_of_all_engines) {
  const class_groups groups;
  const figure_request request = request_of(groups, false);
  const small_recipe recipe(40, 9, false);
  const small_universe u = cases()[0].universe();
  const auto counted = [&](path_engine& engine) {
    figures f(request, 50);
    // 1 goes to one engine of three; after they are taken they begin anew.
    for (const scenario_range range : {scenario_range{0, 50}, {50, 1}, {51, 30}}) {
      engine.scenario_pass(recipe.view(), request, range, f.columns);
    }
    engine.take_correlations({f.histogram.data(), f.rho_sum.data(), f.rho_count.data()});
    engine.take_correlations({f.histogram.data(), f.rho_sum.data(), f.rho_count.data()});
    return f;
  };
  const figures should = counted(*make_cpu_path_engine(u.view()));
  EXPECT_EQ(should.rho_count[0], 81U);
  EXPECT_TRUE(counted(*dealt_to(3, u)) == should);
}

TEST(dealt_paths, replays_add_up_as_one_engine_does) {
  const small_universe u = make_small_universe({150, 40, 33, 3}, 42, 1);
  const small_recipe recipe(40, 9, true);
  const std::size_t slots = u.layout.slots();
  const std::vector<std::uint32_t> watched{2, 170};
  const auto replay = [&](path_engine& engine, const std::vector<std::uint32_t>& bucket,
                          std::size_t buckets) {
    std::vector<std::uint64_t> scenario;
    for (std::size_t i = 0; i < bucket.size(); ++i) scenario.push_back(1000 - 7 * i);
    std::vector<double> all((2 * buckets) * slots + watched.size() * bucket.size(), -1.0);
    engine.replay(recipe.view(),
                  {scenario.data(), bucket.data(), bucket.size(), buckets, watched.data(), watched.size()},
                  {all.data(), all.data() + buckets * slots, all.data() + 2 * buckets * slots});
    return all;
  };
  const std::vector<std::pair<std::vector<std::uint32_t>, std::size_t>> dealt{
      {{0, 0, 0, 0, 0}, 1},                       // one bucket cannot be shared
      {{3, 1, 0, 3, 1, 1, 0, 2, 2, 3, 3, 1}, 4},  // in no order
      {{1, 1, 1, 4, 4, 4}, 6},                    // without some
      {{5, 5, 5}, 6},
      {{}, 2},
  };
  const auto alone = make_cpu_path_engine(u.view());
  for (const auto& [bucket, buckets] : dealt) {
    const std::vector<double> should = replay(*alone, bucket, buckets);
    for (const std::size_t engines : {2, 3, 7}) {
      EXPECT_TRUE(same_bits(replay(*dealt_to(engines, u), bucket, buckets), should))
          << bucket.size() << " scenarios to " << engines;
    }
  }
}

// Tells what it is given, and fails where it is to.
class witness : public path_engine {
 public:
  struct calls {
    std::vector<scenario_range> range;
    std::size_t replayed = 0;
  };
  witness(calls& told, std::string fault) : told_(told), fault_(std::move(fault)) {}

  void scenario_pass(const plan_recipe&, const figure_request&, scenario_range range,
                     const figure_columns& columns) override {
    told_.range.push_back(range);
    std::fill_n(columns.index_return, range.count, static_cast<double>(range.first));
    if (!fault_.empty()) throw std::runtime_error(fault_);
  }
  void take_correlations(const rho_columns&) override {}
  void replay(const plan_recipe&, const replay_request& request, const replay_result&) override {
    (*request.between)();
    told_.replayed += request.count;
  }

 private:
  calls& told_;
  std::string fault_;
};

std::unique_ptr<path_engine> dealt_to(std::vector<witness::calls>& told,
                                      const std::vector<std::string>& fault) {
  std::vector<std::unique_ptr<path_engine>> all;
  for (std::size_t i = 0; i < told.size(); ++i) all.push_back(std::make_unique<witness>(told[i], fault[i]));
  return deal_paths(std::move(all), 16);
}

TEST(dealt_paths, parts_are_whole_blocks_where_there_are_enough) {
  const auto dealt = [](std::size_t count) {
    std::vector<witness::calls> told(3);
    std::vector<double> column(count);
    figure_columns columns;
    columns.index_return = column.data();
    dealt_to(told, {"", "", ""})->scenario_pass({}, {}, {100, count}, columns);
    std::vector<std::size_t> parts;
    std::uint64_t next = 100;
    for (const witness::calls& one : told) {
      for (const scenario_range& range : one.range) {
        EXPECT_EQ(range.first, next);
        EXPECT_EQ(column[range.first - 100], static_cast<double>(range.first));
        next += range.count;
        parts.push_back(range.count);
      }
    }
    EXPECT_EQ(next, 100 + count);
    return parts;
  };
  using parts = std::vector<std::size_t>;
  EXPECT_EQ(dealt(10'000), (parts{3072, 3072, 3856}));
  EXPECT_EQ(dealt(3 * 1024), (parts{1024, 1024, 1024}));
  EXPECT_EQ(dealt(3 * 1024 - 1), (parts{1023, 1024, 1024}));  // not so many: as equal as can be
  EXPECT_EQ(dealt(2), (parts{1, 1}));
  EXPECT_EQ(dealt(0), parts{});
}

TEST(dealt_paths, a_fault_comes_out_once_all_have_ended_that_of_the_first_engine_of_several) {
  std::vector<witness::calls> told(3);
  std::vector<double> column(6, -1.0);
  figure_columns columns;
  columns.index_return = column.data();
  const auto engine = dealt_to(told, {"", "the second", "the third"});
  try {
    engine->scenario_pass({}, {}, {0, 6}, columns);
    ADD_FAILURE() << "no fault came out";
  } catch (const std::runtime_error& fault) {
    EXPECT_STREQ(fault.what(), "the second");
  }
  EXPECT_EQ(column, (std::vector<double>{0, 0, 2, 2, 4, 4}));
}

TEST(dealt_paths, what_is_thrown_between_ends_a_replay) {
  std::vector<witness::calls> told(2);
  const auto engine = dealt_to(told, {"", ""});
  const std::vector<std::uint64_t> scenario{1, 2};
  const std::vector<std::uint32_t> bucket{0, 1};
  std::vector<double> sum(32), squares(32);
  int asked = 0;
  const std::function<void()> between = [&] {
    ++asked;
    throw std::runtime_error("stopped");
  };
  EXPECT_THROW(engine->replay({}, {scenario.data(), bucket.data(), 2, 2, nullptr, 0, &between},
                              {sum.data(), squares.data(), nullptr}),
               std::runtime_error);
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(told[0].replayed + told[1].replayed, 0U);
}

}  // namespace
}  // namespace topheavy
