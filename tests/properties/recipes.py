# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Small input files made from recipes: a base table, edits of its cells, and damage to the bytes of the file.

tests/golden/data/README.md says what a recipe may hold. The same recipe gives the same bytes.
"""

import csv
import gzip
import io
import os
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

DATES = [f"2024-01-{day:02}" for day in (2, 3, 4, 5, 8, 9, 10, 11, 12, 15, 16, 17)]  # weekdays, 12 of them
CAPS = {"AAA": "500", "BBB": "300", "CCC": "100", "NA": "60", "NULL": "40"}  # 1000 in all, the same every day
RETURNS = {"AAA": "0.01", "BBB": "-0.01", "CCC": "0.02", "NA": "0", "NULL": "0.05"}  # the index returns 0.006
LABELS = {"AAA": ("Tech", "Alpha"), "BBB": ("Tech", "Beta"), "CCC": ("Health", "Gamma"), "NA": ("Energy", "Alpha"),
          "NULL": ("Energy", "Nil")}

BASE = {
    "panel": [{"date": d, "symbol": s, "market_cap": CAPS[s], "return": RETURNS[s]} for d in DATES for s in CAPS],
    "constituents": [{"symbol": s, "sector": sector, "issuer": issuer} for s, (sector, issuer) in LABELS.items()],
    "volatility": [{"date": d, "close": str(14 + i)} for i, d in enumerate(DATES)],
}
KEYS = {"panel": ("date", "symbol"), "constituents": ("symbol",), "volatility": ("date",)}
FORMATS = {"panel": ("csv", "parquet"), "constituents": ("csv",), "volatility": ("csv",)}
NUMBERS = {"market_cap", "return", "close"}


def formats_of(table, recipe):
    """The formats in which a case runs: what must be told of rows must be told in each."""
    if "text" in recipe or "is" in recipe:
        return ("csv",)
    chosen = recipe.get("format", FORMATS[table])
    return (chosen,) if isinstance(chosen, str) else tuple(chosen)


def file_name(table, recipe, form):
    return recipe.get("name", f"{table}.{form}")


def make_file(path, table, recipe, form):
    kind = recipe.get("is", "file")
    if kind == "missing":
        return
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "dangling_link":
        path.symlink_to("gone.csv")
    elif kind == "link_to_itself":
        path.symlink_to(path.name)
    elif kind == "link_to_null":
        path.symlink_to("/dev/null")
    elif kind in ("file", "unreadable"):
        path.write_bytes(damaged(content(table, recipe, form), recipe))
        if kind == "unreadable":
            path.chmod(0)
    else:
        raise ValueError(f"is: {kind}")


def content(table, recipe, form):
    if "text" in recipe:
        return recipe["text"].encode()
    rows, columns = edited(table, recipe)
    if form == "parquet":
        return parquet_bytes(rows, columns, recipe)
    return csv_bytes(rows, columns, recipe, compress=form == "csv.gz")


def edited(table, recipe):
    """Rows (a dict a row, cells as text, None: missing) and the columns to write, (name in the row, name in the file)."""
    rows = [dict(row) for row in BASE[table]]

    def find(key):
        if isinstance(key, int):
            return rows[key - 1]
        found = [row for row in rows if " ".join(row[k] for k in KEYS[table]) == str(key)]
        if not found:
            raise KeyError(f"no row {key!r} in {table}")
        return found[0]

    def as_text(cells):
        return {name: None if cell is None else str(cell) for name, cell in cells.items()}

    changes = [(find(key), as_text(cells)) for key, cells in recipe.get("set", {}).items()]
    dropped = [find(key) for key in recipe.get("drop", [])]
    added = [{**find(cells["like"]), **as_text({k: v for k, v in cells.items() if k != "like"})}
             for cells in recipe.get("add", [])]
    for row, cells in changes:
        row.update(cells)
    rows = [row for row in rows if not any(row is gone for gone in dropped)] + added
    for column, value in recipe.get("fill", {}).items():
        for row in rows:
            row[column] = None if value is None else str(value)
    rows = rows[:recipe.get("rows", len(rows))]
    if recipe.get("order") == "reversed":
        rows.reverse()
    names = recipe.get("columns") or list(dict.fromkeys(column for row in rows or BASE[table] for column in row))
    renamed = recipe.get("rename", {})
    return rows, [(name, renamed.get(name, name)) for name in names]


def csv_bytes(rows, columns, recipe, compress):
    text = io.StringIO()
    style = {"delimiter": recipe.get("separator", ","), "lineterminator": recipe.get("line_end", "\n"),
             "quoting": csv.QUOTE_ALL if recipe.get("quote") == "all" else csv.QUOTE_MINIMAL}
    writer = csv.writer(text, **style)
    writer.writerow([shown for _, shown in columns])
    for row in rows:
        writer.writerow(["" if row.get(name) is None else row[name] for name, _ in columns])
    raw = (recipe.get("before", "") + text.getvalue()).encode(recipe.get("encoding", "utf-8"))
    return gzip.compress(raw, mtime=0) if compress else raw


def as_type(cells, name):
    """An Arrow array of cells, in a type that a recipe names; missing and empty cells are null."""
    made = {
        "text": lambda c: pa.array(c, pa.string()),
        "dictionary": lambda c: pa.array(c, pa.string()).dictionary_encode(),
        "binary": lambda c: pa.array([v.encode() for v in c], pa.binary()),
        "bool": lambda c: pa.array([v != "0" for v in c], pa.bool_()),
        "list": lambda c: pa.array([[float(v)] for v in c], pa.list_(pa.float64())),
        "list of text": lambda c: pa.array([[v] for v in c], pa.list_(pa.string())),
        "struct": lambda c: pa.array([{"value": float(v)} for v in c]),
        "null": lambda c: pa.nulls(len(c)),
        "int64": lambda c: pa.array([int(v) for v in c], pa.int64()),
        "uint8": lambda c: pa.array([int(v) % 256 for v in c], pa.uint8()),
        "float32": lambda c: pa.array([float(v) for v in c], pa.float32()),
        "decimal": lambda c: pa.array([Decimal(v) for v in c], pa.decimal128(20, 4)),
        "time": lambda c: pa.array(range(len(c)), pa.time32("s")),
        "duration": lambda c: pa.array(range(len(c)), pa.duration("s")),
        "date": lambda c: pa.array(c, pa.string()).cast(pa.date32()),
        "timestamp": lambda c: pa.array(c, pa.string()).cast(pa.timestamp("us")),
        "timestamp UTC": lambda c: pa.array(c, pa.string()).cast(pa.timestamp("ms")).cast(pa.timestamp("ms", "UTC")),
        "timestamp New York": lambda c: pa.array(c, pa.string()).cast(pa.timestamp("ms")).cast(
            pa.timestamp("ms", "America/New_York")),
        "number": lambda c: pa.array([None if v is None else float(v) for v in c], pa.float64()),
    }
    return made[name]([None if cell in (None, "") else cell for cell in cells])


def parquet_bytes(rows, columns, recipe):
    types = recipe.get("types", {})
    arrays = [as_type([row.get(name) for row in rows], types.get(name, "number" if name in NUMBERS else "text"))
              for name, _ in columns]
    out = io.BytesIO()
    pq.write_table(pa.table(arrays, names=[shown for _, shown in columns]), out,
                   row_group_size=recipe.get("row_group", 7), compression=recipe.get("compression", "snappy"),
                   write_page_checksum=recipe.get("checksum", False))
    return out.getvalue()


def damaged(raw, recipe):
    """Cut to so many bytes (negative: without the last ones), bits flipped, bytes replaced, text put behind."""
    if "cut" in recipe:
        raw = raw[:recipe["cut"]]
    changed = bytearray(raw)
    for place in recipe.get("flip", []):
        changed[place] ^= 1
    raw = bytes(changed)
    for old, new in recipe.get("replace", {}).items():
        assert old.encode() in raw, f"{old!r} is not in the file"
        raw = raw.replace(old.encode(), new.encode("latin-1"))
    for place, count in recipe.get("long", {}).items():  # so many digits put behind a text
        raw = raw.replace(place.encode(), place.encode() + count * b"1")
    return raw + recipe.get("after", "").encode("latin-1")
