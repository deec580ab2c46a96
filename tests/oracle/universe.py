# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The constituents at the as-of date as scenarios take them (specification, section 7): start caps, returns of the lookback
without holes, and shocks as one more row of returns. Returns, caps and shocks are rounded to float32 as the program's
are, and float64 from then on."""

from dataclasses import dataclass

import concentration
import numpy as np
import pandas as pd
import tables
import yaml

TOTAL = 2.0**20


@dataclass
class Universe:
    label: pd.DataFrame   # [N] by symbol: sector, issuer
    start: np.ndarray     # [N] caps, in all 2^20
    ret: np.ndarray       # [D, N]
    days: pd.Index        # [D] dates
    groups: dict          # {dimension: {group: [N] member}}
    filled_share: float
    left_out: list        # symbols without a whole history, where these are left out
    zero: bool            # a missing return is 0


def rounded(values):
    return np.asarray(values, dtype=np.float64).astype(np.float32).astype(np.float64)


def universe_of(config, options, out, dimensions):
    """dimensions: {dimension: [groups]} of the set."""
    panel = out.panel
    now = panel[panel.date == out.dates[-1]].set_index("symbol").cap
    now = now.loc[sorted(now.index, key=lambda s: s.encode())]
    label = out.labels.set_index("symbol").loc[now.index]
    own, stand_in = concentration.returns_of(config, panel, label, out.daily, out.groups)
    missing, left_out = own.isna(), []
    rule = options.get("missing_history", "sector")
    if rule == "exclude":
        whole = ~missing.any()
        left_out = list(now.index[~whole])
        now, label, own, missing = now[whole], label[whole], own.loc[:, whole], missing.loc[:, whole]
    ret = own.fillna(stand_in) if rule == "sector" else own.fillna(0.0)
    of = out.membership
    groups = {d: {g: now.index.isin(of.symbol[(of.dimension == d) & (of.group == g)]) for g in names}
              for d, names in dimensions.items()}
    return Universe(label, rounded(now * (TOTAL / now.sum())), rounded(ret), own.index, groups,
                    float(missing.to_numpy().mean()), left_out, rule == "zero")


def read_stress(file):
    """Every scalar stays text, as in the configuration."""
    return yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)


def shock_row(config, out, universe, stress):
    """([N] return of each constituent, days): to be taken once before the return of each of the first so many days."""
    growth = np.ones(len(universe.start))
    for shock in stress["shocks"]:
        (kind, of), = shock.items()
        growth *= np.maximum(0.0, 1.0 + SHOCKS[kind](config, out, universe, of))
    days = int(stress.get("days", 1))
    return rounded(growth ** (1.0 / days) - 1.0), days


def members(out, universe, dimension, group):
    of = out.membership
    return universe.label.index.isin(of.symbol[(of.dimension == dimension) & (of.group == group)])


def of_groups(out, universe, groups, factor=1.0):
    growth = np.ones(len(universe.start))
    for dimension, rows in groups.items():
        for group, value in rows.items():
            growth[members(out, universe, dimension, group)] *= 1.0 + factor * float(value)
    return growth - 1.0


def by_groups(config, out, universe, of):
    return of_groups(out, universe, of)


def by_symbols(config, out, universe, of):
    return np.array([float(of.get(symbol, 0)) for symbol in universe.label.index])


def by_beta(config, out, universe, of):
    """Slope of a line through returns against the index's, or against the change of the volatility index in points."""
    if of["to"] == "index":
        factor, move = out.daily.index_return, float(of.get("move", "nan"))
    else:
        factor = out.daily.volatility.diff()
        move = float(of["level"]) - out.daily.volatility.iloc[-1] if "level" in of else float(of["move"])
    x = factor[universe.days].to_numpy()
    known = np.isfinite(x)
    x = x[known] - x[known].mean()
    return move * (x @ universe.ret[known]) / (x @ x)


def by_growth_shortfall(config, out, universe, of):
    return of_groups(out, universe, of["groups"], -float(of.get("elasticity", 1)))


def by_replay(config, out, universe, of):
    """Compounded from the close of `start` to that of `end`, missing returns filled as those of the lookback."""
    dates = out.daily.index
    first, last = (dates.searchsorted(pd.Timestamp(tables.day(of[key])), side="right") - 1 for key in ("start", "end"))
    whole = {**config, "data": {k: v for k, v in config["data"].items() if k != "lookback_days"}}
    own, stand_in = concentration.returns_of(whole, out.panel, universe.label, out.daily, out.groups)
    ret = own.fillna(0.0 if universe.zero else stand_in)
    ret = ret[(ret.index > dates[first]) & (ret.index <= dates[last])]
    return (1.0 + ret).prod().to_numpy() - 1.0


SHOCKS = {"groups": by_groups, "symbols": by_symbols, "beta": by_beta, "growth_shortfall": by_growth_shortfall,
          "replay": by_replay}
