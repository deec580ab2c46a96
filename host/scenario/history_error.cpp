// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/history_error.h"

#include "host/history/block_length.h"
#include "host/history/sample.h"
#include "host/scenario/tail.h"
#include "kernels/day_bootstrap/day_bootstrap_core.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr std::uint64_t first_scenario = std::uint64_t{1} << 40;

// Positions 0 .. days - 1 in the order of one replicate.
std::vector<std::uint32_t> draw_history(std::uint64_t seed, std::uint64_t replicate, std::uint32_t days,
                                        const std::vector<std::uint32_t>& longer) {
  std::vector<std::uint32_t> drawn;
  for (std::uint32_t block = 0; drawn.size() < days; ++block) {
    const random_block words = random_words(seed, replicate, block, history_stream);
    std::uint32_t day = integer_below(days, words.word[0]);
    std::uint32_t left = 1 + days_after_first(longer.data(), longer.size(), words.word[1]);
    for (; left > 0 && drawn.size() < days; --left, day = day + 1 == days ? 0 : day + 1) drawn.push_back(day);
  }
  return drawn;
}

}  // namespace

std::uint64_t scenarios_of_history(const scenario_settings& set, std::uint64_t scenarios) {
  if (set.history_error.count) return static_cast<std::uint64_t>(*set.history_error.count);
  return std::min<std::uint64_t>(scenarios, most_history_scenarios);
}

void add_history_error(const scenario_plan& plan, const history_error_request& request, path_walk& walk,
                       backend& b, std::vector<tail_risk>& risk, const std::function<void(double)>& done) {
  const auto days = static_cast<std::uint32_t>(plan.row.size());
  const std::vector<std::uint32_t> longer = block_length_thresholds(plan.mean_block_length, days);
  std::vector<double> levels;
  for (const tail_risk& r : risk) levels.push_back(r.level);

  figure_request only_returns;
  only_returns.end_weights = false;
  std::vector<double> index_return(request.scenarios);
  figure_columns columns;
  columns.index_return = index_return.data();
  std::vector<std::vector<double>> es(levels.size()), noise(levels.size());
  std::uint64_t unused = 0;
  for (std::uint64_t r = 0; r < request.replicates; ++r) {
    scenario_plan resampled;
    if (resample(plan, draw_history(plan.seed, r, days, longer), resampled)) {
      walk.run(resampled.view(), only_returns, (r + 1) * first_scenario, request.scenarios, columns, 0);
      const ranked_losses worst = rank_losses(index_return, levels, b);
      for (std::size_t i = 0; i < levels.size(); ++i) {
        const tail_risk of = tail_risk_of(worst, request.scenarios, levels[i], "");
        es[i].push_back(of.es);
        noise[i].push_back(of.simulation_error * of.simulation_error);
      }
    } else {
      ++unused;
    }
    done(static_cast<double>(r + 1) / static_cast<double>(request.replicates));
  }

  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (10 * unused > request.replicates) {
      risk[i].history_error_reason =
          fmt::format("{} of {} histories drawn anew have no day of a regime that can be reached", unused,
                      request.replicates);
      continue;
    }
    const double mean = mean_of(es[i]);
    const double variance = squares_about(mean, es[i]) / static_cast<double>(es[i].size() - 1);
    const double of_history = variance - mean_of(noise[i]);  // NaN: a tail too small for any error
    if (!(of_history > 0.0)) {
      risk[i].history_error_reason = fmt::format(
          "ES over {} scenarios each varies no more than by its draws; set `history_error.count` "
          "higher to see what the history adds",
          request.scenarios);
      continue;
    }
    risk[i].history_error = std::sqrt(of_history);
  }
}

}  // namespace topheavy
