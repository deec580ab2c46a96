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


def closing(panel, labels, last, risk):
    """constituents.parquet: a row a constituent with a cap on the date `last`, NaN for risk where there is none."""
    now = panel[panel.date == last].set_index("symbol").cap
    out = labels.set_index("symbol").loc[now.index, ["issuer", "sector"]]
    out["weight"] = now / now.sum()
    if "shares" in risk:
        shares = risk["shares"].set_index("symbol")
        out["risk_share"], out["risk_share_scale"] = shares.share, shares.scale
    else:
        out["risk_share"] = out["risk_share_scale"] = np.nan
    return out


def risk_of(config, panel, labels, daily, groups, names):
    """Contributions to the risk of the index at as-of weights: overall, and over the days of each regime in `names`
    (None without a volatility file)."""
    last = daily.index[-1]
    now = panel[panel.date == last].set_index("symbol").cap
    now = now.loc[sorted(now.index, key=lambda s: s.encode())]
    weight = now / now.sum()
    label = labels.set_index("symbol").loc[weight.index]

    own, stand_in = returns_of(config, panel, label, daily, groups)
    days = own.index
    returns, filled = own.fillna(stand_in), own.isna()

    out = cell(returns, filled, weight, label)
    if names is not None:
        of_day = daily.regime[days]
        out["by_regime"] = {
            name: cell(returns[of_day == name], filled[of_day == name], weight, label) for name in names}
    return out


def returns_of(config, panel, label, daily, groups):
    """Of the constituents in `label` over the days of the lookback on which the index has a member: their own, NaN where
    there is none, and what stands in for it, the return of the constituent's sector, or of the index where the sector has
    no member. Both [days, constituents]."""
    lookback = config["data"].get("lookback_days", "all")
    days = daily.index[1:]
    if lookback != "all":
        days = days[-int(lookback):]
    days = days[daily.members[days] > 0]
    own = panel[panel.date.isin(days) & panel.symbol.isin(label.index)]
    own = own.pivot(index="date", columns="symbol", values="ret").reindex(index=days, columns=label.index)
    sector = groups[groups.dimension == "sector"].pivot(index="date", columns="group", values="return")
    sector = sector.reindex(index=days, columns=label.sector)
    sector.columns = label.index
    return own, sector.apply(lambda column: column.fillna(daily.index_return[days]))


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

    out |= of_shares(weight, label, share, scale)
    out["filled_share"] = (filled.to_numpy().mean(), 0.0)
    return out


def of_shares(weight, label, share, scale, relative=1e-12):
    """Figures of shares that add up to 1, of which some may be negative; scale: the size of what each was added up from,
    `relative` its rounding."""
    w = weight.to_numpy()
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
    out = figures(row)
    negative = share < 0
    out["negative"] = {"count": int(negative.sum()), "sum": (share[negative].sum(), scale[negative].sum()),
                       "unsure": int((np.abs(share) <= relative * scale).sum())}
    table = pd.DataFrame({"symbol": weight.index, "issuer": label.issuer.to_numpy(), "weight": w, "share": share,
                          "scale": scale})
    # rows come by symbol, so that a stable sort leaves ties in that order
    out["shares"] = table.sort_values("share", ascending=False, kind="stable").reset_index(drop=True)
    return out


def is_null(value):
    return value is None or isinstance(value, dict) and all(is_null(one) for one in value.values())


def compare_figures(check, name, got, want, at):
    """The figures of one set of shares; of a set of days or scenarios where `want` has them."""
    known, counted = {"n", "top", *FIGURES}, [key for key in ("days", "scenarios") if key in want]
    if counted:
        known |= {*counted, "negative", "leaders"} | ({"filled_share"} if "days" in want else set())
        check.close(f"{name}: {counted[0]}", got.get(counted[0]), want[counted[0]], 0, [at])
    check.equal(f"{name}: n", got.get("n"), want["n"])
    empty = "hhi" not in want
    apart = {"by_regime", "by_start", "by_end"}
    keys = sorted(known | {"reason"} if empty else known)
    check.equal(f"{name}: keys", [at, sorted(set(got) - apart)], [at, keys])
    if empty:
        check.equal(f"{name}: reason", bool(got.get("reason")), True)
        check.equal(f"{name}: null", {k: got.get(k) for k in known - {"n", *counted} if not is_null(got.get(k))}, {})
        return
    check.equal(f"{name}: keys of top", list(got["top"]), list(want["top"]))
    for k, (value, scale) in want["top"].items():
        check.close(f"{name}: top", got["top"].get(k), value, scale, [f"{at} top {k}"])
    for key in (*FIGURES, *(["filled_share"] if "days" in want else [])):
        check.close(f"{name}: {key}", got.get(key), *want[key], [at])
    if counted:
        compare_negative(check, name, got["negative"], want["negative"], at)
        compare_leaders(check, name, got["leaders"], want["shares"], at)


def compare_negative(check, name, got, want, at):
    check.equal(f"{name}: keys of negative", sorted(got), ["count", "sum"])
    off = abs(got["count"] - want["count"])
    if off > want["unsure"]:  # a share within rounding of 0 may count or not
        check.equal(f"{name}: negative.count of {at}", got["count"], want["count"])
    check.close(f"{name}: negative.sum", got["sum"], *want["sum"], [at])


def compare_leaders(check, name, got, shares, at):
    """Shares by rank and each name's own share; equal shares by symbol, near-equal ones may change places."""
    check.equal(f"{name}: leaders", len(got), min(LEADERS, len(shares)))
    own = shares.set_index("symbol")
    for rank, row in enumerate(got):
        check.equal(f"{name}: keys of a leader", sorted(row), ["issuer", "share", "symbol", "weight"])
        if row["symbol"] not in own.index:
            check.fail(f"{name}: leader {row['symbol']} is not of {at}")
            continue
        mine, there = own.loc[row["symbol"]], [f"{at} {row['symbol']}"]
        check.equal(f"{name}: issuer of a leader", row["issuer"], mine.issuer)
        check.close(f"{name}: weight of a leader", row["weight"], mine.weight, 0, there)
        check.close(f"{name}: share of a leader", row["share"], mine.share, mine.scale, there)
        check.close(f"{name}: share by rank", row["share"], shares.share[rank], shares.scale[rank], there)
    order = [(-row["share"], row["symbol"].encode()) for row in got]
    check.equal(f"{name}: order of leaders", order, sorted(order))
    check.equal(f"{name}: leaders once", len({row["symbol"] for row in got}), len(got))


def compare(check, got, want):
    """`concentration` of summary.json."""
    check.equal("concentration: keys", sorted(got), ["constituent", "date", "issuer", "risk"])
    check.equal("concentration: date", got["date"], str(want["date"])[:10])
    for level in ("constituent", "issuer"):
        compare_figures(check, f"concentration.{level}", got[level], want[level], level)
    compare_figures(check, "concentration.risk", got["risk"], want["risk"], "all days")
    mine, theirs = got["risk"].get("by_regime"), want["risk"].get("by_regime")
    check.equal("concentration.risk.by_regime: names", list(mine or {}), list(theirs or {}))
    for regime in theirs or {}:
        if mine and regime in mine:
            compare_figures(check, "concentration.risk.by_regime", mine[regime], theirs[regime], regime)
