// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/generate/story.h"
#include "host/generate/universe.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace topheavy {

inline constexpr std::size_t sector_count = 11;
inline constexpr double market_growth = 0.0005;  // usual daily log return of the market factor

// Share of the whole universe's cap at the last close, by sector; they add up to 1.
double sector_share(std::size_t sector);

// What a constituent is before any day is drawn. Constituents are numbered in the order of creation: the
// giants first, then one of each sector; a larger universe begins with the same ones.
struct profile {
  std::uint64_t own = 0;     // its number
  std::uint64_t issuer = 0;  // number of the issuer's first share class, whose draws it shares
  constituent_label label;
  std::size_t sector = 0;
  std::optional<tier_index> tier;
  double beta = 1.0;          // to the market
  double own_spread = 0.0;    // standard deviation of its own daily log return
  double drift = 0.0;         // of its daily log return
  double log_size = 0.0;      // logarithm of its first cap, up to a factor of its sector
  double final_share = 0.0;   // of the universe's cap at the last close; 0: comes out of size and growth
  double final_price = 0.0;   // currency, about
  std::size_t first_day = 0;  // panel days on which it is listed
  std::size_t last_day = 0;
  bool eventful = false;  // has missing returns and share issues
};

// The constituents of the request, in order of creation.
std::vector<profile> draw_profiles(const universe_request& request);

}  // namespace topheavy
