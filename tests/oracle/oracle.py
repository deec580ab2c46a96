# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Sections 1 to 4 and 6 of the specification, computed a second time: long frames, joins and groupby in float64, where the
program walks dense arrays. It shares no code with the program and is written from the formulas alone.

Every sum of signed terms comes with a `…_scale`, the same sum of absolute terms: rounding is measured against that,
because a sum near zero has no relative accuracy to speak of.

    python oracle.py CONFIG      prints the index, the windows and the time it took
"""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
import concentration  # noqa: E402
import regimes  # noqa: E402
import rotation  # noqa: E402
import stage  # noqa: E402
import tables  # noqa: E402
import volatility as levels  # noqa: E402

NEW_HIGH_DAYS = 252
NEW_HIGH_SHARE = 0.99
SMALLEST_MOVE = 1e-6
TOP = (1, 5, 10, 25, 50)
MOVE_SHARES = (50, 80, 100)


@dataclass
class Answer:
    dates: np.ndarray = None
    daily: pd.DataFrame = None        # one row a date
    groups: pd.DataFrame = None       # date, dimension, group, weight, return, contribution (+ scales)
    attribution: pd.DataFrame = None  # window, symbol, issuer, weight_start, weight_end, return, contribution
    windows: list = field(default_factory=list)
    concentration: dict = None        # date, constituent, issuer, risk
    closing: pd.DataFrame = None      # index symbol: issuer, sector, weight, risk_share, risk_share_scale
    volatility: dict = None           # as in summary.json
    rotation: dict = None             # as in summary.json, lists by group
    index: dict = None
    quality: dict = None
    labels: pd.DataFrame = None
    membership: pd.DataFrame = None
    stage: dict = None                # see stage.answer
    panel: pd.DataFrame = None


def answer(config):
    out = Answer()
    panel, counts = tables.read_panel(config)
    if panel.empty:
        raise tables.Refused("no row of the panel is left")
    out.panel = panel
    symbols = sorted(panel.symbol.unique(), key=lambda s: s.encode())
    out.labels, counts["unclassified"] = tables.read_labels(config, symbols)
    out.membership = tables.memberships(config, out.labels)
    volatility = tables.read_volatility(config)
    out.dates = np.sort(panel.date.unique()).astype("datetime64[D]")
    member = members_of(panel, out.dates)
    gaps = gap_days(config, volatility, out.dates)
    out.daily = daily_table(config, panel, member, volatility, gaps, out.dates)
    heavy = concentration.by_day(panel, out.labels)
    out.daily = out.daily.join(concentration.daily_columns(heavy, out.daily.index))
    out.groups = group_table(member, out.daily, out.membership, out.labels)
    names = None if volatility is None else regimes.names_of(config)
    risk = concentration.risk_of(config, panel, out.labels, out.daily, out.groups, names)
    out.concentration = concentration.summary(heavy, risk)
    out.closing = concentration.closing(panel, out.labels, out.daily.index[-1], risk)
    groups = rotation.groups_by_dimension(config, out.membership)
    out.volatility = levels.summary(config, volatility, out.daily, out.groups, groups)
    out.rotation = rotation.summary(config, volatility, out.daily, out.groups, groups, out.volatility["episodes"])
    out.index = index_summary(out.daily)
    out.quality = {
        "rows": counts.pop("rows"), "rows_dropped": counts, "days": len(out.dates), "first_date": out.dates[0],
        "last_date": out.dates[-1], "gap_days": gaps, "constituents": len(symbols),
        "issuers": int(out.labels.issuer.nunique()),
    }
    rows = []
    for name, start, end in windows_of(config, volatility, out.dates):
        row, summary = window_answer(name, start, end, out, panel, member)
        rows.append(row)
        out.windows.append(summary)
    out.attribution = pd.concat(rows, ignore_index=True) if rows else None
    date = None if volatility is None else last_peak(config, volatility[volatility.date <= out.dates[-1]])
    peak = None if date is None else volatility.close[volatility.date == date].iloc[0]
    out.stage = stage.answer(config, out, panel, volatility, peak)
    return out


def members_of(panel, dates):
    """One row for every constituent in the index on a day: b is its cap on the previous panel date."""
    following = pd.DataFrame({"before": dates[:-1], "date": dates[1:]})
    base = panel[["date", "symbol", "cap"]].rename(columns={"date": "before", "cap": "b"}).merge(following, on="before")
    today = panel.loc[panel.ret.notna(), ["date", "symbol", "ret"]]
    member = base.merge(today, on=["date", "symbol"])[["date", "symbol", "b", "ret"]]
    member["br"] = member.b * member.ret
    member["br_abs"] = member.br.abs()
    return member


def daily_table(config, panel, member, volatility, gaps, dates):
    day = pd.DataFrame(index=pd.Index(dates.astype("datetime64[s]"), name="date"))
    member = member.assign(up=member.ret > 0, b_up=member.b.where(member.ret > 0, 0.0))
    sums = member.groupby("date")[["b", "br", "br_abs", "ret", "up", "b_up"]].sum().reindex(day.index)
    day["members"] = member.groupby("date").size().reindex(day.index, fill_value=0)
    day["base"] = sums.b
    day["index_return"] = sums.br / sums.b
    day["index_return_scale"] = sums.br_abs / sums.b
    day["index_level"] = 100.0 * (1.0 + day.index_return.fillna(0.0)).cumprod()
    day["equal_weight_return"] = sums.ret / day.members.where(day.members > 0)
    day["equal_weight_return_scale"] = (
        member.assign(size=member.ret.abs()).groupby("date")["size"].mean().reindex(day.index))
    day["coverage"] = sums.b / panel.groupby("date").cap.sum().reindex(day.index).shift(1)
    day["advancers"] = sums.up.astype(float) / day.members.where(day.members > 0)
    day["advancers_weight"] = sums.b_up / sums.b
    around = member.b * (member.ret - member.date.map(day.index_return)) ** 2
    day["dispersion"] = np.sqrt(around.groupby(member.date).sum().reindex(day.index) / sums.b)
    around = member.b * (member.ret.abs() + member.date.map(day.index_return).abs()) ** 2
    day["dispersion_scale"] = np.sqrt(around.groupby(member.date).sum().reindex(day.index) / sums.b)
    count, unsure = new_highs(panel, member, day.index)
    day["new_highs"] = count / day.members.where(day.members > 0)
    day["new_highs_unsure"] = unsure
    day["volatility"] = join_volatility(config, volatility, day.index)
    day["regime"] = pd.Series(regimes.labels_of_days(config, volatility, dates), index=day.index, dtype=object)
    flagged = np.zeros(len(dates), dtype=bool)
    for gap in gaps:
        flagged[np.searchsorted(dates, gap)] = True
    day["after_gap"] = flagged
    return day


def new_highs(panel, member, dates):
    """Members whose own return index stands at 99 % or more of its highest of the last 252 days, today included; and
    the number that rounding could put on the other side."""
    wide = panel.pivot(index="date", columns="symbol", values="ret").reindex(dates)
    wide.iloc[0] = 0.0
    own = (1.0 + wide.fillna(0.0)).cumprod()
    ratio = own / own.rolling(NEW_HIGH_DAYS, min_periods=1).max()
    flat = ratio.stack().rename("ratio").reset_index()
    mine = member[["date", "symbol"]].merge(flat, on=["date", "symbol"])
    high = (mine.ratio >= NEW_HIGH_SHARE).groupby(mine.date).sum()
    unsure = ((mine.ratio - NEW_HIGH_SHARE).abs() < 1e-12).groupby(mine.date).sum()
    return high.reindex(dates, fill_value=0), unsure.reindex(dates, fill_value=0)


def join_volatility(config, volatility, dates):
    if volatility is None:
        return np.full(len(dates), np.nan)
    stale = int((config.get("volatility") or {}).get("max_staleness_days", 5))
    left = pd.DataFrame({"date": dates.astype("datetime64[s]")})
    right = volatility.assign(date=volatility.date.astype("datetime64[s]"))
    return pd.merge_asof(left, right, on="date", tolerance=pd.Timedelta(days=stale)).close.to_numpy()


def gap_days(config, volatility, dates):
    if volatility is None:
        return []
    holidays = [tables.day(text) for text in config["data"].get("holidays") or []]
    between = volatility.date[(volatility.date > dates[0]) & (volatility.date < dates[-1])]
    between = between.to_numpy().astype("datetime64[D]")
    return [d for d in between if d not in set(dates) and np.is_busday(d) and d not in holidays]


def index_summary(daily):
    returns = daily.index_return.dropna()
    level = daily.index_level
    total = level.iloc[-1] / 100.0 - 1.0
    return {
        "level": level.iloc[-1],
        "return_total": total,
        "return_annual": (1.0 + total) ** (252.0 / (len(level) - 1)) - 1.0 if len(level) > 1 else np.nan,
        "volatility_annual": returns.std(ddof=1) * np.sqrt(252.0),
        "max_drawdown": (level / level.cummax() - 1.0).min(),  # a return: negative
    }


def group_table(member, daily, membership, labels):
    """Every day, dimension and group: sector, issuers with more than one constituent, and the configured ones. A day
    on which a group has no member: weight and contribution 0, no return; on which nobody is a member: none of them."""
    several = labels.issuer.value_counts().loc[lambda n: n > 1].index
    wanted = membership[(membership.dimension != "issuer") | membership.group.isin(several)]
    joined = member.merge(wanted, on="symbol")
    sums = joined.groupby(["date", "dimension", "group"])[["b", "br", "br_abs"]].sum()
    pairs = wanted[["dimension", "group"]].drop_duplicates()
    frame = pd.DataFrame({"date": daily.index[1:]}).merge(pairs, how="cross")
    frame = frame.merge(sums.reset_index(), on=["date", "dimension", "group"], how="left")
    base = frame.date.map(daily.base)
    held = frame.b.notna()
    frame["weight"] = frame.b.fillna(0.0) / base
    frame["contribution"] = frame.br.fillna(0.0) / base
    frame["contribution_scale"] = frame.br_abs.fillna(0.0) / base
    frame["return"] = (frame.br / frame.b).where(held)
    frame["return_scale"] = (frame.br_abs / frame.b).where(held)
    return frame.drop(columns=["b", "br", "br_abs"])


def groups_in_order(config, out):
    """{dimension: [groups]}: labels by bytes, groups of the configuration as they stand there."""
    order = {d: list(dict.fromkeys(rows.group)) for d, rows in out.membership.groupby("dimension", sort=False)}
    for dimension in order:
        if not isinstance((config.get("groups") or {}).get(dimension), dict):
            order[dimension] = sorted(order[dimension], key=lambda group: group.encode())
    return order


def windows_of(config, volatility, dates):
    """(name, position of start, position of end); dates are moved back to the last panel date on or before."""
    def at(date):
        return int(np.searchsorted(dates, date, side="right")) - 1

    last = len(dates) - 1
    found = [(w["name"], at(tables.day(w["start"])), at(tables.day(w["end"]))) for w in config.get("windows") or []]
    automatic = [("last_1", last - 1), ("last_21", last - 21), ("last_252", last - 252)]
    automatic.append(("year_to_date", at(dates[-1].astype("datetime64[Y]").astype("datetime64[D]") - 1)))
    if volatility is not None:
        peak = last_peak(config, volatility[volatility.date <= dates[-1]])
        if peak is not None:
            automatic.append(("since_peak", at(peak)))
    return found + [(name, start, last) for name, start in automatic if 0 <= start < last]


def last_peak(config, volatility):
    """Date of the highest close of the last episode: from a close at or above the top threshold to one below the
    lowest. An episode that still runs counts."""
    thresholds = regimes.thresholds_of(config)
    peak, inside = None, False
    for date, close in zip(volatility.date, volatility.close):
        if not inside and close >= thresholds[-1]:
            inside, peak, height = True, date, close
        elif inside and close < thresholds[0]:
            inside = False
        if inside and close > height:
            peak, height = date, close
    return None if peak is None else np.datetime64(peak, "D")


def window_answer(name, start, end, out, panel, member):
    daily = out.daily
    first, last = daily.index[start], daily.index[end]
    level = daily.index_level
    scale_of_day = (level.shift(1) / level.iloc[start]) / daily.base
    inside = member[(member.date > first) & (member.date <= last)]
    factor = inside.date.map(scale_of_day)
    parts = inside.assign(c=inside.br * factor, c_abs=inside.br_abs * factor, growth=1.0 + inside.ret)
    table = parts.groupby("symbol").agg(contribution=("c", "sum"), contribution_scale=("c_abs", "sum"),
                                        growth=("growth", "prod"))
    table["return"] = table.growth - 1.0
    weight = {}
    for column, date in (("weight_start", first), ("weight_end", last)):
        caps = panel[panel.date == date].set_index("symbol").cap
        weight[column] = caps / caps.sum()
        table[column] = weight[column].reindex(table.index).fillna(0.0)
    table = table.drop(columns="growth").reset_index()
    table = table.merge(out.labels[["symbol", "issuer"]], on="symbol")
    table.insert(0, "window", name)

    move = level.iloc[end] / level.iloc[start] - 1.0
    groups = window_groups(out, inside, table, weight, first, last)
    by = {"constituent": shares_of_move(table.rename(columns={"symbol": "name"}), move)}
    for dimension in out.membership.dimension.unique():
        # as with constituents, a group that never had a member in the window is no contributor
        of = groups[(groups.dimension == dimension) & groups["return"].notna()].rename(columns={"group": "name"})
        by[dimension] = shares_of_move(of, move)
        by[dimension]["order"] = ordered(of, move)
    equal = daily.equal_weight_return.iloc[start + 1:end + 1].dropna()
    summary = {
        "name": name, "start": out.dates[start], "end": out.dates[end], "index_return": move,
        "equal_weight_return": (1.0 + equal).prod() - 1.0 if len(equal) else np.nan, "by": by, "groups": groups,
        "order": ordered(table.rename(columns={"symbol": "name"}), move),
        "volatility": (daily.volatility.iloc[start], daily.volatility.iloc[end]),
    }
    return table, summary


def window_groups(out, inside, table, weight, first, last):
    """(dimension, group): weights at both ends, compounded return, contribution, for every dimension and issuer."""
    keys = ["dimension", "group"]
    frame = out.membership.merge(table[["symbol", "contribution", "contribution_scale"]], on="symbol", how="left")
    for column in ("weight_start", "weight_end"):
        frame[column] = frame.symbol.map(weight[column])
    frame = frame.groupby(keys)[["weight_start", "weight_end", "contribution", "contribution_scale"]].sum()
    sums = inside.merge(out.membership, on="symbol").groupby(["date", *keys])[["b", "br"]].sum().reset_index()
    growth = (1.0 + sums.br / sums.b).groupby([sums.dimension, sums.group]).prod()
    frame["return"] = growth.reindex(frame.index) - 1.0
    return frame.reset_index()


def ordered(frame, move):
    """In the direction of the move, largest first; ties by name."""
    sign = -1.0 if move < 0 else 1.0
    frame = frame.assign(signed=sign * frame.contribution)
    return frame.sort_values(["signed", "name"], ascending=[False, True], kind="stable").reset_index(drop=True)


def shares_of_move(frame, move):
    """How few names make 50, 80 and 100 % of the move, and the share of it that the top k make. Reaching a share is
    judged with 1e-12 of slack, so that all names together do make 100 %; None where they never do."""
    if abs(move) < SMALLEST_MOVE:
        return {"names_for": {str(p): None for p in MOVE_SHARES}, "top_share": {str(k): None for k in TOP}, "scale": 0}
    order = ordered(frame, move)
    reached = order.contribution.cumsum().to_numpy() / move
    names = {}
    for p in MOVE_SHARES:
        enough = np.flatnonzero(reached >= p / 100.0 - 1e-12)
        names[str(p)] = int(enough[0]) + 1 if len(enough) else None
    top = {str(k): float(reached[min(k, len(reached)) - 1]) if len(reached) else 0.0 for k in TOP}
    return {"names_for": names, "top_share": top, "scale": float(frame.contribution_scale.sum() / abs(move))}


def said(cell):
    figures = {name: f"{cell[name][0]:.6g}" for name in concentration.FIGURES if name in cell}
    return {k: v for k, v in cell.items() if k in ("n", "days", "negative")} | figures


def main():
    began = time.perf_counter()
    out = answer(tables.read_config(sys.argv[1]))
    print("index", out.index)
    for level in ("constituent", "issuer"):
        print(f"{level:12}", said(out.concentration[level]))
    for name, cell in {"risk": out.concentration["risk"], **out.concentration["risk"].get("by_regime", {})}.items():
        print(f"{name:12}", said(cell))
    print("data ", {**out.quality, "gap_days": [str(d) for d in out.quality["gap_days"]]})
    for w in out.windows:
        print(f"{w['name']:14} {w['start']} {w['end']}  {w['index_return']:+.4%}  equal {w['equal_weight_return']:+.4%}"
              f"  volatility {w['volatility'][0]:.2f} -> {w['volatility'][1]:.2f}")
        for by in ("constituent", "issuer"):
            got = w["by"][by]
            shares = "  ".join(f"{k}: {v:.4f}" for k, v in got["top_share"].items() if v is not None)
            print(f"    by {by:12} names for {got['names_for']}  top share {shares}")
        sector = w["groups"][w["groups"].dimension == "sector"]
        print("    contributions add up to", w["order"].contribution.sum() - w["index_return"], "and by sector",
              sector.contribution.sum() - w["index_return"], "off the index return")
    print(f"{time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
