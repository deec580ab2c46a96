# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Section 5 of the specification: all pairs of constituents, by the N x N matrix that the program avoids; implied
correlation from filled returns; the absorption ratio by numpy's eigenvalues; the law of Marchenko and Pastur by
quadrature.
"""

import numpy as np
import correlation
import regimes


def settings_of(config):
    given = config.get("correlation") or {}
    absorption = given.get("absorption") or {}
    return {"min_days": int(given.get("min_days", 20)), "components": int(absorption.get("components", 6)),
            "window": int(absorption.get("window", 252)), "dimensions": given.get("dimensions")}


def standardised(returns):
    """z of those who take part, who they are, and how many do not, of an array [days, constituents]."""
    days = len(returns)
    present = np.isfinite(returns)
    count = present.sum(axis=0)
    enough = (count > 0) & (5 * count >= 4 * days)
    some = np.maximum(count, 1)
    first = np.take_along_axis(returns, present.argmax(axis=0)[None], axis=0)[0]  # so that constants are exact
    away = np.where(present, returns - first, 0.0)
    mean = away.sum(axis=0) / some
    away = np.where(present, away - mean, 0.0)
    sd = np.sqrt((away**2).sum(axis=0) / some)
    with np.errstate(invalid="ignore"):
        varies = sd > 1e-12 * np.abs(first + mean)
    part = enough & varies
    return away[:, part] / sd[part], np.flatnonzero(part), int((~enough).sum()), int((enough & ~varies).sum())


def absorbed(returns, components):
    z, part, *_ = standardised(returns)
    if not len(part):
        return np.nan
    if components >= min(len(part), len(z) - 1):
        return 1.0
    eigenvalues = np.linalg.eigvalsh(z @ z.T if len(z) < len(part) else z.T @ z)
    return eigenvalues[-components:].sum() / eigenvalues.sum()


def noise_floor(days, constituents, components):
    """x = 1 + q + 2 sqrt(q) cos a turns both integrals of the law into ones of a over [0, angle], by Gauss and
    Legendre."""
    if days < 2 or constituents == 0:
        return np.nan
    if components >= min(constituents, days - 1):
        return 1.0
    q = constituents / (days - 1)
    nodes, weights = np.polynomial.legendre.leggauss(300)

    def integral(angle, function):
        return 0.5 * angle * (weights * function(0.5 * angle * (nodes + 1))).sum()

    low, high = 0.0, np.pi
    for _ in range(80):
        middle = (low + high) / 2
        mass = integral(middle, lambda a: 2 / np.pi * np.sin(a) ** 2 / (1 + q + 2 * np.sqrt(q) * np.cos(a)))
        low, high = (middle, high) if mass < components / constituents else (low, middle)
    return integral(low, lambda a: 2 / np.pi * np.sin(a) ** 2)


def mean_of(matrix, rows, columns):
    """Mean over the pairs of two lists of positions, no constituent being a pair with itself."""
    block = matrix[np.ix_(rows, columns)]
    pairs = np.not_equal.outer(rows, columns)
    return block[pairs].mean() if pairs.any() else np.nan


def implied(filled, weight):
    variance = filled.var(axis=0, ddof=1)
    variance[filled.std(axis=0) <= 1e-12 * np.abs(filled.mean(axis=0))] = 0.0
    alone = (weight**2 * variance).sum()
    together = (weight * np.sqrt(variance)).sum() ** 2
    if not together - alone > 1e-12 * together:
        return np.nan
    return ((filled @ weight).var(ddof=1) - alone) / (together - alone)


def answer(config, panel, labels, membership, daily, groups, order):
    """(by regime {index: {regime}, dimension: {regime}}, daily absorption ratio). order {dimension: [groups]}."""
    settings = settings_of(config)
    days = daily.index[daily.members > 0]
    symbols = sorted(panel.symbol.unique(), key=lambda s: s.encode())
    wide = panel.pivot(index="date", columns="symbol", values="ret").reindex(index=days, columns=symbols)
    returns = wide.to_numpy()
    ratio = daily.index_return * np.nan
    for end in range(settings["window"], len(days) + 1):
        if len(days) < 400 or end % 7 == 0 or end == len(days):
            ratio[days[end - 1]] = absorbed(returns[end - settings["window"]:end], settings["components"])
        else:
            ratio[days[end - 1]] = np.inf  # not computed here
    names = regimes.names_of(config)
    now = panel[panel.date == daily.index[-1]].set_index("symbol").cap
    held = [s for s in symbols if s in now.index]
    sector_of = labels.set_index("symbol").sector[held]
    sector = groups[groups.dimension == "sector"].pivot(index="date", columns="group", values="return")
    stand_in = sector.reindex(index=days, columns=sector_of).to_numpy()
    stand_in = np.where(np.isnan(stand_in), daily.index_return[days].to_numpy()[:, None], stand_in)
    own = wide[held].to_numpy()
    filled = np.where(np.isnan(own), stand_in, own)
    weight = (now[held] / now.sum()).to_numpy()
    dimensions = correlation.dimensions_of(config, order)
    out = {name: {} for name in ("index", *dimensions)}
    of_day = daily.regime[days].to_numpy()
    for name in names:
        at = of_day == name
        few = at.sum() < settings["min_days"]
        z, part, too_few, no_variance = standardised(returns[at]) if not few else (None, [], 0, 0)
        matrix = np.zeros((0, 0)) if few else z.T @ z / at.sum()
        everyone = np.arange(len(part))
        index = {"days": int(at.sum()), "constituents": len(part),
                 "left_out": {"too_few_returns": too_few, "no_variance": no_variance},
                 "average_pairwise": mean_of(matrix, everyone, everyone),
                 "implied": np.nan if few else implied(filled[at], weight),
                 "absorption_ratio": np.nan if few else absorbed(returns[at], settings["components"]),
                 "noise_floor": np.nan if few else noise_floor(int(at.sum()), len(part), settings["components"])}
        out["index"][name] = index
        for dimension in dimensions:
            rows = membership[membership.dimension == dimension]
            position = {symbols[n]: i for i, n in enumerate(part)}
            members = [np.array([position[s] for s in rows.symbol[rows.group == g] if s in position], dtype=int)
                       for g in order[dimension]]
            out[dimension][name] = index | {
                "group_constituents": [len(m) for m in members],
                "average_pairwise_groups": [[mean_of(matrix, a, b) for b in members] for a in members]}
    return out, ratio
