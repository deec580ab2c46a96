// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_pass/path_tiles.h"
#include "tests/backends/small_universe.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include <gtest/gtest.h>

// Every body of the path operation that runs on this machine, against the reference: same bits.
namespace topheavy {
namespace {

struct small_plan {
  std::vector<std::uint32_t> row;
  std::vector<float> scale;
  std::size_t scenarios, steps;

  small_plan(std::size_t s, std::size_t h, std::size_t rows) : scenarios(s), steps(h) {
    std::mt19937_64 random(s * 1000 + h);
    for (std::size_t i = 0; i < s * h; ++i) {
      row.push_back(static_cast<std::uint32_t>(random() % rows));
      scale.push_back(0.5F + static_cast<float>(random() % 100) / 50.0F);
    }
  }
  path_plan_view view() const { return {row.data(), scale.data(), scenarios, steps}; }
};

std::vector<const path_body*> bodies_here() {
  std::vector<const path_body*> here;
  const path_bodies all = known_path_bodies();
  for (std::size_t i = 0; i < all.count; ++i) {
    if (all.body[i]->runs_here()) here.push_back(all.body[i]);
  }
  return here;
}

std::uint32_t bits(float value) { return std::bit_cast<std::uint32_t>(value); }

TEST(path_bodies, the_last_runs_everywhere) {
  ASSERT_FALSE(bodies_here().empty());
  EXPECT_STREQ(bodies_here().back()->name, "plain");
  EXPECT_EQ(&best_path_body(), bodies_here().front());
}

TEST(path_bodies, sums_squares_and_counts_of_tiles) {
  for (const std::size_t vectors : {1, 2, 3, 4, 5, 6, 7, 8}) {
    const small_universe u = make_small_universe({vectors * path_lanes - 3}, 29, vectors);
    for (const auto& [scenarios, steps] : {std::pair<std::size_t, std::size_t>{1, 1}, {5, 7}, {37, 21}}) {
      const small_plan plan(scenarios, steps, u.rows);
      const std::size_t cells = scenarios * steps, stride = cells + path_sum_padding,
                        end_stride = scenarios + path_sum_padding;
      std::vector<float> threshold(cells), end_threshold(scenarios);
      for (std::size_t i = 0; i < cells; ++i) threshold[i] = u.start[i % (vectors * path_lanes - 3)];
      for (std::size_t s = 0; s < scenarios; ++s) end_threshold[s] = threshold[(s + 1) * steps - 1];
      std::vector<chunk_sums> sums(cells);
      std::vector<std::size_t> counts(cells);
      for (std::size_t s = 0; s < scenarios; ++s) {
        walk_reference(u, plan.row.data() + s * steps, plan.scale.data() + s * steps, steps,
                       [&](std::size_t step, const std::vector<float>& cap) {
                         const std::size_t i = s * steps + step;
                         sums[i] = sums_of_chunk(u.layout.chunks[0], cap);
                         counts[i] = static_cast<std::size_t>(std::count_if(
                             cap.begin(), cap.end(), [&](float c) { return c >= threshold[i]; }));
                       });
      }
      for (const path_body* body : bodies_here()) {
        const path_tiles tiles(u.view(), *body);
        const std::size_t parts = path_lanes / body->width;
        for (int mode = 0; mode < 5; ++mode) {  // what is asked for at every step, and what at the end
          const bool weights = mode < 4, every_square = (mode & 1) != 0, every_count = (mode & 2) != 0;
          std::vector<float> sum(parts * stride), square(parts * stride), end_square(parts * end_stride);
          std::vector<std::uint16_t> count(cells, 1), end_count(scenarios, 1);
          tile_walk walk;
          walk.tile = tiles.tile(0);
          walk.plan = plan.view();
          walk.sums = sum.data();
          walk.stride = stride;
          walk.end_stride = end_stride;
          if (weights && every_square) walk.squares = square.data();
          if (weights && !every_square) walk.end_squares = end_square.data();
          if (weights && every_count) {
            walk.threshold = threshold.data();
            walk.count = count.data();
          }
          if (weights && !every_count) {
            walk.end_threshold = end_threshold.data();
            walk.end_count = end_count.data();
          }
          body->walk_tile(walk);
          SCOPED_TRACE(std::string(body->name) + ", " + std::to_string(vectors) + " vectors, mode " +
                       std::to_string(mode));
          for (std::size_t i = 0; i < cells; ++i) {
            ASSERT_EQ(bits(add_parts(sum.data(), stride, body->width, i)), bits(sums[i].caps)) << i;
            if (weights && every_square) {
              ASSERT_EQ(bits(add_parts(square.data(), stride, body->width, i)), bits(sums[i].squares)) << i;
            }
            if (weights && every_count) {
              ASSERT_EQ(count[i], 1 + counts[i]) << i;
            }
          }
          for (std::size_t s = 0; weights && s < scenarios; ++s) {
            const std::size_t i = (s + 1) * steps - 1;
            if (!every_square) {
              ASSERT_EQ(bits(add_parts(end_square.data(), end_stride, body->width, s)), bits(sums[i].squares))
                  << s;
            }
            if (!every_count) {
              ASSERT_EQ(end_count[s], 1 + counts[i]) << s;
            }
          }
        }
      }
    }
  }
}

TEST(path_bodies, caps_at_the_end_and_at_every_step) {
  const small_universe u = make_small_universe({100, 30, 7}, 17, 5);
  const small_plan plan(9, 5, u.rows);
  for (const path_body* body : bodies_here()) {
    const path_tiles tiles(u.view(), *body);
    for (const bool every : {false, true}) {
      for (std::size_t c = 0; c < u.layout.chunks.size(); ++c) {
        const path_chunk chunk = u.layout.chunks[c];
        const std::size_t size = chunk.vectors * path_lanes, first = chunk.first_vector * path_lanes;
        const aligned_floats caps(plan.scenarios * plan.steps * size);
        cap_walk walk;
        walk.tile = tiles.tile(c);
        walk.plan = plan.view();
        walk.caps = caps.data();
        walk.every_step = every;
        body->walk_caps(walk);
        const float* at = caps.data();
        for (std::size_t s = 0; s < plan.scenarios; ++s) {
          walk_reference(u, plan.row.data() + s * plan.steps, plan.scale.data() + s * plan.steps, plan.steps,
                         [&](std::size_t step, const std::vector<float>& cap) {
                           if (!every && step + 1 != plan.steps) return;
                           ASSERT_EQ(std::memcmp(at, cap.data() + first, size * sizeof(float)), 0)
                               << body->name << ", chunk " << c << ", scenario " << s << ", step " << step;
                           at += size;
                         });
        }
      }
    }
  }
}

// The k-th largest and the sum of the k largest, after each step and at the end; also where caps are equal, and for k of few
// and of all.
TEST(path_bodies, leaders_of_the_head) {
  const std::vector<std::size_t> counts{1, 5, 10, 25, 50, 127, 128};
  for (const int kind : {0, 1, 2}) {
    small_universe u = make_small_universe({100, 16}, 23, 11);
    if (kind == 1) {
      for (float& cap : u.start) cap = cap > 0.0F ? 64.0F : 0.0F;
      for (float& ret : u.ret) ret = ret > 0.0F ? 0.01F : -0.01F;
    }
    if (kind == 2) {
      for (std::size_t n = 8; n < u.start.size(); ++n) u.start[n] = 0.0F;
    }
    const small_plan plan(12, 30, u.rows);
    for (const std::size_t k : {1, 10, 128}) {
      std::vector<float> threshold, end_threshold;
      std::vector<double> sum, top_sum;
      for (std::size_t s = 0; s < plan.scenarios; ++s) {
        walk_reference(u, plan.row.data() + s * plan.steps, plan.scale.data() + s * plan.steps, plan.steps,
                       [&](std::size_t step, const std::vector<float>& cap) {
                         std::vector<std::size_t> order(head_slots);
                         for (std::size_t i = 0; i < head_slots; ++i) order[i] = i;
                         std::stable_sort(order.begin(), order.end(),
                                          [&](std::size_t a, std::size_t b) { return cap[a] > cap[b]; });
                         const auto sum_of = [&](std::size_t count) {
                           std::vector<std::size_t> first(order.begin(),
                                                          order.begin() + static_cast<std::ptrdiff_t>(count));
                           std::sort(first.begin(), first.end());
                           return sum_of_largest(count, [&](std::size_t i) { return cap[first[i]]; });
                         };
                         threshold.push_back(cap[order[k - 1]]);
                         sum.push_back(sum_of(k));
                         if (step + 1 != plan.steps) return;
                         for (const std::size_t count : counts) top_sum.push_back(sum_of(count));
                         end_threshold.push_back(cap[order[counts.back() - 1]]);
                       });
      }
      for (const path_body* body : bodies_here()) {
        const path_tiles tiles(u.view(), *body);
        std::vector<float> is(plan.scenarios * plan.steps), end_is(plan.scenarios);
        std::vector<double> sum_is(is.size()), top_is(plan.scenarios * counts.size());
        head_walk walk;
        walk.ret = tiles.head_ret();
        walk.start = tiles.head_start();
        walk.plan = plan.view();
        walk.top = {counts.data(), counts.size()};
        walk.top_sum = top_is.data();
        walk.end_threshold = end_is.data();
        walk.daily_k = k;
        walk.threshold = is.data();
        walk.sum = sum_is.data();
        SCOPED_TRACE(std::string(body->name) + ", k " + std::to_string(k) + ", kind " + std::to_string(kind));
        body->walk_head(walk);
        EXPECT_EQ(is, threshold);
        EXPECT_EQ(sum_is, sum);
        EXPECT_EQ(top_is, top_sum);
        EXPECT_EQ(end_is, end_threshold);
        walk.threshold = nullptr;
        std::fill(top_is.begin(), top_is.end(), -1.0);
        body->walk_head(walk);
        EXPECT_EQ(top_is, top_sum);
        EXPECT_EQ(end_is, end_threshold);
      }
    }
  }
}

}  // namespace
}  // namespace topheavy
