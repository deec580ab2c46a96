// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/history.h"

#include "host/history/passes.h"

#include <algorithm>

#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

bool is_issuer(const dimension& d) { return d.name == "issuer"; }

void make_all_dimensions(const settings& s, const inputs& in, history& h) {
  h.dimensions = make_dimensions(s, in.prices, in.table, in.labels);
  for (const dimension& d : h.dimensions) {
    // An issuer of one constituent has that constituent's series; thousands of copies help nobody.
    h.daily_dimensions.push_back(is_issuer(d) ? groups_of_at_least(d, 2) : d);
  }
}

std::vector<window> list_windows(const settings& s, const inputs& in, history& h) {
  std::optional<date> last_peak;
  if (in.volatility) {
    h.episodes = find_episodes(*in.volatility, in.prices.dates.back(), s.volatility.thresholds);
    if (!h.episodes.empty()) last_peak = h.episodes.back().peak_date;
    h.regime_names = regime_names(s.volatility);
    h.regime = regimes_of_days(in.prices.dates, *in.volatility, s.volatility);
  }
  window_list list = make_windows(s.windows, in.prices.dates, last_peak);
  h.windows_left_out = std::move(list.left_out);
  return list.windows;
}

// The pass by day, and what it says by itself.
day_answers compute_days(const settings& s, const inputs& in, backend& b, stages& timed, history& h,
                         std::vector<window>& windows) {
  timed.run("topheavy::history::dimensions", [&] {
    make_all_dimensions(s, in, h);
    check_stage_names(s, in.rules ? &*in.rules : nullptr, h.dimensions);
    windows = list_windows(s, in, h);
  });
  const dimension& issuers = *std::find_if(h.dimensions.begin(), h.dimensions.end(), is_issuer);
  day_answers days = timed.run("topheavy::history::day_pass",
                               [&] { return run_day_pass(b, in.prices, h.daily_dimensions, issuers); });
  timed.run("topheavy::history::index", [&] {
    h.daily = make_daily_history(days.index, h.daily_dimensions);
    h.index = summarise_index(h.daily.index);
    h.constituents = std::move(days.constituents);
    h.issuers = std::move(days.issuers);
    h.risk = plan_risk(days.fixed_weight_return, h.regime, h.regime_names.size(), s.data.lookback_days);
  });
  return days;
}

const volatility_series* series_of(const inputs& in) { return in.volatility ? &*in.volatility : nullptr; }

void tell_volatility(const settings& s, const inputs& in, history& h) {
  h.volatility =
      summarise_volatility(s.volatility, series_of(in), in.prices.dates, h.regime, h.episodes, h.daily);
}

}  // namespace

history compute_basis(const settings& s, const inputs& in, backend& b, stages& timed) {
  history h;
  std::vector<window> windows;
  compute_days(s, in, b, timed, h, windows);
  timed.run("topheavy::history::volatility", [&] { tell_volatility(s, in, h); });
  return h;
}

history compute_history(const settings& s, const inputs& in, backend& b, stages& timed) {
  history h;
  std::vector<window> windows;
  day_answers days = compute_days(s, in, b, timed, h, windows);
  constituent_moments moments(days.fixed_weight_return, h.regime, h.regime_names.size(),
                              in.prices.constituents());
  constituent_answers constituents = timed.run("topheavy::history::constituent_pass", [&] {
    return run_constituent_pass(b, in.prices, h.daily.index, windows, days, h.risk, moments);
  });
  timed.run("topheavy::history::attribution", [&] {
    h.daily.index.new_highs = share_of_members(constituents.new_highs, h.daily.index.members);
    std::vector<const group_history*> daily;
    for (std::size_t k = 0; k < h.dimensions.size(); ++k) {
      daily.push_back(is_issuer(h.dimensions[k]) ? nullptr : &h.daily.groups[k]);
    }
    h.windows.resize(windows.size());
    oneapi::tbb::parallel_for(std::size_t{0}, windows.size(), [&](std::size_t w) {
      h.windows[w] = attribute_window(in.prices, h.daily.index, h.dimensions, daily, windows[w],
                                      std::move(constituents.windows[w]));
    });
  });
  timed.run("topheavy::history::volatility", [&] {
    tell_volatility(s, in, h);
    h.rotation = compute_rotation(s.volatility, series_of(in), in.prices.dates, in.volatility_level, h.regime,
                                  h.episodes, h.daily_dimensions, h.daily);
  });
  timed.run("topheavy::history::risk", [&] { finish_risk(h.risk, constituents.risk, days.weight); });
  correlation_settings correlation = s.correlation;
  correlation.dimensions = correlated_dimensions(s);
  timed.run("topheavy::history::correlation", [&] {
    h.correlation = correlate_history(h.daily, h.daily_dimensions, h.regime, h.regime_names, correlation, b);
  });
  timed.run("topheavy::history::stage", [&] {
    h.stage.growth = expected_growth(s.expectations, h.dimensions, days.weight);
    h.stage = find_stage(in.rules ? &*in.rules : nullptr, in, h);
  });
  timed.run("topheavy::history::pairs", [&] {
    h.pairs = make_pairs(in.prices.view(), moments, days.fixed_weight_return, days.weight, h.daily_dimensions,
                         correlation, b);
  });
  h.weight = std::move(days.weight);
  return h;
}

}  // namespace topheavy
