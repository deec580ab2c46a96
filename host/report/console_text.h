// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

// Numbers and lines as a person reads them on a terminal.
namespace topheavy {

std::string thousands(std::int64_t v);          // 1,234,567
std::string percent(double v, int digits = 1);  // of a fraction, with its sign; "-" where it is not known
std::string share(double v, int digits = 1);    // without
std::string fitted(const std::string& text, std::size_t width);

// "label   item, item, item", on at most two lines of 100 columns; what does not fit is in summary.json.
std::string item_line(const std::string& label, const std::vector<std::string>& items);

}  // namespace topheavy
