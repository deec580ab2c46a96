# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What a listing is by its name and symbol, whose it is, and which listings each carry their company's whole cap.

A name is a company's, then a description of the security: "Alphabet Inc. Class C Capital Stock". The first phrase that
describes a security decides, so that "Warrants to purchase Common Stock" is a warrant and "American Depositary Shares
each representing one Preferred Share" are depositary shares. A phrase at the very start belongs to the company ("Unit
Corporation", "Preferred Bank"), and so does one that another word follows ("Right Management", "Our Bond Inc.").
"""

import re
from itertools import combinations

import numpy as np
import pandas as pd

END = (
    r"(?=\s*(?:$|[,.()\[]|each\b|consist|compris|contain|includ|represent|exp|due\b|to\b|of one\b|entitl|exercis"
    r"|one\b|\d))"
)
# In order where two begin at the same place. Kinds that are taken: common, depositary.
PHRASES = [
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in [
        (
            "depositary",
            r"\b(?:american|global|international|european)\s+deposit[ao]ry\b|(?<![\w-])(?:ADSs?|ADRs?|GDRs?)(?![\w-])",
        ),
        ("warrant", r"\bwarrants?\b"),
        ("right", r"\brights?\b" + END),
        ("unit", r"(?<!common )(?<!partner )(?<!partnership )(?<!trust )(?<!ownership )\bunits?\b" + END),
        (
            "debt",
            r"\bnotes?\b" + END + r"|\bbonds?\b" + END + r"|\bdebentures?\b|\bETNs?\b|\bexchange[- ]traded notes?\b",
        ),
        ("rate", r"(?<![\w.])\d+(?:\.\d+)?\s?%"),
        (
            "preferred",
            r"\bprefer(?:red|ence)\b(?=\s*(?:$|[,.()]|stock|shares?\b|securit|units?\b|series|class|depositary))"
            r"|\bpfd\b",
        ),
        (
            "preferred",
            r"\bdeposit[ao]ry\s+(?:shares?|shs|receipts?)\b",
        ),  # without a country before it: of a preferred issue
        ("fund", r"\bETFs?\b|\bETPs?\b|\bexchange[- ]traded\b"),
        (
            "common",
            r"\b(?:common|ordinary|odinary|capital|voting|nonvoting|non-voting|registry|registered)\s+"
            r"(?:stock|shares?|shs|units?)\b(?!\s+(?:purchase|subscription|warrants?|rights?))",
        ),
        (
            "common",
            r"\b(?:class|series)\s+\w{1,2}\s+(?:stock|shares?)\b(?!\s+(?:purchase|subscription|warrants?|rights?))",
        ),
        ("common", r"\bshares?\s+of\s+beneficial\s+interest\b"),
    ]
]
WHEN_ISSUED = re.compile(r"\bwhen[- ]issued\b", re.IGNORECASE)
CLASS = re.compile(
    r"\b(?:class|series)\s+\w{1,2}\b"
    r"|\b(?:new york|subordinated?|limited|multiple|restricted|variable)\s+(?=voting|registry)",
    re.IGNORECASE,
)
# A symbol's suffix after . / - or ^; a single letter of other meaning is a share class and says nothing.
SUFFIXED = re.compile(r"([A-Z0-9]+)([./^-])([A-Z.]*)")
SUFFIXES = [
    ("when_issued", re.compile(r"WI|WD|V")),
    ("warrant", re.compile(r"W|WS(\.?[A-Z])?|WT")),
    ("unit", re.compile(r"U|UN")),
    ("right", re.compile(r"R|RT|RI")),
    ("preferred", re.compile(r"P|PR?\.?[A-Z]?")),
]
# Fifth letters of the exchange, which decide only where the name is silent and the first four are listed as well.
FIFTH_LETTERS = {"W": "warrant", "U": "unit", "R": "right"}
# Days over which two classes are compared. In the exchange's listings of 2023 to 2026 the cap of one class is false for
# a day or two at a time, and a change from whole to own caps lasts months: the median of five days tells them apart,
# two days late.
WINDOW = 5


def first_phrase(name: str) -> tuple[str | None, int]:
    """The kind that the name's own description gives, and where it begins."""
    best: tuple[str | None, int] = (None, len(name))
    for kind, pattern in PHRASES:
        for match in pattern.finditer(name):
            if match.start() > 0:
                if match.start() < best[1]:
                    best = (kind, match.start())
                break
    if best[0] == "rate":
        debt = any(kind == "debt" and pattern.search(name) for kind, pattern in PHRASES)
        return ("debt" if debt else "preferred"), best[1]
    return best


def kind_of(symbol: str, name: str) -> str:
    """common, depositary, warrant, unit, right, preferred, debt, fund, when_issued, or silent where nothing tells;
    silent listings are taken, unless the symbol's fifth letter says else beside a listed root."""
    suffixed = SUFFIXED.fullmatch(symbol)
    if suffixed:
        for kind, pattern in SUFFIXES:
            if pattern.fullmatch(suffixed[3]):
                return kind
        if suffixed[2] == "^":
            return "preferred"
    # The name alone would also hit listings that go on trading under a name with these words.
    if symbol.endswith("V") and len(symbol) == 5 and WHEN_ISSUED.search(name):
        return "when_issued"
    return first_phrase(name)[0] or "silent"


def issuer_of(name: str) -> str:
    """The company's name as it stands before the security's description, without blanks and marks at its end."""
    start = first_phrase(name)[1]
    match = next((m for m in CLASS.finditer(name) if m.start() > 0), None)
    if match:
        start = min(start, match.start())
    return re.sub(r"[\s.,;:&(-]+$", "", name[:start]) or name


def issuer_key(issuer: str) -> str:
    """What two spellings of one company have in common: its letters and digits. Legal forms stay as they are, since
    "Independent Bank Corp." and "Independent Bank Corporation" are two banks."""
    return " ".join(re.sub(r"[^\w]+", " ", re.sub(r"[.'’]", "", issuer.casefold())).split()) or issuer


def share_classes(rows: pd.DataFrame, tolerance: float) -> tuple[np.ndarray, list[dict]]:
    """By how many listings each row's cap is to be divided, and what was compared.

    rows: day (number of the snapshot), issuer, symbol, close, cap; one row a day and symbol. The listings of an issuer
    carry the whole company's cap each where cap / close, the count of shares, is the same for both, or the cap itself
    (classes of different par). What counts is the median over the last days on which both were listed, today
    included, and never a later day: what was imported yesterday stays as it was."""
    divisor = np.ones(len(rows), np.int64)
    several = rows[rows.groupby(["day", "issuer"])["symbol"].transform("size") > 1]
    compared: list[dict] = []
    for issuer, part in several.groupby("issuer", sort=True):
        caps = part.pivot(index="day", columns="symbol", values="cap")
        counts = caps / part.pivot(index="day", columns="symbol", values="close")
        whole: dict[tuple[str, str], pd.Series] = {}
        for one, other in combinations(caps.columns, 2):
            both = caps[one].notna() & caps[other].notna()
            if not both.any():
                continue
            by_cap, by_count = (
                np.log(table.loc[both, one] / table.loc[both, other]).abs().rolling(WINDOW, min_periods=1).median()
                for table in (caps, counts)
            )
            nearest = np.fmin(by_cap, by_count)
            whole[one, other] = nearest <= np.log1p(tolerance)
            compared.append(
                {
                    "issuer": issuer,
                    "symbols": [one, other],
                    "days": int(both.sum()),
                    "days_shared": int(whole[one, other].sum()),
                    "difference": float(np.expm1(nearest.median())),
                }
            )
        position = {(day, symbol): at for day, symbol, at in zip(part["day"], part["symbol"], part.index, strict=True)}
        for day in caps.index:
            groups = [{symbol} for symbol in caps.columns if (day, symbol) in position]
            for (one, other), same in whole.items():
                if same.get(day, False):
                    a, b = (next(g for g in groups if s in g) for s in (one, other))
                    if a is not b:
                        a |= b
                        groups.remove(b)
            for group in groups:
                for symbol in group:
                    divisor[position[day, symbol]] = len(group)
    return divisor, compared
