# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Input of the oracle: the configuration and the three tables of the specification, section 1, as pandas frames."""

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml


class Refused(Exception):
    """The data break a rule of section 1 that ends a run with exit code 3."""


def read_config(path):
    """The configuration with every scalar as text: PyYAML's resolver would turn the tickers ON, NO and TRUE into
    truth values and 2026-03-27 into a date, so it is switched off. Paths come back absolute."""
    path = Path(path)
    config = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) or {}
    data = config.setdefault("data", {})
    for key in ("panel", "constituents", "volatility"):
        if data.get(key):
            data[key] = path.parent / data[key]
    if (config.get("stage") or {}).get("rules"):
        config["stage"]["rules"] = path.parent / config["stage"]["rules"]
    for options in config.get("scenarios") or []:
        options["stresses"] = [path.parent / file for file in options.get("stresses") or []]
    return config


def read_table(path):
    """A table as a frame: Parquet with its types, CSV (plain or gzip) with every cell as text; "NA" stays text."""
    path = Path(path)
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        columns = {}
        for name, column in zip(table.column_names, table.columns):
            if pa.types.is_dictionary(column.type):
                column = column.cast(column.type.value_type)
            columns[name] = column.to_pandas()
        return pd.DataFrame(columns)
    return pd.read_csv(path, dtype=object, keep_default_na=False, na_filter=False, encoding="utf-8")


def numbers(column):
    """float64; an empty cell is NaN. Text goes through Python's float: correctly rounded, which to_numeric is not."""
    if not pd.api.types.is_numeric_dtype(column):
        column = column.map(lambda cell: float("nan") if cell is None or cell == "" else float(cell))
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def days(column):
    """datetime64[D] from dates, timestamps or ISO text."""
    return pd.to_datetime(column).to_numpy().astype("datetime64[D]")


def day(text):
    return np.datetime64(datetime.date.fromisoformat(text), "D")


def read_panel(config):
    """The cleaned panel, long (date, symbol, cap, ret), and the counts of what was dropped."""
    data = config["data"]
    table = read_table(data["panel"])
    for name in ("date", "symbol", "market_cap"):
        if name not in table:
            raise Refused(f"the panel has no column {name}")
    if "return" not in table and "close" not in table:
        raise Refused("the panel has neither return nor close")
    value = "return" if "return" in table else "close"
    rows = pd.DataFrame({
        "date": days(table["date"]),
        "symbol": table["symbol"].astype(object),
        "cap": numbers(table["market_cap"]),
        "value": numbers(table[value]),
    })
    if data.get("start"):
        rows = rows[rows.date >= day(data["start"])]
    if config.get("as_of", "latest") != "latest":
        rows = rows[rows.date <= day(config["as_of"])]
    count = {"rows": len(rows)}

    unique = rows.drop_duplicates()
    count["duplicate"] = len(rows) - len(unique)
    again = unique[unique.duplicated(["date", "symbol"], keep=False)]
    if len(again):
        raise Refused(f"different rows of one date and symbol:\n{again.head(10)}")
    rows = unique

    usable = np.isfinite(rows.cap) & (rows.cap > 0)
    count["bad_cap"] = int((~usable).sum())
    rows = rows[usable].sort_values(["symbol", "date"], kind="stable")

    if value == "close":
        price = rows.value.where(np.isfinite(rows.value) & (rows.value > 0))
        rows["ret"] = price / price.groupby(rows.symbol).shift(1) - 1
        expected = rows.symbol.duplicated()  # a constituent's first close has none before it: no return to miss
    else:
        expected = True
        rows["ret"] = rows.value
    missing = rows.ret.isna() & expected
    bad = rows.ret.notna() & (~np.isfinite(rows.ret) | (rows.ret <= -1))
    extreme = rows.ret.notna() & ~bad & (rows.ret.abs() > float(data.get("max_abs_return", 3.0)))
    count["missing_return"] = int(missing.sum())
    count["bad_return"] = int(bad.sum())
    count["extreme_return"] = int(extreme.sum())
    rows["ret"] = rows.ret.mask(bad | extreme)
    lost = sum(count[reason] for reason in ("duplicate", "bad_cap", "missing_return", "bad_return", "extreme_return"))
    if lost > float(data.get("max_dropped_share", 0.05)) * count["rows"]:
        raise Refused(f"{lost} of {count['rows']} rows dropped or without a return")
    return rows[["date", "symbol", "cap", "ret"]].reset_index(drop=True), count


def read_labels(config, symbols):
    """One row a symbol of the panel: symbol, sector, issuer and every other label column; and the count of symbols
    without a row. Where there is no issuer it is the symbol; where there is no other label it is Unclassified."""
    labels = pd.DataFrame({"symbol": symbols})
    path = config["data"].get("constituents")
    table = read_table(path).astype(object) if path else pd.DataFrame({"symbol": []}, dtype=object)
    unclassified = int((~labels.symbol.isin(table.symbol)).sum())
    labels = labels.merge(table, on="symbol", how="left")
    labels = labels.astype(object).where(labels.notna(), "")
    for name in ("sector", "issuer"):
        if name not in labels:
            labels[name] = ""
    for name in labels.columns[1:]:
        labels[name] = labels[name].where(labels[name] != "", labels.symbol if name == "issuer" else "Unclassified")
    return labels, unclassified


def read_volatility(config):
    """date, close (above 0), ascending, each date once; None without a file."""
    path = config["data"].get("volatility")
    if not path:
        return None
    table = read_table(path)
    frame = pd.DataFrame({"date": days(table["date"]), "close": numbers(table["close"])})
    frame = frame[np.isfinite(frame.close) & (frame.close > 0)].drop_duplicates()
    return frame.sort_values("date").reset_index(drop=True)


def memberships(config, labels):
    """Every (dimension, group, symbol), long. A group of the configuration holds the symbols it lists and those whose
    labels all match its `where`; a dimension given as text is a label column."""
    parts = []
    for dimension in ("sector", "issuer"):
        parts.append(pd.DataFrame({"dimension": dimension, "group": labels[dimension], "symbol": labels.symbol}))
    for dimension, groups in (config.get("groups") or {}).items():
        if isinstance(groups, str):
            parts.append(pd.DataFrame({"dimension": dimension, "group": labels[groups], "symbol": labels.symbol}))
            continue
        for group, rule in groups.items():
            chosen = labels.symbol.isin(rule.get("symbols") or [])
            where = rule.get("where") or {}
            matches = pd.Series(bool(where), index=labels.index)
            for column, accepted in where.items():
                matches &= labels[column].isin([accepted] if isinstance(accepted, str) else accepted)
            members = labels.symbol[chosen | matches]
            parts.append(pd.DataFrame({"dimension": dimension, "group": group, "symbol": members}))
    return pd.concat(parts, ignore_index=True)
