// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/rotation.h"

#include "host/history/sample.h"
#include "kernels/core/tree_sum.h"

#include <algorithm>
#include <cmath>

namespace topheavy {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t least_days_after_peak = 21;
// Below these a series that never varies on paper is left with the rounding of its terms: there is nothing to correlate.
constexpr double smallest_excess_sd = 1e-12;  // fraction a day
constexpr double smallest_change_sd = 1e-9;   // points a day

// [T, G] excess returns; NaN: none.
std::vector<double> excess_of(const std::vector<double>& group_return, const std::vector<double>& index) {
  const std::size_t groups = group_return.size() / index.size();
  std::vector<double> excess(group_return.size());
  for (std::size_t i = 0; i < excess.size(); ++i) excess[i] = group_return[i] - index[i / groups];
  return excess;
}

// Over the days t with chosen(t).
template <typename Chosen>
std::vector<group_excess> ranked(const std::vector<double>& excess, std::size_t groups, Chosen chosen) {
  std::vector<group_excess> list;
  for (std::size_t g = 0; g < groups; ++g) {
    std::vector<double> known;
    for (std::size_t t = 0; t < excess.size() / groups; ++t) {
      if (chosen(t) && !std::isnan(excess[t * groups + g])) known.push_back(excess[t * groups + g]);
    }
    group_excess e{.group = g, .rank = std::nullopt, .days = static_cast<std::int32_t>(known.size())};
    if (!known.empty()) e.mean = mean_of(known);
    if (known.size() > 1) {
      const auto days = static_cast<double>(known.size());
      e.standard_error = std::sqrt(squares_about(e.mean, known) / (days - 1.0) / days);
    }
    list.push_back(e);
  }
  const auto without =
      std::stable_partition(list.begin(), list.end(), [](const auto& e) { return e.days > 0; });
  std::stable_sort(list.begin(), without, [](const auto& a, const auto& b) { return a.mean > b.mean; });
  for (auto e = list.begin(); e != without; ++e) e->rank = static_cast<std::int32_t>(e - list.begin()) + 1;
  return list;
}

// [T] +1 rising, -1 falling, 0 neither or not known.
std::vector<int> directions(const volatility_settings& s, const volatility_series& v,
                            const std::vector<date>& dates) {
  std::vector<int> direction;
  for (const std::int64_t row : rows_of_days(dates, v, s.max_staleness_days, s.lag)) {
    if (row < direction_rows) {
      direction.push_back(0);
      continue;
    }
    const double now = v.close[static_cast<std::size_t>(row)];
    const double before = v.close[static_cast<std::size_t>(row - direction_rows)];
    direction.push_back(now > before ? 1 : now < before ? -1 : 0);
  }
  return direction;
}

group_trough trough_of(std::size_t g, std::size_t peak_day, std::size_t last_day,
                       const std::vector<double>& group_return, const std::vector<double>& index,
                       std::size_t groups) {
  group_trough trough{.group = g, .day = std::nullopt};
  double strength = 1.0, lowest = 1.0;
  std::size_t day = peak_day;
  bool has_return = false;
  for (std::size_t t = peak_day + 1; t <= last_day; ++t) {
    const double r = group_return[t * groups + g];
    if (std::isnan(r) || std::isnan(index[t])) continue;
    has_return = true;
    strength *= (1.0 + r) / (1.0 + index[t]);
    if (strength < lowest) {
      lowest = strength;
      day = t;
    }
  }
  if (!has_return) return trough;
  trough.day = day;
  trough.days_after_peak = static_cast<std::int32_t>(day - peak_day);
  trough.strength = lowest;
  return trough;
}

std::vector<turning_order> turning_orders(const std::vector<date>& dates,
                                          const std::vector<episode>& episodes, const group_history& of,
                                          const std::vector<double>& index) {
  const auto day_of = [&](date d) {  // the last one on or before
    return dates_until(dates, d) - 1;
  };
  const std::size_t groups = of.ret.size() / dates.size();
  std::vector<turning_order> orders;
  for (const episode& e : episodes) {
    if (e.peak_date < dates.front()) continue;
    turning_order o{.peak_date = e.peak_date, .peak_day = day_of(e.peak_date), .groups = {}};
    const std::size_t end = e.end_date ? day_of(*e.end_date) : dates.size() - 1;
    o.last_day = std::min(std::max(end, o.peak_day + least_days_after_peak), dates.size() - 1);
    for (std::size_t g = 0; g < groups; ++g) {
      o.groups.push_back(trough_of(g, o.peak_day, o.last_day, of.ret, index, groups));
    }
    std::stable_sort(o.groups.begin(), o.groups.end(),
                     [](const auto& a, const auto& b) { return a.day && (!b.day || *a.day < *b.day); });
    orders.push_back(std::move(o));
  }
  return orders;
}

// [T] from one panel day to the next; NaN: none.
std::vector<double> changes_of(const std::vector<double>& level) {
  std::vector<double> change(level.size(), none);
  for (std::size_t t = 1; t < level.size(); ++t) change[t] = level[t] - level[t - 1];
  return change;
}

lead_lag correlate(const std::vector<double>& excess, std::size_t groups, std::size_t g,
                   const std::vector<double>& change, std::int32_t lag) {
  const auto days = static_cast<std::int64_t>(change.size());
  std::vector<double> x, y;
  for (std::int64_t t = std::max<std::int64_t>(0, lag); t < std::min<std::int64_t>(days, days + lag); ++t) {
    const double e = excess[static_cast<std::size_t>(t) * groups + g];
    const double dv = change[static_cast<std::size_t>(t - lag)];
    if (std::isnan(e) || std::isnan(dv)) continue;
    x.push_back(e);
    y.push_back(dv);
  }
  lead_lag result{.lag = lag, .days = static_cast<std::int32_t>(x.size())};
  if (result.days < least_lag_days) return result;
  const double x_mean = mean_of(x), y_mean = mean_of(y);
  const double xx = squares_about(x_mean, x), yy = squares_about(y_mean, y);
  const double xy = tree_sum(x.size(), [&](std::size_t i) { return (x[i] - x_mean) * (y[i] - y_mean); });
  const auto count = static_cast<double>(x.size());
  if (xx <= count * smallest_excess_sd * smallest_excess_sd ||
      yy <= count * smallest_change_sd * smallest_change_sd)
    return result;
  result.rho = std::clamp(xy / std::sqrt(xx) / std::sqrt(yy), -1.0, 1.0);
  return result;
}

}  // namespace

rotation_history compute_rotation(const volatility_settings& s, const volatility_series* v,
                                  const std::vector<date>& dates, const std::vector<double>& level,
                                  const std::vector<std::int32_t>& regime,
                                  const std::vector<episode>& episodes,
                                  const std::vector<dimension>& dimensions, const daily_history& daily) {
  rotation_history h;
  if (v == nullptr) {
    h.reason = "no volatility file";
    return h;
  }
  const std::vector<int> direction = directions(s, *v, dates);
  const std::vector<double> change = changes_of(level);
  const std::vector<double>& index = daily.index.index_return;
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    const std::size_t groups = dimensions[d].groups.size();
    if (dimensions[d].name == "issuer") continue;
    const std::vector<double> excess = excess_of(daily.groups[d].ret, index);
    dimension_rotation r;
    r.dimension = d;
    for (std::size_t k = 0; k <= s.thresholds.size(); ++k) {
      r.by_regime.push_back(
          ranked(excess, groups, [&](std::size_t t) { return regime[t] == static_cast<std::int32_t>(k); }));
    }
    r.rising = ranked(excess, groups, [&](std::size_t t) { return direction[t] > 0; });
    r.falling = ranked(excess, groups, [&](std::size_t t) { return direction[t] < 0; });
    r.order = turning_orders(dates, episodes, daily.groups[d], index);
    for (std::size_t g = 0; g < groups; ++g) {
      std::vector<lead_lag> lags;
      for (std::int32_t lag = -largest_lag; lag <= largest_lag; ++lag) {
        lags.push_back(correlate(excess, groups, g, change, lag));
      }
      r.lags.push_back(std::move(lags));
    }
    h.dimensions.push_back(std::move(r));
  }
  return h;
}

}  // namespace topheavy
