// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/data/panel.h"
#include "host/history/shares.h"
#include "kernels/concentration/concentration.h"
#include "kernels/risk_contributions/risk_contributions.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// How top-heavy the index is: its weights at every close, and its risk at the as-of date (specification, section 3).
namespace topheavy {

// By constituent or by issuer. Every panel date has a constituent with a cap.
struct concentration_history {      // each [T] but top
  std::vector<std::int32_t> count;  // constituents or issuers
  std::vector<double> top;          // [T, 5] weight of the largest 1, 5, 10, 25, 50, fraction
  std::vector<double> hhi;          // sum w^2
  std::vector<double> effective_n;  // 1 / hhi
  std::vector<double> entropy;      // -sum w ln w
  std::vector<double> gini;

  explicit concentration_history(std::size_t days = 0);
  concentration_result view();  // to be filled; then finish() makes effective_n
  void finish();
};

// Of shares of risk RC[n] = w[n] cov(r[n], I*) / var(I*).
struct risk_figures : share_figures {
  // Returns that were missing and taken from the sector, of all constituents x days.
  double filled_share = 0.0;
};

struct risk_concentration {
  std::int32_t constituents = 0;        // with a cap on the as-of date
  std::int32_t days = 0;                // used
  std::optional<risk_figures> figures;  // none: see reason
  std::string reason;
};

// The days of I* that the lookback holds, and what each is multiplied by.
struct risk_plan {
  std::vector<std::int32_t> cell;             // [T] regime, in_no_cell or day_not_used
  std::vector<double> slope_all, slope_cell;  // [T]
  risk_concentration overall;                 // days, and a reason where there can be no figures
  std::vector<double> overall_share;          // [N] of every constituent; empty where there are no figures
  std::vector<risk_concentration> by_regime;
};

inline constexpr std::int32_t least_risk_days = 10;  // fewer say nothing of a covariance

// fixed_weight_return [T], NaN where the index has no member; regime [T], no_regime (-1) where there is none, or empty
// without a volatility file; lookback: the last so many panel dates, none: all but the first.
risk_plan plan_risk(const std::vector<double>& fixed_weight_return, const std::vector<std::int32_t>& regime,
                    std::size_t regimes, std::optional<int> lookback_days);

// What the constituent pass says, [1 + regimes, N] each.
struct risk_sums {
  std::vector<double> beta;
  std::vector<std::int32_t> filled;
};

// Fills in the figures of `plan`. weight [N]: at the as-of date's close.
void finish_risk(risk_plan& plan, const risk_sums& sums, const std::vector<double>& weight);

}  // namespace topheavy
