// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/scenario/universe.h"
#include "tests/host/three_names.h"

#include <algorithm>
#include <vector>

// Five constituents over 13 returns, made so that sums can be done on paper: caps stay, so weights do, and each returns its
// beta times the move of the market, the betas adding up to 1 at those weights; the volatility index falls by two points for
// every percent.
namespace topheavy {

//                        A     B     C     D     E
//   cap                  50    20    10    10    10
//   beta to the index    1     1.5   0.5   1     0.5
//   sector               X     X     Y     Y     Z
inline constexpr std::array<double, 5> market_cap{50, 20, 10, 10, 10};
inline constexpr std::array<double, 5> market_beta{1.0, 1.5, 0.5, 1.0, 0.5};
inline const std::vector<double> market_move{0.01,  -0.02, 0.03, -0.01, 0.02,  -0.03, 0.01,
                                             -0.01, 0.02,  0.01, -0.02, -0.01, 0.02};
inline const std::vector<double> market_level{22, 20, 24, 18, 20, 16, 22, 20, 22, 18, 16, 20, 22, 18};
inline constexpr std::size_t market_names = market_cap.size();

inline inputs small_market() {
  inputs in;
  in.prices.symbols = {"A", "B", "C", "D", "E"};
  for (date d = day("2026-01-05"); in.prices.dates.size() <= market_move.size(); d += std::chrono::days(1)) {
    if (is_weekday(d)) in.prices.dates.push_back(d);
  }
  for (std::size_t t = 0; t < in.prices.days(); ++t) {
    for (std::size_t n = 0; n < market_names; ++n) {
      in.prices.cap.push_back(market_cap[n]);
      in.prices.ret.push_back(t == 0 ? std::numeric_limits<double>::quiet_NaN()
                                     : market_beta[n] * market_move[t - 1]);
    }
  }
  in.labels.sector = {"X", "X", "Y", "Y", "Z"};
  in.labels.issuer = in.labels.name = in.prices.symbols;
  in.labels.labels = {{"sector", in.labels.sector},
                      {"issuer", in.labels.issuer},
                      {"name", in.labels.name},
                      {"house", {"p", "q", "q", "", "p"}}};
  in.table.symbols = in.prices.symbols;
  in.table.labels = in.labels.labels;
  in.volatility = volatility_series{"v.csv", in.prices.dates, market_level, 0};
  in.volatility_level = market_level;
  in.after_gap.assign(in.prices.days(), 0);
  return in;
}

inline void remove_return(inputs& in, std::size_t date_row, std::size_t n) {
  in.prices.ret[date_row * market_names + n] = std::numeric_limits<double>::quiet_NaN();
}

inline settings market_settings() {
  settings s;
  s.correlation.bootstrap.replicates = 10;
  s.groups = {{"tier", {{"first", {"A", "C"}, {}, "o"}, {"second", {"A", "B"}, {}, "o"}}, "", "o"},
              {"house", {}, "house", "o"}};
  return s;
}

inline scenario_settings month() {
  scenario_settings set;
  set.name = "month";
  set.origin = "config.yaml:9:5";
  set.horizon = 5;
  return set;
}

// Where constituent n stands in the universe; the number of slots where it does not.
inline std::size_t slot_of(const scenario_universe& u, std::int32_t n) {
  return static_cast<std::size_t>(std::find(u.constituent.begin(), u.constituent.end(), n) -
                                  u.constituent.begin());
}

// What each of the constituents returns in a row.
inline std::vector<float> row_of(const scenario_universe& u, std::size_t row) {
  std::vector<float> ret;
  for (std::size_t n = 0; n < market_names; ++n) {
    ret.push_back(u.ret[row * u.layout.slots() + slot_of(u, static_cast<std::int32_t>(n))]);
  }
  return ret;
}

}  // namespace topheavy
