# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Rotation (specification, section 6): groups' excess returns by regime and direction of the volatility index, the order
in which they turn after an episode's peak, lead and lag. A float is a pair (value, scale); see compare.py."""

import numpy as np
import pandas as pd

import regimes

LAGS = range(-10, 11)
FEWEST_DAYS = 20
DIRECTION_ROWS = 5
DAYS_AFTER_PEAK = 21
STILL_EXCESS, STILL_VOLATILITY = 1e-12, 1e-9  # a standard deviation below is rounding of one that is 0 on paper


def groups_by_dimension(config, membership):
    """Names in the order of the output: by bytes, or as in the configuration; issuers have none."""
    names = {}
    for dimension in membership.dimension.unique():
        if dimension != "issuer":
            own = membership.group[membership.dimension == dimension].unique()
            names[dimension] = sorted(own, key=lambda s: s.encode())
    for dimension, rule in (config.get("groups") or {}).items():
        if not isinstance(rule, str):
            names[dimension] = list(rule)
    return names


def summary(config, frame, daily, groups, names, episodes):
    if frame is None:
        return {}
    return {dimension: of_dimension(config, frame, daily, groups[groups.dimension == dimension], own, episodes)
            for dimension, own in names.items()}


def of_dimension(config, frame, daily, groups, names, episodes):
    def wide(column):
        return groups.pivot(index="date", columns="group", values=column).reindex(index=daily.index, columns=names)

    returns = wide("return")
    excess = returns.sub(daily.index_return, axis=0)
    scale = wide("return_scale").add(daily.index_return_scale, axis=0)
    direction = directions(config, frame, daily.index)
    by_regime = {name: averages(excess, scale, daily.regime == name) for name in regimes.names_of(config)}
    return {
        "by_regime": by_regime,
        "by_direction": {"rising": averages(excess, scale, direction > 0), "falling": averages(excess, scale, direction < 0)},
        "order": {e["peak_date"]: troughs(returns, daily, e) for e in episodes
                  if pd.Timestamp(e["peak_date"]) >= daily.index[0]},
        "lead_lag": {name: lead_lag(excess[name], scale[name], daily.volatility) for name in names},
    }


def averages(excess, scale, chosen):
    of, rough = excess[chosen], scale[chosen]
    return {name: {"excess_return_daily": (of[name].mean(), rough[name].mean()),
                   "standard_error": (of[name].sem(ddof=1),
                                      np.sqrt((rough[name] ** 2).mean() / max(of[name].count(), 1))),
                   "days": int(of[name].count())} for name in of}


def directions(config, frame, dates):
    """By the close that a day's regime is taken from, against the close five rows before it: 1, -1 or 0."""
    options = config.get("volatility") or {}
    change = np.sign(frame.close - frame.close.shift(DIRECTION_ROWS)).fillna(0)
    right = pd.DataFrame({"date": frame.date.astype("datetime64[s]"), "direction": change})
    left = pd.DataFrame({"date": pd.Series(dates).astype("datetime64[s]")})
    joined = pd.merge_asof(left, right, on="date", allow_exact_matches=int(options.get("lag") or 0) == 0,
                           tolerance=pd.Timedelta(days=int(options.get("max_staleness_days", 5))))
    return joined.direction.fillna(0).to_numpy()


def troughs(returns, daily, episode):
    """Path of each group's strength from the peak's close on; where it bottoms is looked up in it. None: no return."""
    dates = daily.index
    start = dates.searchsorted(pd.Timestamp(episode["peak_date"]), side="right") - 1
    end = len(dates) - 1
    if episode["end_date"] is not None:
        end = dates.searchsorted(pd.Timestamp(episode["end_date"]), side="right") - 1
    end = max(end, start + DAYS_AFTER_PEAK)
    step = (1 + returns).div(1 + daily.index_return, axis=0).iloc[start:end + 1].copy()
    step.iloc[0] = 1.0
    known = step.iloc[1:].notna().any()
    path = step.fillna(1.0).cumprod()
    return {name: path[name] if known[name] else None for name in path}


def lead_lag(excess, scale, volatility):
    rows = []
    change = volatility.diff()
    for lag in LAGS:
        pair = pd.DataFrame({"x": excess, "y": change.shift(lag), "rough": scale, "v": volatility.shift(lag)}).dropna()
        sd = pair.std(ddof=0)
        still = len(pair) and (sd.x <= STILL_EXCESS or sd.y <= STILL_VOLATILITY)
        rho, rough = (np.nan, 0.0) if len(pair) < FEWEST_DAYS or still else (
            pair.x.corr(pair.y), 1 + np.sqrt((pair.rough**2).mean()) / sd.x + pair.v.max() / sd.y)
        rows.append({"lag": lag, "rho": (rho, rough), "days": len(pair)})
    return rows


def compare(check, got, want):
    check.equal("rotation: dimensions", list(got), list(want))
    for dimension in set(got) & set(want):
        mine, theirs, at = got[dimension], want[dimension], f"rotation.{dimension}"
        check.equal(f"{at}: keys", list(mine), list(theirs))
        for part in ("by_regime", "by_direction"):
            check.equal(f"{at}.{part}: keys", list(mine[part]), list(theirs[part]))
            for key, table in theirs[part].items():
                compare_ranked(check, f"{at}.{part}", mine[part].get(key) or [], table)
        check.equal(f"{at}.order: episodes", list(mine["order"]), list(theirs["order"]))
        for peak, table in theirs["order"].items():
            compare_order(check, f"{at}.order", mine["order"].get(peak) or [], table)
        check.same(f"{at}.lead_lag", mine["lead_lag"], theirs["lead_lag"])


def compare_ranked(check, name, rows, want):
    """Each group's figures; that ranks follow from the means printed, equal ones in the order of the dimension."""
    place = {group: i for i, group in enumerate(want)}
    check.equal(f"{name}: groups", sorted(row["group"] for row in rows), sorted(want))
    for row in rows:
        if row["group"] in want:
            figures = {key: value for key, value in row.items() if key not in ("group", "rank")}
            check.same(name, figures, want[row["group"]])
    ranked = [row for row in rows if row["days"] > 0]
    order = [(-row["excess_return_daily"], place.get(row["group"])) for row in ranked]
    check.equal(f"{name}: order", order, sorted(order))
    check.equal(f"{name}: rank", [row["rank"] for row in rows], [i + 1 if i < len(ranked) else None for i in range(len(rows))])


def compare_order(check, name, rows, want):
    """A trough is the lowest of the path, the first of those equal to it; where rounding could take either of two days,
    the strength there decides."""
    place = {group: i for i, group in enumerate(want)}
    check.equal(f"{name}: groups", sorted(row["group"] for row in rows), sorted(want))
    for row in rows:
        check.equal(f"{name}: keys", list(row), ["group", "trough_date", "days_after_peak", "strength"])
        path = want.get(row["group"])
        if path is None:
            check.equal(f"{name}: null", [row["trough_date"], row["days_after_peak"], row["strength"]], [None] * 3)
            continue
        check.close(f"{name}: strength", row["strength"], path.min(), 1.0, [row["group"]])
        day = pd.Timestamp(row["trough_date"])
        check.close(f"{name}: strength on the day", row["strength"], path.get(day, np.nan), 1.0, [row["group"]])
        check.equal(f"{name}: days_after_peak", row["days_after_peak"], int(path.index.searchsorted(day)))
        before = path[path.index < day]
        check.equal(f"{name}: none as low before", bool((before == path.min()).any()), False)
    order = [(row["trough_date"] or "9", place.get(row["group"])) for row in rows]
    check.equal(f"{name}: order", order, sorted(order))
