// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/doubts.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr std::size_t days_looked_at = 63;

double total_cap(const panel& p, std::size_t t) {
  const auto first = p.cap.begin() + static_cast<std::ptrdiff_t>(t * p.constituents());
  return std::accumulate(first, first + static_cast<std::ptrdiff_t>(p.constituents()), 0.0);
}

struct cap_jump {
  std::size_t t = 0, n = 0;
  double weight = 0.0;  // the larger one of both closes
};

}  // namespace

std::string doubt_of_returns(const panel& p) {
  const std::size_t days = std::min(days_looked_at, p.days());
  std::vector<double> sizes;
  for (std::size_t cell = (p.days() - days) * p.constituents(); cell < p.ret.size(); ++cell) {
    if (!std::isnan(p.ret[cell])) sizes.push_back(std::abs(p.ret[cell]));
  }
  if (sizes.empty()) return {};
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  if (*middle <= hardly_a_day) return {};
  return fmt::format(
      "half of the returns of the last {} days are {:.2g} and more in size: are they in percent? "
      "a return is a fraction, 1.2 % being 0.012",
      days, *middle);
}

std::string doubt_of_caps(const panel& p) {
  const std::size_t N = p.constituents();
  std::int64_t count = 0;
  cap_jump heaviest;
  double before = p.days() == 0 ? 0.0 : total_cap(p, 0);
  for (std::size_t t = 1; t < p.days(); ++t) {
    const double now = total_cap(p, t);
    for (std::size_t n = 0; n < N; ++n) {
      const double from = p.cap[(t - 1) * N + n], to = p.cap[t * N + n];
      if (from <= 0.0 || to <= 0.0) continue;
      const double ret = p.ret[t * N + n];
      const double expected = from * (std::isnan(ret) ? 1.0 : 1.0 + ret);
      if (to <= hardly_a_jump * expected && expected <= hardly_a_jump * to) continue;
      ++count;
      const double weight = std::max(from / before, to / now);
      if (weight > heaviest.weight) heaviest = {t, n, weight};
    }
    before = now;
  }
  if (count == 0) return {};
  const std::size_t cell = heaviest.t * N + heaviest.n;
  const double ret = p.ret[cell];
  return fmt::format(
      "{} {} more than threefold from one date to the next beside {} return{}; "
      "the heaviest: {} on {}, from {:.4g} to {:.4g} ({}), {:.3g} % of the index",
      count, count == 1 ? "market cap changes" : "market caps change", count == 1 ? "its" : "their",
      count == 1 ? "" : "s", p.symbols[heaviest.n], to_iso(p.dates[heaviest.t]), p.cap[cell - N], p.cap[cell],
      std::isnan(ret) ? "no return" : fmt::format("return {:.3g} %", 100.0 * ret), 100.0 * heaviest.weight);
}

std::string doubt_of_levels(const volatility_series& series, const std::vector<double>& thresholds) {
  if (series.close.empty() || thresholds.empty()) return {};
  const double highest = *std::max_element(series.close.begin(), series.close.end());
  if (10.0 * highest >= thresholds.front()) return {};
  return fmt::format(
      "the volatility index is never above {:.4g}, the lowest of volatility.thresholds is {:.4g}: "
      "are its levels fractions? a level is in points, 20 % a year being 20",
      highest, thresholds.front());
}

std::string doubt_of_constituents(const panel& p, const constituents_table& table,
                                  const data_quality& quality) {
  const auto strangers = static_cast<std::size_t>(quality.rows_dropped.at("unclassified"));
  if (table.symbols.empty() || strangers < p.constituents()) return {};
  return fmt::format(
      "data.constituents has none of the panel's {} symbols, so that nothing is known of sectors and "
      "issuers: "
      "the panel's first symbol is {}, the table's {}; letters are compared with their case",
      p.constituents(), p.symbols.front(), table.symbols.front());
}

}  // namespace topheavy
