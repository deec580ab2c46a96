// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

// Made-up tickers and company names.
namespace topheavy {

// The n-th of 26^4 four-letter tickers, each once, in an order that looks random; n counts round.
std::string ticker_of(std::uint32_t n);

// A word of three syllables that begin with the ticker's first three letters: "MRDN" is "Marradra". A ticker
// with other characters, or fewer, leaves the syllable out.
std::string word_of(const std::string& ticker);

}  // namespace topheavy
