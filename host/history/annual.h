// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

// Daily returns, fractions, as rates of a year of 252 days.
namespace topheavy {

// growth^(252 / days) - 1; growth: product of 1 + r. NaN without days.
double annual_return(double growth, double days);

// sd (ddof 1) x sqrt(252), summed by tree_sum; NaN for fewer than two. returns: none of them NaN.
double annual_volatility(const std::vector<double>& returns);

}  // namespace topheavy
