// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/evidence.h"

#include "host/base/error.h"
#include "host/history/history.h"
#include "host/history/sample.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace topheavy {
namespace {

struct question {
  const evidence_call& call;
  const inputs& in;
  const history& h;

  double number(std::size_t i) const { return std::get<double>(call.arguments[i].value); }
  std::size_t whole(std::size_t i) const { return static_cast<std::size_t>(number(i)); }
  const std::string& name(std::size_t i) const { return std::get<std::string>(call.arguments[i].value); }
  std::size_t last() const { return in.prices.days() - 1; }
};

evidence_value none(std::string reason) {
  return {std::numeric_limits<double>::quiet_NaN(), std::move(reason)};
}

// NaN becomes null with this reason.
evidence_value known(double value, std::string_view otherwise) {
  return std::isfinite(value) ? evidence_value{value, {}} : none(std::string{otherwise});
}

evidence_value too_short(std::size_t days, std::size_t have) {
  return none(fmt::format("needs {} panel dates, there are {}", days + 1, have));
}

// The closes of the volatility index up to the as-of date; fewer than one where it is not known today.
struct closes {
  const double* close = nullptr;
  std::size_t count = 0;
  std::string why_not;

  explicit closes(const question& q) {
    if (!q.in.volatility) {
      why_not = "there is no volatility file";
    } else if (std::isnan(q.in.volatility_level.back())) {
      why_not = "the volatility index has no level on the as-of date that is not too old";
    } else {
      close = q.in.volatility->close.data();
      count = dates_until(q.in.volatility->dates, q.in.prices.dates.back());
    }
  }
  double last() const { return close[count - 1]; }
};

evidence_value volatility_level(const question& q) {
  const closes c(q);
  return c.count == 0 ? none(c.why_not) : evidence_value{c.last(), {}};
}

evidence_value volatility_change(const question& q) {
  const closes c(q);
  const std::size_t rows = q.whole(0);
  if (c.count == 0) return none(c.why_not);
  if (c.count <= rows)
    return none(fmt::format("needs {} closes of the volatility index, there are {}", rows + 1, c.count));
  return {c.last() - c.close[c.count - 1 - rows], {}};
}

template <typename Holds>
evidence_value consecutive_closes(const question& q, Holds one_holds) {
  const closes c(q);
  if (c.count == 0) return none(c.why_not);
  std::size_t days = 0;
  while (days < c.count && one_holds(c.close[c.count - 1 - days])) ++days;
  if (days == c.count) return none("holds for every close that is known, and before them nobody knows");
  return {static_cast<double>(days), {}};
}

evidence_value volatility_days_below(const question& q) {
  return consecutive_closes(q, [&](double close) { return close < q.number(0); });
}
evidence_value volatility_days_above(const question& q) {
  return consecutive_closes(q, [&](double close) { return close > q.number(0); });
}

evidence_value volatility_from_peak(const question& q) {
  const closes c(q);
  if (c.count == 0) return none(c.why_not);
  if (q.h.episodes.empty()) return none("no volatility episode is known");
  return {c.last() / q.h.episodes.back().peak - 1.0, {}};
}

evidence_value index_return(const question& q, std::size_t days) {
  const std::vector<double>& level = q.h.daily.index.level;
  if (days > q.last()) return too_short(days, level.size());
  return {level[q.last()] / level[q.last() - days] - 1.0, {}};
}
evidence_value index_return(const question& q) { return index_return(q, q.whole(0)); }

evidence_value index_distance_to_high(const question& q) {
  const std::vector<double>& level = q.h.daily.index.level;
  return {level.back() / *std::max_element(level.begin(), level.end()) - 1.0, {}};
}

evidence_value index_new_highs(const question& q) {
  const std::vector<double>& level = q.h.daily.index.level;
  const std::size_t days = q.whole(0);
  if (days > q.last()) return too_short(days, level.size());
  double high = level.front();
  int count = 0;
  for (std::size_t t = 1; t < level.size(); ++t) {
    if (level[t] > high && t + days > q.last()) ++count;
    high = std::max(high, level[t]);
  }
  return {static_cast<double>(count), {}};
}

evidence_value index_equal_weight_gap(const question& q) {
  const std::size_t days = q.whole(0);
  const evidence_value index = index_return(q, days);
  if (!index.reason.empty()) return index;
  const std::vector<double>& daily = q.h.daily.index.equal_weight_return;
  return known(
      compounded(q.last() + 1 - days, q.last(), [&](std::size_t t) { return daily[t]; }) - index.value,
      "the index has no member on these days");
}

evidence_value mean_of_last(const question& q, const std::vector<double>& daily) {
  const std::size_t days = q.whole(0);
  if (days > q.last()) return too_short(days, daily.size());
  std::vector<double> there;
  std::copy_if(daily.end() - static_cast<std::ptrdiff_t>(days), daily.end(), std::back_inserter(there),
               [](double v) { return !std::isnan(v); });
  if (there.empty()) return none("the index has no member on these days");
  return {mean_of(there), {}};
}

evidence_value breadth_advancers(const question& q) { return mean_of_last(q, q.h.daily.index.advancers); }
evidence_value breadth_new_highs(const question& q) { return mean_of_last(q, q.h.daily.index.new_highs); }
evidence_value breadth_dispersion(const question& q) { return mean_of_last(q, q.h.daily.index.dispersion); }

std::size_t place_of_count(double count) {
  return static_cast<std::size_t>(std::find(counts_of_top.begin(), counts_of_top.end(), count) -
                                  counts_of_top.begin());
}

evidence_value concentration_top(const question& q) {
  return {q.h.constituents.top[q.last() * counts_of_top.size() + place_of_count(q.number(0))], {}};
}
evidence_value concentration_effective_n(const question& q) {
  return {q.h.constituents.effective_n.back(), {}};
}

const attribution* window_of(const question& q) {
  const auto found = std::find_if(q.h.windows.begin(), q.h.windows.end(),
                                  [&](const attribution& a) { return a.when.name == q.name(0); });
  return found == q.h.windows.end() ? nullptr : &*found;
}

evidence_value no_window(const question& q) {
  for (const window_left_out& w : q.h.windows_left_out) {
    if (w.name == q.name(0)) return none(fmt::format("there is no window {}: {}", w.name, w.reason));
  }
  return none(fmt::format("there is no window {}", q.name(0)));
}

evidence_value move_index_return(const question& q) {
  const attribution* const window = window_of(q);
  return window == nullptr ? no_window(q) : evidence_value{window->index_return, {}};
}

evidence_value move_top_share(const question& q) {
  const attribution* const window = window_of(q);
  if (window == nullptr) return no_window(q);
  const auto share = window->rank.top_share[place_of_count(q.number(1))];
  return share ? evidence_value{*share, {}} : none("the index hardly moved in this window");
}

std::size_t group_in(const dimension& d, const std::string& group) {
  return static_cast<std::size_t>(std::find(d.groups.begin(), d.groups.end(), group) - d.groups.begin());
}

const dimension& dimension_in(const std::vector<dimension>& all, const std::string& name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const dimension& d) { return d.name == name; });
  if (found == all.end()) throw error(error_class::internal, "evidence of an unknown dimension: " + name);
  return *found;
}

evidence_value group_weight(const question& q) {
  const dimension& d = dimension_in(q.h.dimensions, q.name(0));
  const std::vector<double> weight = weights_at_close(q.in.prices, q.last());
  return {group_sum(d, group_in(d, q.name(1)), [&](std::size_t n) { return weight[n]; }), {}};
}

evidence_value group_return(const question& q) {
  const std::size_t days = q.whole(2);
  if (days > q.last()) return too_short(days, q.in.prices.days());
  const dimension& d = dimension_in(q.h.daily_dimensions, q.name(0));
  const auto k = static_cast<std::size_t>(&d - q.h.daily_dimensions.data());
  const std::size_t g = group_in(d, q.name(1));
  if (g == d.groups.size()) return none("an issuer of one constituent has no daily series");
  const std::vector<double>& daily = q.h.daily.groups[k].ret;
  return known(compounded(q.last() + 1 - days, q.last(),
                          [&](std::size_t t) { return daily[t * d.groups.size() + g]; }),
               "the group has no member on these days");
}

evidence_value group_excess(const question& q) {
  evidence_value value = group_return(q);
  if (value.reason.empty()) value.value -= index_return(q, q.whole(2)).value;
  return value;
}

evidence_value growth_premium(const question& q) {
  for (const dimension_growth& d : q.h.stage.growth.dimensions) {
    if (d.dimension != q.name(0)) continue;
    return d.premium ? evidence_value{*d.premium, {}} : none("there is no expectation of the index");
  }
  return none(fmt::format("there are no expectations of {}", q.name(0)));
}

evidence_value growth_gap(const question& q) {
  const growth_result& growth = q.h.stage.growth;
  for (const dimension_growth& d : growth.dimensions) {
    if (d.dimension != q.name(0)) continue;
    for (const group_growth& g : d.groups) {
      if (g.group != q.name(1)) continue;
      return growth.index ? evidence_value{g.expected_growth - *growth.index, {}}
                          : none("there is no expectation of the index");
    }
  }
  return none(fmt::format("there is no expectation of {} {}", q.name(0), q.name(1)));
}

using answer = evidence_value (*)(const question&);

const std::map<std::string_view, answer>& answers() {
  static const std::map<std::string_view, answer> all{
      {"volatility.level", volatility_level},
      {"volatility.change", volatility_change},
      {"volatility.days_below", volatility_days_below},
      {"volatility.days_above", volatility_days_above},
      {"volatility.from_peak", volatility_from_peak},
      {"index.return", index_return},
      {"index.distance_to_high", index_distance_to_high},
      {"index.new_highs", index_new_highs},
      {"index.equal_weight_gap", index_equal_weight_gap},
      {"breadth.advancers", breadth_advancers},
      {"breadth.new_highs", breadth_new_highs},
      {"breadth.dispersion", breadth_dispersion},
      {"concentration.top", concentration_top},
      {"concentration.effective_n", concentration_effective_n},
      {"move.index_return", move_index_return},
      {"move.top_share", move_top_share},
      {"group.weight", group_weight},
      {"group.return", group_return},
      {"group.excess", group_excess},
      {"growth.premium", growth_premium},
      {"growth.gap", growth_gap},
  };
  return all;
}

}  // namespace

evidence_value value_of(const evidence_call& call, const inputs& in, const history& h) {
  const auto found = answers().find(call.kind->name);
  if (found == answers().end())
    throw error(error_class::internal, fmt::format("evidence without a value: {}", call.kind->name));
  return found->second({call, in, h});
}

}  // namespace topheavy
