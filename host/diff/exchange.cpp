// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/diff/exchange.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>

namespace topheavy {
namespace {

// Symbol -> cap, of those that have one at the last close.
std::map<std::string, double> closing_caps(const panel& p) {
  std::map<std::string, double> caps;
  const double* const last = p.cap.data() + (p.days() - 1) * p.constituents();
  for (std::size_t n = 0; n < p.constituents(); ++n) {
    if (last[n] > 0.0) caps.emplace(p.symbols[n], last[n]);
  }
  return caps;
}

// With a column for each of those symbols, without a row where there was none.
panel with_symbols(panel p, const std::map<std::string, double>& wanted) {
  std::vector<std::string> symbols = p.symbols;
  for (const auto& [symbol, unused] : wanted) {
    if (!std::binary_search(p.symbols.begin(), p.symbols.end(), symbol)) symbols.push_back(symbol);
  }
  if (symbols.size() == p.symbols.size()) return p;
  std::sort(symbols.begin(), symbols.end());
  panel wider{p.dates, symbols, std::vector<double>(p.days() * symbols.size(), 0.0),
              std::vector<double>(p.days() * symbols.size(), std::numeric_limits<double>::quiet_NaN())};
  std::vector<std::size_t> place;
  for (const std::string& symbol : p.symbols) {
    place.push_back(
        static_cast<std::size_t>(std::lower_bound(symbols.begin(), symbols.end(), symbol) - symbols.begin()));
  }
  for (std::size_t t = 0; t < p.days(); ++t) {
    for (std::size_t n = 0; n < place.size(); ++n) {
      wider.cap[t * symbols.size() + place[n]] = p.cap[t * place.size() + n];
      wider.ret[t * symbols.size() + place[n]] = p.ret[t * place.size() + n];
    }
  }
  return wider;
}

}  // namespace

std::vector<std::string> members_at_close(const panel& p) {
  std::vector<std::string> symbols;
  for (const auto& [symbol, unused] : closing_caps(p)) symbols.push_back(symbol);
  return symbols;
}

panel with_members_of(panel p, const panel& of) {
  const std::map<std::string, double> caps = closing_caps(of);
  p = with_symbols(std::move(p), caps);
  double* const last = p.cap.data() + (p.days() - 1) * p.constituents();
  for (std::size_t n = 0; n < p.constituents(); ++n) {
    const auto found = caps.find(p.symbols[n]);
    if (found == caps.end()) {
      last[n] = 0.0;
    } else if (!(last[n] > 0.0)) {
      last[n] = found->second;
    }
  }
  return p;
}

void take_closing_caps(panel& p, const panel& of) {
  double* const last = p.cap.data() + (p.days() - 1) * p.constituents();
  for (const auto& [symbol, cap] : closing_caps(of)) {
    const auto found = std::lower_bound(p.symbols.begin(), p.symbols.end(), symbol);
    if (found != p.symbols.end() && *found == symbol) last[found - p.symbols.begin()] = cap;
  }
}

volatility_series carried_on(volatility_series v, date known, const std::vector<date>& dates,
                             int max_staleness_days) {
  const std::size_t rows = dates_until(v.dates, known);
  v.dates.resize(rows);
  v.close.resize(rows);
  if (rows == 0 || known - v.dates.back() > std::chrono::days(max_staleness_days)) return v;
  const double last = v.close.back();
  for (const date d : dates) {
    if (d <= known) continue;
    v.dates.push_back(d);
    v.close.push_back(last);
  }
  return v;
}

}  // namespace topheavy
