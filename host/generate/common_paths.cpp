// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/generate/common_paths.h"

#include "host/generate/draws.h"

#include <algorithm>
#include <cmath>

namespace topheavy {
namespace {

constexpr std::size_t volatility_lead = 2610;  // weekdays of ten years

// The log process of the volatility index, a day a step.
const double usual_level = portable_log(17.0);
constexpr double persistence = 0.965;
constexpr double spread = 0.062;
constexpr double jump_probability = 1.0 / 200.0;
const double lowest = portable_log(9.2);
const double highest = portable_log(78.0);
constexpr std::size_t short_span =
    60;  // days; between marks closer than this nothing jumps and the spread is halved

// Adds a straight line to path over (from, to] so that it ends at `target`.
void bend(std::vector<double>& path, std::size_t from, std::size_t to, double target) {
  const double miss = target - path[to];
  const double length = static_cast<double>(to - from);
  for (std::size_t v = from + 1; v <= to; ++v) path[v] += miss * (static_cast<double>(v - from) / length);
}

// Adds a constant to the steps in (from, to] so that they add up to `target`.
void steer(std::vector<double>& steps, std::size_t from, std::size_t to, double target) {
  double sum = 0.0;
  for (std::size_t t = from + 1; t <= to; ++t) sum += steps[t];
  const double miss = (target - sum) / static_cast<double>(to - from);
  for (std::size_t t = from + 1; t <= to; ++t) steps[t] += miss;
}

// [V] each.
struct volatility_draw {
  std::vector<double> x;  // logarithm of the volatility index
  std::vector<double>
      surprise;  // its move beyond the expected one, in usual spreads; bending is a surprise too
};

volatility_draw draw_volatility(std::uint64_t seed, const std::vector<date>& days) {
  volatility_draw drawn;
  drawn.x.assign(days.size(), usual_level);
  drawn.surprise.assign(days.size(), 0.0);
  std::vector<double>& x = drawn.x;
  std::vector<double> expected(days.size(), 0.0);  // move
  std::size_t at = 0;
  const auto walk = [&](std::size_t to, double scale, bool jumps) {
    for (std::size_t v = at + 1; v <= to; ++v) {
      const random_block b = draw(seed, stream::volatility, 0, days[v]);
      const bool jump = jumps && uniform_from(b.word[2]) < jump_probability;
      expected[v] = (1.0 - persistence) * (usual_level - x[v - 1]);
      x[v] = x[v - 1] + expected[v] + scale * spread * first_normal(b) +
             (jump ? 0.30 + 0.50 * uniform_from(b.word[3]) : 0.0);
      x[v] = std::clamp(x[v], lowest, highest);
    }
  };
  for (const volatility_mark& mark : volatility_marks()) {
    const auto found = std::lower_bound(days.begin(), days.end(), mark.day);
    const auto to = static_cast<std::size_t>(found - days.begin());
    if (found == days.end() || *found != mark.day || to <= at) continue;
    const bool close = to - at < short_span;
    walk(to, close ? 0.5 : 1.0, !close);
    const double start = x[at];
    const double end = portable_log(mark.level);
    bend(x, std::max(at, to - std::min(to, short_span)), to, end);
    // What is drawn between two close marks must not overtake the peak that they describe.
    const double ceiling = close ? std::max(start, end) - 0.005 : highest;
    for (std::size_t v = at + 1; v < to; ++v) x[v] = std::clamp(x[v], lowest, ceiling);
    at = to;
  }
  walk(days.size() - 1, 1.0, true);
  for (std::size_t v = 1; v < days.size(); ++v) {
    drawn.surprise[v] = std::clamp((x[v] - x[v - 1] - expected[v]) / spread, -4.0, 5.0);
  }
  return drawn;
}

}  // namespace

std::vector<date> weekdays_until(date last, std::size_t count) {
  std::vector<date> days(count);
  for (std::size_t i = count; i > 0; last -= std::chrono::days{1}) {
    if (is_weekday(last)) days[--i] = last;
  }
  return days;
}

common_paths draw_common_paths(std::uint64_t seed, const std::vector<date>& days) {
  const std::size_t T = days.size();
  common_paths paths;
  paths.volatility_dates = weekdays_until(days.back(), volatility_lead + T);
  const auto [x, surprise] = draw_volatility(seed, paths.volatility_dates);
  paths.volatility.reserve(x.size());
  for (const double v : x) paths.volatility.push_back(std::floor(portable_exp(v) * 100.0 + 0.5) / 100.0);

  paths.market.resize(T);
  paths.own_scale.resize(T);
  for (auto& f : paths.sector) f.resize(T);
  for (auto& f : paths.tier) f.resize(T);
  constexpr double tier_spread[tier_count] = {0.0045, 0.0100, 0.0250};
  constexpr double tier_drift[tier_count] = {0.00025, 0.00010, 0.0};
  for (std::size_t t = 0; t < T; ++t) {
    const std::size_t v = volatility_lead + t;
    const double market_spread = 0.80 * portable_exp(x[v - 1]) / (100.0 * std::sqrt(252.0));
    // The second term makes up for what the jumps of the volatility index take on average.
    paths.market[t] =
        market_growth + 0.0002 +
        market_spread * (0.62 * first_normal(draw(seed, stream::market, 0, days[t])) - 0.78 * surprise[v]);
    // Own and group volatility rise less than the market's: correlations rise with the index.
    const double calm = portable_exp(0.4 * (x[v - 1] - usual_level));
    paths.own_scale[t] = calm;
    for (std::size_t s = 0; s < sector_count; ++s) {
      paths.sector[s][t] = 0.0045 * calm * first_normal(draw(seed, stream::sector, s, days[t]));
    }
    for (std::size_t k = 0; k < tier_count; ++k) {
      paths.tier[k][t] =
          tier_drift[k] + tier_spread[k] * calm * first_normal(draw(seed, stream::tier, k, days[t]));
    }
  }
  for (const factor_mark& mark : factor_marks()) {
    const auto day_of = [&](date d) { return std::lower_bound(days.begin(), days.end(), d); };
    if (mark.from < days.front() || mark.to > days.back()) continue;
    const auto from = static_cast<std::size_t>(day_of(mark.from) - days.begin());
    const auto to = static_cast<std::size_t>(day_of(mark.to) - days.begin());
    steer(paths.market, from, to, mark.market);
    for (std::size_t k = 0; k < tier_count; ++k) steer(paths.tier[k], from, to, mark.tier[k]);
    if (!mark.together) continue;
    for (auto& f : paths.sector) steer(f, from, to, 0.0);
    for (std::size_t t = from + 1; t <= to; ++t) paths.own_scale[t] *= 0.5;
  }
  return paths;
}

}  // namespace topheavy
