# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Plans of scenarios (specification, section 7): which day of the history every scenario takes on every day, at which scale.
All scenarios at once, a day after the other; random words of (seed, scenario, day, stream 1) as arrays."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from correlation import philox

STREAM = 1
LEAST_SCALE, MOST_SCALE = 0.25, 4.0
WORD = 2**32


@dataclass
class History:
    """What the generators draw from: the days of the lookback, in order."""
    level: np.ndarray  # [D] of the volatility index, NaN: none
    pool: np.ndarray   # [D] number of the day's regime, -1: none
    thresholds: list   # of simulated regimes


@dataclass
class Plan:
    position: np.ndarray  # [S, H] day of the history; -1: a day without returns
    scale: np.ndarray     # [S, H] float32
    level: np.ndarray     # [S, H] simulated, NaN: none
    regime: np.ndarray    # [S, H] of that level, -1: none


def random_words(seed, scenarios, days):
    """Four arrays [scenarios, days] of 32 random bits; scenarios: their numbers."""
    shape = (len(scenarios), days)
    number = np.broadcast_to(np.asarray(scenarios, dtype=np.uint64)[:, None], shape)
    day = np.broadcast_to(np.arange(days, dtype=np.uint64), shape)
    low = np.uint64(WORD - 1)
    return philox([number & low, number >> np.uint64(32), day, np.full(shape, STREAM, dtype=np.uint64)],
                  [seed & (WORD - 1), seed >> 32])


def below(count, word):
    """A whole number below `count` from a random word: the high half of the product."""
    return ((np.asarray(count, dtype=np.uint64) * word) >> np.uint64(32)).astype(np.int64)


def chain_limits(counts):
    """[regimes, regimes]: a random word below the limit of a column leads to it or to one before it. Exact. No chain comes
    to a regime whose row is empty: the program refuses such a history."""
    limits = []
    for row in counts:
        total, passed, own = sum(row), 0, []
        for count in row:
            passed += count
            own.append(int(Fraction(WORD * passed, total)) if total else WORD)
        limits.append(own)
    return np.array(limits, dtype=np.uint64)


def simulated_regime(thresholds, level):
    number = (level[..., None] >= np.array(thresholds, dtype=float)).sum(axis=-1)
    return np.where(np.isnan(level), -1, number)


def planned(history, position, wanted=None):
    """Scale, level and regime of days drawn; wanted [H]: levels of a path of the volatility index."""
    level = history.level[position]
    scale = np.ones(position.shape)
    if wanted is not None:
        exact = np.asarray(wanted, dtype=float) / level
        scale = np.clip(exact, LEAST_SCALE, MOST_SCALE)
        level = np.where(scale == exact, np.broadcast_to(wanted, position.shape), level * scale)
    return Plan(position, scale.astype(np.float32), level, simulated_regime(history.thresholds, level))


def windows(history, days):
    """Every stretch of so many consecutive days."""
    first = np.arange(len(history.level) - days + 1)
    return planned(history, first[:, None] + np.arange(days))


def drawn(pool_of_day, pool_at, words, mean_block):
    """[S, H] days of the history. pool_of_day [D]; pool_at(day, pools of the scenarios before, word) -> those now."""
    scenarios, days = words[0].shape
    members = {k: np.flatnonzero(pool_of_day == k) for k in np.unique(pool_of_day) if k >= 0}
    goes_on_below = int(WORD * (1.0 - 1.0 / mean_block))
    after = np.append(pool_of_day[1:], -1)  # the pool of the day that follows; the last has none
    position, now, pool = np.empty((scenarios, days), dtype=np.int64), None, None
    for day in range(days):
        pool = pool_at(day, pool, words[0][:, day])
        fresh = np.empty(scenarios, dtype=np.int64)
        for k in np.unique(pool):
            here = pool == k
            fresh[here] = members[k][below(len(members[k]), words[2][here, day])]
        if now is not None:
            goes_on = (words[1][:, day] < np.uint64(goes_on_below)) & (after[now] == pool)
            fresh = np.where(goes_on, now + 1, fresh)
        position[:, day] = now = fresh
    return position


def by_chain(counts, regime_at_start):
    """The regime of each day: a transition after that of the day before; of the first day after the as-of date."""
    limits = chain_limits(counts)

    def pool_at(day, pool, word):
        before = np.full(len(word), regime_at_start) if pool is None else pool
        return (word[:, None] >= limits[before, :-1]).sum(axis=1)

    return pool_at


def bootstrap(history, seed, scenarios, days, mean_block, counts, regime_at_start):
    """counts: transitions of regimes; None: one pool of all days."""
    words = random_words(seed, scenarios, days)
    if counts is None:
        everywhere = np.zeros(len(history.pool), dtype=np.int64)
        return planned(history, drawn(everywhere, lambda day, pool, word: everywhere[:1].repeat(len(word)), words, mean_block))
    return planned(history, drawn(history.pool, by_chain(counts, regime_at_start), words, mean_block))


def path_levels(levels, days):
    """Levels spread evenly from the first day to the last, straight between."""
    if len(levels) == 1 or days == 1:
        return np.full(days, float(levels[0]))
    return np.interp(np.arange(days) * ((len(levels) - 1) / (days - 1)), np.arange(len(levels)), np.array(levels, float))


def volatility_path(history, seed, scenarios, levels, mean_block):
    """levels [H]: the pool of a day is the regime of its level."""
    pools = simulated_regime(history.thresholds, np.array(levels, dtype=float))
    words = random_words(seed, scenarios, len(levels))
    position = drawn(history.pool, lambda day, pool, word: pools[day].repeat(len(word)), words, mean_block)
    return planned(history, position, levels)


def standing_still(scenarios, days):
    shape = (scenarios, days)
    return Plan(np.full(shape, -1), np.ones(shape, dtype=np.float32), np.full(shape, np.nan), np.full(shape, -1))
