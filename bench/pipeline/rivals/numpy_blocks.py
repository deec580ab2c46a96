# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The history as an expert writes it by hand in numpy: Arrow reads the four columns with the symbols as a dictionary,
the values go straight to dense [T, N] arrays, and then every day's figures are made in blocks of days that fit the
cache, one thread a core (numpy lets go of the interpreter's lock), with BLAS for all sums over groups and regimes. No
DataFrame: this is a program of its own, not a use of pandas."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import task

BLOCK_CELLS = 60_000  # of one array: a handful of them stay in the second-level cache


def history(config):
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        return compute(config, read_dense(config, pool), pool)


class Panel:
    """days [T] since 1970, symbols [N], cap and ret [T, N] (0 and NaN where there is none), rows, dropped."""


def read_dense(config, pool):
    table = pq.read_table(config["data"]["panel"], columns=["date", "symbol", "market_cap", "return"],
                          read_dictionary=["symbol"], memory_map=True)
    symbol = table["symbol"].unify_dictionaries()
    texts = np.array(symbol.chunk(0).dictionary.to_pylist(), dtype=object)
    day, code, cap, ret = pool.map(lambda column: column(), (
        lambda: table["date"].cast(pa.int32()).to_numpy(),
        lambda: np.concatenate([chunk.indices.to_numpy() for chunk in symbol.chunks]),
        lambda: table["market_cap"].to_numpy(), lambda: table["return"].to_numpy()))
    start, as_of = task.day_range(config)
    outside = np.zeros(len(day), bool)
    if start is not None:
        outside |= day < start
    if as_of is not None:
        outside |= day > as_of
    rows = [day, code, cap, ret]
    if outside.any():
        rows = [column[~outside] for column in rows]
    p = Panel()
    p.rows = len(rows[0])
    rows, p.dropped = apply_rules(*rows, task.max_abs_return(config))
    scatter(p, texts, *rows, pool)
    return p


def apply_rules(day, code, cap, ret, max_abs_return):
    """Rows with a usable cap, returns that are not usable as NaN, and the counts of both."""
    dropped = {"duplicate": 0, "bad_cap": 0, "missing_return": 0, "bad_return": 0, "extreme_return": 0}
    bad = ~((cap > 0) & (cap < np.inf))
    if bad.any():
        dropped["bad_cap"] = int(bad.sum())
        day, code, cap, ret = day[~bad], code[~bad], cap[~bad], ret[~bad]
    odd = np.flatnonzero(~((ret > -1.0) & (np.abs(ret) <= max_abs_return)))
    if len(odd):
        values = ret[odd]
        missing = np.isnan(values)
        bad = np.isinf(values) | (values <= -1.0)
        dropped |= {"missing_return": int(missing.sum()), "bad_return": int(bad.sum()),
                    "extreme_return": int((~missing & ~bad).sum())}
        ret = ret.copy()
        ret[odd] = np.nan
    return (day, code, cap, ret), dropped


def scatter(p, texts, day, code, cap, ret, pool):
    first = int(day.min())
    seen_day = np.bincount(day - first)
    p.days = np.flatnonzero(seen_day) + first
    row_of_day = np.cumsum(seen_day > 0, dtype=np.int64) - 1
    seen_code = np.bincount(code, minlength=len(texts)) > 0
    order = np.argsort(texts)  # by code points, which is the order of UTF-8's bytes
    order = order[seen_code[order]]
    p.symbols = texts[order].tolist()
    column_of_code = np.empty(len(texts), np.int64)
    column_of_code[order] = np.arange(len(order))
    shape = len(p.days), len(order)
    p.cap, p.ret, taken = np.zeros(shape), np.full(shape, np.nan), np.zeros(shape, bool)

    def put(a, z):
        cell = (row_of_day * shape[1])[day[a:z] - first]
        cell += column_of_code[code[a:z]]
        p.cap.ravel()[cell] = cap[a:z]
        p.ret.ravel()[cell] = ret[a:z]
        taken.ravel()[cell] = True

    size = 1 << 16
    list(pool.map(lambda a: put(a, a + size), range(0, len(day), size)))
    p.dropped["duplicate"] = len(day) - int(np.count_nonzero(taken))
    if p.dropped["duplicate"]:
        cell = row_of_day[day - first], column_of_code[code]
        if not (np.array_equal(p.cap[cell], cap) and np.array_equal(p.ret[cell], ret, equal_nan=True)):
            raise ValueError("different rows of one date and symbol")


class Groups:
    """Every group whose daily series is asked for, as columns of one matrix or, for issuers of several constituents,
    which are many and small, as runs of gathered columns."""

    def __init__(self, config, labels, n):
        self.sector_names, self.sector = task.dimension_of(labels["sector"])
        self.issuer_names, self.issuer = task.dimension_of(labels["issuer"])
        sectors = [np.flatnonzero(self.sector == g) for g in range(len(self.sector_names))]
        self.dense = {"sector": (self.sector_names, sectors), **task.dimensions_of(config, labels)}
        members = [m for _, lists in self.dense.values() for m in lists]
        self.matrix = np.zeros((n, len(members) + 1))
        for g, inside in enumerate(members):
            self.matrix[inside, g] = 1.0
        self.matrix[:, -1] = 1.0
        by_issuer = np.argsort(self.issuer, kind="stable")
        size = np.bincount(self.issuer, minlength=len(self.issuer_names))
        start = np.cumsum(size) - size
        self.several = np.flatnonzero(size > 1)
        self.columns = np.concatenate([by_issuer[start[i]:start[i] + size[i]] for i in self.several] or
                                      [np.zeros(0, np.int64)])
        self.runs = np.cumsum(size[self.several]) - size[self.several]
        # The cap of an issuer: that of its first constituent, plus the other ones'.
        self.lead = by_issuer[start]
        self.followers = [(i, n) for i in self.several for n in by_issuer[start[i] + 1:start[i] + size[i]]]

    def add_runs(self, values):
        return np.add.reduceat(values[:, self.columns], self.runs, axis=1)


def concentration_of_caps(cap):
    """Each row of caps: (n, top k, HHI, entropy, Gini)."""
    caps = np.sort(cap, axis=1)
    total = caps.sum(axis=1)
    n = np.count_nonzero(caps, axis=1)
    size = caps.shape[1]
    ranks = caps @ np.arange(1.0, size + 1) - (size - n) * total
    gini = 2.0 * ranks / (n * total) - (n + 1) / n
    largest = np.cumsum(caps[:, ::-1][:, :50], axis=1)
    top = [largest[:, min(k, size) - 1] / total for k in task.TOP]
    hhi = np.einsum("ij,ij->i", caps, caps) / (total * total)
    caps /= total[:, None]
    logs = np.log(np.where(caps > 0.0, caps, 1.0))
    return n, top, hhi, -np.einsum("ij,ij->i", caps, logs), gini


def compute(config, p, pool):
    days, n = p.cap.shape
    labels = task.labels_of(config, p.symbols)
    groups = Groups(config, labels, n)
    volatility = task.Volatility(config)
    level, regime, after_gap = volatility.join(p.days)

    universe = np.flatnonzero(p.cap[-1] > 0.0)
    weight = p.cap[-1, universe] / p.cap[-1].sum()
    first_risk_day = task.lookback_days(config, days)
    regimes = len(volatility.names) if volatility.days is not None else 0

    columns = groups.matrix.shape[1]
    base, base_return = np.zeros((days, columns)), np.zeros((days, columns))
    runs, runs_return = np.zeros((days, len(groups.runs))), np.zeros((days, len(groups.runs)))
    scalar = {name: np.zeros(days) for name in
              ("members", "ups", "up_base", "returns", "deviation", "all_caps")}
    concentration = {who: {"n": np.zeros(days, np.int64), **{name: np.zeros(days) for name in
                     (*(f"top_{k}" for k in task.TOP), "hhi", "entropy", "gini")}} for who in ("", "issuer_")}
    risk = []

    def concentrate(who, rows, cap):
        into = concentration[who]
        into["n"][rows], top, into["hhi"][rows], into["entropy"][rows], into["gini"][rows] = concentration_of_caps(cap)
        for k, values in zip(task.TOP, top):
            into[f"top_{k}"][rows] = values

    def day_block(a, z):
        rows = slice(a, z)
        cap = p.cap[rows]
        scalar["all_caps"][rows] = cap.sum(axis=1)
        concentrate("", rows, cap)
        issuers = cap[:, groups.lead]
        for i, other in groups.followers:
            issuers[:, i] += cap[:, other]
        concentrate("issuer_", rows, issuers)
        a = max(a, 1)
        rows = slice(a, z)
        if a >= z:
            return
        ret = p.ret[rows]
        absent = np.isnan(ret)
        ret = np.where(absent, 0.0, ret)
        b = np.where(absent, 0.0, p.cap[a - 1:z - 1])
        br = b * ret
        member = b > 0.0
        base[rows], base_return[rows] = b @ groups.matrix, br @ groups.matrix
        if len(groups.runs):
            runs[rows], runs_return[rows] = groups.add_runs(b), groups.add_runs(br)
        scalar["members"][rows] = np.count_nonzero(member, axis=1)
        up = ret > 0.0
        scalar["ups"][rows] = np.count_nonzero(up & member, axis=1)
        scalar["up_base"][rows] = np.einsum("ij,ij->i", b, up)
        scalar["returns"][rows] = np.einsum("ij,ij->i", ret, member)
        with np.errstate(invalid="ignore", divide="ignore"):
            index = base_return[rows, -1] / base[rows, -1]
            by_sector = base_return[rows, :len(groups.sector_names)] / base[rows, :len(groups.sector_names)]
        by_sector = np.where(np.isnan(by_sector), index[:, None], by_sector)
        away = ret - index[:, None]
        away *= away
        scalar["deviation"][rows] = np.einsum("ij,ij->i", b, away)
        used = (np.arange(a, z) >= first_risk_day) & ~np.isnan(index)
        if used.any():
            risk.append(risk_of_block(ret[used], absent[used], by_sector[used], regime[rows][used]))

    def risk_of_block(ret, absent, by_sector, regime):
        absent = absent[:, universe]
        returns = ret[:, universe]
        np.copyto(returns, by_sector[:, groups.sector[universe]], where=absent)
        fixed = returns @ weight
        cell = np.zeros((1 + regimes, len(fixed)))
        cell[0] = 1.0
        for k in range(regimes):
            cell[1 + k] = regime == k
        return (cell.sum(axis=1), cell @ absent.sum(axis=1), cell @ returns, (cell * fixed) @ returns, cell @ fixed,
                cell @ (fixed * fixed))

    size = max(1, min(BLOCK_CELLS // n, days // 8))
    list(pool.map(lambda a: day_block(a, min(a + size, days)), range(0, days, size)))

    with np.errstate(invalid="ignore", divide="ignore"):
        total = base[:, -1]
        index_return = np.where(total > 0.0, base_return[:, -1] / total, np.nan)
        index_level = task.levels(index_return)
        prior = np.concatenate([[np.nan], scalar["all_caps"][:-1]])
        some = np.where(scalar["members"] > 0, scalar["members"], np.nan)
        daily = {
            "index_return": index_return, "index_level": index_level, "equal_weight_return": scalar["returns"] / some,
            "members": scalar["members"], "coverage": np.where(total > 0.0, total / prior, np.nan),
            "advancers": scalar["ups"] / some, "advancers_weight": scalar["up_base"] / total,
            "new_highs": new_highs(p, pool) / some, "dispersion": np.sqrt(scalar["deviation"] / total),
            "volatility": level, "after_gap": after_gap,
        }
        for who, values in concentration.items():
            daily |= {who + name: column for name, column in values.items() if name != "n"}
            daily[who + "effective_n"] = 1.0 / values["hhi"]
        series, column = {}, 0
        for name, (names, members) in groups.dense.items():
            part = slice(column, column + len(members))
            column += len(members)
            series[name] = task.group_series(names, base[:, part], base_return[:, part], total)
        names = [groups.issuer_names[i] for i in groups.several]
        series["issuer"] = task.group_series(names, runs, runs_return, total)

    windows = attribution(config, p, groups, daily, series, total, volatility.last_peak(p.days[-1]), pool)
    sums = [sum(parts) for parts in zip(*risk)]
    cells = [task.risk_of_sums(weight, int(sums[0][k]), int(sums[1][k]), sums[2][k], sums[3][k], sums[4][k],
                               sums[5][k]) for k in range(1 + regimes)]
    def at_the_close(who):
        of = {name: column[-1] for name, column in concentration[who].items()}
        return {"n": int(of["n"]), "top": {str(k): of[f"top_{k}"] for k in task.TOP}, "hhi": of["hhi"],
                "effective_n": 1.0 / of["hhi"], "entropy": of["entropy"], "exp_entropy": np.exp(of["entropy"]),
                "gini": of["gini"]}

    return {
        "dates": p.days, "symbols": p.symbols, "rows": p.rows, "dropped": p.dropped,
        "regime": [volatility.names[k] if k >= 0 else None for k in regime], "daily": daily, "groups": series,
        "windows": windows,
        "concentration": {"constituent": at_the_close(""), "issuer": at_the_close("issuer_"),
                          "risk": {**cells[0], "by_regime": dict(zip(volatility.names, cells[1:]))}},
    }


def new_highs(p, pool):
    """Members near the highest of the last days on their own return index. The window's highest is the larger of the
    highest since its first day up to the end of that day's stretch, and since the start of the stretch (stretches as
    long as the window): three passes over rows instead of a search in every window."""
    days, n = p.cap.shape
    length = task.HIGH_DAYS

    def of_columns(part):
        count = np.zeros(days, np.int64)
        own = np.ones(part.stop - part.start)
        stretch = np.empty((min(length, days), len(own)))
        later = None
        for start in range(0, days, length):
            stop = min(start + length, days)
            highest = np.full(len(own), -np.inf)
            for t in range(start, stop):
                ret = p.ret[t, part]
                present = ret == ret
                if t:
                    np.multiply(own, 1.0 + ret, out=own, where=present)
                stretch[t - start] = own
                np.maximum(highest, own, out=highest)
                reach = highest
                if later is not None and t - start + 1 < length:
                    reach = np.maximum(highest, later[t - start + 1])
                if t:
                    near = own >= task.HIGH_SHARE * reach
                    near &= present
                    near &= p.cap[t - 1, part] > 0.0
                    count[t] = np.count_nonzero(near)
            if stop < days:
                later = np.maximum.accumulate(stretch[::-1], axis=0)[::-1]
        return count

    width = 1024
    return sum(pool.map(of_columns, (slice(a, min(a + width, n)) for a in range(0, n, width))))


def attribution(config, p, groups, daily, series, total, last_peak, pool):
    level = daily["index_level"]
    with np.errstate(invalid="ignore", divide="ignore"):
        per_base = np.where(total > 0.0, 1.0 / total, 0.0)

    def of_window(window):
        name, start, end = window
        rows = slice(start + 1, end + 1)
        scale = level[start:end] / level[start] * per_base[rows]
        contribution, growth = np.zeros(len(p.symbols)), np.ones(len(p.symbols))
        took_part = np.zeros(len(p.symbols), bool)
        for t in range(start + 1, end + 1):
            ret, b = p.ret[t], p.cap[t - 1]
            member = (ret == ret) & (b > 0.0)
            took_part |= member
            part = np.where(member, ret, 0.0)
            growth *= 1.0 + part
            part *= b
            part *= scale[t - start - 1]
            contribution += part
        return task.window_answer(window, daily, series, groups.dense, groups.issuer_names, groups.issuer, contribution,
                             growth, took_part, [p.cap[t] / p.cap[t].sum() for t in (start, end)])

    return list(pool.map(of_window, task.windows_of(config, p.days, last_peak)))
