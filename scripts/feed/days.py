# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Which snapshots show the day they are said to be of, told from what they hold.

Two measures between two snapshots: the share of names with the same price and the same cap (nearly all: one of them
shows the other's day), and the share of names whose change leads from the earlier price to the later one (nearly all:
no trading day lies between them). A snapshot is judged by earlier ones and by its successor only, so that what was
imported yesterday stays as it was.
"""

import datetime

import numpy as np

from .snapshots import Snapshot

SAME = 0.9  # of names that neither price nor cap of moved; on a trading day some 0.03
LINKED = 0.5  # of names whose change leads from one close to the next; 0.98 on consecutive days, 0.1 else
LEAST_NAMES = 5  # with fewer to compare nothing is told
LEAST_ROWS = 0.5  # of the rows of the last day kept; with fewer it is a part
LEVEL = 0.9  # numbers of rows that differ by less are of one level
SHRUNK = 5  # parts of one level in a row, the last of which is taken for a listing that has become smaller


def tolerance(close: np.ndarray) -> np.ndarray:
    """How far a change by two rounded prices may be from the change given: prices have two decimals, below 1 four."""
    return 1e-4 + np.where(close < 1, 1.5e-4, 0.011) / close


def price_changes(a: Snapshot, b: Snapshot) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the names that both have a price of: their places in b, the change by prices, and that less the one given."""
    _, in_a, in_b = np.intersect1d(a.symbol, b.symbol, assume_unique=True, return_indices=True)
    before, after, given = a.close[in_a], b.close[in_b], b.change[in_b]
    use = (before > 0) & (after > 0) & ~np.isnan(given)
    changes = after[use] / before[use] - 1
    return in_b[use], changes, changes - given[use]


def same_share(a: Snapshot, b: Snapshot) -> float:
    _, in_a, in_b = np.intersect1d(a.symbol, b.symbol, assume_unique=True, return_indices=True)
    known = (a.close[in_a] > 0) & (b.close[in_b] > 0)
    if not known.any():
        return 0.0
    cap_a, cap_b = (np.nan_to_num(cap) for cap in (a.cap[in_a], b.cap[in_b]))
    same = (a.close[in_a] == b.close[in_b]) & (cap_a == cap_b)
    return float(same[known].mean())


def link(a: Snapshot, b: Snapshot) -> float | None:
    """Share of names whose change in b leads from their price in a; names that did not move tell nothing."""
    at, changes, off = price_changes(a, b)
    moved = (changes != 0) | (b.change[at] != 0)
    if moved.sum() < LEAST_NAMES:
        return None
    before = b.close[at] / (1 + changes)
    return float((np.abs(off) <= tolerance(np.minimum(before, b.close[at])))[moved].mean())


def weekdays_between(a: datetime.date, b: datetime.date, holidays: set[datetime.date]) -> list[datetime.date]:
    days = (a + datetime.timedelta(days=k) for k in range(1, (b - a).days))
    return [day for day in days if day.weekday() < 5 and day not in holidays]


def choose(
    snapshots: list[Snapshot], holidays: set[datetime.date]
) -> tuple[list[Snapshot], list[dict], list[datetime.date]]:
    """The snapshots that count, why the others do not, and weekdays on which the market must have been closed."""
    kept: list[Snapshot] = []
    left_out: list[dict] = []
    closed: list[datetime.date] = []

    def leave(snapshot: Snapshot, reason: str, detail: str) -> None:
        left_out.append(
            {"day": snapshot.day.isoformat(), "source": snapshot.source, "reason": reason, "detail": detail}
        )

    parts: list[Snapshot] = []  # of one level, since the last day kept
    for snapshot in sorted(snapshots, key=lambda s: s.day):
        rows, rows_kept = len(snapshot.symbol), len(kept[-1].symbol) if kept else 0
        if snapshot.day.weekday() > 4 or snapshot.day in holidays:
            leave(snapshot, "no trading day", "a weekend" if snapshot.day.weekday() > 4 else "a holiday")
            continue
        if rows < LEAST_ROWS * rows_kept:
            if parts and (same := same_share(parts[-1], snapshot)) >= SAME:
                leave(snapshot, "stale", f"{same:.1%} of names as on {parts[-1].day}, which is incomplete")
                continue
            if parts and not LEVEL <= rows / len(parts[0].symbol) <= 1 / LEVEL:
                parts = []
            parts.append(snapshot)
            if len(parts) < SHRUNK:
                leave(snapshot, "incomplete", f"{rows} rows, {rows_kept} on {kept[-1].day}")
                continue
            snapshot.rows_before = rows_kept
        parts = []
        while kept:
            last = kept[-1]
            broken = last.link is not None and last.link < LINKED  # does not follow from the day before it
            same = same_share(last, snapshot)
            between = weekdays_between(last.day, snapshot.day, holidays)
            if same >= SAME and not broken:
                leave(snapshot, "stale", f"{same:.1%} of names as on {last.day}")
                break
            follows = link(last, snapshot)
            if broken and (same >= SAME or (between and follows is not None and follows >= LINKED)):
                shown = snapshot.day if same >= SAME else between[-1]
                leave(
                    last,
                    "late",
                    f"shows the data of {shown}: {last.link:.1%} of its changes follow from the day before",
                )
                kept.pop()
                continue
            if between and follows is not None and follows >= LINKED:
                closed += between  # one day's change leads over them
            snapshot.link = None if between and between[-1] not in closed else follows
            kept.append(snapshot)
            break
        else:
            kept.append(snapshot)
    days = {s.day for s in kept}
    return kept, left_out, [day for day in closed if day not in days]
