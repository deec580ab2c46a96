// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/volatility_history.h"

#include "host/history/annual.h"

#include <algorithm>
#include <cmath>

namespace topheavy {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t change_rows = 21;

double ratio(double part, double whole) { return whole > 0.0 ? part / whole : none; }

// Of column `column` of returns [T, columns] over the days of regime k; NaN: no return.
period_returns returns_in(const std::vector<double>& returns, std::size_t columns, std::size_t column,
                          const std::vector<std::int32_t>& regime, std::int32_t k) {
  std::vector<double> known;
  double growth = 1.0;
  for (std::size_t t = 0; t < regime.size(); ++t) {
    const double r = returns[t * columns + column];
    if (regime[t] != k || std::isnan(r)) continue;
    known.push_back(r);
    growth *= 1.0 + r;
  }
  period_returns period{.days = static_cast<std::int32_t>(known.size())};
  if (period.days >= least_regime_days) {
    period.return_annual = annual_return(growth, static_cast<double>(known.size()));
    period.volatility_annual = annual_volatility(known);
  }
  return period;
}

std::vector<regime_summary> summarise_regimes(const volatility_settings& s,
                                              const std::vector<std::int32_t>& of_close, std::size_t closes,
                                              const std::vector<std::int32_t>& regime,
                                              const daily_history& daily) {
  std::vector<regime_summary> regimes(s.thresholds.size() + 1);
  const auto known =
      static_cast<double>(std::count_if(regime.begin(), regime.end(), [](auto k) { return k != no_regime; }));
  for (std::size_t i = 0; i < regimes.size(); ++i) {
    regime_summary& r = regimes[i];
    const auto k = static_cast<std::int32_t>(i);
    if (i > 0) r.from = s.thresholds[i - 1];
    if (i < s.thresholds.size()) r.to = s.thresholds[i];
    for (std::size_t t = 0; t < regime.size(); ++t) {
      if (regime[t] != k) continue;
      ++r.days;
      if (t == 0 || regime[t - 1] != k) ++r.spells;
    }
    r.share = ratio(r.days, known);
    r.mean_spell_days = ratio(r.days, r.spells);
    const auto first = of_close.begin();
    r.base_rate =
        ratio(static_cast<double>(std::count(first, first + static_cast<std::ptrdiff_t>(closes), k)),
              static_cast<double>(closes));
    r.index = returns_in(daily.index.index_return, 1, 0, regime, k);
    for (const group_history& of : daily.groups) {
      const std::size_t groups = of.ret.size() / regime.size();
      std::vector<period_returns> each;
      for (std::size_t g = 0; g < groups; ++g) each.push_back(returns_in(of.ret, groups, g, regime, k));
      r.groups.push_back(std::move(each));
    }
  }
  return regimes;
}

void count_transitions(const std::vector<std::int32_t>& regime, volatility_history& h) {
  const std::size_t regimes = h.regimes.size();
  h.transition_counts.assign(regimes * regimes, 0);
  for (std::size_t t = 0; t + 1 < regime.size(); ++t) {
    if (regime[t] == no_regime || regime[t + 1] == no_regime) continue;
    ++h.transition_counts[static_cast<std::size_t>(regime[t]) * regimes +
                          static_cast<std::size_t>(regime[t + 1])];
  }
  for (std::size_t i = 0; i < regimes; ++i) {
    std::int32_t left = 0;
    for (std::size_t j = 0; j < regimes; ++j) left += h.transition_counts[i * regimes + j];
    for (std::size_t j = 0; j < regimes; ++j) {
      h.transition_probabilities.push_back(ratio(h.transition_counts[i * regimes + j], left));
    }
  }
}

episode_path path_of(const episode& e, const volatility_series& v, const std::vector<std::int32_t>& of_close,
                     std::size_t closes, std::size_t regimes) {
  episode_path path{e, std::vector<std::int32_t>(regimes, 0)};
  for (std::size_t i = 0; i < closes; ++i) {
    if (v.dates[i] < e.peak_date || (e.end_date && v.dates[i] >= *e.end_date)) continue;
    ++path.days_in[static_cast<std::size_t>(of_close[i])];
  }
  return path;
}

// The type 7 quantile at 1/2; values: at least one.
double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle - 1] + values[middle]) / 2.0;
}

watch_level watch_of(const watch_settings& s, const volatility_series& v, std::size_t closes, double value,
                     const std::vector<date>& dates, const std::vector<double>& index_level) {
  watch_level w;
  w.name = s.name;
  w.level = s.level;
  w.value = value;
  w.triggered = value >= s.level;
  w.distance = value - s.level;
  std::vector<std::size_t> crossed;  // panel days of upward crossings
  std::size_t reached = 0;
  for (std::size_t i = 0; i < closes; ++i) {
    const bool is_above = v.close[i] >= s.level;
    reached += is_above ? 1 : 0;
    if (i == 0 || is_above == (v.close[i - 1] >= s.level)) continue;
    w.last_crossing = {.day = v.dates[i], .upward = is_above};
    if (!is_above) continue;
    ++w.crossings;
    const auto day = std::lower_bound(dates.begin(), dates.end(), v.dates[i]);
    if (day != dates.end() && *day == v.dates[i])
      crossed.push_back(static_cast<std::size_t>(day - dates.begin()));
  }
  w.base_rate = ratio(static_cast<double>(reached), static_cast<double>(closes));
  w.crossings_in_panel = static_cast<std::int32_t>(crossed.size());
  for (watch_horizon& h : w.after) {
    std::vector<double> returns;
    for (const std::size_t t : crossed) {
      const std::size_t end = t + static_cast<std::size_t>(h.days);
      if (end < dates.size()) returns.push_back(index_level[end] / index_level[t] - 1.0);
    }
    h.count = static_cast<std::int32_t>(returns.size());
    if (returns.empty()) continue;
    h.worst = *std::min_element(returns.begin(), returns.end());
    h.median = median(std::move(returns));
  }
  return w;
}

// The close that the as-of date takes, and what changed up to it.
void tell_level(const volatility_settings& s, const volatility_series& v, date as_of, volatility_history& h) {
  h.level = h.change_points = h.change_percent = none;
  const std::int64_t row = rows_of_days({as_of}, v, s.max_staleness_days, 0).front();
  if (row < 0) return;
  h.day = v.dates[static_cast<std::size_t>(row)];
  h.level = v.close[static_cast<std::size_t>(row)];
  if (row < change_rows) return;
  const double before = v.close[static_cast<std::size_t>(row - change_rows)];
  h.change_points = h.level - before;
  h.change_percent = 100.0 * (h.level / before - 1.0);
}

}  // namespace

volatility_history summarise_volatility(const volatility_settings& s, const volatility_series* v,
                                        const std::vector<date>& dates,
                                        const std::vector<std::int32_t>& regime,
                                        const std::vector<episode>& episodes, const daily_history& daily) {
  volatility_history h;
  if (v == nullptr) {
    h.reason = "no volatility file";
    h.level = h.change_points = h.change_percent = none;
    return h;
  }
  tell_level(s, *v, dates.back(), h);
  h.regime_of_day = regime.back();
  h.days_without = static_cast<std::int32_t>(std::count(regime.begin(), regime.end(), no_regime));
  const std::size_t closes = dates_until(v->dates, dates.back());  // later ones are not known yet
  const std::vector<std::int32_t> of_close = regimes_of_closes(*v, s);
  if (h.day) h.regime = of_close[closes - 1];  // the last close that is known, and fresh enough
  h.regimes = summarise_regimes(s, of_close, closes, regime, daily);
  count_transitions(regime, h);
  for (const episode& e : episodes) {
    h.episodes.push_back(path_of(e, *v, of_close, closes, h.regimes.size()));
  }
  for (const watch_settings& w : s.watch) {
    h.watch.push_back(watch_of(w, *v, closes, h.level, dates, daily.index.level));
  }
  return h;
}

}  // namespace topheavy
