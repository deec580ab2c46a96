#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Turns daily listing snapshots and a volatility index into the three tables that topheavy reads.

SOURCE is a folder of files named by their trading day (2026-07-22.json, 20260722.json.gz, 2026/07/22.json), or with
--path a git repository one file of which is a day's listing in each commit. A snapshot is JSON, a list of rows with
symbol, name, lastsale ("$123.45"), pctchange ("-1.23%"), marketCap ("" or 0 where unknown), and sector, industry,
country, ipoyear where known; or {"data": {"rows": [...]}} as the exchange's screener gives it.

DIR gets panel.parquet, constituents.csv and volatility.csv, and what was done: import.json, import.txt. It appears
whole or not at all, and replaces an earlier import in one step. The same snapshots give the same bytes.

How days are found, what is left out, how classes of one company share its cap: scripts/README.md, "From snapshots to a
panel".

exit status: 0 done, 1 internal error, 2 usage or a Python package missing, 3 data refused, 6 memory or disk
"""

import argparse
import csv
import ctypes
import datetime
import json
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
try:
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as missing:
    own = PROJECT / ".venv" / "bin" / "python"
    if own.exists() and Path(sys.prefix) != own.parents[1]:
        os.execv(own, [str(own), *sys.argv])
    print(f"error: no Python package {missing.name}: scripts/setup.sh installs it into .venv", file=sys.stderr)
    sys.exit(2)

sys.path.insert(0, str(Path(__file__).resolve().parent))
from feed import days, listings, snapshots  # noqa: E402
from feed.snapshots import Refused  # noqa: E402

FILES = ("panel.parquet", "constituents.csv", "volatility.csv", "import.json", "import.txt")
TAKEN = ("common", "depositary", "silent")
LABELS = {"name": "name", "sector": "sector", "industry": "industry", "country": "country", "ipo_year": "ipoyear"}
SHOWN = 20  # disagreements of prices and changes that the report names


@dataclass
class Report:
    """What import.json says, and the lines of import.txt."""

    content: dict
    lines: list[str]


def date_of(text: str, where: str) -> datetime.date:
    try:
        if re.fullmatch(r"\d{2}/\d{2}/\d{4}", text):
            return datetime.date(int(text[6:]), int(text[:2]), int(text[3:5]))
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return datetime.date.fromisoformat(text)
    except ValueError:
        pass
    raise Refused(f"{where} is '{text}'; expected a date such as 2026-07-22")


def read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{path}: byte {error.start} is no UTF-8; expected a text file") from None


def read_holidays(path: Path | None) -> set[datetime.date]:
    lines = read_text(path).splitlines() if path else []
    entries = [(number, line.split("#")[0].strip().removeprefix("- ").strip()) for number, line in enumerate(lines, 1)]
    return {date_of(text, f"{path}:{number}: the line") for number, text in entries if text}


def read_rows(path: Path) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The header of a CSV file, and its other rows, each with where it stands."""
    lines = csv.reader(read_text(path).splitlines())
    header = [cell.strip() for cell in next(lines, [])]
    rows = []
    for row in lines:
        where = f"{path}:{lines.line_num}"
        if row and len(row) != len(header):
            raise Refused(f"{where}: {len(row)} cells; expected {len(header)}, as in the header")
        if row:
            rows.append((where, row))
    return header, rows


def read_volatility(path: Path) -> tuple[dict[datetime.date, float], int]:
    """Closes by date, and how many rows have none ("" or "." on days without trading)."""
    header, rows = read_rows(path)
    header = [name.lower() for name in header]
    for column in ("date", "close"):
        if header.count(column) != 1:
            raise Refused(f"{path}:1: the header is '{','.join(header)}'; expected one column {column} in it")
    at_date, at_close = header.index("date"), header.index("close")
    closes: dict[datetime.date, float] = {}
    empty = 0
    for where, row in rows:
        date, close = date_of(row[at_date].strip(), f"{where}: date"), row[at_close].strip()
        if close in ("", "."):
            empty += 1
            continue
        if not snapshots.DECIMAL.fullmatch(close) or not 0 < float(close) < 1e4:
            raise Refused(f"{where}: close of {date} is '{close}'; expected a level above 0, in points")
        if closes.setdefault(date, float(close)) != float(close):
            raise Refused(f"{where}: close of {date} is '{close}', and {closes[date]} in an earlier row; expected one")
    if not closes:
        raise Refused(f"{path}: holds no close; expected rows of date, close")
    return dict(sorted(closes.items())), empty


def read_corrections(path: Path | None) -> dict[str, dict[str, str]]:
    """Columns of a symbol that replace what snapshots and rules say; an empty cell replaces nothing."""
    if path is None:
        return {}
    allowed = ("symbol", "take", "issuer", *LABELS)
    header, rows = read_rows(path)
    if "symbol" not in header or len(set(header)) < len(header) or not set(header) <= set(allowed):
        raise Refused(
            f"{path}:1: the header is '{','.join(header)}'; expected symbol and any of {', '.join(allowed[1:])}"
        )
    out: dict[str, dict[str, str]] = {}
    for where, row in rows:
        cells = {key: cell.strip() for key, cell in zip(header, row, strict=True) if cell.strip()}
        symbol = cells.pop("symbol", "")
        if not symbol or symbol in out:
            raise Refused(f"{where}: symbol is '{symbol}'; expected a symbol, each in one row")
        if cells.get("take", "yes") not in ("yes", "no"):
            raise Refused(f"{where}: take is '{cells['take']}'; expected yes or no")
        out[symbol] = cells
    return out


def without_skipped(found: list[snapshots.Found], skip: list[str]) -> tuple[list[snapshots.Found], list[dict]]:
    """Leaves out what --skip names: a file, a commit (seven digits or more), or all snapshots of a date."""
    left_out, kept, used = [], [], set()
    for one in found:
        names = [
            name
            for name in skip
            if name in (one.source, one.day.isoformat())
            or (one.taken and len(name) >= 7 and (name.startswith(one.source) or one.source.startswith(name)))
        ]
        used |= set(names)
        if names:
            left_out.append({"day": one.day.isoformat(), "source": one.source, "reason": "skipped", "detail": "--skip"})
        else:
            kept.append(one)
    if unused := [name for name in skip if name not in used]:
        raise Usage(f"--skip {unused[0]}: no snapshot is of that name; expected a file, a commit or a date among them")
    return kept, left_out


class Usage(Exception):
    pass


def table_of(kept: list[snapshots.Snapshot], words: snapshots.Vocabulary) -> pd.DataFrame:
    """All rows of all days, codes for texts; symbols numbered in their own order."""
    symbols = list(words.symbol)
    rank = np.empty(len(symbols), np.int32)
    rank[sorted(range(len(symbols)), key=symbols.__getitem__)] = np.arange(len(symbols), dtype=np.int32)
    frame = pd.DataFrame(
        {
            "day": np.repeat(np.arange(len(kept), dtype=np.int32), [len(s.symbol) for s in kept]),
            "symbol": rank[np.concatenate([s.symbol for s in kept])],
            "close": np.concatenate([s.close for s in kept]),
            "return": np.concatenate([s.change for s in kept]),
            "cap": np.concatenate([s.cap for s in kept]),
            **{key: np.concatenate([s.text[key] for s in kept]) for key in snapshots.TEXTS},
        }
    )
    return frame.iloc[np.lexsort((frame["symbol"], frame["day"]))].reset_index(drop=True)


def kinds_of(
    frame: pd.DataFrame, symbols: list[str], names: list[str], corrections: dict[str, dict[str, str]]
) -> np.ndarray:
    """The kind of every row, as an index into the list that is returned with it."""
    pair = frame["symbol"].to_numpy(np.int64) * len(names) + frame["name"].to_numpy()
    unique, inverse = np.unique(pair, return_inverse=True)
    kinds = []
    for code in unique.tolist():
        symbol, name = symbols[code // len(names)], names[code % len(names)]
        take = corrections.get(symbol, {}).get("take")
        kinds.append({"yes": "common", "no": "correction"}.get(take) or listings.kind_of(symbol, name))
    kinds = np.array(kinds, object)[inverse]
    # a silent name and a fifth letter decide where the first four are listed on that day too
    number = {symbol: code for code, symbol in enumerate(symbols)}
    roots = {
        code: (number[s[:4]], listings.FIFTH_LETTERS[s[4]])
        for s, code in number.items()
        if len(s) == 5 and s[4] in listings.FIFTH_LETTERS and s[:4] in number
    }
    silent = np.flatnonzero((kinds == "silent") & frame["symbol"].isin(list(roots)).to_numpy())
    listed = set(zip(frame["day"], frame["symbol"], strict=True)) if len(silent) else set()
    for row in silent:
        root, kind = roots[frame["symbol"].iat[row]]
        if (frame["day"].iat[row], root) in listed:
            kinds[row] = kind
    return kinds


def issuers_of(
    frame: pd.DataFrame, symbols: list[str], names: list[str], corrections: dict[str, dict[str, str]]
) -> tuple[np.ndarray, list[str]]:
    """The issuer of every row as a number, and their names: of each the spelling that came first."""
    keys = snapshots.Codes()
    spelled = [listings.issuer_of(name) for name in names]
    code = np.array([keys[listings.issuer_key(text)] if text else -1 for text in spelled], np.int64)[frame["name"]]
    shown = {}
    first = frame.assign(issuer=code).drop_duplicates("issuer")
    for issuer, name in zip(first["issuer"], first["name"], strict=True):
        shown[int(issuer)] = spelled[name]
    own = {
        number: cells["issuer"]
        for number, symbol in enumerate(symbols)
        if "issuer" in (cells := corrections.get(symbol, {}))
    }
    nameless = frame["symbol"][code < 0].unique().tolist()  # such a listing is its own issuer
    for number, text in {**{n: symbols[n] for n in nameless}, **own}.items():
        rows = frame["symbol"].to_numpy() == number
        issuer = keys[listings.issuer_key(text)]
        code[rows if number in own else rows & (code < 0)] = issuer
        shown[issuer] = text
    return code, [shown.get(number, "") for number in range(len(keys))]


def constituents_of(
    frame: pd.DataFrame,
    symbols: list[str],
    issuer_names: list[str],
    words: snapshots.Vocabulary,
    corrections: dict[str, dict[str, str]],
) -> list[list[str]]:
    """symbol, issuer, name, sector, industry, country, ipo_year: the last that is known of each."""
    last = frame.drop_duplicates("symbol", keep="last").set_index("symbol")
    issuer = last["issuer"].to_dict()
    known: dict[str, dict[int, str]] = {}
    for label, key in LABELS.items():
        texts = [" ".join(text.split()) for text in words.text[key]]
        some = frame[np.array([bool(text) for text in texts])[frame[key]]].drop_duplicates("symbol", keep="last")
        known[label] = {symbol: texts[code] for symbol, code in zip(some["symbol"], some[key], strict=True)}
    out = []
    for number in sorted(issuer):
        own = corrections.get(symbols[number], {})
        row = [symbols[number], issuer_names[issuer[number]]]
        for label in LABELS:
            row.append(own.get(label) or known[label].get(number) or ("Unclassified" if label == "sector" else ""))
        out.append(row)
    return out


def disagreements(
    frame: pd.DataFrame, kept: list[snapshots.Snapshot], symbols: list[str]
) -> tuple[int, int, list[dict]]:
    """Changes held against the prices of two consecutive trading days: how many were, how many differ by more than
    rounding and a percent, and the largest: splits, for the greatest part."""
    consecutive = np.array([s.link is not None for s in kept])
    by_symbol = frame.sort_values(["symbol", "day"], kind="stable")
    before = by_symbol.shift(1)
    use = (
        (before["symbol"] == by_symbol["symbol"])
        & (before["day"] == by_symbol["day"] - 1)
        & (before["close"] > 0)
        & (by_symbol["close"] > 0)
        & by_symbol["return"].notna()
        & consecutive[by_symbol["day"]]
    )
    now, then = by_symbol[use], before[use]
    by_price = now["close"] / then["close"] - 1
    off = (by_price - now["return"]).abs()
    wrong = off > 0.01 + days.tolerance(np.minimum(now["close"], then["close"]))
    largest = off[wrong].sort_values(ascending=False, kind="stable").index[:SHOWN]
    return (
        int(use.sum()),
        int(wrong.sum()),
        [
            {
                "date": kept[now.at[i, "day"]].day.isoformat(),
                "symbol": symbols[now.at[i, "symbol"]],
                "close_before": float(then.at[i, "close"]),
                "close": float(now.at[i, "close"]),
                "change_by_prices": float(by_price[i]),
                "return": float(now.at[i, "return"]),
            }
            for i in largest
        ],
    )


def spans(frame: pd.DataFrame, kept: list[snapshots.Snapshot], symbols: list[str], names: list[str]) -> list[dict]:
    """The listings of these rows: symbol, last name, first and last day, days."""
    out = []
    for number, part in frame.groupby("symbol", sort=True):
        out.append(
            {
                "symbol": symbols[number],
                "name": names[part["name"].iat[-1]],
                "first": kept[part["day"].iat[0]].day.isoformat(),
                "last": kept[part["day"].iat[-1]].day.isoformat(),
                "days": len(part),
            }
        )
    return out


def build(
    found: list[snapshots.Found],
    left_out: list[dict],
    others: list[str],
    arguments: argparse.Namespace,
    holidays: set[datetime.date],
) -> tuple[pa.Table, list[list[str]], dict[datetime.date, float], Report]:
    volatility, without_close = read_volatility(arguments.volatility)
    corrections = read_corrections(arguments.corrections)
    count = len(found) + len(left_out)
    found, skipped = without_skipped(found, arguments.skip)
    chosen, of_one_day = snapshots.one_a_day(found)
    words = snapshots.Vocabulary()
    read = [snapshots.read_snapshot(one, words) for one in chosen]
    kept, not_counted, closed = days.choose(read, holidays)
    left_out = sorted(left_out + skipped + of_one_day + not_counted, key=lambda s: (s["day"], s["source"]))
    if not kept:
        raise Refused(
            f"{arguments.source}: none of {count} snapshots is of a trading day: "
            + ", ".join(f"{n} {reason}" for reason, n in sorted(Counter(s["reason"] for s in left_out).items()))
        )

    symbols, names = sorted(words.symbol), [" ".join(name.split()) for name in words.text["name"]]
    rows = table_of(kept, words)
    read_rows = len(rows) + sum(s.repeated for s in kept)
    kinds = kinds_of(rows, symbols, names, corrections)
    reasons = np.where(np.isin(kinds, TAKEN), "", kinds).astype(object)
    cap = rows["cap"].to_numpy()
    reasons[(reasons == "") & ~(cap > 0)] = "unknown_cap"
    reasons[(reasons == "unknown_cap") & (cap < 0)] = "bad_cap"
    dropped = {reason: int(n) for reason, n in sorted(Counter(reasons[reasons != ""].tolist()).items())}
    if repeated := sum(s.repeated for s in kept):
        dropped["repeated"] = repeated
    listed_out = {
        reason: spans(rows[reasons == reason], kept, symbols, names) for reason in sorted(set(kinds) - set(TAKEN))
    }
    taken = rows[reasons == ""].reset_index(drop=True)
    assert len(taken) + sum(dropped.values()) == read_rows
    if taken.empty:
        raise Refused(f"{arguments.source}: no row is left: " + ", ".join(f"{n} {r}" for r, n in dropped.items()))

    taken["issuer"], issuer_names = issuers_of(taken, symbols, names, corrections)
    divisor, compared = listings.share_classes(
        taken[["day", "issuer", "symbol", "close", "cap"]], arguments.class_tolerance
    )
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

    first, last = kept[0].day, kept[-1].day
    present = {s.day for s in kept}
    no_level = [
        d
        for d in days.weekdays_between(first, last, set())
        if min(volatility) <= d <= max(volatility) and d not in volatility
    ]
    absent = [d for d in days.weekdays_between(first, last, holidays) if d not in present]
    missing = [d for d in absent if d not in closed and d not in no_level]
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
        "days": {
            "first": first.isoformat(),
            "last": last.isoformat(),
            "count": len(kept),
            "missing": [d.isoformat() for d in missing],
            "closed": [d.isoformat() for d in absent if d not in missing],
            "without_volatility": [s.day.isoformat() for s in kept if s.day in no_level],
            "suspect": [
                {"day": s.day.isoformat(), "source": s.source, "link": s.link}
                for s in kept
                if s.link is not None and s.link < days.LINKED
            ],
            "shrunk": [
                {"day": s.day.isoformat(), "source": s.source, "rows": len(s.symbol), "rows_before": s.rows_before}
                for s in kept
                if s.rows_before is not None
            ],
        },
        "rows": {"read": read_rows, "kept": len(taken), "left_out": dropped},
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
    return panel, constituents, volatility, Report(content, report_lines(content))


def report_lines(content: dict) -> list[str]:
    """The headline first, then every list."""
    s, d, r, c = content["snapshots"], content["days"], content["rows"], content["classes"]

    def counts(cells: dict[str, int]) -> str:
        return ", ".join(f"{n:,} {reason.replace('_', ' ')}" for reason, n in cells.items()) or "none"

    known = content["returns"]
    lines = [
        f"days          {d['count']:,} from {d['first']} to {d['last']}; {len(d['missing'])} missing, "
        f"{len(d['closed'])} closed",
        f"snapshots     {s['found']:,} found, {s['kept']:,} kept; left out: {counts(s['left_out'])}",
        f"rows          {r['read']:,} read, {r['kept']:,} kept; left out: {counts(r['left_out'])}",
        f"constituents  {content['constituents']['count']:,} of {content['constituents']['issuers']:,} issuers, "
        f"{content['constituents']['unclassified']:,} unclassified",
        f"classes       {len({p['issuer'] for p in c['shared']}):,} issuers share their cap among classes, "
        f"{len(c['not_shared']):,} pairs do not",
        f"returns       {known['unknown']:,} unknown, {known['impossible']:,} impossible; of {known['checked']:,} held "
        f"against prices {known['differing']:,} differ",
        f"volatility    {content['volatility']['rows']:,} closes to {content['volatility']['last']}",
    ]
    for name, what in (
        ("missing", "weekdays without a snapshot"),
        ("closed", "weekdays that the market was closed on"),
        ("without_volatility", "days kept that the volatility index has no close of: a holiday?"),
    ):
        if d[name]:
            lines += ["", f"{what}: {', '.join(d[name])}"]
    if d["suspect"]:
        lines += [
            "",
            "SUSPECT, kept: changes do not lead from the prices of the trading day before. One of the two is no close:",
        ]
        lines += [f"  {one['day']}  {one['link']:6.1%} follow, {one['source']}" for one in d["suspect"]]
    if d["shrunk"]:
        lines += ["", "SHRUNK, kept: the listing stays at less than half of its rows. Is it still the whole listing?"]
        lines += [f"  {one['day']}  {one['rows']:,} rows after {one['rows_before']:,}" for one in d["shrunk"]]
    if s["list"]:
        lines += ["", "snapshots left out:"]
        lines += [f"  {one['day']}  {one['reason']:<15} {one['source']}: {one['detail']}" for one in s["list"]]
    if s["not_named_by_a_day"]:
        lines += ["", "files not read, as no trading day is their name (such as 2026-07-22.json, 2026/07/22.json):"]
        lines += [f"  {name}" for name in s["not_named_by_a_day"]]
    for name, what in (
        ("shared", "classes that carry the whole company's cap each, and share it:"),
        ("not_shared", "listings of one issuer with caps of their own (check these):"),
    ):
        if c[name]:
            lines += ["", what]
            lines += [
                f"  {' '.join(p['symbols']):<14} {p['days_shared']:>5,} of {p['days']:>5,} days, difference "
                f"{p['difference']:.2%}, {p['issuer']}"
                for p in c[name]
            ]
    if known["largest"]:
        lines += [
            "",
            f"changes furthest from what prices say, {len(known['largest'])} of {known['differing']:,} (splits, for "
            "the greatest part):",
        ]
        lines += [
            f"  {one['date']}  {one['symbol']:<6} {one['close_before']:,.4f} to {one['close']:,.4f}: "
            f"{one['change_by_prices']:+.2%}, return {one['return']:+.2%}"
            for one in known["largest"]
        ]
    if unused := content["constituents"]["corrections_unused"]:
        lines += ["", f"corrections of symbols that no snapshot holds: {', '.join(unused)}"]
    for reason, cells in content["listings_left_out"].items():
        lines += ["", f"left out as {reason.replace('_', ' ')}, {len(cells):,} listings:"]
        lines += [
            f"  {one['symbol']:<8} {one['first']} to {one['last']}, {one['days']:>4,} days  {one['name']}"
            for one in cells
        ]
    return lines


def write_csv(path: Path, header: list[str], rows: list[list]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def put_in_place(fresh: Path, out: Path) -> None:
    """Gives the folder its name in one step, also where an earlier import has it."""
    if not out.exists():
        os.rename(fresh, out)
        return
    exchange, here = 2, -100  # RENAME_EXCHANGE, AT_FDCWD
    if ctypes.CDLL(None, use_errno=True).renameat2(here, os.fsencode(fresh), here, os.fsencode(out), exchange) == 0:
        shutil.rmtree(fresh)
        return
    old = fresh.with_name(fresh.name + ".old")  # a file system that cannot exchange: two steps
    os.rename(out, old)
    os.rename(fresh, out)
    shutil.rmtree(old)


def remove_stale(out: Path) -> None:
    """What an import that was killed left beside: its folder's name ends with its process."""
    for path in out.parent.glob(f".{out.name}.import-*"):
        process = re.search(r"\.import-(\d+)", path.name)
        if process and not Path(f"/proc/{process[1]}").exists():
            if path.is_symlink():
                path.unlink()
            else:
                shutil.rmtree(path, ignore_errors=True)


def write(
    out: Path, panel: pa.Table, constituents: list[list[str]], volatility: dict[datetime.date, float], report: Report
) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    remove_stale(out)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.import-{os.getpid()}-", dir=out.parent))
    try:
        fresh.chmod(0o777 & ~umask())
        pq.write_table(panel, fresh / "panel.parquet", row_group_size=500_000)
        write_csv(fresh / "constituents.csv", ["symbol", "issuer", *LABELS], constituents)
        write_csv(
            fresh / "volatility.csv", ["date", "close"], [[d.isoformat(), repr(x)] for d, x in volatility.items()]
        )
        (fresh / "import.json").write_text(
            json.dumps(report.content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        (fresh / "import.txt").write_text("\n".join(report.lines) + "\n", encoding="utf-8")
        put_in_place(fresh, out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def named(names: list[str]) -> str:
    """The first names of a list, for one line."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")


def clock(text: str) -> datetime.time:
    if not re.fullmatch(r"\d{2}:\d{2}", text):
        raise argparse.ArgumentTypeError(f"'{text}' is no time such as 16:15")
    try:
        return datetime.time.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no time of a day") from None


def share(text: str) -> float:
    try:
        if 0 <= float(text) < 1:
            return float(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"'{text}' is no share from 0 to below 1, such as 0.02")


def arguments_of(command_line: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make_panel.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "source", metavar="SOURCE", type=Path, help="folder of snapshots, or with --path a git repository"
    )
    parser.add_argument(
        "--volatility",
        metavar="FILE",
        type=Path,
        required=True,
        help="CSV with date and close (2026-07-22 or 07/22/2026), in points",
    )
    parser.add_argument(
        "--out", metavar="DIR", type=Path, required=True, help="folder to write, or an earlier import to replace"
    )
    parser.add_argument(
        "--path", metavar="PATH", help="the listing's path in the repository, such as nasdaq/nasdaq_full_tickers.json"
    )
    parser.add_argument(
        "--after-close",
        metavar="HH:MM",
        type=clock,
        default=datetime.time(16, 15),
        help="from when on a commit shows the day's close, by the exchange's clock (default 16:15)",
    )
    parser.add_argument("--holidays", metavar="FILE", type=Path, help="weekdays without trading, a date a line")
    parser.add_argument(
        "--corrections",
        metavar="FILE",
        type=Path,
        help="CSV: symbol, and any of take (yes, no), issuer, name, sector, industry, country, ipo_year, "
        "which replace what snapshots and rules say",
    )
    parser.add_argument(
        "--class-tolerance",
        metavar="SHARE",
        type=share,
        default=0.02,
        help="how far counts of shares, or caps, of two classes may differ that are both the whole company's "
        "(default 0.02)",
    )
    parser.add_argument(
        "--skip",
        metavar="NAME",
        action="append",
        default=[],
        help="leave a snapshot out: a file, a commit or a date; repeatable",
    )
    arguments = parser.parse_args(command_line)
    for name in ("volatility", "holidays", "corrections"):
        if (path := getattr(arguments, name)) and not path.is_file():
            parser.error(f"--{name} {path}: no such file")
    if not arguments.source.is_dir():
        parser.error(f"{arguments.source}: no such folder")
    if arguments.path and not shutil.which("git"):
        parser.error("--path: no program git on PATH; install git, or give a folder of snapshots without --path")
    arguments.out = Path(os.path.realpath(arguments.out))  # of a link the folder that it leads to is replaced
    if arguments.out.exists():
        there = list(arguments.out.iterdir()) if arguments.out.is_dir() else []
        if not arguments.out.is_dir() or (there and not (arguments.out / "import.json").is_file()):
            parser.error(f"--out {arguments.out}: is there and no earlier import; name another folder")
        if foreign := sorted(path.name for path in there if path.name not in FILES or not path.is_file()):
            parser.error(
                f"--out {arguments.out}: holds {named(foreign)} beside an earlier import, which would be lost when it "
                "is replaced; move it elsewhere, or name another folder"
            )
    return arguments


def not_of_this_import(names: list[str], arguments: argparse.Namespace) -> list[str]:
    """Files of SOURCE less those that the command line names: other input, and what lies in DIR."""
    given = (arguments.volatility, arguments.holidays, arguments.corrections)
    known = {arguments.out, *(path.resolve() for path in given if path)}
    paths = {name: (arguments.source / name).resolve() for name in names}
    return [name for name, path in paths.items() if known.isdisjoint((path, *path.parents))]


def main(command_line: list[str]) -> int:
    arguments = arguments_of(command_line)
    try:
        holidays = read_holidays(arguments.holidays)
        if arguments.path:
            source = snapshots.in_history(arguments.source, arguments.path, arguments.after_close, holidays)
        else:
            of_days, others = snapshots.in_folder(arguments.source)
            source = nullcontext((of_days, [], not_of_this_import(others, arguments)))
        with source as (found, left_out, others):
            panel, constituents, volatility, report = build(found, left_out, others, arguments, holidays)
        write(arguments.out, panel, constituents, volatility, report)
    except Refused as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    except Usage as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except (OSError, MemoryError) as error:
        print(f"error: {error or 'out of memory'}", file=sys.stderr)
        return 6
    print("\n".join(report.lines[:7]))
    if others:
        print(
            f"warning: not read, as no trading day is their name: {named(others)}; rename snapshots among them such as "
            "2026-07-22.json",
            file=sys.stderr,
        )
    for one in report.content["days"]["suspect"]:
        print(
            f"warning: {one['day']}: {one['link']:.1%} of its changes follow from the prices of the trading day "
            "before; see import.txt",
            file=sys.stderr,
        )
    for one in report.content["days"]["shrunk"]:
        print(
            f"warning: {one['day']}: {one['rows']:,} rows after {one['rows_before']:,}, the {days.SHRUNK}th snapshot "
            "of that size; kept from here on. If the listing is not whole, leave these days out: --skip",
            file=sys.stderr,
        )
    print(f"in            {arguments.out}: {panel.num_rows:,} rows; import.txt has every list")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
