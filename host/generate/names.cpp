// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/generate/names.h"

#include <cstddef>

namespace topheavy {
namespace {

constexpr std::uint32_t tickers = 26 * 26 * 26 * 26;
constexpr std::uint32_t stride = 285709;  // no common factor with 26, so that every ticker comes once

// Entry i begins with the i-th letter of the alphabet.
constexpr const char* syllable[3][26] = {
    {"Ar",  "Bel", "Cor", "Dor", "El",  "Fen", "Gal", "Hal", "Ith", "Jor", "Kel", "Lor", "Mar",
     "Nor", "Or",  "Pel", "Qui", "Ros", "Sol", "Tor", "Ul",  "Ver", "Wes", "Xan", "Yor", "Zel"},
    {"a",  "be", "co", "di",  "e",  "fa", "ga", "ho", "i",  "ja", "ka", "li", "mo",
     "na", "o",  "pi", "que", "ra", "sa", "to", "u",  "vi", "wa", "xi", "yo", "za"},
    {"an",  "bor", "cen", "dra",  "en",  "fin", "gen", "har", "is",  "jin", "kor", "lan", "mer",
     "nis", "on",  "pex", "quil", "rin", "sen", "tan", "um",  "var", "win", "xon", "yen", "zar"}};

}  // namespace

std::string ticker_of(std::uint32_t n) {
  std::uint64_t code = (std::uint64_t{n % tickers} * stride + 123457) % tickers;
  std::string ticker(4, 'A');
  for (std::size_t i = 4; i-- > 0; code /= 26)
    ticker[i] = static_cast<char>('A' + static_cast<char>(code % 26));
  return ticker;
}

std::string word_of(const std::string& ticker) {
  std::string word;
  for (std::size_t i = 0; i < 3 && i < ticker.size(); ++i) {
    if (ticker[i] < 'A' || ticker[i] > 'Z') continue;
    word += syllable[i][static_cast<std::size_t>(ticker[i] - 'A')];
  }
  if (!word.empty() && word[0] >= 'a') word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

}  // namespace topheavy
