# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The rows of all days as tables: kinds, issuers, constituents, and changes held against prices."""

import numpy as np
import pandas as pd

from .days import tolerance
from .inputs import LABELS
from .listings import FIFTH_LETTERS, issuer_key, issuer_of, kind_of
from .snapshots import TEXTS, Codes, Snapshot, Vocabulary

TAKEN = ("common", "depositary", "silent")  # kinds of listings
SHOWN = 20  # disagreements of prices and changes that the report names


def table_of(kept: list[Snapshot], words: Vocabulary) -> pd.DataFrame:
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
            **{key: np.concatenate([s.text[key] for s in kept]) for key in TEXTS},
        }
    )
    return frame.iloc[np.lexsort((frame["symbol"], frame["day"]))].reset_index(drop=True)


def kinds_of(
    frame: pd.DataFrame, symbols: list[str], names: list[str], corrections: dict[str, dict[str, str]]
) -> np.ndarray:
    """The kind of every row."""
    pair = frame["symbol"].to_numpy(np.int64) * len(names) + frame["name"].to_numpy()
    unique, inverse = np.unique(pair, return_inverse=True)
    kinds = []
    for code in unique.tolist():
        symbol, name = symbols[code // len(names)], names[code % len(names)]
        take = corrections.get(symbol, {}).get("take")
        kinds.append({"yes": "common", "no": "correction"}.get(take) or kind_of(symbol, name))
    kinds = np.array(kinds, object)[inverse]
    # a silent name and a fifth letter decide where the first four are listed on that day too
    number = {symbol: code for code, symbol in enumerate(symbols)}
    roots = {
        code: (number[s[:4]], FIFTH_LETTERS[s[4]])
        for s, code in number.items()
        if len(s) == 5 and s[4] in FIFTH_LETTERS and s[:4] in number
    }
    silent = np.flatnonzero((kinds == "silent") & frame["symbol"].isin(list(roots)).to_numpy())
    listed = set(zip(frame["day"], frame["symbol"], strict=True)) if len(silent) else set()
    for row in silent:
        root, kind = roots[frame["symbol"].iat[row]]
        if (frame["day"].iat[row], root) in listed:
            kinds[row] = kind
    return kinds


def reasons_of(kinds: np.ndarray, cap: np.ndarray) -> np.ndarray:
    """Why each row is left out; empty where it is taken."""
    reasons = np.where(np.isin(kinds, TAKEN), "", kinds).astype(object)
    reasons[(reasons == "") & ~(cap > 0)] = "unknown_cap"
    reasons[(reasons == "unknown_cap") & (cap < 0)] = "bad_cap"
    return reasons


def issuers_of(
    frame: pd.DataFrame, symbols: list[str], names: list[str], corrections: dict[str, dict[str, str]]
) -> tuple[np.ndarray, list[str]]:
    """The issuer of every row as a number, and their names: of each the spelling that came first."""
    keys = Codes()
    spelled = [issuer_of(name) for name in names]
    code = np.array([keys[issuer_key(text)] if text else -1 for text in spelled], np.int64)[frame["name"]]
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
        issuer = keys[issuer_key(text)]
        code[rows if number in own else rows & (code < 0)] = issuer
        shown[issuer] = text
    return code, [shown.get(number, "") for number in range(len(keys))]


def constituents_of(
    frame: pd.DataFrame,
    symbols: list[str],
    issuer_names: list[str],
    words: Vocabulary,
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


def disagreements(frame: pd.DataFrame, kept: list[Snapshot], symbols: list[str]) -> tuple[int, int, list[dict]]:
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
    wrong = off > 0.01 + tolerance(np.minimum(now["close"], then["close"]))
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


def spans(frame: pd.DataFrame, kept: list[Snapshot], symbols: list[str], names: list[str]) -> list[dict]:
    """The listings of these rows: symbol, last name, first and last day,"""
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
