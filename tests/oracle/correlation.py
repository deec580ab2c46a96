# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Section 5 of the specification: correlations of groups by regime of the volatility index, with intervals.

Point estimates by numpy.corrcoef and numpy.cov pair by pair. The bootstrap draws the same days as the program, by an own
Philox and own blocks, and then works on plain float64 weights: no fixed point, no standardised columns.
"""

import numpy as np
import pandas as pd
import regimes

STREAM = 0x424F4F54
ESTIMATES = ("rho", "rho_adjusted", "excess", "difference")


def philox(counter, key):
    """Philox4x32-10 of Salmon and others (SC11) over arrays: counter [4, ...] and key [2] of 32 bits."""
    mask = np.uint64(0xFFFFFFFF)
    words = [np.asarray(word, dtype=np.uint64) for word in counter]
    keys = [np.uint64(k) for k in key]
    for _ in range(10):
        first, second = np.uint64(0xD2511F53) * words[0], np.uint64(0xCD9E8D57) * words[2]
        words = [(second >> np.uint64(32)) ^ words[1] ^ keys[0], second & mask,
                 (first >> np.uint64(32)) ^ words[3] ^ keys[1], first & mask]
        keys = [(keys[0] + np.uint64(0x9E3779B9)) & mask, (keys[1] + np.uint64(0xBB67AE85)) & mask]
    return words


def draws(days, replicates, mean_length, seed):
    """[replicates, days] how often each day is drawn, by the stationary bootstrap with blocks that wrap around."""
    longer, share = [], 1.0
    for _ in range(days):
        share *= 1.0 - 1.0 / mean_length
        longer.append(int(share * 2**32))
    falling = np.array(longer[::-1], dtype=np.int64)
    steps = np.zeros((replicates, 2 * days + 1), dtype=np.int64)
    drawn = np.zeros(replicates, dtype=np.int64)
    block = 0
    while (rows := np.flatnonzero(drawn < days)).size:
        zero = np.zeros(rows.size, dtype=np.uint64)
        word = philox([rows & 0xFFFFFFFF, zero, zero + np.uint64(block), zero + np.uint64(STREAM)],
                      [seed & 0xFFFFFFFF, seed >> 32])
        start = ((word[0] * np.uint64(days)) >> np.uint64(32)).astype(np.int64)
        length = 1 + days - np.searchsorted(falling, word[1].astype(np.int64), side="right")
        length = np.minimum(length, days - drawn[rows])
        steps[rows, start] += 1
        steps[rows, start + length] -= 1
        drawn[rows] += length
        block += 1
    counts = steps.cumsum(axis=1)
    return counts[:, :days] + counts[:, days:2 * days]


def estimates(var_a, var_b, cov, low):
    """rho, rho_adjusted by a and by b, rho_null of moments against those of the lowest regime."""
    low_a, low_b, low_cov = low
    with np.errstate(all="ignore"):
        rho = cov / np.sqrt(var_a * var_b)
        by_a = rho / np.sqrt(1 + (var_a / low_a - 1) * (1 - rho**2))
        by_b = rho / np.sqrt(1 + (var_b / low_b - 1) * (1 - rho**2))
        rise = np.sqrt(np.maximum(0, var_a - low_a)) * np.sqrt(np.maximum(0, var_b - low_b))
        null = (low_cov + rise) / np.sqrt(var_a * var_b)
        rho_low = low_cov / np.sqrt(low_a * low_b)
    return {"rho": rho, "adjusted_a": by_a, "adjusted_b": by_b, "rho_adjusted": (by_a + by_b) / 2, "rho_null": null,
            "arithmetic": null - rho_low, "excess": rho - null, "difference": rho - rho_low}


def moments(a, b):
    """(days, var a, var b, cov) over the rows on which both have a return; no variance where it is rounding."""
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    if len(a) < 2:
        return len(a), np.nan, np.nan, np.nan
    cov = np.cov(a, b)
    var = [v if np.std(x) > 1e-12 * np.abs(x).max() else np.nan for v, x in ((cov[0, 0], a), (cov[1, 1], b))]
    return len(a), *var, cov[0, 1]


def replicate_moments(counts, a, b, days):
    """The same of every replicate and pair, NaN where the pair has too few draws. a, b [days, pairs], counts
    [replicates, days], days [pairs]."""
    both = np.isfinite(a) & np.isfinite(b)
    number = np.maximum(both.sum(axis=0), 1)
    a, b = (np.where(both, x - np.where(both, x, 0.0).sum(axis=0) / number, 0.0) for x in (a, b))
    n, sum_a, sum_b, aa, bb, ab = (counts @ x for x in (both.astype(float), a, b, a * a, b * b, a * b))
    with np.errstate(all="ignore"):
        var_a, var_b = (aa - sum_a**2 / n) / (n - 1), (bb - sum_b**2 / n) / (n - 1)
        cov = (ab - sum_a * sum_b / n) / (n - 1)
        tiny = [1e-12 * (x * x).sum(axis=0) / np.maximum(number - 1, 1) for x in (a, b)]
        used = (n >= np.minimum(10, np.array(days) / 2)) & (var_a > tiny[0]) & (var_b > tiny[1])
    return [np.where(used, x, np.nan) for x in (var_a, var_b, cov)]


def interval(values):
    used = values[np.isfinite(values)]
    if len(values) - len(used) > 0.1 * len(values):
        return np.nan, np.nan
    return tuple(np.quantile(used, [0.025, 0.975]))


def of_dimension(returns, labels, names, settings, counts):
    """{regime: {days, pairs {(a, b): {...}}, mean {...}, unused}} of a frame [days, groups]."""
    groups = list(returns)
    keys = [(a, b) for i, a in enumerate(groups) for b in groups[i + 1:]]
    out, low, low_drawn = {}, None, None
    for name in names:
        at = np.flatnonzero(labels == name)
        drawn = counts[:, at].astype(float)
        columns = [[returns[g].to_numpy()[at] for g in key] for key in keys]
        found = [moments(*pair) for pair in columns]
        known = np.array([d >= settings["min_days"] and bool(np.isfinite(m).all()) for d, *m in found], dtype=bool)
        replicates = [np.full((len(counts), len(keys)), np.nan) for _ in range(3)]
        if known.any():
            a, b = (np.array([pair[side] for pair, k in zip(columns, known) if k]).T for side in (0, 1))
            some = replicate_moments(drawn, a, b, [f[0] for f, k in zip(found, known) if k])
            for whole, part in zip(replicates, some):
                whole[:, known] = part
        points = np.array([m if k else [np.nan] * 3 for (_, *m), k in zip(found, known)]).reshape(-1, 3).T
        if low is None:
            low, low_drawn = points, replicates
        at_point, at_replicate = estimates(*points, low), estimates(*replicates, low_drawn)
        correlated = keys and len(at) >= settings["min_days"]
        unused = int((drawn.sum(axis=1) < min(10, len(at) / 2)).sum()) if correlated else 0
        out[name] = {"days": len(at), "unused": unused, "mean": {}, "pairs": {}}
        for i, key in enumerate(keys):
            pair = {"days": found[i][0]} | {e: float(v[i]) for e, v in at_point.items()}
            for e in ESTIMATES:
                ends = interval(at_replicate[e][:, i]) if np.isfinite(pair[e]) else (np.nan, np.nan)
                pair[f"{e}_low"], pair[f"{e}_high"] = ends
            out[name]["pairs"][key] = pair
        for e in ESTIMATES:
            have = np.isfinite(at_point[e]) if keys else np.zeros(0, dtype=bool)
            mean, ends = np.nan, (np.nan, np.nan)
            if have.any():
                mean, ends = at_point[e][have].mean(), interval(at_replicate[e][:, have].mean(axis=1))
            out[name]["mean"] |= {e: mean, f"{e}_low": ends[0], f"{e}_high": ends[1]}
    return out


def settings_of(config):
    given = config.get("correlation") or {}
    bootstrap = given.get("bootstrap") or {}
    return {"min_days": int(given.get("min_days", 20)), "replicates": int(bootstrap.get("replicates", 10000)),
            "seed": int(bootstrap.get("seed", 0)), "block": bootstrap.get("block", "auto"),
            "dimensions": given.get("dimensions")}


def dimensions_of(config, order):
    """Those that are asked for, in the order of `order`; by themselves sector and those whose groups are listed."""
    listed = [d for d, groups in (config.get("groups") or {}).items() if isinstance(groups, dict)]
    asked = settings_of(config)["dimensions"]
    return [d for d in order if d in (["sector", *listed] if asked is None else asked)]


def answer(config, daily, groups, order, mean_length):
    """{dimension: of_dimension} by the oracle's own daily and group tables; order {dimension: [groups]}."""
    settings = settings_of(config)
    days = daily.index[daily.index_return.notna()]
    counts = draws(len(days), settings["replicates"], mean_length, settings["seed"])
    out = {}
    for dimension in dimensions_of(config, order):
        rows = groups[groups.dimension == dimension]
        returns = rows.pivot(index="date", columns="group", values="return").reindex(index=days, columns=order[dimension])
        labels = daily.regime.reindex(days).astype(object).to_numpy()
        out[dimension] = of_dimension(returns, labels, regimes.names_of(config), settings, counts)
    return out


def block_length(index_return):
    """By Politis and White (2004), corrected 2009, as `arch` computes it; None where it is not installed."""
    try:
        from arch.bootstrap import optimal_block_length
    except ImportError:
        print("arch is not installed: the program's own block length is taken")
        return None
    return float(optimal_block_length(pd.Series(index_return)).iloc[0]["stationary"])
