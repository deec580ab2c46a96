# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Regimes of the volatility index (specification, section 4): thresholds, names, hysteresis and lag."""

import numpy as np
import pandas as pd


def thresholds_of(config):
    return [float(x) for x in (config.get("volatility") or {}).get("thresholds") or (20, 25, 30)]


def names_of(config):
    """Ascending, one more than there are thresholds."""
    names = (config.get("volatility") or {}).get("names")
    thresholds = thresholds_of(config)
    if names:
        return list(names)
    if len(thresholds) == 3:
        return ["calm", "recovering", "stressed", "panic"]
    text = [np.format_float_positional(x, trim="-") for x in thresholds]
    between = [f"{low}_to_{high}" for low, high in zip(text, text[1:])]
    return [f"below_{text[0]}", *between, f"from_{text[-1]}"]


def walk(config, closes):
    """Number of the regime at each close of the file. A close carries its day up at least to the last threshold that
    it exceeds by the hysteresis, and down at most to the last one that it undercuts by less: between the two the
    regime of the day before stands. Without hysteresis the two are one."""
    band = float((config.get("volatility") or {}).get("hysteresis") or 0)
    thresholds = np.array(thresholds_of(config))
    closes = np.asarray(closes, dtype=float)[:, None]
    least, most = (closes >= thresholds + band).sum(axis=1), (closes >= thresholds - band).sum(axis=1)
    state = (closes >= thresholds).sum(axis=1)
    for day in range(1, len(state)):
        state[day] = min(max(state[day - 1], least[day]), most[day])
    return state


def labels_of_days(config, volatility, dates):
    """The regime's name on each panel day, None where there is none: that of the last close on or before the day, with
    a lag of 1 strictly before it, at most max_staleness_days calendar days old."""
    if volatility is None:
        return [None] * len(dates)
    options = config.get("volatility") or {}
    names = names_of(config)
    right = pd.DataFrame({"date": volatility.date.astype("datetime64[s]"),
                          "regime": [names[k] for k in walk(config, volatility.close)]})
    joined = pd.merge_asof(pd.DataFrame({"date": pd.Series(dates).astype("datetime64[s]")}), right, on="date",
                           tolerance=pd.Timedelta(days=int(options.get("max_staleness_days", 5))),
                           allow_exact_matches=int(options.get("lag") or 0) == 0)
    return [name if isinstance(name, str) else None for name in joined.regime]
