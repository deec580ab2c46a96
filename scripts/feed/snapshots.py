# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Where daily listing snapshots lie, which of them is of which day by name or clock, and what one holds.

A snapshot is JSON: a list of rows, or {"data": {"rows": [...]}} as the exchange's screener gives it. Text of all
snapshots is kept once, as codes: three years of 4,500 rows as objects would take 10 GB.
"""

import datetime
import functools
import gzip
import json
import re
import subprocess
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

DAY_IN_NAME = re.compile(r"(\d{4})(-?)(\d{2})\2(\d{2})\.json(\.gz)?")
DAY_IN_PATH = re.compile(r"(\d{4})/(\d{2})/(\d{2})\.json(\.gz)?")
EXCHANGE_ZONE = "America/New_York"
OPEN = datetime.time(9, 30)
UNKNOWN = {"", "NA", "N/A", "--", "null"}
DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
TEXTS = ("name", "sector", "industry", "country", "ipoyear")


class Refused(Exception):
    """Input that cannot be taken: where, what stands there, what was expected, what to do."""


class Usage(Exception):
    """What was asked for cannot be done with this input."""


class Codes(dict[str, int]):
    """A number for every text, in the order of their first appearance."""

    def __missing__(self, text: str) -> int:
        self[text] = code = len(self)
        return code


@dataclass
class Found:
    """A snapshot that exists, unread."""

    day: datetime.date
    source: str
    read: Callable[[], bytes]
    taken: datetime.datetime | None = None  # by the exchange's clock


@dataclass
class Snapshot:
    """The rows of one day's listing; arrays of one length, NaN for a number that is not known."""

    day: datetime.date
    source: str
    symbol: np.ndarray
    close: np.ndarray
    change: np.ndarray  # the day's simple return, a fraction
    cap: np.ndarray
    text: dict[str, np.ndarray]
    repeated: int = 0  # rows left out as identical repetitions
    link: float | None = None  # share of names whose change leads from the close of the trading day before
    rows_before: int | None = None  # of the last day kept, where the listing has become so much smaller for good


@dataclass
class Vocabulary:
    symbol: Codes = field(default_factory=Codes)
    text: dict[str, Codes] = field(default_factory=lambda: {name: Codes() for name in TEXTS})


def previous_trading_day(day: datetime.date, holidays: set[datetime.date]) -> datetime.date:
    """The last weekday on or before `day` that is no holiday."""
    while day.weekday() > 4 or day in holidays:
        day -= datetime.timedelta(days=1)
    return day


def next_trading_day(day: datetime.date, holidays: set[datetime.date]) -> datetime.date:
    day += datetime.timedelta(days=1)
    while day.weekday() > 4 or day in holidays:
        day += datetime.timedelta(days=1)
    return day


def unpacked(content: bytes, source: str) -> bytes:
    if not source.endswith(".gz"):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise Refused(f"{source}: is no whole gzip file ({error}); fetch it again, or leave it out: --skip") from None


def in_folder(root: Path) -> tuple[list[Found], list[str]]:
    """Snapshots of a folder by the day in their names, and the names of files that are none."""
    found, others = [], []
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        name = path.relative_to(root).as_posix()
        if any(part.startswith(".") for part in name.split("/")):
            continue
        match = DAY_IN_NAME.fullmatch(path.name)
        digits = (match[1], match[3], match[4]) if match else ()
        if not match and (match := DAY_IN_PATH.fullmatch("/".join(name.split("/")[-3:]))):
            digits = match.group(1, 2, 3)
        if not match:
            others.append(name)
            continue
        try:
            day = datetime.date(*map(int, digits))
        except ValueError:
            raise Refused(f"{name}: {'-'.join(digits)} is not a date; expected a trading day in the name") from None
        found.append(Found(day, name, lambda path=path, name=name: unpacked(path.read_bytes(), name)))
    if not found:
        raise Refused(
            f"{root}: holds no snapshot; expected files named by their trading day, such as 2026-07-22.json, "
            "20260722.json.gz or 2026/07/22.json; of a git history give --path as well"
        )
    return found, others


def git(repository: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(repository), *arguments], capture_output=True, text=True)
    if done.returncode:
        raise Refused(f"{repository}: git {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout


@contextmanager
def in_history(
    repository: Path, path: str, after_close: datetime.time, holidays: set[datetime.date]
) -> Iterator[tuple[list[Found], list[dict], list[str]]]:
    """Snapshots that the commits of one path hold, each of the last close before its committer date, those that
    cannot be of it: taken after the next open, or the path deleted; and no files besides."""
    try:
        zone = ZoneInfo(EXCHANGE_ZONE)
    except ZoneInfoNotFoundError:
        raise Refused(f"no time zone {EXCHANGE_ZONE} on this machine; install the system's tzdata") from None
    lines = git(repository, "log", "--reverse", "--format=%H %ct", "--", path).splitlines()
    if not lines:
        raise Refused(f"{repository}: no commit holds {path}; expected the path of the listing in the repository")
    batch = subprocess.Popen(
        ["git", "-C", str(repository), "cat-file", "--batch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert batch.stdin and batch.stdout

    def blob(commit: str) -> bytes | None:
        batch.stdin.write(f"{commit}:{path}\n".encode())
        batch.stdin.flush()
        head = batch.stdout.readline().decode().rsplit(" ", 2)
        if head[-1].strip() == "missing":
            return None
        if len(head) != 3 or head[1] != "blob":
            raise Refused(f"{repository}: {commit}:{path} is no file but '{' '.join(head).strip()}'")
        content = batch.stdout.read(int(head[2]))
        batch.stdout.read(1)
        return unpacked(content, f"{commit[:12]}:{path}" if path.endswith(".gz") else commit[:12])

    def read(commit: str) -> bytes:
        content = blob(commit)
        if content is None:
            raise Refused(f"{commit[:12]}: git cannot read {path} of it; is the clone whole?")
        return content

    deleted = set(git(repository, "log", "--diff-filter=D", "--format=%H", "--", path).splitlines())
    found, left_out = [], []
    try:
        for line in lines:
            commit, seconds = line.split()
            taken = datetime.datetime.fromtimestamp(int(seconds), zone)
            # a snapshot taken before the close is of the day before
            day = taken.date() if taken.time() >= after_close else taken.date() - datetime.timedelta(days=1)
            day = previous_trading_day(day, holidays)
            following = next_trading_day(day, holidays)
            what = {"day": day.isoformat(), "source": commit[:12]}
            if commit in deleted:
                left_out.append(what | {"reason": "deleted", "detail": f"the commit deletes {path}"})
            elif taken >= datetime.datetime.combine(following, OPEN, zone):
                left_out.append(
                    what
                    | {
                        "reason": "late",
                        "detail": f"taken {taken:%Y-%m-%d %H:%M} at the exchange, after the open of {following}",
                    }
                )
            else:
                found.append(Found(day, commit[:12], lambda commit=commit: read(commit), taken))
        yield found, left_out, []
    finally:
        batch.stdin.close()
        batch.stdout.close()
        batch.wait()


def without_skipped(found: list[Found], skip: list[str]) -> tuple[list[Found], list[dict]]:
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


def one_a_day(found: list[Found]) -> tuple[list[Found], list[dict]]:
    """Of several snapshots of one day the last that was taken; where no clock tells, they must be the same."""
    by_day: dict[datetime.date, Found] = {}
    left_out = []
    for one in sorted(found, key=lambda f: (f.day, f.taken.timestamp() if f.taken else 0, f.source)):
        other = by_day.get(one.day)
        if other is not None:
            if one.taken is None and json_of(one) != json_of(other):
                raise Refused(
                    f"{other.source} and {one.source}: two different snapshots of {one.day}; expected one a "
                    "day; delete one of them, or leave it out: --skip"
                )
            reason = "superseded" if one.taken else "repeated"
            left_out.append(
                {
                    "day": one.day.isoformat(),
                    "source": other.source,
                    "reason": reason,
                    "detail": f"{one.source} is of that day too" + (", and later" if one.taken else ""),
                }
            )
        by_day[one.day] = one
    return list(by_day.values()), left_out


def json_of(found: Found) -> object:
    try:
        return json.loads(found.read())
    except (ValueError, RecursionError) as error:
        raise Refused(
            f"{found.source}: is no JSON ({error}); expected a list of rows; fetch it again, or leave it out: --skip"
        ) from None


def rows_of(found: Found) -> list[dict]:
    content = json_of(found)
    if isinstance(content, dict) and isinstance(content.get("data"), dict):
        content = content["data"].get("rows")
    if not isinstance(content, list):
        raise Refused(
            f"{found.source}: holds {kind(content)}; expected a list of rows, or an object with the list data.rows"
        )
    if not content:
        raise Refused(f"{found.source}: holds no rows; expected a listing; fetch it again, or leave it out: --skip")
    for row, value in enumerate(content):
        if not isinstance(value, dict):
            raise Refused(
                f"{found.source}: row {row + 1} is {kind(value)}; expected an object with symbol, name, "
                "lastsale, pctchange, marketCap"
            )
    return content


def kind(value: object) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: f"the text '{value}'",
        bool: f"{value}".lower(),
        type(None): "null",
    }
    return names.get(type(value), f"the number {value}")


def refuse(source: str, row: int, rows: list[dict], key: str, expected: str) -> None:
    symbol = rows[row].get("symbol")
    there = kind(rows[row][key]) if key in rows[row] else "missing"
    raise Refused(
        f"{source}: row {row + 1} ({symbol}): {key} is {there}; expected {expected}; mend it, or leave the "
        "snapshot out: --skip"
    )


def column(rows: list[dict], key: str) -> list:
    """The values of one key; ... where a row has none."""
    try:
        return [row[key] for row in rows]
    except KeyError:
        return [row.get(key, ...) for row in rows]


def texts(rows: list[dict], key: str, source: str, required: bool) -> list[str]:
    """A column of text; null is empty, a whole number its digits (years)."""
    values = column(rows, key)
    if set(map(type, values)) == {str}:
        return values
    out = []
    for row, value in enumerate(values):
        if type(value) is str:
            out.append(value)
        elif value in (None, ...) and not required:
            out.append("")
        elif type(value) is int and key == "ipoyear":
            out.append(str(value))
        else:
            refuse(source, row, rows, key, "text")
    return out


def numbers(rows: list[dict], key: str, source: str, read: Callable[[str], float | None], expected: str) -> np.ndarray:
    """A column of numbers, given as such or as text; NaN for one that is not known."""
    values = column(rows, key)
    if set(map(type, values)) != {str}:
        # what is neither text nor number nor null becomes a text that is no number
        values = [
            v if type(v) is str else "" if v is None else repr(v) if type(v) in (int, float) else "?" for v in values
        ]
    out = [read(value) for value in values]
    if None in out:
        refuse(source, out.index(None), rows, key, expected)
    return np.array(out)


def plain(text: str) -> str | None:
    """The digits of a number without thousands' commas; None where it is none."""
    text = text.strip().replace(",", "")
    return text if DECIMAL.fullmatch(text) else None


def amount(text: str) -> float | None:
    """A price or a cap; NaN where it is unknown, None where the text is no number."""
    if text.replace(".", "", 1).isdecimal():
        return float(text)
    text = text.strip()
    if text in UNKNOWN:
        return np.nan
    sign = "-" if text.startswith("-") else ""
    found = plain(sign + text.removeprefix("-").removeprefix("$"))
    return float(found) if found else None


@functools.lru_cache(1 << 16)
def price(text: str) -> float | None:
    return amount(text)


@functools.lru_cache(1 << 16)
def percentage(text: str) -> float | None:
    """A fraction from percent, as near as a float comes to the decimals that stand there; otherwise as amount."""
    text = text.strip()
    if text in UNKNOWN or text == "UNCH":
        return 0.0 if text == "UNCH" else np.nan
    found = plain(text.removesuffix("%"))
    if not found:
        return None
    return float(found) / 100 if "e" in found.lower() else float(found + "e-2")


def read_snapshot(found: Found, words: Vocabulary) -> Snapshot:
    rows, source = rows_of(found), found.source
    symbols = [symbol.strip() for symbol in texts(rows, "symbol", source, required=True)]
    for row, symbol in enumerate(symbols):
        if not symbol:
            refuse(source, row, rows, "symbol", "the listing's symbol")
    symbol = np.fromiter(map(words.symbol.__getitem__, symbols), np.int32, len(rows))
    text = {
        key: np.fromiter(
            map(words.text[key].__getitem__, texts(rows, key, source, required=key == "name")), np.int32, len(rows)
        )
        for key in TEXTS
    }
    snapshot = Snapshot(
        found.day,
        source,
        symbol,
        numbers(rows, "lastsale", source, price, 'a price such as "$123.45", or "" where unknown'),
        numbers(rows, "pctchange", source, percentage, 'percent such as "-1.23%", or "" where unknown'),
        numbers(rows, "marketCap", source, amount, 'a number such as "1234567.00", or "" where unknown'),
        text,
    )
    return without_repetitions(snapshot, rows)


def without_repetitions(snapshot: Snapshot, rows: list[dict]) -> Snapshot:
    """Identical rows of one symbol count once; different ones cannot both be right."""
    _, first = np.unique(snapshot.symbol, return_index=True)
    if len(first) == len(snapshot.symbol):
        return snapshot
    seen: dict[int, int] = {}
    for row, code in enumerate(snapshot.symbol.tolist()):
        one = seen.setdefault(code, row)
        if rows[one] != rows[row]:
            differ = sorted(k for k in rows[one].keys() | rows[row].keys() if rows[one].get(k) != rows[row].get(k))
            raise Refused(
                f"{snapshot.source}: rows {one + 1} and {row + 1} are both of {rows[row]['symbol']} and differ in "
                f"{', '.join(differ)}; expected one row a symbol; mend it, or leave the snapshot out: --skip"
            )
    first.sort()
    return Snapshot(
        snapshot.day,
        snapshot.source,
        snapshot.symbol[first],
        snapshot.close[first],
        snapshot.change[first],
        snapshot.cap[first],
        {k: v[first] for k, v in snapshot.text.items()},
        repeated=len(snapshot.symbol) - len(first),
    )
