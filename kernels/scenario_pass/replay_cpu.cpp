// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_pass/replay_cpu.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

using range = oneapi::tbb::blocked_range<std::size_t>;

// Scenarios whose plans are held at once: as many as take some tenths of a second at most, also without vectors.
constexpr std::size_t most_scenarios_at_once = 1024;
constexpr std::size_t cells_at_once = 500'000'000;

struct replayed_plans {
  std::vector<std::uint32_t> row;
  std::vector<float> scale;
};

void make_plans(const plan_recipe& recipe, const std::uint64_t* scenario, std::size_t count,
                replayed_plans& plans) {
  plans.row.resize(count * recipe.steps);
  plans.scale.resize(count * recipe.steps);
  oneapi::tbb::parallel_for(range(0, count, 64), [&](const range& part) {
    make_plans_cpu(recipe, scenario + part.begin(), part.size(),
                   {plans.row.data() + part.begin() * recipe.steps,
                    plans.scale.data() + part.begin() * recipe.steps, nullptr, nullptr});
  });
}

}  // namespace

void replay_cpu(const path_tiles& tiles, const plan_recipe& recipe, const replay_request& request,
                const replay_result& result) {
  const path_layout& layout = tiles.layout();
  const std::size_t slots = layout.slots();
  std::fill_n(result.sum, request.buckets * slots, 0.0);
  std::fill_n(result.squares, request.buckets * slots, 0.0);
  std::vector<std::vector<std::size_t>> watched(layout.chunks.size());  // [chunks] places in request.watched
  for (std::size_t c = 0; c < layout.chunks.size(); ++c) {
    const std::size_t first = layout.chunks[c].first_vector * path_lanes;
    const std::size_t last = first + layout.chunks[c].vectors * path_lanes;
    for (std::size_t i = 0; i < request.watched_count; ++i) {
      if (request.watched[i] >= first && request.watched[i] < last) watched[c].push_back(i);
    }
  }

  const std::size_t scenarios_at_once =
      std::clamp<std::size_t>(cells_at_once / (recipe.steps * slots), 1, most_scenarios_at_once);
  replayed_plans plans;
  for (std::size_t done = 0; done < request.count; done += scenarios_at_once) {
    if (request.between != nullptr) (*request.between)();
    const std::size_t count = std::min(scenarios_at_once, request.count - done);
    make_plans(recipe, request.scenario + done, count, plans);
    // A constituent's sum is one thread's, over the scenarios in their order.
    oneapi::tbb::parallel_for(range(0, layout.chunks.size(), 1), [&](const range& part) {
      for (std::size_t c = part.begin(); c < part.end(); ++c) {
        const std::size_t first = layout.chunks[c].first_vector * path_lanes;
        const std::size_t size = layout.chunks[c].vectors * path_lanes;
        const aligned_floats caps(count * size);
        cap_walk walk;
        walk.tile = tiles.tile(c);
        walk.plan = {plans.row.data(), plans.scale.data(), count, recipe.steps};
        walk.caps = caps.data();
        tiles.body().walk_caps(walk);
        for (std::size_t s = 0; s < count; ++s) {
          const float* const cap = caps.data() + s * size;
          double* const sum = result.sum + request.bucket[done + s] * slots + first;
          double* const squares = result.squares + request.bucket[done + s] * slots + first;
          for (std::size_t i = 0; i < size; ++i) {
            const double change = static_cast<double>(cap[i]) - static_cast<double>(tiles.start()[first + i]);
            sum[i] += change;
            squares[i] += change * change;
          }
          for (const std::size_t w : watched[c]) {
            const std::size_t slot = request.watched[w];
            result.watched[w * request.count + done + s] =
                static_cast<double>(cap[slot - first]) - static_cast<double>(tiles.start()[slot]);
          }
        }
      }
    });
  }
}

}  // namespace topheavy
