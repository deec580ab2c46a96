# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The volatility index (specification, section 4): level, change, regimes, transitions, episodes, watch levels, in the
shape of summary.json. A float is a pair (value, scale); see compare.py."""

import numpy as np
import pandas as pd

import regimes

FEWEST_DAYS = 10  # a year's rates of fewer say nothing
CHANGE_ROWS = 21
HORIZONS = (5, 21, 63)
NULL = (np.nan, 0.0)


def closes_of(frame, as_of):
    """Closes up to the as-of date, by date."""
    known = frame[frame.date <= as_of]
    return pd.Series(known.close.to_numpy(), index=pd.DatetimeIndex(known.date))


def text(date):
    return str(pd.Timestamp(date).date())


def summary(config, frame, daily, groups, names_of_groups):
    if frame is None:
        return {"date": None, "level": NULL, "regime": None, "regime_of_day": None, "change_21d": {"points": NULL, "percent": NULL},
                "days_without_regime": 0, "regimes": [], "transitions": {"counts": [], "probabilities": []},
                "episodes": [], "watch": [], "reason": "no volatility file"}
    as_of = daily.index[-1]
    names, limits = regimes.names_of(config), regimes.thresholds_of(config)
    closes = closes_of(frame, as_of)
    own = pd.Series([names[k] for k in regimes.walk(config, frame.close)][:len(closes)], index=closes.index, dtype=object)
    stale = int((config.get("volatility") or {}).get("max_staleness_days", 5))
    fresh = len(closes) > 0 and (as_of - closes.index[-1]).days <= stale
    level = closes.iloc[-1] if fresh else np.nan
    then = closes.iloc[-1 - CHANGE_ROWS] if fresh and len(closes) > CHANGE_ROWS else np.nan
    regime = daily.regime.astype(object).where(daily.regime.notna(), None)
    return {
        "date": text(closes.index[-1]) if fresh else None, "level": (level, 0.0), "regime": own.iloc[-1] if fresh else None,
        "regime_of_day": regime.iloc[-1],
        "change_21d": {"points": (level - then, then), "percent": (100 * (level / then - 1), 100.0)},
        "days_without_regime": int(regime.isna().sum()),
        "regimes": regime_rows(names, limits, regime, own, daily, groups, names_of_groups),
        "transitions": transitions(names, regime),
        "episodes": episodes(limits, names, closes, own),
        "watch": [watch(row, closes, level, daily.index_level) for row in watch_levels(config)],
    }


def watch_levels(config):
    return (config.get("volatility") or {}).get("watch", [{"name": "contraction", "level": "22"}])


def rates(returns, scale):
    """A year's rates of daily returns; the scale of each day's return measures its rounding."""
    known = returns.dropna()
    if len(known) < FEWEST_DAYS:
        return NULL, NULL
    grown = (1 + known).prod() ** (252 / len(known))
    rough = np.sqrt((scale[known.index] ** 2).mean() * 252)
    return (grown - 1, (1 + grown) * max(1, 252 / len(known))), (known.std(ddof=1) * np.sqrt(252), rough)


def regime_rows(names, limits, regime, own, daily, groups, names_of_groups):
    runs = (regime != regime.shift(1)).cumsum()  # no regime differs from itself: each such day is a run of its own
    rows = []
    for k, name in enumerate(names):
        days = regime.index[regime == name]
        spells = runs[days].nunique()
        annual, volatility = rates(daily.index_return[days], daily.index_return_scale)
        by = {}
        for dimension, all_names in names_of_groups.items():
            of = groups[(groups.dimension == dimension) & groups.date.isin(days)]
            by[dimension] = []
            for group in all_names:
                mine = of[of.group == group].set_index("date")
                a, v = rates(mine["return"], mine.return_scale)
                by[dimension].append({"group": group, "return_annual": a, "volatility_annual": v,
                                      "days": int(mine["return"].notna().sum())})
        rows.append({
            "name": name, "from": limits[k - 1] if k else None, "to": limits[k] if k < len(limits) else None,
            "days": len(days), "share": (len(days) / n if (n := regime.notna().sum()) else np.nan, 0.0),
            "base_rate": ((own == name).mean(), 0.0), "spells": int(spells),
            "mean_spell_days": (len(days) / spells if spells else np.nan, 0.0), "index_return_annual": annual,
            "index_volatility_annual": volatility, "index_days": int(daily.index_return[days].notna().sum()), "groups": by})
    return rows


def transitions(names, regime):
    table = pd.crosstab(regime.to_numpy()[:-1], regime.to_numpy()[1:]) if len(regime) > 1 else pd.DataFrame()
    table = table.reindex(index=names, columns=names).fillna(0).astype(int)
    shares = table.div(table.sum(axis=1).where(lambda n: n > 0), axis=0)
    return {"counts": table.to_numpy().tolist(),
            "probabilities": [[(p, 0.0) for p in row] for row in shares.to_numpy(dtype=float)]}


def episodes(limits, names, closes, own):
    """From the first close at or above the top threshold to the first below the lowest."""
    found, left = [], closes
    while True:
        left = left[(left >= limits[-1]).cumsum() > 0]
        if left.empty:
            return found
        low = left.index[left < limits[0]]
        end = low[0] if len(low) else None
        inside = left if end is None else left[left.index < end]
        peak = inside.idxmax()
        last = None if end is None else closes[end]
        way = own[inside.index[inside.index >= peak]]
        found.append({
            "start_date": text(inside.index[0]), "peak_date": text(peak), "peak": inside[peak],
            "end_date": None if end is None else text(end), "end": last,
            "points": NULL if end is None else (last - inside[peak], inside[peak]),
            "percent": NULL if end is None else (100 * (last / inside[peak] - 1), 100.0),
            "days_in": {name: int((way == name).sum()) for name in names}})
        if end is None:
            return found
        left = left[left.index >= end]


def watch(row, closes, value, index_level):
    level = float(row["level"])
    above = closes >= level
    changed = above.astype(int).diff()
    crossed = changed[changed.fillna(0) != 0]
    up = crossed.index[crossed > 0]
    last = None if crossed.empty else {"date": text(crossed.index[-1]),
                                       "direction": "upward" if crossed.iloc[-1] > 0 else "downward"}
    after = {}
    for days in HORIZONS:
        later = (index_level.shift(-days) / index_level - 1).reindex(up).dropna()
        after[str(days)] = {"count": len(later), "median": (later.quantile(0.5), 1.0), "worst": (later.min(), 1.0)}
    return {"name": row["name"], "level": level, "value": (value, 0.0),
            "triggered": None if np.isnan(value) else bool(value >= level), "distance": (value - level, level),
            "base_rate": (above.mean(), 0.0), "last_crossing": last, "crossings": len(up),
            "crossings_in_panel": int(up.isin(index_level.index).sum()), "after": after}
