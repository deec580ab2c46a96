# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""VaR and ES of scenarios, their errors, and what constituents contribute (specification, section 7). Levels are the decimal
text of the configuration: counts and probabilities are exact fractions, so that m = S (1 - p) has no rounding."""

import math
from fractions import Fraction

import numpy as np

LEVELS = ("0.95", "0.975", "0.99")


def binomial_ranks(count, share):
    """(lo, hi): the least k with P(K <= k) >= 2.5 % of K ~ Bin(count, share), and one more than that of 97.5 %. In whole
    numbers: terms of (a + (b - a))^count, where share = a / b."""
    a, b = share.numerator, share.denominator
    term, passed, everything, low = (b - a) ** count, 0, b**count, None
    for k in range(count + 1):
        passed += term
        if low is None and 40 * passed >= everything:
            low = k
        if 40 * passed >= 39 * everything:
            return low, k + 1
        term = term * (count - k) * a // ((k + 1) * (b - a))
    raise AssertionError("the terms add up to less than the whole")


def tail_of(losses, level, order=None):
    """(scenarios of the tail, the worst first; their weights, which add up to m; m)."""
    m = len(losses) * (1 - Fraction(level))
    if order is None:
        order = np.argsort(-losses, kind="stable")
    whole = math.floor(m)
    weight = np.ones(whole + 1)
    weight[-1] = float(m - whole)
    used = weight > 0
    return order[:whole + 1][used[:len(order)]], weight[used], m


def mean_and_error(values, weight, at_var, level):
    """The mean over the tail and its standard error; at_var: the values' mean where the loss is VaR. The variance of the
    tail has ddof 1, as all have; of a tail of one scenario there is none."""
    p, m = float(level), weight.sum()
    mean = weight @ values / m
    if m <= 1:
        return mean, math.nan
    spread = weight @ (values - mean) ** 2 / (m - 1)
    return mean, math.sqrt((spread + p * (mean - at_var) ** 2) / m)


def risk(losses, level, order=None):
    count = len(losses)
    scenarios, weight, m = tail_of(losses, level, order)
    ranked = np.sort(losses)[::-1]
    var = ranked[math.floor(m)] if math.floor(m) < count else np.nan
    low, high = binomial_ranks(count, 1 - Fraction(level))
    es, error = mean_and_error(losses[scenarios], weight, var, level)
    return {"tail_scenarios": len(scenarios), "var": var, "es": es, "simulation_error": error,
            "var_low": ranked[high - 1] if high <= count else np.nan, "var_high": ranked[low - 1] if low > 0 else np.nan}


def components(losses, changes, level, order=None):
    """({es, error} of each column of changes, the part of the index return that it is; scenarios of the tail; weights)."""
    scenarios, weight, m = tail_of(losses, level, order)
    near_var = scenarios[-math.ceil(math.sqrt(float(m))):]
    parts = [mean_and_error(-column[scenarios], weight, -column[near_var].mean(), level) for column in changes.T]
    return np.array(parts).reshape(-1, 2), scenarios, weight
