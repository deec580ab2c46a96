// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"
#include "kernels/core/normal.h"
#include "kernels/core/philox.h"

#include <cstdint>

// Which random numbers the generator draws, and for what.
namespace topheavy {

enum class stream : std::uint32_t {
  volatility,   // of a date
  market,       // of a date
  sector,       // of a sector and date
  tier,         // of a tier and date
  own_return,   // of an issuer and date
  class_noise,  // of a share class and date
  event,        // of a constituent and date: missing return, share issue
  kind,         // of a constituent: industry, country
  size,         // of an issuer: start cap and price
  exposure,     // of an issuer: beta, own volatility
  listing       // of an issuer: first and last day
};

// The words of one draw. `whose`: constituent, sector or tier; 0 for what is common to all.
inline random_block draw(std::uint64_t seed, stream s, std::uint64_t whose, date day = date{}) {
  return random_words(seed, whose, static_cast<std::uint32_t>(to_days(day)), static_cast<std::uint32_t>(s));
}

// Two numbers from a block: a normal one from the first two words, another from the last two.
inline double first_normal(const random_block& b) {
  return normal_quantile(uniform_from(b.word[0], b.word[1]));
}
inline double second_normal(const random_block& b) {
  return normal_quantile(uniform_from(b.word[2], b.word[3]));
}

// Student's t with 4 degrees of freedom, scaled to variance 1: Z / sqrt(-ln(U V)), because -2 ln(U V) is
// chi-squared with 4 degrees of freedom.
inline double heavy_tailed(const random_block& b) {
  return first_normal(b) / std::sqrt(-portable_log(uniform_from(b.word[2]) * uniform_from(b.word[3])));
}

}  // namespace topheavy
