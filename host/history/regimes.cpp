// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/regimes.h"

#include <algorithm>

#include <fmt/format.h>

namespace topheavy {

std::vector<std::string> regime_names(const volatility_settings& s) {
  if (!s.names.empty()) return s.names;
  const std::vector<double>& limits = s.thresholds;
  if (limits.size() == 3) return {"calm", "recovering", "stressed", "panic"};
  std::vector<std::string> names{fmt::format("below_{}", limits.front())};
  for (std::size_t k = 0; k + 1 < limits.size(); ++k) {
    names.push_back(fmt::format("{}_to_{}", limits[k], limits[k + 1]));
  }
  names.push_back(fmt::format("from_{}", limits.back()));
  return names;
}

std::vector<std::int32_t> regimes_of_closes(const volatility_series& v, const volatility_settings& s) {
  const auto top = s.thresholds.size();
  std::vector<std::int32_t> regimes;
  std::size_t now = 0;
  for (std::size_t i = 0; i < v.close.size(); ++i) {
    const double margin = i == 0 ? 0.0 : s.hysteresis;
    while (now < top && v.close[i] >= s.thresholds[now] + margin) ++now;
    while (now > 0 && v.close[i] < s.thresholds[now - 1] - margin) --now;
    regimes.push_back(static_cast<std::int32_t>(now));
  }
  return regimes;
}

std::vector<std::int32_t> regimes_of_days(const std::vector<date>& panel_dates, const volatility_series& v,
                                          const volatility_settings& s) {
  const std::vector<std::int32_t> of_close = regimes_of_closes(v, s);
  std::vector<std::int32_t> regimes;
  for (const std::int64_t row : rows_of_days(panel_dates, v, s.max_staleness_days, s.lag)) {
    regimes.push_back(row < 0 ? no_regime : of_close[static_cast<std::size_t>(row)]);
  }
  return regimes;
}

}  // namespace topheavy
