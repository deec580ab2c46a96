# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Section 3 of the specification: concentration of caps at each close and of risk at the as-of date.

The formulas are written in other forms than the specification's, equal on paper: the entropy from sums of c ln c, Gini
from the area under the Lorenz curve, contributions to risk from returns that are centred first and weighted then.
"""

import numpy as np
import pandas as pd

TOP = (1, 5, 10, 25, 50)
LEADERS = 10
FEWEST_DAYS = 10
FIGURES = ("hhi", "effective_n", "entropy", "exp_entropy", "gini")


def of_amounts(date, amount):
    """A row a date: n, top_k and the figures of amounts >= 0, each with its `_scale`."""
    rows = pd.DataFrame({"date": np.asarray(date), "amount": np.asarray(amount, dtype=float)})
    rows = rows.sort_values(["date", "amount"], kind="stable")
    each = rows.groupby("date")

    def total_of(column):
        return column.groupby(rows.date).sum()

    out = pd.DataFrame({"n": each.size()})
    total = each.amount.sum()
    from_top = rows.date.map(out.n) - 1 - each.cumcount()
    for k in TOP:
        out[f"top_{k}"] = (total_of(rows.amount.where(from_top < k, 0.0)) / total).where(out.n > k, 1.0)
        out[f"top_{k}_scale"] = 0.0
    out["hhi"] = total_of(rows.amount**2) / total**2
    out["effective_n"] = 1.0 / out.hhi
    held = rows.amount.where(rows.amount > 0, 1.0)  # 0 ln 0 = 0
    out["entropy"] = np.log(total) - total_of(rows.amount * np.log(held)) / total
    out["exp_entropy"] = np.exp(out.entropy)
    lorenz = total_of(each.amount.cumsum()) / total
    out["gini"] = (out.n + 1 - 2 * lorenz) / out.n
    out["hhi_scale"] = out["effective_n_scale"] = 0.0
    out["entropy_scale"] = 1.0 + out.entropy  # a weight near 1 has a logarithm near 0, known to rounding of the weight
    out["exp_entropy_scale"] = out.exp_entropy * out.entropy_scale
    out["gini_scale"] = (out.n + 1) / out.n  # the difference of two terms of this size
    return out


def by_day(panel, labels):
    """{constituent, issuer}: the rows of `of_amounts`, index = date. Every cap of the cleaned panel is above 0."""
    issuer = panel.symbol.map(labels.set_index("symbol").issuer)
    caps = panel.cap.groupby([panel.date, issuer]).sum().reset_index()
    return {"constituent": of_amounts(panel.date, panel.cap), "issuer": of_amounts(caps.date, caps.cap)}


def daily_columns(days, dates):
    """top_k, hhi, effective_n, entropy, gini and the same of issuers, with scales; one row a date."""
    names = [*(f"top_{k}" for k in TOP), "hhi", "effective_n", "entropy", "gini"]
    names += [f"{name}_scale" for name in names]
    return pd.concat([days["constituent"][names], days["issuer"][names].add_prefix("issuer_")], axis=1).reindex(dates)


def summary(days, risk):
    """What summary.json says; a figure is a pair (value, scale)."""
    out = {"risk": risk}
    for level in ("constituent", "issuer"):
        out[level] = figures(days[level].iloc[-1])
        out["date"] = days[level].index[-1]
    return out


def figures(row):
    out = {"n": int(row.n)}
    out["top"] = {str(k): (row[f"top_{k}"], row[f"top_{k}_scale"]) for k in TOP}
    return out | {name: (row[name], row[f"{name}_scale"]) for name in FIGURES}


def risk_of(config, panel, labels, daily, groups, names):
    """Contributions to the risk of the index at as-of weights: overall, and over the days of each regime in `names`
    (None without a volatility file)."""
    last = daily.index[-1]
    now = panel[panel.date == last].set_index("symbol").cap
    now = now.loc[sorted(now.index, key=lambda s: s.encode())]
    weight = now / now.sum()
    label = labels.set_index("symbol").loc[weight.index]

    lookback = config["data"].get("lookback_days", "all")
    days = daily.index[1:]
    if lookback != "all":
        days = days[-int(lookback):]
    days = days[daily.members[days] > 0]
    own = panel[panel.date.isin(days) & panel.symbol.isin(weight.index)]
    own = own.pivot(index="date", columns="symbol", values="ret").reindex(index=days, columns=weight.index)
    sector = groups[groups.dimension == "sector"].pivot(index="date", columns="group", values="return")
    sector = sector.reindex(index=days, columns=label.sector)
    sector.columns = weight.index
    index = daily.index_return[days]
    stand_in = sector.apply(lambda column: column.fillna(index))
    returns, filled = own.fillna(stand_in), own.isna()

    out = cell(returns, filled, weight, label)
    if names is not None:
        of_day = daily.regime[days]
        out["by_regime"] = {
            name: cell(returns[of_day == name], filled[of_day == name], weight, label) for name in names}
    return out


def cell(returns, filled, weight, label):
    """Figures of one set of days, each a pair (value, scale); only n and days where there are none."""
    out = {"n": len(weight), "days": len(returns)}
    if len(returns) < FEWEST_DAYS:
        return out
    w = weight.to_numpy()
    away = (returns - returns.mean()).to_numpy()
    index = away @ w
    # A variance that is zero on paper leaves rounding of the returns themselves behind, and no risk to share out.
    if np.abs(index).max() <= 1e-15 * len(returns) * (returns.abs().to_numpy() @ w).max():
        return out
    variance = index @ index
    share = w * (away.T @ index) / variance
    scale = w * (np.abs(away).T @ np.abs(index)) / variance
    assert abs(share.sum() - 1) < 1e-12 * scale.sum(), share.sum()

    kept = np.maximum(share, 0.0)
    off = scale.sum() / kept.sum()
    row = of_amounts(np.zeros(len(share)), kept).iloc[0].copy()
    for k in TOP:
        row[f"top_{k}_scale"] = off
    row["hhi"], row["hhi_scale"] = (share**2).sum(), 2 * (np.abs(share) * scale).sum()
    row["effective_n"], row["effective_n_scale"] = 1 / row.hhi, row.hhi_scale / row.hhi**2
    part = kept[kept > 0] / kept.sum()
    row["entropy_scale"] += (scale[kept > 0] / kept.sum() * (1 + np.abs(np.log(part)))).sum() + off * row.entropy
    row["exp_entropy_scale"] = row.exp_entropy * row.entropy_scale
    row["gini_scale"] += 2 * off
    out |= figures(row)
    out["filled_share"] = (filled.to_numpy().mean(), 0.0)
    negative = share < 0
    out["negative"] = {"count": int(negative.sum()), "sum": (share[negative].sum(), scale[negative].sum()),
                       "unsure": int((np.abs(share) <= 1e-12 * scale).sum())}
    table = pd.DataFrame({"symbol": weight.index, "issuer": label.issuer.to_numpy(), "weight": w, "share": share,
                          "scale": scale})
    # rows come by symbol, so that a stable sort leaves ties in that order
    out["shares"] = table.sort_values("share", ascending=False, kind="stable").reset_index(drop=True)
    return out
