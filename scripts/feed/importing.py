# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""From snapshots to the tables of an import and what its report says."""

import argparse
import datetime
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from .days import choose
from .import_report import days_told
from .inputs import read_corrections, read_volatility
from .listings import share_classes
from .snapshots import Found, Refused, Vocabulary, one_a_day, read_snapshot, without_skipped
from .tables import TAKEN, constituents_of, disagreements, issuers_of, kinds_of, reasons_of, spans, table_of


@dataclass
class Imported:
    """What is written: the three tables, and the content of import.json."""

    panel: pa.Table
    constituents: list[list[str]]
    volatility: dict[datetime.date, float]
    content: dict


def build(
    found: list[Found],
    left_out: list[dict],
    others: list[str],
    arguments: argparse.Namespace,
    holidays: set[datetime.date],
) -> Imported:
    """Reads, chooses and divides; `others` are files of SOURCE that are no snapshots, for the report."""
    volatility, without_close = read_volatility(arguments.volatility)
    corrections = read_corrections(arguments.corrections)
    count = len(found) + len(left_out)
    found, skipped = without_skipped(found, arguments.skip)
    chosen, of_one_day = one_a_day(found)
    words = Vocabulary()
    read = [read_snapshot(one, words) for one in chosen]
    kept, not_counted, closed = choose(read, holidays)
    left_out = sorted(left_out + skipped + of_one_day + not_counted, key=lambda s: (s["day"], s["source"]))
    if not kept:
        raise Refused(
            f"{arguments.source}: none of {count} snapshots is of a trading day: "
            + ", ".join(f"{n} {reason}" for reason, n in sorted(Counter(s["reason"] for s in left_out).items()))
        )

    symbols, names = sorted(words.symbol), [" ".join(name.split()) for name in words.text["name"]]
    rows = table_of(kept, words)
    rows_read = len(rows) + sum(s.repeated for s in kept)
    kinds = kinds_of(rows, symbols, names, corrections)
    reasons = reasons_of(kinds, rows["cap"].to_numpy())
    dropped = {reason: int(n) for reason, n in sorted(Counter(reasons[reasons != ""].tolist()).items())}
    if repeated := sum(s.repeated for s in kept):
        dropped["repeated"] = repeated
    listed_out = {
        reason: spans(rows[reasons == reason], kept, symbols, names) for reason in sorted(set(kinds) - set(TAKEN))
    }
    taken = rows[reasons == ""].reset_index(drop=True)
    assert len(taken) + sum(dropped.values()) == rows_read
    if taken.empty:
        raise Refused(f"{arguments.source}: no row is left: " + ", ".join(f"{n} {r}" for r, n in dropped.items()))

    taken["issuer"], issuer_names = issuers_of(taken, symbols, names, corrections)
    divisor, compared = share_classes(taken[["day", "issuer", "symbol", "close", "cap"]], arguments.class_tolerance)
    for pair in compared:
        pair["issuer"], pair["symbols"] = issuer_names[pair["issuer"]], [symbols[s] for s in pair["symbols"]]
    compared.sort(key=lambda pair: pair["symbols"])
    change = taken["return"].to_numpy()
    impossible = int((change <= -1).sum())
    taken["return"] = np.where(change <= -1, np.nan, change)
    checked, differing, largest = disagreements(taken, kept, symbols)
    constituents = constituents_of(taken, symbols, issuer_names, words, corrections)

    dates = pa.array([s.day for s in kept], pa.date32())
    panel = pa.table(
        {
            "date": dates.take(pa.array(taken["day"])),
            "symbol": pa.array(symbols, pa.string()).take(pa.array(taken["symbol"])),
            "close": pa.array(taken["close"].where(taken["close"] > 0), from_pandas=True),
            "return": pa.array(taken["return"], from_pandas=True),
            "market_cap": pa.array(taken["cap"].to_numpy() / divisor),
        }
    )

    content = {
        "schema": "topheavy.import/1",
        "source": {"kind": "git" if arguments.path else "folder", "path": arguments.path},
        "snapshots": {
            "found": count,
            "kept": len(kept),
            "left_out": dict(sorted(Counter(s["reason"] for s in left_out).items())),
            "list": left_out,
            "not_named_by_a_day": others,
        },
        "days": days_told(kept, closed, holidays, volatility),
        "rows": {"read": rows_read, "kept": len(taken), "left_out": dropped},
        "returns": {
            "unknown": int(np.isnan(change).sum()),
            "impossible": impossible,
            "checked": checked,
            "differing": differing,
            "largest": largest,
        },
        "classes": {
            "tolerance": arguments.class_tolerance,
            "shared": [pair for pair in compared if pair["days_shared"]],
            "not_shared": [pair for pair in compared if not pair["days_shared"]],
        },
        "constituents": {
            "count": len(constituents),
            "issuers": len({row[1] for row in constituents}),
            "unclassified": sum(row[3] == "Unclassified" for row in constituents),
            "corrections_unused": sorted(set(corrections) - set(symbols)),
        },
        "volatility": {
            "rows": len(volatility),
            "without_close": without_close,
            "first": min(volatility).isoformat(),
            "last": max(volatility).isoformat(),
        },
        "listings_left_out": listed_out,
    }
    return Imported(panel, constituents, volatility, content)
