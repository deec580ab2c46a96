# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The history as a good user of pandas writes it: two wide frames, days by symbols, of caps and of returns, and from
there arithmetic on whole frames, one-hot frames for sums over groups and regimes, and numpy's functions on whole frames
where pandas has none (sort) or a slower one. No blocks, no threads of its own. Which form of a step is written here was
decided by time: bench/README.md names those that lost."""

import numpy as np
import pandas as pd
import task


def history(config):
    return compute(config, *read_wide(config))


def read_wide(config):
    """(cap with 0 and ret with NaN where there is none, days by symbols; how many rows; dropped)."""
    start, as_of = (None if day is None else pd.Timestamp(day, unit="D").date() for day in task.day_range(config))
    limits = [("date", sign, day) for sign, day in ((">=", start), ("<=", as_of)) if day is not None]
    rows = pd.read_parquet(config["data"]["panel"], columns=["date", "symbol", "market_cap", "return"],
                           filters=limits or None, read_dictionary=["symbol"],
                           to_pandas_kwargs={"date_as_object": False})
    symbols = pd.Index(rows["symbol"].unique().astype("str")).sort_values()
    rows["symbol"] = rows["symbol"].cat.set_categories(symbols)  # unstack keeps their order where all are in use
    try:
        unique, wide = rows, rows.set_index(["date", "symbol"]).unstack()
    except ValueError:  # one date and symbol twice
        unique = rows.drop_duplicates()
        wide = unique.set_index(["date", "symbol"]).unstack()
    cap, ret, dropped = apply_rules(wide["market_cap"], wide["return"], task.max_abs_return(config), len(unique))
    cap.columns = ret.columns = cap.columns.astype("str")
    return cap, ret, len(rows), dropped | {"duplicate": len(rows) - len(unique)}


def apply_rules(cap, ret, max_abs_return, count):
    """Caps that are not usable as 0, returns that are not usable as NaN, and the counts of both among `count` rows."""
    usable = (cap > 0.0) & (cap < np.inf)
    good = usable & (ret > -1.0) & (ret.abs() <= max_abs_return)
    odd = ret.to_numpy()[(usable & ~good).to_numpy()]
    missing, bad = np.isnan(odd), np.isinf(odd) | (odd <= -1.0)
    cap, ret = cap.where(usable, 0.0), ret.where(good)
    used = usable.any(axis=1), usable.any()
    if not all(some.all() for some in used):
        cap, ret = cap.loc[used], ret.loc[used]
    return cap, ret, {"bad_cap": int(count - row_sums(usable).sum()), "missing_return": int(missing.sum()),
                      "bad_return": int(bad.sum()), "extreme_return": int((~missing & ~bad).sum())}


def row_sums(frame):
    """Without NaN: looking for them takes longer than the sum."""
    return frame.sum(axis=1, skipna=False)


def compute(config, cap, ret, count, dropped):
    symbols, days = cap.columns, cap.index.to_numpy().astype("datetime64[D]").astype(np.int64)
    labels = task.labels_of(config, list(symbols))
    sector = pd.Series(labels["sector"], symbols)
    issuer = pd.Series(labels["issuer"], symbols)
    sector_names, sector_code = task.dimension_of(labels["sector"])
    dimensions = {"sector": (sector_names, [np.flatnonzero(sector_code == g) for g in range(len(sector_names))]),
                  **task.dimensions_of(config, labels)}
    volatility = task.Volatility(config)
    level, regime, after_gap = volatility.join(days)

    base = cap.shift(fill_value=0.0) * ret.notna()
    returns = ret.fillna(0.0)
    base_return = base * returns
    member, up = base > 0.0, base_return > 0.0
    total, members = row_sums(base), row_sums(member)
    index = row_sums(base_return) / total
    concentration = concentration_by_day(cap)
    concentration_of_issuers = concentration_by_day(caps_of_issuers(cap, issuer))
    daily = {
        "index_return": index, "equal_weight_return": row_sums(returns * member) / members, "members": members,
        "coverage": (total / concentration["total"].shift()).where(total > 0.0), "advancers": row_sums(up) / members,
        "advancers_weight": row_sums(base * up) / total, "new_highs": new_highs(returns, member) / members,
        "dispersion": np.sqrt(row_sums(base_return * returns) / total - index * index),
        **concentration.drop(columns=["n", "total"]),
        **concentration_of_issuers.drop(columns=["n", "total"]).add_prefix("issuer_"),
    }
    daily = {name: values.to_numpy() for name, values in daily.items()}
    daily |= {"index_level": task.levels(daily["index_return"]), "volatility": level, "after_gap": after_gap}

    groups, several = one_hot(dimensions, symbols), issuer.duplicated(keep=False)
    issuers = pd.get_dummies(issuer[several], dtype=float)
    weights, contributions = base @ groups, base_return @ groups
    series = {name: task.group_series(names, weights[name].to_numpy(), contributions[name].to_numpy(),
                                      total.to_numpy()) for name, (names, _) in dimensions.items() if names}
    series["issuer"] = task.group_series(list(issuers.columns), (base.loc[:, several] @ issuers).to_numpy(),
                                         (base_return.loc[:, several] @ issuers).to_numpy(), total.to_numpy())
    by_sector = contributions["sector"] / weights["sector"]
    by_sector = by_sector.mask(by_sector.isna(), index, axis=0)

    windows = attribution(config, cap, returns, member, base_return, total, days, dimensions, labels, daily, series,
                          volatility)
    used = (np.arange(len(days)) >= task.lookback_days(config, len(days))) & index.notna()
    return {
        "dates": days, "symbols": list(symbols), "rows": count, "dropped": dropped,
        "regime": [volatility.names[k] if k >= 0 else None for k in regime], "daily": daily, "groups": series,
        "windows": windows,
        "concentration": {"constituent": at_the_close(concentration), "issuer": at_the_close(concentration_of_issuers),
                          "risk": risk(ret, cap.iloc[-1], sector, by_sector, used, regime, volatility)},
    }


def one_hot(dimensions, symbols):
    every = np.arange(len(symbols))
    return pd.DataFrame({(dimension, name): np.isin(every, inside).astype(float)
                         for dimension, (names, members) in dimensions.items()
                         for name, inside in zip(names, members)}, index=symbols)


def caps_of_issuers(cap, issuer):
    """An issuer's cap stands in the column of its first symbol, and 0 in those of its others."""
    several, first = issuer.duplicated(keep=False), ~issuer.duplicated()
    sums = cap.loc[:, several].T.groupby(issuer[several]).transform("sum").T
    caps = cap.copy()
    caps.loc[:, several] = sums * first[several]
    return caps


def concentration_by_day(cap):
    """Sorted caps with what has none, 0, in front: no figure but Gini's ranks notices them."""
    size = cap.shape[1]
    caps = pd.DataFrame(np.sort(cap.to_numpy(), axis=1), cap.index)
    total, n = row_sums(caps), row_sums(caps > 0.0)
    squares, logs = row_sums(caps * caps), row_sums(caps * np.log(np.maximum(caps, 1e-300)))
    ranks = caps @ np.arange(1.0, size + 1) - (size - n) * total
    largest = caps.iloc[:, :-max(task.TOP) - 1:-1].cumsum(axis=1).div(total, axis=0)
    return pd.DataFrame({
        "n": n, "total": total, **{f"top_{k}": largest.iloc[:, min(k, size) - 1] for k in task.TOP},
        "hhi": squares / (total * total), "effective_n": total * total / squares,
        "entropy": np.log(total) - logs / total, "gini": 2.0 * ranks / (n * total) - (n + 1) / n})


def at_the_close(concentration):
    last = concentration.iloc[-1]
    return {"n": int(last["n"]), "top": {str(k): last[f"top_{k}"] for k in task.TOP},
            "exp_entropy": np.exp(last["entropy"]),
            **{name: last[name] for name in ("hhi", "effective_n", "entropy", "gini")}}


def new_highs(returns, member):
    """The highest of the last days from maxima of spans that double: a third of the time of rolling().max()."""
    growth = 1.0 + returns
    growth.iloc[0] = 1.0
    growth = growth.cumprod(skipna=False)
    highest, span = growth, 1
    while span < task.HIGH_DAYS:
        step = min(span, task.HIGH_DAYS - span)
        highest = np.maximum(highest, highest.shift(step, fill_value=0.0))
        span += step
    return row_sums((growth >= task.HIGH_SHARE * highest) & member)


def risk(ret, cap, sector, by_sector, used, regime, volatility):
    """Covariances with the fixed index over all days and over each regime's: a one-hot frame times the returns."""
    universe = cap > 0.0
    weight = cap[universe] / cap.sum()
    ret, regime = ret.loc[used, universe], regime[used]
    fill = by_sector.loc[used, sector[universe]].set_axis(ret.columns, axis=1)
    missing, ret = row_sums(ret.isna()), ret.fillna(fill)
    fixed = ret @ weight
    names = volatility.names if volatility.days is not None else []
    cells = pd.DataFrame({"all": np.ones(len(ret)), **{name: 1.0 * (regime == k) for k, name in enumerate(names)}},
                         index=ret.index)
    sums, sums_with_index = cells.T @ ret, cells.mul(fixed, axis=0).T @ ret
    filled, sum_i, sum_ii = (cells.T @ values for values in (missing, fixed, fixed * fixed))
    made = {name: task.risk_of_sums(weight.to_numpy(), int(cells[name].sum()), int(filled[name]),
                                    sums.loc[name].to_numpy(), sums_with_index.loc[name].to_numpy(), sum_i[name],
                                    sum_ii[name]) for name in cells}
    return {**made.pop("all"), "by_regime": made}


def attribution(config, cap, returns, member, base_return, total, days, dimensions, labels, daily, series, volatility):
    level = pd.Series(daily["index_level"], cap.index)
    scale = (level.shift() / total).where(total > 0.0, 0.0)
    issuer_names, issuer = task.dimension_of(labels["issuer"])

    def of_window(window):
        _, start, end = window
        rows = slice(start + 1, end + 1)
        contribution = (scale.iloc[rows] / level.iloc[start]) @ base_return.iloc[rows]
        growth = (1.0 + returns.iloc[rows] * member.iloc[rows]).prod(skipna=False)
        weight = [(cap.iloc[t] / cap.iloc[t].sum()).to_numpy() for t in (start, end)]
        return task.window_answer(window, daily, series, dimensions, issuer_names, issuer, contribution.to_numpy(),
                                  growth.to_numpy(), member.iloc[rows].any().to_numpy(), weight)

    return [of_window(window) for window in task.windows_of(config, days, volatility.last_peak(days[-1]))]
