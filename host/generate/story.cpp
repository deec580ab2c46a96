// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/generate/story.h"

namespace topheavy {
namespace {

constexpr date day(int y, unsigned m, unsigned d) {
  return std::chrono::year{y} / std::chrono::month{m} / std::chrono::day{d};
}

// The last spring goes from 31.05 to 18.3 within a month.
constexpr volatility_mark volatility[] = {
    {day(2024, 7, 30), 16.6},  {day(2024, 8, 5), 38.6},  {day(2024, 8, 15), 15.9}, {day(2025, 3, 26), 18.3},
    {day(2025, 4, 8), 52.3},   {day(2025, 4, 24), 26.5}, {day(2025, 5, 12), 18.4}, {day(2026, 1, 15), 15.8},
    {day(2026, 2, 5), 21.4},   {day(2026, 2, 25), 18.2}, {day(2026, 3, 6), 28.7},  {day(2026, 3, 17), 23.1},
    {day(2026, 3, 27), 31.05}, {day(2026, 3, 30), 30.4}, {day(2026, 3, 31), 25.9}, {day(2026, 4, 7), 24.9},
    {day(2026, 4, 10), 19.4},  {day(2026, 4, 14), 18.3}, {day(2026, 4, 17), 17.6}, {day(2026, 4, 24), 18.3},
    {day(2026, 4, 30), 17.1}};

// Market, then AI leaders, semiconductors, crypto. Two years of gains; then in the last spring the leaders
// turn first, semiconductors in the second part of the rally, crypto in the third.
constexpr factor_mark factors[] = {
    {day(2023, 7, 3), day(2024, 7, 10), 0.200, {0.100, 0.080, 0.050}, false},
    {day(2025, 4, 8), day(2026, 1, 28), 0.300, {0.080, 0.100, 0.050}, false},
    {day(2026, 2, 13), day(2026, 3, 27), -0.105, {-0.020, -0.045, -0.120}, false},
    {day(2026, 3, 27), day(2026, 3, 30), -0.005, {-0.004, -0.006, -0.010}, true},
    {day(2026, 3, 30), day(2026, 4, 8), 0.045, {0.064, -0.012, -0.060}, true},
    {day(2026, 4, 8), day(2026, 4, 15), 0.036, {0.026, 0.054, -0.028}, true},
    {day(2026, 4, 15), day(2026, 4, 24), 0.027, {0.008, 0.006, 0.046}, true}};

const story_window windows[] = {{"derisking", day(2026, 3, 27), day(2026, 4, 14)},
                                {"rally", day(2026, 3, 30), day(2026, 4, 24)}};

}  // namespace

std::span<const volatility_mark> volatility_marks() { return volatility; }
std::span<const factor_mark> factor_marks() { return factors; }
std::span<const story_window> story_windows() { return windows; }

}  // namespace topheavy
