// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"
#include "host/data/panel.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// A synthetic universe for the demo, tests and benchmarks: constituents, their daily returns and caps, and a
// volatility index, as top-heavy as the real thing and with the same spring of 2026 (host/generate/story.h).
// Companies and tickers are made up.
namespace topheavy {

// The smallest and largest universe that can be asked for.
inline constexpr int least_constituents = 20;
inline constexpr int most_constituents = 200000;
inline constexpr int least_days = 30;
inline constexpr int most_days = 20000;

struct universe_request {
  int constituents = 3000;
  int days = 756;  // weekdays, the last one `last`; there are no holidays
  std::uint64_t seed = 1;
  date last = std::chrono::year{2026} / 4 / 30;  // a weekday
};

// One row of the constituents table.
struct constituent_label {
  std::string symbol;
  std::string issuer;  // differs from the symbol for a further share class
  std::string name;
  std::string sector;
  std::string industry;
  std::string country;
};

// The panel's close is cap / shares. Shares are constant but for these events.
struct share_issue {
  std::uint32_t day = 0;          // from the close of this panel day on
  std::uint32_t constituent = 0;  // in the order of the panel
  double growth = 1.0;            // factor on the number of shares
};

struct universe {
  panel data;                             // caps are whole numbers of currency; returns have 6 decimals
  std::vector<constituent_label> labels;  // [N], in the order of the panel's symbols
  std::vector<double> first_shares;       // [N] on the constituent's first day
  std::vector<share_issue> issues;        // ascending by day, then constituent
  std::vector<date> volatility_dates;     // ten years before the panel's first date, then the panel's dates
  std::vector<double> volatility;         // points, 2 decimals
  std::vector<std::string> ai_leaders;    // symbols of the tiers, ascending
  std::vector<std::string> semiconductors;
  std::vector<std::string> crypto;
};

// The universe asked for. Every random draw belongs to (seed, constituent, date, stream) and every operation
// is one that IEEE 754 rounds correctly, so the same request gives the same bits on any machine with any
// number of threads; a constituent's draws do not depend on how many constituents or days are asked for.
// Needs little memory beyond the panel: 16 bytes a cell. Throws error(usage) for a request outside the limits
// above or a `last` that is no weekday.
universe draw_universe(const universe_request& request);

}  // namespace topheavy
