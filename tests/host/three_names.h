// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/history/history.h"

#include <limits>

namespace topheavy {

inline date day(const char* text) { return *parse_date(text); }

// Three constituents, two returns, no volatility index; what follows can be worked out on paper.
//             A                B                 C
//   day 0     50               30                20
//   day 1     55  +10 %        28.5  -5 %        20   0 %
//   day 2     53.9 -2 %        28.5  missing     21  +5 %
// The index stands at 100, 103.5, 103.362.
inline inputs three_names() {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  inputs in;
  in.prices.dates = {day("2026-01-05"), day("2026-01-06"), day("2026-01-07")};
  in.prices.symbols = {"A", "B", "C"};
  in.prices.cap = {50, 30, 20, 55, 28.5, 20, 53.9, 28.5, 21};
  in.prices.ret = {none, none, none, 0.10, -0.05, 0.0, -0.02, none, 0.05};
  in.table.symbols = {"A", "B", "C", "D"};
  in.table.labels = {{"sector", {"X", "X", "Y", "Y"}}, {"issuer", {"I", "J", "I", "D"}}};
  in.labels.sector = {"X", "X", "Y"};
  in.labels.issuer = {"I", "J", "I"};
  in.labels.name = {"A", "B", "C"};
  in.labels.labels = {{"sector", in.labels.sector}, {"issuer", in.labels.issuer}, {"name", in.labels.name}};
  in.volatility_level = {none, none, none};
  in.after_gap = {0, 0, 0};
  return in;
}

inline history history_of(const inputs& in, const settings& s = {}) {
  stages timed;
  return compute_history(s, in, *choose_backend("cpu").body, timed);
}

}  // namespace topheavy
