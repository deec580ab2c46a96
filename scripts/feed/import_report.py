# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What import.json says of days, and the lines of import.txt."""

import datetime

from .days import LINKED, weekdays_between
from .snapshots import Snapshot


def days_told(
    kept: list[Snapshot],
    closed: list[datetime.date],
    holidays: set[datetime.date],
    volatility: dict[datetime.date, float],
) -> dict:
    """The days kept, those that are missing, and those that a reader should look at."""
    first, last = kept[0].day, kept[-1].day
    present = {s.day for s in kept}
    no_level = [
        d
        for d in weekdays_between(first, last, set())
        if min(volatility) <= d <= max(volatility) and d not in volatility
    ]
    absent = [d for d in weekdays_between(first, last, holidays) if d not in present]
    missing = [d for d in absent if d not in closed and d not in no_level]
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "count": len(kept),
        "missing": [d.isoformat() for d in missing],
        "closed": [d.isoformat() for d in absent if d not in missing],
        "without_volatility": [s.day.isoformat() for s in kept if s.day in no_level],
        "suspect": [
            {"day": s.day.isoformat(), "source": s.source, "link": s.link}
            for s in kept
            if s.link is not None and s.link < LINKED
        ],
        "shrunk": [
            {"day": s.day.isoformat(), "source": s.source, "rows": len(s.symbol), "rows_before": s.rows_before}
            for s in kept
            if s.rows_before is not None
        ],
    }


def headline(content: dict) -> list[str]:
    """What was done, in a few lines: the head of import.txt, and what is said at the end of an import."""
    s, d, r, c = content["snapshots"], content["days"], content["rows"], content["classes"]

    def counts(cells: dict[str, int]) -> str:
        return ", ".join(f"{n:,} {reason.replace('_', ' ')}" for reason, n in cells.items()) or "none"

    known = content["returns"]
    return [
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


def report_lines(content: dict) -> list[str]:
    """The headline first, then every list."""
    s, d, c, known = content["snapshots"], content["days"], content["classes"], content["returns"]
    lines = headline(content)
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
