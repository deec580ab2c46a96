# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Whether a rival did the work of the program: every number of its answer against the files of a run.

Floats may differ by 1e-9 of their size, and by 1e-13 where sums of signed terms cancel. A constituent whose return
index lies within rounding of 99 % of its highest may count as a new high or not: one constituent a day at most."""

import json
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parent / "rivals"))
import task  # noqa: E402

RELATIVE, ABSOLUTE = 1e-9, 1e-13
OTHER_SECTIONS = {"absorption_ratio"}  # columns of the daily table that no rival has the task to compute


class Differences(Exception):
    """The rival's answer is not the program's; the text lists where."""


class Check:
    def __init__(self):
        self.values, self.wrong = 0, []

    def equal(self, name, got, want):
        self.values += 1
        if got != want:
            self.wrong.append(f"{name}: rival {str(got)[:200]}, program {str(want)[:200]}")

    def close(self, name, got, want, absolute=ABSOLUTE):
        got, want = np.atleast_1d(np.array(got, float)), np.atleast_1d(np.array(want, float))
        self.values += want.size
        if got.shape != want.shape:
            self.wrong.append(f"{name}: rival {got.shape} values, program {want.shape}")
            return
        near = np.isclose(got, want, rtol=RELATIVE, atol=absolute, equal_nan=True)
        if not near.all():
            i = np.unravel_index(int(np.argmin(near)), near.shape)
            self.wrong.append(f"{name} {[int(k) for k in i]}: rival {got[i]!r}, program {want[i]!r}; "
                              f"{int((~near).sum())} of {near.size} differ")


def require_same(answer, run):
    """Returns how many values agree; raises Differences."""
    check = Check()
    summary = json.loads((Path(run) / "summary.json").read_text(encoding="utf-8"))
    daily = pq.read_table(Path(run) / "daily.parquet")
    dates = daily["date"].to_numpy().astype("datetime64[D]")
    compare_daily(check, answer, daily, dates)
    compare_groups(check, answer, pq.read_table(Path(run) / "groups.parquet"), dates)
    compare_windows(check, answer, summary["windows"], pq.read_table(Path(run) / "attribution.parquet"), dates)
    compare_concentration(check, answer["concentration"], summary["concentration"])
    quality = summary["data_quality"]
    check.equal("rows", answer["rows"], quality["rows"])
    for reason, count in answer["dropped"].items():
        check.equal(f"dropped {reason}", count, quality["rows_dropped"][reason])
    if check.wrong:
        raise Differences("\n".join(check.wrong))
    return check.values


def compare_daily(check, answer, daily, dates):
    check.equal("dates", np.array_equal(np.asarray(answer["dates"]).astype("datetime64[D]"), dates), True)
    check.equal("daily: columns", sorted([*answer["daily"], "date", "regime"]),
                sorted(set(daily.column_names) - OTHER_SECTIONS))
    for name in daily.column_names:
        if name == "regime":
            check.equal("daily: regime", answer["regime"], daily[name].to_pylist())
        elif name in answer["daily"]:
            column = daily[name].to_numpy(zero_copy_only=False)
            allowed = ABSOLUTE
            if name == "new_highs":
                allowed = 1.0 / max(1.0, float(np.nanmin(np.where(daily["members"].to_numpy() > 0,
                                                                  daily["members"].to_numpy(), np.inf))))
            check.close(f"daily: {name}", answer["daily"][name], column, allowed)


def compare_groups(check, answer, table, dates):
    dimension = np.array(table["dimension"].to_pylist(), dtype=object)
    group = np.array(table["group"].to_pylist(), dtype=object)
    day = np.searchsorted(dates, table["date"].to_numpy().astype("datetime64[D]"))
    check.equal("groups: dimensions", sorted(answer["groups"]), sorted(set(dimension)))
    for name, (names, *series) in answer["groups"].items():
        rows = dimension == name
        check.equal(f"groups {name}: names", sorted(names), sorted(set(group[rows])))
        column = {g: i for i, g in enumerate(names)}
        if set(column) != set(group[rows]):
            continue
        at = day[rows], np.array([column[g] for g in group[rows]])
        for kind, values in zip(("weight", "return", "contribution"), series):
            want = np.full((len(dates), len(names)), np.nan)
            want[at] = table[kind].to_numpy()[rows]
            check.close(f"groups {name}: {kind}", np.asarray(values)[1:], want[1:])


def compare_shares(check, name, got, want):
    check.equal(f"{name} names_for", [got["names_for"][p] for p in task.MOVE_SHARES],
                [want["names_for"][str(p)] for p in task.MOVE_SHARES])
    check.close(f"{name} top_share", [got["top_share"][k] for k in task.TOP],
                [want["top_share"][str(k)] for k in task.TOP])


def compare_windows(check, answer, windows, attribution, dates):
    check.equal("windows", [w["name"] for w in answer["windows"]], [w["name"] for w in windows])
    window_of_row = np.array(attribution["window"].to_pylist(), dtype=object)
    symbol = np.array(attribution["symbol"].to_pylist(), dtype=object)
    symbols = np.array(answer["symbols"], dtype=object)
    for got, want in zip(answer["windows"], windows):
        name = f"window {want['name']}:"
        check.equal(f"{name} ends", [str(dates[got["start"]]), str(dates[got["end"]])], [want["start"], want["end"]])
        for key in ("index_return", "equal_weight_return"):
            check.close(f"{name} {key}", got[key], want[key])
        rows, took_part = window_of_row == want["name"], np.asarray(got["symbols"])
        check.equal(f"{name} symbols", list(symbols[took_part]), list(symbol[rows]))
        for key in ("weight_start", "return", "contribution"):
            check.close(f"{name} {key}", np.asarray(got[key])[took_part], attribution[key].to_numpy()[rows])
        compare_shares(check, name, got, want)
        check.equal(f"{name} dimensions", sorted(got["by"]), sorted(want["by"]))
        for dimension, by in got["by"].items():
            compare_shares(check, f"{name} {dimension}", by, want["by"][dimension])
            position = {g: i for i, g in enumerate(by["names"])}
            leaders = want["by"][dimension]["leaders"]
            check.close(f"{name} {dimension} leaders", by["contribution"][[position[x["group"]] for x in leaders]],
                        [x["contribution"] for x in leaders])
            if dimension == "issuer":
                continue
            at = [position[row["group"]] for row in want["groups"][dimension]]
            for key in ("weight_start", "weight_end", "return", "contribution"):
                check.close(f"{name} {dimension} {key}", by[key][at],
                            [np.nan if row[key] is None else row[key] for row in want["groups"][dimension]])


def compare_figures(check, name, got, want):
    keys = ["n", "hhi", "effective_n", "entropy", "exp_entropy", "gini"]
    if want.get("hhi") is None:
        check.equal(f"{name}: figures", got.get("hhi"), None)
        return
    check.close(name, [got[key] for key in keys], [want[key] for key in keys], 1e-12)
    check.close(f"{name} top", [got["top"][str(k)] for k in task.TOP], [want["top"][str(k)] for k in task.TOP], 1e-12)


def compare_concentration(check, got, want):
    for who in ("constituent", "issuer"):
        compare_figures(check, f"concentration {who}", got[who], want[who])
    regimes = want["risk"].get("by_regime") or {}
    check.equal("risk: regimes", list(got["risk"]["by_regime"]), list(regimes))
    for name, cell, theirs in [("risk", got["risk"], want["risk"]),
                               *((f"risk {k}", got["risk"]["by_regime"].get(k, {}), v) for k, v in regimes.items())]:
        compare_figures(check, name, cell, theirs)
        check.equal(f"{name}: days", cell["days"], theirs["days"])
        if theirs.get("hhi") is not None:
            check.close(f"{name} filled share, negative", [cell["filled_share"], cell["negative"]["count"],
                                                           cell["negative"]["sum"]],
                        [theirs["filled_share"], theirs["negative"]["count"], theirs["negative"]["sum"]], 1e-12)
