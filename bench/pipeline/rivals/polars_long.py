# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The history as a good user of polars would make it fast: one long frame in the order of days, expressions and
group_by on all cores, small tables of days and groups beside. The cap of the previous date and the highest of 252 days,
which knows days without a row, come from a dense array, and arithmetic on small results is numpy's: a shift over
symbols and a rolling maximum over them take longer."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy_blocks
import polars as pl
import task


def history(config):
    p = read_long(config)
    return compute(config, p)


class Panel:
    """days, symbols, rows, dropped; frame: t, n, cap, ret by day; cap and ret [T, N] as in numpy_blocks."""


def read_long(config):
    start, as_of = task.day_range(config)
    rows = pl.scan_parquet(config["data"]["panel"]).select(
        pl.col("date").to_physical().alias("day"), "symbol", pl.col("market_cap").cast(pl.Float64).alias("cap"),
        pl.col("return").alias("ret"))
    if start is not None:
        rows = rows.filter(pl.col("day") >= start)
    if as_of is not None:
        rows = rows.filter(pl.col("day") <= as_of)
    rows = rows.with_columns(pl.col("symbol").cast(pl.Categorical)).collect()
    p = Panel()
    p.rows = len(rows)
    cap, ret = pl.col("cap"), pl.col("ret").fill_null(np.nan)
    usable = (cap > 0.0) & (cap < np.inf) & cap.is_not_null()
    bad = ret.is_infinite() | (ret <= -1.0)
    extreme = (ret.abs() > task.max_abs_return(config)) & ~bad & ret.is_not_nan()
    counts = rows.select(bad_cap=(~usable.fill_null(False)).sum(), missing_return=(usable & ret.is_nan()).sum(),
                         bad_return=(usable & bad).sum(), extreme_return=(usable & extreme).sum())
    p.dropped = counts.row(0, named=True)
    if p.dropped["bad_cap"]:
        rows = rows.filter(usable)
    code = rows["symbol"].to_physical()
    first = rows["day"].min()
    seen = np.bincount((rows["day"] - first).to_numpy())
    p.days = np.flatnonzero(seen) + first
    row_of_day = pl.Series((np.cumsum(seen > 0) - 1).astype(np.int32))
    words = rows["symbol"].unique()
    ordered = pl.DataFrame({"code": words.to_physical(), "text": words.cast(pl.String)}).sort("text")
    p.symbols = ordered["text"].to_list()
    number = np.zeros(ordered["code"].max() + 1, np.int32)
    number[ordered["code"].to_numpy()] = np.arange(len(ordered), dtype=np.int32)
    p.frame = rows.lazy().select(
        t=pl.lit(row_of_day).gather(pl.col("day") - first), n=pl.lit(pl.Series(number)).gather(code), cap=cap,
        ret=pl.when(bad | extreme).then(None).otherwise(ret.fill_nan(None)),
    ).collect()
    if not p.frame["t"].is_sorted():
        p.frame = p.frame.sort("t")
    shape = len(p.days), len(p.symbols)
    p.cap, p.ret = np.zeros(shape), np.full(shape, np.nan)
    cell = p.frame.select(pl.col("t").cast(pl.Int64) * shape[1] + pl.col("n")).to_series()
    p.cap.ravel()[cell.to_numpy()] = p.frame["cap"].to_numpy()
    p.ret.ravel()[cell.to_numpy()] = p.frame["ret"].to_numpy()
    p.dropped["duplicate"] = len(cell) - int(np.count_nonzero(p.cap))
    if p.dropped["duplicate"]:
        unique = p.frame.unique(maintain_order=True)
        if len(p.frame) - len(unique) != p.dropped["duplicate"]:
            raise ValueError("different rows of one date and symbol")
        p.frame = unique
        cell = p.frame.select(pl.col("t").cast(pl.Int64) * shape[1] + pl.col("n")).to_series()
    before = pl.Series(p.cap.ravel()).gather((cell - shape[1]).clip(0))
    p.frame = p.frame.with_columns(
        b=pl.when((pl.col("t") > 0) & (before > 0.0) & pl.col("ret").is_not_null()).then(before))
    return p


def at(values, index):
    """values[index] as an expression; index is a column of whole numbers."""
    return pl.lit(pl.Series(values)).gather(pl.col(index))


def dense(shape, frame, where, *columns):
    """The columns of a small frame of sums as arrays, 0 where there is no row."""
    made = []
    for column in columns:
        array = np.zeros(shape)
        array[tuple(frame[axis].to_numpy() for axis in where)] = frame[column].to_numpy()
        made.append(array)
    return made


def compute(config, p):
    days, n = len(p.days), len(p.symbols)
    labels = task.labels_of(config, p.symbols)
    sector_names, sector = task.dimension_of(labels["sector"])
    issuer_names, issuer = task.dimension_of(labels["issuer"])
    other = task.dimensions_of(config, labels)
    volatility = task.Volatility(config)
    level, regime, after_gap = volatility.join(p.days)

    several = np.flatnonzero(np.bincount(issuer) > 1)
    small = [(g, k) for g, i in enumerate(several) for k in np.flatnonzero(issuer == i)]
    column = len(several)
    for names, members in other.values():
        small += [(column + g, k) for g, inside in enumerate(members) for k in inside]
        column += len(names)
    membership = pl.DataFrame(small, schema={"g": pl.Int32, "n": pl.Int32}, orient="row").lazy()

    ret = pl.col("ret")
    rows = p.frame.with_columns(s=at(sector.astype(np.int32), "n"), br=pl.col("b") * ret)
    member = rows.lazy().filter(pl.col("b").is_not_null())
    up = ret > 0.0

    single = pl.Series(~np.isin(issuer, several))
    by_issuer = rows.lazy().filter(~pl.lit(single).gather(pl.col("n"))).select(
        "t", "cap", i=at(issuer.astype(np.int32), "n")).group_by("t", "i").agg(pl.col("cap").sum()).select("t", "cap")
    caps_of_issuers = rows.lazy().filter(pl.lit(single).gather(pl.col("n"))).select("t", "cap").merge_sorted(
        by_issuer.sort("t"), key="t")
    per_day, per_sector, per_small, constituents, issuers = pl.collect_all([
        member.group_by("t").agg(pl.col("b", "br").sum(), members=pl.len(), returns=ret.sum(), ups=up.sum(),
                                 up_base=pl.col("b").filter(up).sum()),
        member.group_by("t", "s").agg(pl.col("b", "br").sum()),
        member.join(membership, on="n").group_by("t", "g").agg(pl.col("b", "br").sum()),
        concentration_by_day(rows.lazy()), concentration_by_day(caps_of_issuers),
    ])
    total, total_return, members, returns, ups, up_base = dense(
        days, per_day, ["t"], "b", "br", "members", "returns", "ups", "up_base")
    sector_base, sector_return = dense((days, len(sector_names)), per_sector, ["t", "s"], "b", "br")
    small_base, small_return = dense((days, column), per_small, ["t", "g"], "b", "br")

    with np.errstate(invalid="ignore", divide="ignore"):
        index_return = np.where(total > 0.0, total_return / total, np.nan)
        per_base = np.where(total > 0.0, 1.0 / total, 0.0)
        sector_filled = sector_return / sector_base
        sector_filled = np.where(np.isnan(sector_filled), index_return[:, None], sector_filled)
    away = ret - at(index_return, "t")
    around = member.select("t", deviation=pl.col("b") * away * away).group_by("t").agg(pl.col("deviation").sum())
    deviation, = dense(days, around.collect(), ["t"], "deviation")
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        highs = numpy_blocks.new_highs(p, pool)
    with np.errstate(invalid="ignore", divide="ignore"):
        some = np.where(members > 0, members, np.nan)
        daily = {
            "index_return": index_return, "index_level": task.levels(index_return),
            "equal_weight_return": returns / some, "members": members, "advancers": ups / some,
            "coverage": total / np.concatenate([[np.nan], constituents["total"].to_numpy()[:-1]]) + 0.0 * some,
            "advancers_weight": up_base / total, "new_highs": highs / some,
            "dispersion": np.sqrt(deviation / total), "volatility": level, "after_gap": after_gap,
        }
        for who, figures in (("", constituents), ("issuer_", issuers)):
            daily |= {who + name: figures[name].to_numpy() for name in
                      (*(f"top_{k}" for k in task.TOP), "hhi", "effective_n", "entropy", "gini")}
        series = {"sector": task.group_series(sector_names, sector_base, sector_return, total)}
        part = slice(0, len(several))
        series["issuer"] = task.group_series([issuer_names[i] for i in several], small_base[:, part],
                                                     small_return[:, part], total)
        for name, (names, _) in other.items():
            part = slice(part.stop, part.stop + len(names))
            series[name] = task.group_series(names, small_base[:, part], small_return[:, part], total)

    groups = {"sector": (sector_names, [np.flatnonzero(sector == g) for g in range(len(sector_names))]), **other}
    weight = rows.lazy().filter(pl.col("t") == days - 1).select("n", "cap").collect()
    universe = weight["n"].to_numpy()
    weight = weight["cap"].to_numpy() / weight["cap"].sum()
    used = (np.arange(days) >= task.lookback_days(config, days)) & ~np.isnan(index_return)
    risk = risk_of_rows(rows, universe, weight, sector, sector_filled, used, regime, volatility, n)
    return {
        "dates": p.days, "symbols": p.symbols, "rows": p.rows, "dropped": p.dropped,
        "regime": [volatility.names[k] if k >= 0 else None for k in regime], "daily": daily, "groups": series,
        "windows": attribution(config, p, rows, groups, issuer_names, issuer, daily, series, per_base,
                               volatility.last_peak(p.days[-1])),
        "concentration": {"constituent": at_the_close(constituents), "issuer": at_the_close(issuers), "risk": risk},
    }


def concentration_by_day(rows):
    cap = pl.col("cap")
    sums = rows.group_by("t").agg(
        n=pl.len(), total=cap.sum(), squares=(cap * cap).sum(), logs=(cap * cap.log()).sum(),
        ranks=(cap.sort() * pl.int_range(1, pl.len() + 1)).sum(), largest=cap.top_k(50).sort(descending=True))
    total, n = pl.col("total"), pl.col("n")
    return sums.select(
        "t", "n", "total", *((pl.col("largest").list.head(k).list.sum() / total).alias(f"top_{k}") for k in task.TOP),
        hhi=pl.col("squares") / (total * total), effective_n=total * total / pl.col("squares"),
        entropy=total.log() - pl.col("logs") / total, gini=2.0 * pl.col("ranks") / (n * total) - (n + 1) / n).sort("t")


def at_the_close(figures):
    last = figures.row(-1, named=True)
    return {"top": {str(k): last[f"top_{k}"] for k in task.TOP}, "exp_entropy": np.exp(last["entropy"]),
            **{name: last[name] for name in ("n", "hhi", "effective_n", "entropy", "gini")}}


def risk_of_rows(rows, universe, weight, sector, fill, used, regime, volatility, n):
    """A missing return counts as its sector's, so its sums are those of the sector over all days less those over the
    days with a return: no cell that is not in the table has to be made."""
    w = np.zeros(n)
    w[universe] = weight
    cells = 1 + (len(volatility.names) if volatility.days is not None else 0)
    days, sectors = fill.shape
    cell = np.where(used, regime + 1, -1).astype(np.int32)  # 0: used, without a regime
    inside = rows.lazy().filter((at(w, "n") > 0.0) & at(used, "t") & pl.col("ret").is_not_null()).select(
        "t", "n", "s", "ret", w=at(w, "n")).collect()
    by_sector = inside.lazy().group_by("t", "s").agg(wr=(pl.col("w") * pl.col("ret")).sum(), w=pl.col("w").sum())
    held, returns = dense((days, sectors), by_sector.collect(), ["t", "s"], "w", "wr")
    whole = np.bincount(sector, weights=w, minlength=sectors)
    fixed = np.where(used, (returns + fill * (whole - held)).sum(axis=1), 0.0)
    fill = np.where(used[:, None], fill, 0.0)
    filling = pl.lit(pl.Series(fill.ravel())).gather(pl.col("t") * sectors + pl.col("s"))
    extra = inside.lazy().select("n", cell=at(cell, "t"), r=pl.col("ret") - filling, i=at(fixed, "t"))
    sums = extra.group_by("n", "cell").agg(
        present=pl.len(), r=pl.col("r").sum(), ri=(pl.col("r") * pl.col("i")).sum()).collect()
    present, r, ri = dense((n, cells), sums, ["n", "cell"], "present", "r", "ri")

    def of_cell(k):
        days_of = used if k == 0 else cell == k
        d = int(days_of.sum())
        of = (lambda values: values.sum(axis=1)) if k == 0 else (lambda values: values[:, k])
        flat, flat_i = fill[days_of].sum(axis=0)[sector], (fixed[days_of] @ fill[days_of])[sector]
        filled = d * len(universe) - int(of(present)[universe].sum())
        i = fixed[days_of]
        return task.risk_of_sums(weight, d, filled, (of(r) + flat)[universe], (of(ri) + flat_i)[universe], i.sum(),
                                 i @ i)

    made = [of_cell(k) for k in range(cells)]
    return {**made[0], "by_regime": dict(zip(volatility.names, made[1:]))}


def attribution(config, p, rows, groups, issuer_names, issuer, daily, series, per_base, last_peak):
    level = daily["index_level"]
    windows = task.windows_of(config, p.days, last_peak)
    n = len(p.symbols)
    first = min((start for _, start, _ in windows), default=0)
    recent = rows.lazy().filter((pl.col("t") > first) & pl.col("b").is_not_null())
    recent = recent.select("t", "n", "ret", "br").collect()
    tables = []
    for _, start, end in windows:
        scale = np.zeros(len(level))
        scale[start + 1:end + 1] = level[start:end] / level[start] * per_base[start + 1:end + 1]
        inside = recent.lazy().filter(pl.col("t").is_between(start + 1, end)).select(
            "n", c=pl.col("br") * at(scale, "t"), growth=1.0 + pl.col("ret"))
        tables.append(inside.group_by("n").agg(contribution=pl.col("c").sum(), growth=pl.col("growth").product()))
    ends = sorted({t for _, start, end in windows for t in (start, end)})
    caps = rows.lazy().filter(pl.col("t").is_in(ends)).select("t", "n", "cap")
    *made, caps = pl.collect_all([*tables, caps], engine="streaming")
    weight = {}
    for t in ends:
        of = caps.filter(pl.col("t") == t)
        weight[t] = np.zeros(n)
        weight[t][of["n"].to_numpy()] = of["cap"].to_numpy() / of["cap"].sum()

    def of_window(window, table):
        name, start, end = window
        index = table["n"].to_numpy()
        contribution, growth, took_part = np.zeros(n), np.ones(n), np.zeros(n, bool)
        contribution[index], growth[index] = table["contribution"].to_numpy(), table["growth"].to_numpy()
        took_part[index] = True
        return task.window_answer(window, daily, series, groups, issuer_names, issuer, contribution, growth,
                                          took_part, (weight[start], weight[end]))

    return [of_window(window, table) for window, table in zip(windows, made)]
