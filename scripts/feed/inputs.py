# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What is given beside the snapshots: the volatility index, holidays, corrections."""

import csv
import datetime
import re
from pathlib import Path

from .snapshots import DECIMAL, Refused

# Columns of constituents.csv that a snapshot has under a key.
LABELS = {"name": "name", "sector": "sector", "industry": "industry", "country": "country", "ipo_year": "ipoyear"}


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
        if not DECIMAL.fullmatch(close) or not 0 < float(close) < 1e4:
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
