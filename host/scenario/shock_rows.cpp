// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/shock_rows.h"

#include "host/base/error.h"
#include "host/config/closest.h"
#include "host/history/sample.h"
#include "kernels/core/log_exp.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

constexpr std::size_t constituents_at_once = 256;  // so many betas stay in the first cache

void compound(double& growth, double ret) { growth *= ret > -1.0 ? 1.0 + ret : 0.0; }

template <typename Named>
std::vector<std::string_view> names_of(const std::vector<Named>& list, std::string Named::* name) {
  std::vector<std::string_view> names;
  for (const Named& one : list) names.push_back(one.*name);
  return names;
}

// beta[n] = sum over the days of slope R[day, n].
std::vector<double> least_squares_betas(const std::vector<std::size_t>& days,
                                        const std::vector<double>& slope, const member_returns& ret) {
  std::vector<double> beta(ret.constituents());
  using range = oneapi::tbb::blocked_range<std::size_t>;
  oneapi::tbb::parallel_for(range(0, beta.size(), constituents_at_once), [&](const range& block) {
    for (std::size_t i = 0; i < days.size(); ++i) {
      for (std::size_t n = block.begin(); n < block.end(); ++n) beta[n] += slope[i] * ret(days[i], n);
    }
  });
  return beta;
}

}  // namespace

std::vector<double> shock_reader::growth_of(const stress& what) {
  stress_ = &what;
  shock_ = nullptr;
  std::vector<double> growth(c_.ret.constituents(), 1.0);
  for (const shock& one : what.shocks) {
    shock_ = &one;
    std::visit([&](const auto& form) { apply(form, growth); }, one.what);
  }
  return growth;
}

void shock_reader::fail_if_any() const {
  if (!problems_.empty()) throw error(error_class::usage, fmt::format("{}", fmt::join(problems_, "\n")));
}

void shock_reader::add_problem(const std::string& text) {
  problems_.push_back(fmt::format("{}: stress `{}`: {}", shock_->origin, stress_->name, text));
}

std::string shock_reader::as_of() const { return to_iso(c_.in.prices.dates.back()); }

void shock_reader::apply_to_group(const std::string& dimension_name, const std::string& group, double ret,
                                  std::vector<double>& growth) {
  const auto d = std::find_if(c_.h.dimensions.begin(), c_.h.dimensions.end(),
                              [&](const dimension& one) { return one.name == dimension_name; });
  if (d == c_.h.dimensions.end()) {
    return add_problem(
        unknown_name("dimension", dimension_name, names_of(c_.h.dimensions, &dimension::name)));
  }
  const auto g = std::find(d->groups.begin(), d->groups.end(), group);
  if (g == d->groups.end()) {
    return add_problem(unknown_name("group of " + d->name, group, {d->groups.begin(), d->groups.end()}));
  }
  const auto position = static_cast<std::size_t>(g - d->groups.begin());
  bool any = false;
  for (std::int32_t i = d->offsets[position]; i < d->offsets[position + 1]; ++i) {
    const auto n = static_cast<std::size_t>(d->members[static_cast<std::size_t>(i)]);
    any = any || c_.is_member[n] != 0;
    compound(growth[n], ret);
  }
  if (!any) {
    add_problem(fmt::format("no constituent of `{}` of {} is in the universe of {}; leave the shock out",
                            group, d->name, as_of()));
  }
}

void shock_reader::apply(const group_shock& shock, std::vector<double>& growth) {
  apply_to_group(shock.dimension, shock.group, shock.ret, growth);
}

void shock_reader::apply(const symbol_shock& shock, std::vector<double>& growth) {
  const std::vector<std::string>& symbols = c_.in.prices.symbols;
  for (const auto& [symbol, ret] : shock.ret) {
    const auto found = std::lower_bound(symbols.begin(), symbols.end(), symbol);
    if (found == symbols.end() || *found != symbol) {
      add_problem(unknown_name("symbol", symbol, {symbols.begin(), symbols.end()}));
      continue;
    }
    const auto n = static_cast<std::size_t>(found - symbols.begin());
    if (!c_.is_member[n]) {
      const bool has_cap = c_.in.prices.cap[(c_.in.prices.days() - 1) * symbols.size() + n] > 0.0;
      add_problem(fmt::format("symbol `{}` {}; leave it out", symbol,
                              has_cap ? "is left out of the universe by `missing_history: exclude`"
                                      : "has no market cap on " + as_of()));
      continue;
    }
    compound(growth[n], ret);
  }
}

void shock_reader::apply(const growth_shock& shock, std::vector<double>& growth) {
  apply_to_group(shock.dimension, shock.group, -shock.elasticity * shock.shortfall, growth);
}

std::vector<double> shock_reader::betas_to(beta_shock::factor factor) {
  const bool to_index = factor == beta_shock::factor::index;
  std::vector<std::size_t> days;
  std::vector<double> x;
  for (const std::size_t t : c_.days) {
    const std::vector<double>& level = c_.in.volatility_level;
    const double value = to_index ? c_.h.daily.index.index_return[t] : level[t] - level[t - 1];
    if (std::isnan(value)) continue;
    days.push_back(t);
    x.push_back(value);
  }
  const char* const of = to_index ? "the return of the index" : "the change of the volatility index";
  const auto refuse = [&](const std::string& why) {
    add_problem(fmt::format("betas to {}: {}", of, why));
    return std::vector<double>{};
  };
  if (days.size() < static_cast<std::size_t>(least_risk_days)) {
    return refuse(too_few_days(days.size(), least_risk_days) +
                  "; set `data.lookback_days` higher, or leave the shock out");
  }
  const std::vector<double> slope = least_squares_slopes(x.size(), [&](std::size_t i) { return x[i]; });
  if (slope.empty()) return refuse("it does not vary; leave the shock out");
  return least_squares_betas(days, slope, c_.ret);
}

void shock_reader::apply(const beta_shock& shock, std::vector<double>& growth) {
  const bool to_index = shock.to == beta_shock::factor::index;
  double move = shock.move;
  if (shock.to_level) {
    move = *shock.to_level - c_.h.volatility.level;
    if (std::isnan(move)) {
      return add_problem(fmt::format(
          "no level of the volatility index is known on {}, from which to move to {}; bring its file up "
          "to date, or give `move` instead",
          as_of(), *shock.to_level));
    }
  }
  std::optional<std::vector<double>>& beta = to_index ? index_betas_ : volatility_betas_;
  if (!beta || beta->empty()) beta = betas_to(shock.to);
  for (std::size_t n = 0; n < beta->size(); ++n) compound(growth[n], (*beta)[n] * move);
}

void shock_reader::apply(const replay_shock& shock, std::vector<double>& growth) {
  window when;
  try {
    when = place_window(
        {"replay", shock.start, shock.end, fmt::format("{}: stress `{}`", shock_->origin, stress_->name)},
        c_.in.prices.dates);
  } catch (const error& e) {
    problems_.push_back(e.what());
    return;
  }
  using range = oneapi::tbb::blocked_range<std::size_t>;
  oneapi::tbb::parallel_for(range(0, growth.size(), constituents_at_once), [&](const range& block) {
    for (std::size_t n = block.begin(); n < block.end(); ++n) {
      const double ret =
          compounded(when.base_day + 1, when.last_day, [&](std::size_t t) { return c_.ret(t, n); });
      if (!std::isnan(ret)) compound(growth[n], ret);
    }
  });
}

double spread_over(double growth, int days) {
  if (!(growth > 0.0)) return -1.0;
  if (days == 1) return growth - 1.0;
  return portable_exp(portable_log(growth) / static_cast<double>(days)) - 1.0;
}

}  // namespace topheavy
