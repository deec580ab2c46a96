# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the program and the oracle on the same configuration and compares every number of every file.

    TOPHEAVY_PROGRAM=... python compare.py generated | damaged | closes | bare | regimes | scenarios | sparse | real

Whole numbers, dates and texts must be equal. A float may differ by 1e-12 of its magnitude, where the magnitude of a sum
of signed terms is the sum of their absolute values (the oracle's `_scale`; a contribution that cancels to nothing has
no relative accuracy), and that of a compounded return is at least 1, because it is a product near 1 less 1.
Correlations, of magnitude 1, may differ by 1e-10, their bootstrap intervals by 1e-7: the program draws whole numbers
of returns in fixed point.
"""

import re
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "properties")]
import concentration  # noqa: E402
import correlation  # noqa: E402
import limits  # noqa: E402
import oracle  # noqa: E402
import pairs  # noqa: E402
import regimes  # noqa: E402
import rotation  # noqa: E402
import scenarios_compare  # noqa: E402
import stage  # noqa: E402
import tables  # noqa: E402
from program import PROJECT, Data, need_real_data, summary_of, topheavy  # noqa: E402

LIMIT = 1e-12
OF_CORRELATION, OF_INTERVAL = 1e-10, 1e-7
DAILY = ["index_return", "index_level", "equal_weight_return", "members", "coverage", "advancers", "advancers_weight",
         "new_highs", "dispersion"]
CONCENTRATION = [*(f"top_{k}" for k in concentration.TOP), "hhi", "effective_n", "entropy", "gini"]
CONCENTRATION += [f"issuer_{name}" for name in CONCENTRATION]
DAILY += [*CONCENTRATION, "volatility", "regime", "after_gap"]
SUMMARY = ["as_of", "concentration", "correlation", "correlation_method", "data_quality", "digest", "index", "limits", "name", "rotation",
           "run", "scenarios", "schema", "stage", "volatility", "windows",
           "windows_left_out"]
PUBLISHED = {"2024-08-05": -0.0343, "2025-01-27": -0.0307, "2025-03-10": -0.0400, "2025-04-03": -0.0597,
             "2025-04-04": -0.0582, "2025-04-09": 0.1216, "2025-04-10": -0.0431}
MISSING_DAYS = ["2025-03-28", "2025-05-14", "2025-06-16", "2025-10-31", "2026-02-04", "2026-02-19", "2026-02-24"]


class Comparison:
    """Collects the worst deviation of each quantity and every disagreement."""

    def __init__(self):
        self.worst, self.failures = {}, []

    def fail(self, text):
        self.failures.append(text)

    def equal(self, name, got, want):
        self.worst.setdefault(name, [0, 0.0, ""])[0] += 1
        if got == want:
            return
        if isinstance(got, list) and isinstance(want, list) and len(got) == len(want):
            at = next(i for i in range(len(got)) if got[i] != want[i])
            name, got, want = f"{name} [{at}]", got[at], want[at]
        self.fail(f"{name}: program {got!r}, oracle {want!r}")

    def close(self, name, got, want, scale=0.0, where=None, limit=LIMIT):
        """Arrays or single numbers; None and NaN mean null and must agree."""
        got, want, scale = (np.atleast_1d(np.array(x, dtype=float)) for x in (got, want, scale))
        entry = self.worst.setdefault(name, [0, 0.0, ""])
        entry[0] += len(want)
        if got.shape != want.shape:
            return self.fail(f"{name}: {got.shape} values, oracle {want.shape}")
        null = np.isnan(got) != np.isnan(want)
        with np.errstate(invalid="ignore", divide="ignore"):
            off = np.abs(got - want) / np.maximum(np.abs(want), np.nan_to_num(scale))
        off = np.where((got == want) | (np.isnan(got) & np.isnan(want)), 0.0, off)
        off[null] = np.inf
        i = int(np.argmax(off)) if len(off) else 0
        if len(off) and off[i] >= entry[1]:
            entry[1:] = [float(off[i]), str(where[i]) if where is not None else ""]
        if len(off) and not off[i] <= limit:
            self.fail(f"{name} at {where[i] if where is not None else '-'}: program {got[i]!r}, oracle {want[i]!r}, "
                      f"off {off[i]:.3g}; {int((~(off <= limit)).sum())} of {len(off)} differ; limit {limit:g}")

    def same(self, name, got, want):
        """A part of summary.json. Where the oracle has a pair it is (value, scale) of a float; all else is equal."""
        if isinstance(want, tuple):
            self.close(name, got, want[0], want[1])
        elif isinstance(want, dict) and isinstance(got, dict):
            self.equal(f"{name}: keys", list(got), list(want))
            for key in want:
                self.same(f"{name}.{key}", got.get(key), want[key])
        elif isinstance(want, list) and isinstance(got, list):
            self.equal(f"{name}: how many", len(got), len(want))
            for mine, theirs in zip(got, want):
                self.same(name, mine, theirs)
        else:
            self.equal(name, got, want)

    def report(self):
        print(f"{'quantity':58} {'values':>9} {'worst':>9}  at")
        for name, (count, off, where) in self.worst.items():
            print(f"{name:58} {count:9} {off:9.1e}  {where if off else ''}")
        for text in self.failures:
            print("DIFFERENT", text)
        print(f"{len(self.failures)} disagreements")
        return 1 if self.failures else 0


def compare_daily(check, run, want):
    got = pq.read_table(run / "daily.parquet").to_pandas()
    check.equal("daily: columns", list(got.columns), ["date", *DAILY, "absorption_ratio"])
    check.equal("daily: dates", [str(d)[:10] for d in got.date], [str(d)[:10] for d in want.index])
    scales = {"index_return": want.index_return_scale, "equal_weight_return": want.equal_weight_return_scale,
              "dispersion": want.dispersion_scale}
    scales |= {name: want[f"{name}_scale"] for name in CONCENTRATION}
    for column in DAILY:
        if column not in got or len(got) != len(want):
            continue
        if column in ("members", "after_gap"):
            check.equal(f"daily: {column}", list(got[column]), list(want[column]))
        elif column == "regime":
            mine, theirs = (side.astype(object).where(side.notna(), None) for side in (got.regime, want.regime))
            check.equal("daily: regime", list(mine), list(theirs))
        elif column == "new_highs":
            # a constituent that rounding could put on either side of 99 % may count or not
            count = got.new_highs * want.members.to_numpy()
            off = (count - want.new_highs.to_numpy() * want.members.to_numpy()).abs()
            check.close("daily: new_highs count", count.round(), count, 1.0, got.date)
            check.close("daily: new_highs", np.where(off < want.new_highs_unsure.to_numpy() + 0.5, want.new_highs,
                                                     got.new_highs), want.new_highs, 0, got.date)
            print(f"new highs: {int(off.round().sum())} counted otherwise of {want.new_highs_unsure.sum()} that lie "
                  "within rounding of 99 %")
        else:
            check.close(f"daily: {column}", got[column], want[column], scales.get(column, 0.0), got.date)


def compare_groups(check, run, want):
    got = pq.read_table(run / "groups.parquet").to_pandas()
    key = ["date", "dimension", "group"]
    check.equal("groups: columns", list(got.columns), [*key, "weight", "return", "contribution"])
    got = got.assign(date=pd.to_datetime(got.date).dt.strftime("%Y-%m-%d")).sort_values(key)
    want = want.assign(date=want.date.dt.strftime("%Y-%m-%d")).sort_values(key)
    check.equal("groups: duplicate rows", int(got.duplicated(key).sum()), 0)
    both = got.merge(want, on=key, how="outer", suffixes=("", "_oracle"), indicator=True)
    odd = both[both._merge != "both"]
    check.equal("groups: rows in one only", odd[key + ["_merge"]].head(5).to_dict("records"), [])
    both = both[both._merge == "both"]
    where = (both.date + " " + both.dimension + " " + both.group).to_numpy()
    for column in ("weight", "return", "contribution"):
        scale = both.get(column + "_scale", 0.0)
        check.close(f"groups: {column}", both[column], both[column + "_oracle"], scale, where)


def compare_attribution(check, run, want):
    got = pq.read_table(run / "attribution.parquet").to_pandas()
    numbers = ["weight_start", "return", "contribution"]
    check.equal("attribution: columns", list(got.columns), ["window", "symbol", "issuer", *numbers])
    key = ["window", "symbol"]
    check.equal("attribution: duplicate rows", int(got.duplicated(key).sum()), 0)
    both = got.merge(want, on=key, how="outer", suffixes=("", "_oracle"), indicator=True)
    odd = both[both._merge != "both"]
    check.equal("attribution: rows in one only", odd[key + ["_merge"]].head(5).to_dict("records"), [])
    both = both[both._merge == "both"]
    check.equal("attribution: issuers that differ", int((both.issuer != both.issuer_oracle).sum()), 0)
    where = (both.window + " " + both.symbol).to_numpy()
    scales = {"return": 1.0, "contribution": both.contribution_scale}
    for column in numbers:
        if column in got:
            check.close(f"attribution: {column}", both[column], both[column + "_oracle"], scales.get(column, 0), where)
    return got


def compare_closing(check, run, want):
    got = pq.read_table(run / "constituents.parquet").to_pandas()
    check.equal("constituents: columns", list(got.columns), ["symbol", "issuer", "sector", "weight", "risk_share"])
    check.equal("constituents: symbols", sorted(got.symbol), sorted(want.index))
    largest_first = sorted(zip(-got.weight, (s.encode() for s in got.symbol)))
    check.equal("constituents: order", [s.decode() for _, s in largest_first], list(got.symbol))
    want = want.loc[list(got.symbol)]
    for column in ("issuer", "sector"):
        check.equal(f"constituents: {column}", list(got[column]), list(want[column]))
    check.close("constituents: weight", got.weight.to_numpy(), want.weight.to_numpy(), where=list(got.symbol))
    check.close("constituents: risk_share", got.risk_share.to_numpy(), want.risk_share.to_numpy(),
                want.risk_share_scale.fillna(0.0).to_numpy(), list(got.symbol))


def compare_shares(check, name, got, want, window):
    check.equal(f"{name} names_for", got["names_for"], want["names_for"])
    check.equal(f"{name} top_share keys", list(got["top_share"]), list(want["top_share"]))
    for k, share in want["top_share"].items():
        check.close(f"{name} top_share", got["top_share"].get(k), share, want["scale"], [f"{window} top {k}"])


def compare_window(check, got, want):
    name = "windows:"
    check.equal(f"{name} name, start, end", [got["name"], got["start"], got["end"]],
                [want["name"], str(want["start"]), str(want["end"])])
    for key in ("index_return", "equal_weight_return"):
        check.close(f"{name} {key}", got[key], want[key], 1.0, [want["name"]])
    start, end = want["volatility"]
    volatility = got.get("volatility") or {"start": None, "end": None, "points": None, "percent": None}
    for key, value in (("start", start), ("end", end), ("points", end - start),
                       ("percent", (end / start - 1) * 100)):
        check.close(f"{name} volatility.{key}", volatility[key], value, 1.0, [want["name"]])
    compare_shares(check, f"{name} by constituent:", got, want["by"]["constituent"], want["name"])
    check.equal(f"{name} by: dimensions", sorted(got["by"]), sorted(set(want["by"]) - {"constituent"}))
    for dimension in got["by"]:
        compare_shares(check, f"{name} by {dimension}:", got["by"][dimension], want["by"][dimension],
                       want["name"])
        order = want["by"][dimension]["order"].iloc[:10]
        leaders = got["by"][dimension]["leaders"]
        check.equal(f"{name} by {dimension}: leaders", [row["group"] for row in leaders], list(order.name))
        check.close(f"{name} by {dimension}: leaders contribution", [row["contribution"] for row in leaders],
                    order.contribution, order.contribution_scale, list(order.name))
    for dimension, rows in got["groups"].items():
        theirs = want["groups"][want["groups"].dimension == dimension].set_index("group")
        if dimension == "issuer":
            theirs = theirs.loc[[row["group"] for row in rows if row["group"] in theirs.index]]
        check.equal(f"{name} groups.{dimension}", sorted(row["group"] for row in rows), sorted(theirs.index))
        for row in rows:
            if row["group"] not in theirs.index:
                continue
            other, at = theirs.loc[row["group"]], [f"{want['name']} {row['group']}"]
            check.close(f"{name} groups weight_start", row["weight_start"], other["weight_start"], 0, at)
            check.close(f"{name} groups weight_end", row["weight_end"], other["weight_end"], 0, at)
            check.close(f"{name} groups return", row["return"], other["return"], 1.0, at)
            check.close(f"{name} groups contribution", row["contribution"], other["contribution"],
                        other["contribution_scale"], at)
    check.equal(f"{name} groups: dimensions", sorted(set(got["groups"]) - {"issuer"}),
                sorted(set(want["by"]) - {"constituent", "issuer"}))
    order = want["order"]
    compare_named(check, f"{name} leaders", got["leaders"], order)
    compare_named(check, f"{name} laggards", got["laggards"], order[::-1])


def compare_named(check, name, got, order):
    """The first names of the order; names whose contributions agree to rounding may change places."""
    check.equal(f"{name}: how many", len(got), min(10, len(order)))
    for row, (_, other) in zip(got, order.iterrows()):
        check.close(f"{name} contribution", row["contribution"], other.contribution, other.contribution_scale,
                    [row["symbol"]])
        if abs(row["contribution"] - other.contribution) == 0 or row["symbol"] == other["name"]:
            check.equal(f"{name} symbol, issuer", [row["symbol"], row["issuer"]], [other["name"], other.issuer])


CORRELATION = ["rho", "rho_adjusted_a", "rho_adjusted_b", "rho_adjusted", "rho_null", "arithmetic", "excess", "difference",
               *(f"{e}_{end}" for e in correlation.ESTIMATES for end in ("low", "high"))]
MEANS = {"mean_offdiagonal": "rho", "mean_adjusted": "rho_adjusted", "mean_excess": "excess",
         "mean_difference": "difference"}


OF_PAIRS = 1e-10


def compare_pairs(check, run, summary, config, want):
    order = oracle.groups_in_order(config, want)
    theirs, ratio = pairs.answer(config, want.panel, want.labels, want.membership, want.daily, want.groups, order)
    got = pq.read_table(run / "daily.parquet").to_pandas().absorption_ratio.to_numpy()
    computed = ~np.isinf(ratio.to_numpy())
    check.close("daily: absorption_ratio", got[computed], ratio[computed], 0.0, ratio.index[computed], OF_PAIRS)
    if summary["correlation"] is None:
        return
    check.equal("pairs: dimensions", list(summary["correlation"]), list(theirs))
    check.equal("pairs: regimes", list(summary["correlation"]["index"]), list(theirs["index"]))
    for dimension, by_regime in theirs.items():
        for regime, r in by_regime.items():
            mine, at = summary["correlation"][dimension][regime], [f"{dimension} {regime}"]
            if dimension == "index":
                check.equal("pairs: keys", sorted(set(mine) - {"reason"}), sorted(r))
                check.equal("pairs: reason", "reason" in mine, r["days"] < pairs.settings_of(config)["min_days"])
            for key in ("days", "constituents", "left_out"):
                check.equal(f"pairs: {key}", mine[key], r[key])
            for key in ("average_pairwise", "implied", "absorption_ratio", "noise_floor"):
                check.close(f"pairs: {key}", mine[key], r[key], 1.0 if key != "noise_floor" else 0.0, at, OF_PAIRS)
            if "group_constituents" in r:
                check.equal("pairs: group_constituents", mine["group_constituents"], r["group_constituents"])
                check.close("pairs: average_pairwise_groups", np.array(mine["average_pairwise_groups"], float).ravel(),
                            np.array(r["average_pairwise_groups"], float).ravel(), 1.0, None, OF_PAIRS)


def compare_correlation(check, run, summary, config, want):
    """The table's rows and the summary's matrices; both hold the same numbers."""
    table = pq.read_table(run / "correlation.parquet").to_pandas()
    check.equal("correlation: columns", list(table.columns), ["dimension", "regime", "group_a", "group_b", "days",
                                                              *CORRELATION])
    got = summary["correlation"]
    if want.daily.regime.isna().all() and not config["data"].get("volatility"):
        check.equal("correlation: null without volatility", [got, len(table)], [None, 0])
        return
    order = oracle.groups_in_order(config, want)
    settings = correlation.settings_of(config)
    method = summary["correlation_method"]
    block = settings["block"]
    if block == "auto":
        block = max(1.0, correlation.block_length(want.daily.index_return.dropna()) or method["mean_block_length"])
    check.close("correlation: mean block length", method["mean_block_length"], block, 1.0, limit=OF_CORRELATION)
    theirs = correlation.answer(config, want.daily, want.groups, order, method["mean_block_length"])
    check.equal("correlation: dimensions", [d for d in got if d != "index"], list(theirs))
    rows = {key: row for key, row in zip(zip(table.dimension, table.regime, table.group_a, table.group_b),
                                         table.to_dict("records"))}
    check.equal("correlation: rows", len(rows), sum(len(r["pairs"]) for d in theirs.values() for r in d.values()))
    for dimension in theirs.keys() & got.keys():
        check.equal("correlation: regimes", list(got[dimension]), list(theirs[dimension]))
        for regime, r in theirs[dimension].items():
            compare_regime_correlation(check, got[dimension][regime], r, rows, dimension, regime)


def compare_regime_correlation(check, mine, r, rows, dimension, regime):
    at = f"{dimension} {regime}"
    check.equal("correlation: days", [mine["days"], mine["replicates_unused"]], [r["days"], r["unused"]])
    groups = mine["groups"]
    for key, e in MEANS.items():
        check.close(f"correlation: {key}", mine[key], r["mean"][e], 1.0, [at], OF_CORRELATION)
        name = key.removeprefix("mean_")
        check.close(f"correlation: mean_interval.{name}", mine["mean_interval"][name],
                    [r["mean"][f"{e}_low"], r["mean"][f"{e}_high"]], 1.0, [at, at], OF_INTERVAL)
    for (a, b), pair in r["pairs"].items():
        row = rows.get((dimension, regime, a, b))
        if row is None:
            check.fail(f"correlation: no row {at} {a} {b}")
            continue
        check.equal("correlation: pair days", row["days"], pair["days"])
        i, j = groups.index(a), groups.index(b)
        for column in CORRELATION:
            theirs = pair[column.removeprefix("rho_") if column[-2:] in ("_a", "_b") else column]
            limit = OF_INTERVAL if column.endswith(("_low", "_high")) else OF_CORRELATION
            check.close(f"correlation: {column}", row[column], theirs, 1.0, [f"{at} {a} {b}"], limit)
        for column in ("rho", "rho_adjusted", "rho_null", "arithmetic", "excess", "difference"):
            both = [mine[column][i][j], mine[column][j][i]]
            check.close(f"correlation: matrix {column}", both, [row[column]] * 2, 0.0, [at, at])
        by_source = [mine["rho_adjusted_by_source"][i][j], mine["rho_adjusted_by_source"][j][i]]
        check.close("correlation: matrix by source", by_source, [row["rho_adjusted_a"], row["rho_adjusted_b"]], 0.0,
                    [at, at])
        for e in correlation.ESTIMATES:
            ends = [mine[end][e][k][m] for end in ("low", "high") for k, m in ((i, j), (j, i))]
            check.close("correlation: matrix ends", ends, [row[f"{e}_low"]] * 2 + [row[f"{e}_high"]] * 2, 0.0, [at] * 4)


def compare_cap_jumps(check, doubts, want):
    """Caps that change more than threefold beside their returns: how many, and the one that weighs most."""
    caps = want.panel.pivot(index="date", columns="symbol", values="cap").reindex(want.dates.astype("datetime64[s]"))
    expected = caps.shift(1) * (1 + want.panel.pivot(index="date", columns="symbol", values="ret").reindex_like(caps).fillna(0))
    jumps = (caps > 3 * expected) | (expected > 3 * caps)
    weights = caps.div(caps.sum(axis=1), axis=0)
    heaviest = weights.where(weights > weights.shift(1), weights.shift(1)).where(jumps).stack()
    found = [doubt for doubt in doubts if "threefold" in doubt]
    count = int(jumps.to_numpy().sum())
    check.equal("data_quality: doubts of caps: how many", [doubt.split()[0] for doubt in found], [str(count)] if count else [])
    if count:
        date, symbol = heaviest.idxmax()
        check.equal("data_quality: doubts of caps: the heaviest", f": {symbol} on {date.date()}, from " in found[0], True)


def compare_summary(check, run, want):
    got = summary_of(run)
    check.equal("summary: schema", got["schema"], "topheavy.summary/1")
    check.equal("summary: as_of", got["as_of"], str(want.dates[-1]))
    check.equal("index: keys", sorted(got["index"]), sorted(want.index))
    for key, value in want.index.items():
        check.close(f"index: {key}", got["index"].get(key), value, 0.0 if key == "level" else 1.0)
    quality = {**want.quality, "gap_days": [str(d) for d in want.quality["gap_days"]],
               "first_date": str(want.quality["first_date"]), "last_date": str(want.quality["last_date"])}
    for key, value in quality.items():
        if key == "rows_dropped":
            nonzero = {k: v for k, v in value.items() if v}
            check.equal("data_quality: rows_dropped", {k: v for k, v in got["data_quality"][key].items() if v}, nonzero)
        else:
            check.equal(f"data_quality: {key}", got["data_quality"].get(key), value)
    compare_cap_jumps(check, got["data_quality"]["doubts"], want)
    check.equal("summary: keys", sorted(got), SUMMARY)
    concentration.compare(check, got["concentration"], want.concentration)
    stage.compare(check, got["stage"], want.stage)
    check.same("volatility", got["volatility"], want.volatility)
    rotation.compare(check, got["rotation"], want.rotation)
    check.equal("windows: names", [w["name"] for w in got["windows"]], [w["name"] for w in want.windows])
    theirs = {w["name"]: w for w in want.windows}
    for window in got["windows"]:
        if window["name"] in theirs:
            compare_window(check, window, theirs[window["name"]])
    return got


def check_sums(check, run, summary):
    """What must add up in the program's own files, whatever the oracle says."""
    daily = pq.read_table(run / "daily.parquet").to_pandas()
    daily = daily.assign(date=pd.to_datetime(daily.date).dt.strftime("%Y-%m-%d")).set_index("date")
    groups = pq.read_table(run / "groups.parquet").to_pandas()
    groups = groups.assign(date=pd.to_datetime(groups.date).dt.strftime("%Y-%m-%d"))
    sector = groups[groups.dimension == "sector"].groupby("date")[["weight", "contribution"]].sum(min_count=1)
    check.close("adds up: sector weights to 1, daily", sector.weight,
                (daily.members > 0).astype(float).replace(0, np.nan).reindex(sector.index), 1, sector.index)
    check.close("adds up: sector contributions to the index, daily", sector.contribution,
                daily.index_return.reindex(sector.index), 1, sector.index)
    attribution = pq.read_table(run / "attribution.parquet").to_pandas()
    total = attribution.astype({"window": object}).groupby("window").contribution.sum()
    for window in summary["windows"]:
        move = daily.index_level[window["end"]] / daily.index_level[window["start"]] - 1
        at = [window["name"]]
        check.close("adds up: window's index return to L1/L0 - 1", window["index_return"], move, 1, at)
        check.close("adds up: attribution to L1/L0 - 1", total.get(window["name"], 0.0), move, 1, at)
        parts = sum(row["contribution"] for row in window["groups"]["sector"])
        check.close("adds up: sectors' contributions to L1/L0 - 1", parts, move, 1, at)


def compare(config_file, folder, check=None):
    """(comparison, program's summary, oracle's answer) of one configuration."""
    run = Path(tempfile.mkdtemp(dir=folder)) / "run"
    done = topheavy("run", config_file, "--out", run)
    print(done.stdout)
    config = tables.read_config(config_file)
    want = oracle.answer(config)
    check = check or Comparison()
    compare_daily(check, run, want.daily)
    compare_groups(check, run, want.groups)
    compare_attribution(check, run, want.attribution)
    compare_closing(check, run, want.closing)
    summary = compare_summary(check, run, want)
    compare_correlation(check, run, summary, config, want)
    compare_pairs(check, run, summary, config, want)
    scenarios_compare.compare(check, run, summary, config, want)
    limits.compare(check, config, summary)
    check_sums(check, run, summary)
    return check, summary, want


def config_of(data, **options):
    """Tiers that overlap and need not cover, a label column as a dimension, windows that start on odd days."""
    symbols = sorted(data.panel.symbol.unique())
    columns = [c for c in data.constituents.columns if c not in ("symbol", "issuer", "name", "sector")]
    sectors = sorted(data.constituents.sector.unique())
    start, end = data.dates[len(data.dates) // 3], data.dates[len(data.dates) // 2]
    extra = f"""groups:
  tier:
    listed: {{symbols: {symbols[3:20]}}}
    one sector: {{where: {{sector: {sectors[0]}}}}}
    mixed: {{where: {{sector: [{sectors[0]}, {sectors[1]}]}}, symbols: {symbols[10:30]}}}
"""
    if columns:
        extra += f"  label: {columns[0]}\n"
    extra += f"""windows:
  - {{name: some, start: {start}, end: {end}}}
  - {{name: short, start: {data.dates[-7]}, end: {data.dates[-5]}}}
"""
    dimensions = "dimensions: [tier, sector, label], " if columns else ""
    extra += options.pop("correlation", f"correlation: {{{dimensions}bootstrap: {{replicates: 1000, seed: 5}}, "
                   "absorption: {components: 4, window: 60}}\n")
    (data.folder / "rules.yaml").write_text(rules_of(sectors))
    extra += f"""expectations:
  tier: {{mixed: 0.2, one sector: -0.05}}
  sector: {{{sectors[1]}: .1}}
  index: 0.09
stage: {{rules: rules.yaml}}
"""
    extra = options.pop("before", "") + extra + options.pop("volatility", "")
    return data.config(data.folder / "test.yaml", extra=extra, **options)


def rules_of(sectors):
    """All evidence, all operators, and rules that hold, that fail and that cannot be told."""
    return f"""stages:
  - name: never
    rules:
      - {{rule: cannot be told, when: index.return(100000) > 0}}
      - {{rule: fails, when: volatility.level < 1 or index.distance_to_high > 0}}
  - name: seldom
    rules:
      - {{rule: long below, when: volatility.days_below(25) >= 200}}
      - {{rule: many, when: "concentration.effective_n>concentration.top(10)"}}
  - name: broad
    rules:
      - {{rule: groups, when: "group.return(sector, '{sectors[0]}', 21) < 1 and group.weight( tier,'one sector' ) > 0"}}
      - {{rule: three values, when: not (index.return(100000) > 0 and volatility.level < 0)}}
watch:
  - {{name: index, when: index.return(21) > index.return(5) and index.new_highs(42) >= 1 and not index.new_highs(1) <= 0}}
  - {{name: gap, when: index.equal_weight_gap(63) <= 0}}
  - {{name: breadth, when: .5 <= breadth.advancers(10) or breadth.new_highs(21) > .3 or breadth.dispersion(21) < 0.02}}
  - {{name: volatility, when: volatility.change(5) > 0 or volatility.days_above(15.5) >= 5 or volatility.from_peak < -.5}}
  - {{name: far, when: volatility.change(99999) > 0}}
  - {{name: windows, when: "move.index_return(some) > 0 and move.top_share(last_21, 10) > 0.5 or move.top_share('short', 1) < 2"}}
  - {{name: peak, when: "move.index_return(since_peak) > 0 and move.top_share(since_peak, 50) > 0.5"}}
  - {{name: excess, when: "group.excess(tier, listed, 21) > 0 and group.excess(sector, '{sectors[1]}', 5) < 0"}}
  - {{name: too_long, when: "group.excess(tier, listed, 9999) > 0"}}
  - {{name: growth, when: "growth.premium(tier) > 0 and growth.gap(tier, 'one sector') < 0"}}
  - {{name: no_growth, when: "growth.gap(tier, listed) > 0 or growth.premium(issuer) > 0"}}
"""


def generated(folder):
    data = Data(Path(folder) / "data", 300, 400, 7)
    return compare(config_of(data), folder)


def damaged(folder):
    """Every fault of section 1 that is answered by dropping and counting, together below 5 % of the rows; tickers that
    careless readers misread; symbols without a constituents row; whole days missing; an as_of and a start inside; a
    lookback; regimes by yesterday's close."""
    data = Data(Path(folder) / "data", 300, 400, 7)
    random = np.random.Generator(np.random.PCG64(1))
    tickers = {"NA", "NAN", "ON", "NO", "Y", "TRUE", "1E5", "NULL", "0123"} - set(data.panel.symbol)
    names = dict(zip(sorted(set(data.panel.symbol) - tickers)[20:], sorted(tickers)))
    panel = data.panel.assign(symbol=data.panel.symbol.replace(names))
    panel = panel[~panel.date.isin([data.dates[77], data.dates[78], data.dates[300]])].reset_index(drop=True)
    panel["market_cap"] = panel.market_cap.astype(float)
    at = random.permutation(len(panel))[:1200].reshape(12, 100)
    for rows, cap in zip(at[:4], (0.0, -5.0, np.nan, np.inf)):
        panel.loc[rows, "market_cap"] = cap
    for rows, value in zip(at[4:8], (np.nan, -1.0, -2.5, np.inf)):
        panel.loc[rows, "return"] = value
    panel.loc[at[8], "return"] = 159.2564
    panel.loc[at[9], "return"] = 2.9
    panel = panel.drop(at[10])
    panel = pd.concat([panel, panel.loc[at[11]]]).sample(frac=1, random_state=3)
    file = data.folder / "damaged.parquet"
    pq.write_table(pa.Table.from_pandas(panel, preserve_index=False), file, row_group_size=10_000)
    labels = data.constituents.assign(symbol=data.constituents.symbol.replace(names)).iloc[7:]
    labels.to_csv(data.folder / "labels.csv", index=False)
    data.panel, data.constituents = panel, labels
    config = config_of(data, panel=file, constituents=data.folder / "labels.csv", before=f"as_of: {data.dates[-4]}\n",
                       data_extra=f"start: {data.dates[5]}\nholidays: [{data.dates[77]}]\nlookback_days: 200",
                       volatility="volatility: {lag: 1, names: [ON, '1E5', 'NULL', low.to-high_1]}\n")
    return compare(config, folder)


def closes(folder):
    """Returns computed from closes, in CSV, gzip."""
    data = Data(Path(folder) / "data", 120, 300, 11)
    panel = data.panel.sort_values(["symbol", "date"])
    growth = (1 + panel["return"].fillna(0)).groupby(panel.symbol).cumprod()
    panel = panel.assign(close=(growth * 20).round(6)).drop(columns="return").sample(frac=1, random_state=5)
    file = data.folder / "closes.csv.gz"
    panel.to_csv(file, index=False)
    return compare(config_of(data, panel=file), folder)


def bare(folder):
    """A panel alone: no constituents, no volatility file, a day on which nobody has a return, a window that moves by
    nothing, a tier with one name that comes and goes."""
    panel = """date,symbol,market_cap,return
2024-01-02,A,3e11,
2024-01-02,B,1e11,
2024-01-03,A,3.3e11,0.1
2024-01-03,B,0.9e11,-0.1
2024-01-04,A,3.3e11,
2024-01-04,B,0.9e11,
2024-01-05,A,3.3e11,0
2024-01-05,B,0.9e11,0
2024-01-05,C,7e11,0.7
2024-01-08,A,3e11,-0.09
2024-01-08,C,7.7e11,0.1
2024-01-09,A,3e11,0.01
"""
    config = """name: bare
data: {panel: panel.csv, max_dropped_share: 0.5}
groups: {tier: {visitor: {symbols: [C]}}}
windows:
  - {name: nothing, start: 2024-01-03, end: 2024-01-05}
  - {name: silent, start: 2024-01-03, end: 2024-01-04}
  - {name: whole, start: 2024-01-02, end: 2024-01-09}
  - {name: weekend, start: 2024-01-06, end: 2024-01-08}
expectations: {tier: {visitor: 0.3}}
stage: {rules: rules.yaml}
"""
    (Path(folder) / "rules.yaml").write_text("""stages:
  - {name: never, rules: [{rule: flat, when: "move.index_return(silent) > 0"}]}
  - {name: untold, rules: [{rule: calm, when: volatility.level < 20}]}
  - {name: always, rules: [{rule: moves, when: "move.index_return(whole) > -1"}]}
watch:
  - {name: visitor, when: "group.return(tier, visitor, 2) > 0 and group.return(tier, visitor, 1) > 0"}
  - {name: share, when: "move.top_share(silent, 1) > 0"}
  - {name: premium, when: growth.premium(tier) > 0}
  - {name: equal, when: index.equal_weight_gap(3) > 0 or breadth.advancers(4) > breadth.advancers(5)}
""")
    (Path(folder) / "panel.csv").write_text(panel)
    (Path(folder) / "bare.yaml").write_text(config)
    return compare(Path(folder) / "bare.yaml", folder)


# Names that are there on all days, from some day on, until some day, on every third day, and only on the last.
SPARSE = {"A": (0, 60, 1), "B": (0, 60, 1), "C": (0, 60, 1), "D": (20, 60, 1), "E": (0, 40, 1), "F": (0, 60, 3),
          "G": (30, 60, 3), "H": (59, 60, 1), "I": (0, 60, 1), "J": (5, 60, 2), "K": (0, 1, 1)}
SECTORS = {"A": "Wide", "B": "Wide", "C": "Wide", "D": "Late", "F": "Seldom", "G": "Seldom", "H": "Last", "I": "Against",
           "J": "Seldom", "Twin": "Late"}


def sparse_panel(seed):
    random = np.random.Generator(np.random.PCG64(seed))
    dates = pd.bdate_range("2024-01-02", periods=60).strftime("%Y-%m-%d")
    rows = []
    market = random.normal(0, 0.01, 60)
    for symbol, (start, end, step) in SPARSE.items():
        for day in range(start, end, step):
            own = (-1 if symbol == "I" else 1) * market[day] + random.normal(0, 0.004)
            rows.append((dates[day], symbol, round(1e9 * (1 + ord(symbol) % 5) * (1 + 0.1 * random.random())), own))
    panel = pd.DataFrame(rows, columns=["date", "symbol", "market_cap", "return"])
    panel = pd.concat([panel, panel[panel.symbol == "D"].assign(symbol="Twin")])  # the same share of risk as D
    panel.loc[panel.date == dates[45], "return"] = np.nan  # a day on which the index has no member
    panel.loc[(panel.date == dates[50]) & panel.symbol.isin(["A", "B", "C"]), "return"] = np.nan  # a sector without one
    return panel, list(dates)


def sparse(folder):
    """Few names with many holes: sectors without a member on some days, a day without any, a constituent that is there
    on the as-of date alone, one against the market; with and without levels and labels, and days too few or too still
    to speak of risk."""
    folder = Path(folder)
    panel, dates = sparse_panel(1)
    panel.to_csv(folder / "panel.csv", index=False)
    pd.DataFrame([(s, g, "Pair" if s in "BC" else "") for s, g in SECTORS.items()],
                 columns=["symbol", "sector", "issuer"]).to_csv(folder / "constituents.csv", index=False)
    # Levels stop for twelve days in the middle; a level stands exactly on a threshold, and exactly on the band's edges.
    levels = [12, 15, 20, 20.5, 21, 19.5, 19.49, 24.5, 25, 25.5, 18, 30, 41, 20.49, 19.5, 20.5]
    have = [d for i, d in enumerate(dates) if not 28 <= i < 40]
    pd.DataFrame({"date": ["2023-12-28", *have], "close": [26, *(levels[i % 16] for i in range(len(have)))]}).to_csv(
        folder / "levels.csv", index=False)
    still = panel.assign(**{"return": 0.0})
    # A return that is the same for all on all days: on paper the variance is 0, in floating point nearly.
    still.to_csv(folder / "still.csv", index=False)
    still.assign(**{"return": 0.001}).to_csv(folder / "steady.csv", index=False)
    # Two that cancel at these weights: the same, though the returns move.
    sign = np.resize([1, 1, -1, -1, -1], 60)
    pd.concat([pd.DataFrame({"date": dates, "symbol": s, "market_cap": cap, "return": r * sign})
               for s, cap, r in (("A", 3e9, 0.01), ("B", 1e9, -0.03))]).to_csv(folder / "hedged.csv", index=False)
    # Levels on every day of the calendar: two episodes, one of which peaks on a Saturday and one on a Wednesday.
    every = pd.date_range("2023-12-20", "2024-03-30")
    path = 24 + 10 * np.cos(2 * np.pi * (every - pd.Timestamp("2024-01-06")).days / 39.0)
    pd.DataFrame({"date": every.strftime("%Y-%m-%d"), "close": path.round(2)}).to_csv(folder / "calendar.csv", index=False)
    both = ", constituents: constituents.csv, volatility: levels.csv"
    calendar = ", constituents: constituents.csv, volatility: calendar.csv"
    check = Comparison()
    cases = [
        (f"panel.csv{both}", ""),
        (f"panel.csv{both}", "volatility: {hysteresis: 0.5}"),
        (f"panel.csv{both}", "volatility: {hysteresis: 0.5, lag: 1, max_staleness_days: 3}"),
        (f"panel.csv{both}, lookback_days: 30", "volatility: {thresholds: [20.5], lag: 1}"),
        (f"panel.csv{both}, lookback_days: 59", "volatility: {thresholds: [19.5, 1000], names: [a, b, c]}"),
        (f"panel.csv{both}, lookback_days: 60", "volatility: {max_staleness_days: 0, lag: 1}"),
        (f"panel.csv{both}, lookback_days: 10", ""),
        (f"panel.csv{both}, lookback_days: 9", ""),
        (f"panel.csv{both}, lookback_days: 2", ""),
        (f"panel.csv{both}, lookback_days: 10", f"as_of: {dates[48]}"),  # ten days less the one without a member
        ("panel.csv", ""),
        ("panel.csv, constituents: constituents.csv", ""),
        ("panel.csv, volatility: levels.csv", "volatility: {thresholds: [17.25, 20, 21, 40.125]}"),
        (f"panel.csv{both}", "volatility: {watch: [{name: at, level: 19.5}, {name: never, level: 99}]}"),
        (f"panel.csv{both}", "volatility: {lag: 1, watch: []}"),
        (f"panel.csv{calendar}", "volatility: {watch: [{name: low, level: 18}, {name: high, level: 34}]}"),
        (f"panel.csv{calendar}", f"as_of: {dates[20]}"),  # while an episode is open
        (f"panel.csv{calendar}, start: {dates[9]}", "volatility: {hysteresis: 1, lag: 1}"),
        (f"still.csv{both}", ""),
        (f"steady.csv{both}", ""),
        (f"hedged.csv{both}", ""),
    ]
    for number, (data, options) in enumerate(cases):
        config = folder / f"sparse{number}.yaml"
        config.write_text(f"name: sparse\ndata: {{panel: {data}, max_dropped_share: 0.5}}\n{options}\n"
                          f"correlation: {{min_days: {3 + number}, bootstrap: {{replicates: 500, block: {number / 4 + 1}}}}}\n")
        print(f"sparse {number}: {data} {options}")
        before = len(check.failures)
        check, summary, want = compare(config, folder, check)
        check.failures[before:] = [f"[{data} {options}] {text}" for text in check.failures[before:]]
    return check, summary, want


def regime_settings(folder):
    """Regimes of a generated universe by other thresholds, with hysteresis, by yesterday's close; other lookbacks."""
    data = Data(Path(folder) / "data", 150, 300, 5)
    check = Comparison()
    for lookback, volatility in {
        "all": "volatility: {hysteresis: 1.5}",
        "250": "volatility: {thresholds: [15, 17.5], lag: 1}",
        "100": "volatility: {thresholds: [14, 16, 18, 22, 27], hysteresis: 2, lag: 1, max_staleness_days: 2}",
        "40": "volatility: {thresholds: [18], names: [low, high], hysteresis: 0.25, max_staleness_days: 0}",
    }.items():
        config = config_of(data, data_extra=f"lookback_days: {lookback}", volatility=volatility + "\n")
        check, summary, want = compare(config, folder, check)
        print(volatility, "days by regime:", want.daily.regime.value_counts(dropna=False).to_dict())
    calendar = tables.read_volatility(tables.read_config(config))
    names = [{"volatility": {"hysteresis": x}} for x in ("0", "1.5")]
    differ = int((regimes.walk(names[0], calendar.close) != regimes.walk(names[1], calendar.close)).sum())
    check.equal("regimes: some days differ by hysteresis", differ > 0, True)
    return check, summary, want


STRESSES = {
    "shocked": """name: shocked
meaning: groups fall, two names apart from them, and growth disappoints
days: 3
shocks:
  - groups: {{sector: {{'{sectors[0]}': -0.2, '{sectors[1]}': 0.04}}, tier: {{mixed: -0.1}}}}
  - symbols: {{{symbols[0]}: -0.5, {symbols[25]}: 0.3}}
  - growth_shortfall: {{groups: {{tier: {{mixed: 0.1}}}}, elasticity: 1.5}}
""",
    "betas": """name: betas
shocks:
  - beta: {{to: index, move: -0.05}}
  - beta: {{to: volatility, move: 4}}
  - beta: {{to: volatility, level: 31}}
""",
    "again": """name: again
days: 2
shocks: [{{replay: {{start: {dates[250]}, end: {dates[256]}}}}}]
""",
}
SETS = """scenarios:
  - name: month
    generator: {kind: bootstrap, block: auto, regimes: true}
    count: 2048
    seed: 20260722
    dimensions: [sector, tier]
    daily: {top_10: true, hhi: true}
    min_days: 5
    history_error: {replicates: 200, count: 1024}
    events:
      - {name: heavy, metric: max_top_10, above: 0.49}
      - {name: heavier, metric: max_hhi, above: 0.034}
      - {name: fall, metric: max_drawdown, above: 0.05}
      - {name: gain, metric: index_return, above: 0.02}
      - {name: nervous, metric: max_volatility, above: 25}
      - {name: mixed_down, metric: group_return.tier.mixed, below: -0.02}
      - {name: broad, metric: effective_n, above: 30}
      - {name: new_high, metric: index_new_high}
    stresses: [shocked.yaml, betas.yaml, again.yaml]
  - name: all_days
    generator: {kind: bootstrap, block: 4.5, regimes: false}
    count: 2048
    seed: 9007199254740881
    missing_history: zero
    levels: [0.9, 0.955, 0.999]
    history_error: {replicates: 0}
    daily: {hhi: true}
  - name: whole_histories
    generator: {kind: bootstrap, block: 1}
    count: 1000
    horizon: 5
    missing_history: exclude
    dimensions: [tier]
    min_days: 3
    history_error: {replicates: 0}
    stresses: [betas.yaml]
  - name: windows
    generator: {kind: historical}
    horizon: 21
    stresses: [shocked.yaml]
  - name: path
    generator: {kind: volatility_path, path: [17, 35, 20, 150, 12]}
    count: 2048
    seed: 4
    daily: {top_10: true}
    history_error: {replicates: 0}
    stresses: [again.yaml]
  - name: shocks
    generator: {kind: stress}
    horizon: 21
    stresses: [shocked.yaml, betas.yaml, again.yaml]
limits:
  - {name: ten, metric: concentration.constituent.top.10, max: 1}
  - {name: names, metric: concentration.constituent.effective_n, min: 1}
  - {name: risk, metric: concentration.risk.gini, max: 1}
  - {name: depth, metric: index.max_drawdown, min: -1}
  - {name: nervousness, metric: volatility.level, max: 200}
  - {name: month, metric: windows.last_21.groups.tier.mixed.weight_end, max: 1}
  - {name: share, metric: windows.last_21.top_share.10, min: -1000}
  - {name: together, metric: correlation.sector.calm.mean_offdiagonal, max: 1}
  - {name: tail, metric: scenarios.month.es.0.975, max: 1}
  - {name: history, metric: scenarios.month.history_error.0.99, max: 1}
  - {name: chance, metric: scenarios.month.probability.heavy, max: 1}
"""


# By yesterday's close, where the regime of a day and the level on it need not agree; then without a volatility index.
LAGGED = """volatility: {thresholds: [16, 19, 27], hysteresis: 1, lag: 1}
scenarios:
  - {name: lagged, count: 300, horizon: 30, min_days: 4, levels: [0.95], history_error: {replicates: 200}}
  - {name: along, generator: {kind: volatility_path, block: 3, path: 19}, count: 300, horizon: 1, levels: [0.75],
     history_error: {replicates: 0}}
"""
UNCONDITIONAL = """scenarios:
  - {name: plain, generator: {kind: bootstrap, regimes: false}, count: 1500, horizon: 8, dimensions: [label, tier],
     levels: [0.6, 0.95], history_error: {replicates: 0}, events: [{name: new_high, metric: index_new_high}]}
"""


def scenario_sets(folder):
    """Every generator, every rule for missing returns, every kind of shock, with overlapping groups; other regimes, and none."""
    data = Data(Path(folder) / "data", 400, 500, 7)
    sectors, symbols = sorted(data.constituents.sector.unique()), sorted(data.panel.symbol.unique())
    for name, text in STRESSES.items():
        (data.folder / f"{name}.yaml").write_text(text.format(sectors=sectors, symbols=symbols, dates=data.dates))
    check, *_ = compare(config_of(data, volatility=SETS, data_extra="lookback_days: 450"), folder)
    check, *_ = compare(config_of(data, volatility=LAGGED, data_extra="lookback_days: 200"), folder, check)
    config = config_of(data, volatility=UNCONDITIONAL)
    config.write_text("".join(line for line in config.read_text().splitlines(True) if "volatility:" not in line))
    return compare(config, folder, check)


def real(folder):
    """The market data beside the project, by the example configuration, against the oracle and published facts."""
    need_real_data()
    example = PROJECT / "configs" / "examples" / "nasdaq.yaml"
    # Fewer scenarios, and no histories drawn anew: float64 in numpy would take the better part of an hour.
    text = example.read_text().replace("count: 10000", "count: 1000\n    history_error: {replicates: 0}")
    config = Path(folder) / "nasdaq.yaml"
    config.write_text(re.sub(r"\.\./[^\s,}\]]+", lambda found: str(example.parent / found[0]), text))
    check, summary, want = compare(config, folder)
    run = next(Path(folder).glob("*/run"))
    quality = summary["data_quality"]
    check.equal("facts: days, constituents, rows", [quality["days"], quality["constituents"], quality["rows"]],
                [759, 4385, 2434085])
    check.equal("facts: missing days", quality["gap_days"], MISSING_DAYS)
    daily = pq.read_table(run / "daily.parquet").to_pandas()
    daily.index = pd.to_datetime(daily.date).dt.strftime("%Y-%m-%d")
    print(f"{'date':12} {'published':>9} {'program':>9}")
    for date, published in PUBLISHED.items():
        value = daily.index_return[date]
        print(f"{date:12} {published:+9.2%} {value:+9.2%}")
        check.equal("facts: published index returns within 0.2 points", abs(value - published) < 0.002, True)
    window = next(w for w in summary["windows"] if w["name"] == "rally")
    print(f"rally {window['index_return']:+.2%}, ten contributors {window['top_share']['10']:.1%}, "
          f"half from {window['names_for']['50']}")
    check.equal("facts: rally between 19 and 20 %", 0.19 < window["index_return"] < 0.20, True)
    check.equal("facts: ten names make 63 to 70 % of the rally", 0.63 < window["top_share"]["10"] < 0.70, True)
    check.equal("facts: six names make half of the rally", window["names_for"]["50"], 6)
    fall = next((w for w in summary["windows"] if w["name"] == "derisking"), None)
    if fall:
        check.close("facts: volatility 31.05 to 18.36", [fall["volatility"]["start"], fall["volatility"]["end"]],
                    [31.05, 18.36])
        points, percent = fall["volatility"]["points"], fall["volatility"]["percent"]
        check.equal("facts: -12.69 points, -40.9 %", [round(points, 2), round(percent, 1)], [-12.69, -40.9])
    volatility = summary["volatility"]
    last = volatility["episodes"][-1]
    check.equal("facts: the last episode", [last[key] for key in ("peak_date", "peak", "end_date", "end")],
                ["2026-03-27", 31.05, "2026-04-09", 19.49])
    check.equal("facts: base rates since 1990", [round(100 * row["base_rate"], 1) for row in volatility["regimes"]],
                [62.8, 19.8, 9.4, 8.0])
    for key, facts in {"mean_offdiagonal": [0.33, 0.47, 0.63, 0.90], "mean_adjusted": [0.33, 0.41, 0.52, 0.60],
                       "mean_excess": [0.0, -0.05, -0.02, -0.02]}.items():
        values = [regime[key] for regime in summary["correlation"]["sector"].values()]
        check.equal(f"facts: sectors, {key} by regime", [round(v, 2) + 0.0 for v in values], facts)
    return check, summary, want


CASES = {"generated": generated, "damaged": damaged, "closes": closes, "bare": bare, "regimes": regime_settings,
         "scenarios": scenario_sets, "sparse": sparse, "real": real}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in CASES:
        sys.exit(f"usage: compare.py {' | '.join(CASES)}")
    with tempfile.TemporaryDirectory() as temporary:
        check, _, _ = CASES[sys.argv[1]](temporary)
    sys.exit(check.report())
