// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/tail.h"

#include "host/scenario/block_sum.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace topheavy {
namespace {

__extension__ using wide = unsigned __int128;

constexpr std::uint64_t least_tail = 100;  // scenarios; fewer bring a warning

// 1 - p as a quotient of whole numbers, both below 10^18.
struct decimal_rest {
  std::uint64_t above = 0, below = 1;

  double value() const { return static_cast<double>(above) / static_cast<double>(below); }
};

decimal_rest rest_of(double level) {
  const std::string text = fmt::format("{}", level);  // 0.975
  decimal_rest rest;
  std::uint64_t digits = 0;
  for (std::size_t i = 2; i < text.size(); ++i) {
    digits = 10 * digits + static_cast<std::uint64_t>(text[i] - '0');
    rest.below *= 10;
  }
  rest.above = rest.below - digits;
  return rest;
}

// The binomial distribution around its mode; what is left out is below 1e-24 of the mode.
struct binomial {
  std::uint64_t first = 0;  // value of probability[0]
  std::vector<double> probability;
};

binomial binomial_of(std::uint64_t trials, const decimal_rest& chance) {
  constexpr double least = 1e-24;
  const double odds = static_cast<double>(chance.above) / static_cast<double>(chance.below - chance.above);
  const auto mode =
      std::min(trials, static_cast<std::uint64_t>(wide{trials + 1} * chance.above / chance.below));
  // P(k + 1) / P(k)
  const auto ratio = [&](std::uint64_t k) {
    return static_cast<double>(trials - k) / static_cast<double>(k + 1) * odds;
  };
  std::vector<double> down{1.0}, up;
  std::uint64_t first = mode;
  for (; first > 0 && down.back() > least; --first) down.push_back(down.back() / ratio(first - 1));
  double p = 1.0;
  for (std::uint64_t k = mode; k < trials && p > least; ++k) up.push_back(p *= ratio(k));
  // The small ones first: nothing is lost.
  binomial b{first, {down.rbegin(), down.rend()}};
  const double below = std::accumulate(b.probability.begin(), b.probability.end(), 0.0);
  const double above = std::accumulate(up.rbegin(), up.rend(), 0.0);
  b.probability.insert(b.probability.end(), up.begin(), up.end());
  for (double& q : b.probability) q /= below + above;
  return b;
}

}  // namespace

tail_size tail_size_of(std::uint64_t scenarios, double level) {
  const decimal_rest rest = rest_of(level);
  const wide product = wide{scenarios} * rest.above;
  return {static_cast<std::uint64_t>(product / rest.below),
          static_cast<double>(static_cast<std::uint64_t>(product % rest.below)) /
              static_cast<double>(rest.below)};
}

rank_interval var_ranks(std::uint64_t scenarios, double level) {
  const binomial b = binomial_of(scenarios, rest_of(level));
  const auto quantile = [&](double p) {
    double sum = 0.0;
    for (std::size_t i = 0; i < b.probability.size(); ++i) {
      sum += b.probability[i];
      if (sum >= p) return b.first + i;
    }
    return b.first + b.probability.size() - 1;
  };
  const std::uint64_t lower = quantile(0.975) + 1;
  return {quantile(0.025), lower <= scenarios ? lower : 0};
}

ranked_losses largest_losses(const std::vector<double>& index_return, std::size_t count, backend& b) {
  ranked_losses worst;
  worst.scenario.resize(count);
  worst.loss.resize(count);
  b.smallest(index_return.data(), index_return.size(), count, {worst.scenario.data(), worst.loss.data()});
  for (double& loss : worst.loss) loss = 0.0 - loss;  // never -0
  return worst;
}

ranked_losses rank_losses(const std::vector<double>& index_return, const std::vector<double>& levels,
                          backend& b) {
  const std::uint64_t scenarios = index_return.size();
  std::uint64_t count = 0;
  for (const double level : levels) {
    count = std::max({count, tail_size_of(scenarios, level).whole + 1, var_ranks(scenarios, level).lower});
  }
  return largest_losses(index_return, std::min(count, scenarios), b);
}

value_at_risk value_at_risk_of(const ranked_losses& worst, const tail_size& size) {
  const double whole = block_sum(size.whole, [&](std::size_t i) { return worst.loss[i]; });
  const double var = worst.loss[size.whole];
  return {var, (whole + size.fraction * var) / size.total()};
}

tail_risk tail_risk_of(const ranked_losses& worst, std::uint64_t scenarios, double level,
                       const std::string& no_sampling_error) {
  const tail_size size = tail_size_of(scenarios, level);
  const auto [var, es] = value_at_risk_of(worst, size);
  tail_risk risk;
  risk.level = level;
  risk.tail_scenarios = size.scenarios();
  risk.var = var;
  risk.es = es;
  if (size.scenarios() < least_tail) {
    risk.warning = fmt::format("only {} of {} scenarios are in the tail; below {} VaR and ES are unsteady",
                               size.scenarios(), scenarios, least_tail);
  }
  if (!no_sampling_error.empty()) {
    risk.interval_reason = no_sampling_error;
    return risk;
  }
  const auto add_reason = [&](const std::string& reason) {
    risk.interval_reason += (risk.interval_reason.empty() ? "" : "; ") + reason;
  };
  const auto end = [&](std::uint64_t rank, const char* which) {
    if (rank > 0) return worst.loss[rank - 1];
    add_reason(fmt::format("{} scenarios are too few for {} end of VaR at this level", scenarios, which));
    return not_known;
  };
  const rank_interval ranks = var_ranks(scenarios, level);
  risk.var_low = end(ranks.lower, "a lower");
  risk.var_high = end(ranks.upper, "an upper");
  if (size.total() <= 1.0) {
    add_reason(fmt::format("a tail of {} scenarios has no variance", size.total()));
    return risk;
  }
  const double squares = block_sum(size.scenarios(), [&, mean = es](std::size_t i) {
    const double away = worst.loss[i] - mean;
    return size.weight(i) * (away * away);
  });
  const double variance = squares / (size.total() - 1.0);
  risk.simulation_error = std::sqrt((variance + level * ((es - var) * (es - var))) / size.total());
  return risk;
}

}  // namespace topheavy
