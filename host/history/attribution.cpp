// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/attribution.h"

#include "host/base/error.h"
#include "host/history/sample.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr double smallest_move = 1e-6;
constexpr double rounding = 1e-12;

// The last row dated on or before d; none where d is before the first.
std::optional<std::size_t> row_on_or_before(const std::vector<date>& dates, date d) {
  const std::size_t until = dates_until(dates, d);
  return until == 0 ? std::nullopt : std::optional(until - 1);
}

}  // namespace

window place_window(const window_settings& w, const std::vector<date>& dates) {
  const auto base = row_on_or_before(dates, w.start);
  const auto last = row_on_or_before(dates, w.end);
  const auto refuse = [&](const std::string& what) {
    throw error(error_class::usage, fmt::format("{}: window '{}', {} to {}: {}; the panel has {} to {}",
                                                w.origin, w.name, to_iso(w.start), to_iso(w.end), what,
                                                to_iso(dates.front()), to_iso(dates.back())));
  };
  if (!base) refuse("starts before the first panel date");
  if (w.end > dates.back()) refuse("ends after the last panel date");
  if (*base >= *last) refuse("holds no panel date after its start");
  return {w.name, *base, *last};
}

namespace {

// Over the days of the window.
template <typename Return>
double compound(const window& when, Return daily_return) {
  return compounded(when.base_day + 1, when.last_day, daily_return);
}

}  // namespace

window_list make_windows(const std::vector<window_settings>& configured, const std::vector<date>& dates,
                         std::optional<date> last_peak) {
  window_list made;
  for (const window_settings& w : configured) made.windows.push_back(place_window(w, dates));

  const std::size_t last = dates.size() - 1;
  const auto add = [&](const std::string& name, std::optional<std::size_t> base,
                       const std::string& otherwise) {
    if (base && *base < last) {
      made.windows.push_back({name, *base, last});
    } else {
      made.left_out.push_back({name, otherwise});
    }
  };
  for (const std::size_t days : {std::size_t{1}, std::size_t{21}, std::size_t{252}}) {
    add(fmt::format("last_{}", days), last >= days ? std::optional(last - days) : std::nullopt,
        fmt::format("needs {} panel dates, there are {}", days + 1, dates.size()));
  }
  const date new_year{std::chrono::year{year_of(dates.back())} / std::chrono::January / 1};
  add("year_to_date", row_on_or_before(dates, new_year - std::chrono::days(1)),
      fmt::format("no panel date before {}", to_iso(new_year)));
  if (last_peak) {
    add("since_peak", row_on_or_before(dates, *last_peak),
        fmt::format(
            "the last volatility episode's peak, {}, is not between the first panel date and the last",
            to_iso(*last_peak)));
  } else {
    made.left_out.push_back({"since_peak", "no volatility episode is known"});
  }
  return made;
}

ranking rank_contributions(const std::vector<double>& contribution, const std::vector<char>& took_part,
                           double move) {
  ranking r;
  for (std::size_t i = 0; i < contribution.size(); ++i) {
    if (took_part[i]) r.order.push_back(static_cast<std::int32_t>(i));
  }
  const double direction = move < 0.0 ? -1.0 : 1.0;
  const auto toward = [&](std::int32_t i) { return direction * contribution[static_cast<std::size_t>(i)]; };
  std::stable_sort(r.order.begin(), r.order.end(),
                   [&](std::int32_t a, std::int32_t b) { return toward(a) > toward(b); });
  if (!(std::fabs(move) >= smallest_move)) return r;

  r.top_share.fill(0.0);  // where nobody took part
  const double size = std::fabs(move);
  double reached = 0.0;
  for (std::size_t i = 0; i < r.order.size(); ++i) {
    reached += toward(r.order[i]);
    for (std::size_t k = 0; k < shares_of_move.size(); ++k) {
      if (!r.names_for[k] && reached >= (shares_of_move[k] - rounding) * size) {
        r.names_for[k] = static_cast<std::int32_t>(i + 1);
      }
    }
    for (std::size_t k = 0; k < counts_of_top.size(); ++k) {
      if (i + 1 <= static_cast<std::size_t>(counts_of_top[k])) r.top_share[k] = reached / size;
    }
  }
  return r;
}

std::vector<double> scales_of(const index_history& index, const window& when) {
  std::vector<double> scale(index.level.size(), 0.0);
  for (std::size_t t = when.base_day + 1; t <= when.last_day; ++t) {
    if (index.base[t] > 0.0) scale[t] = index.level[t - 1] / index.level[when.base_day] / index.base[t];
  }
  return scale;
}

attribution attribute_window(const panel& p, const index_history& index,
                             const std::vector<dimension>& dimensions,
                             const std::vector<const group_history*>& daily, const window& when,
                             window_sums sums) {
  attribution a;
  a.when = when;
  a.index_return = index.level[when.last_day] / index.level[when.base_day] - 1.0;
  a.equal_weight_return = compound(when, [&](std::size_t t) { return index.equal_weight_return[t]; });
  a.contribution = std::move(sums.contribution);
  a.member_days = std::move(sums.member_days);
  a.ret = std::move(sums.growth);
  for (double& r : a.ret) r -= 1.0;
  a.weight_start = weights_at_close(p, when.base_day);
  const std::vector<double> weight_end = weights_at_close(p, when.last_day);
  std::vector<char> took_part(p.constituents());
  std::transform(a.member_days.begin(), a.member_days.end(), took_part.begin(),
                 [](std::int32_t days) { return static_cast<char>(days > 0); });
  a.rank = rank_contributions(a.contribution, took_part, a.index_return);

  for (std::size_t k = 0; k < dimensions.size(); ++k) {
    const dimension& d = dimensions[k];
    dimension_attribution by{.name = d.name, .groups = {}, .rank = {}};
    std::vector<double> contribution;
    std::vector<char> group_took_part;
    for (std::size_t g = 0; g < d.groups.size(); ++g) {
      group_attribution made;
      made.weight_start = group_sum(d, g, [&](std::size_t n) { return a.weight_start[n]; });
      made.weight_end = group_sum(d, g, [&](std::size_t n) { return weight_end[n]; });
      made.contribution = group_sum(d, g, [&](std::size_t n) { return a.contribution[n]; });
      made.ret = daily[k] == nullptr
                     ? std::numeric_limits<double>::quiet_NaN()
                     : compound(when, [&](std::size_t t) { return daily[k]->ret[t * d.groups.size() + g]; });
      contribution.push_back(made.contribution);
      group_took_part.push_back(
          std::any_of(d.members.begin() + d.offsets[g], d.members.begin() + d.offsets[g + 1],
                      [&](std::int32_t n) { return took_part[static_cast<std::size_t>(n)] != 0; }));
      by.groups.push_back(made);
    }
    by.rank = rank_contributions(contribution, group_took_part, a.index_return);
    a.dimensions.push_back(std::move(by));
  }
  return a;
}

}  // namespace topheavy
