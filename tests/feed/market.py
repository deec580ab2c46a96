# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""A made-up market as the exchange's screener would show it, day by day, and the importer seen from outside."""

import contextlib
import datetime
import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT / "scripts"), str(PROJECT / "tests" / "properties")]
import make_panel  # noqa: E402

IMPORTER = PROJECT / "scripts" / "make_panel.py"
PATH = "nasdaq/nasdaq_full_tickers.json"
MONDAY = datetime.date(2026, 3, 2)


def weekdays(count, first=MONDAY):
    days, day = [], first
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day += datetime.timedelta(days=1)
    return days


def row(symbol, name, close, change, cap, sector="Technology", **more):
    """A row in the screener's own spelling; change is a fraction, None where unknown."""
    return {
        "symbol": symbol,
        "name": name,
        "lastsale": f"${close:.2f}",
        "netchange": "0.00",
        "pctchange": "" if change is None else f"{100 * change:.3f}%",
        "volume": "1000",
        "marketCap": f"{cap:.2f}",
        "country": "United States",
        "ipoyear": "2004",
        "industry": "Semiconductors",
        "sector": sector,
        "url": f"/market-activity/stocks/{symbol.lower()}",
        **more,
    }


class Market:
    """Prices that walk, 10 million shares and more each; `listing(k)` are the rows after the close of day k."""

    def __init__(self, names=30, days=8, seed=1):
        self.days = weekdays(days)
        draws = np.random.default_rng(seed)
        self.prices = np.round(
            np.cumprod(
                np.vstack([draws.uniform(20, 300, names), 1 + 0.02 * draws.standard_normal((days, names))]), axis=0
            ),
            2,
        )
        self.shares = draws.integers(1, 900, names) * 10_000_000

    def listing(self, k):
        """Price 0 is that of the day before the first."""
        return [
            row(
                f"N{n:02d}",
                f"Name {n} Inc. Common Stock",
                self.prices[k + 1, n],
                self.prices[k + 1, n] / self.prices[k, n] - 1,
                self.prices[k + 1, n] * self.shares[n],
            )
            for n in range(self.prices.shape[1])
        ]

    def listings(self):
        return {day: self.listing(k) for k, day in enumerate(self.days)}


def write_folder(folder, listings, name="{day}.json"):
    for day, rows in listings.items():
        path = Path(folder) / name.format(day=day, digits=f"{day:%Y%m%d}", slashes=f"{day:%Y/%m/%d}")
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(rows, indent=1).encode()
        path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return Path(folder)


def write_history(folder, commits):
    """A repository whose commits, (UTC time, rows or None to delete), hold the listing."""
    folder = Path(folder)
    folder.mkdir()
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        **{
            f"GIT_{who}_{what}": text
            for who in ("AUTHOR", "COMMITTER")
            for what, text in (("NAME", "feed"), ("EMAIL", "feed@example.org"))
        },
    }

    def git(*arguments, **more):
        subprocess.run(
            ["git", "-C", folder, "-c", "gc.auto=0", *arguments],
            check=True,
            env=environment | more,
            stdout=subprocess.DEVNULL,
        )

    git("init", "-q", "-b", "main")
    for time, rows in commits:
        path = folder / PATH
        path.parent.mkdir(exist_ok=True)
        if rows is None:
            path.unlink()
        else:
            path.write_text(json.dumps(rows), encoding="utf-8")
        git("add", "-A")
        git("commit", "-q", "-m", "listing", GIT_AUTHOR_DATE=f"{time}+00:00", GIT_COMMITTER_DATE=f"{time}+00:00")
    return folder


def write_volatility(path, days):
    lines = [f"{day},{18 + k % 7}.25" for k, day in enumerate(days)]
    Path(path).write_text("\n".join(["date,close", *lines]) + "\n", encoding="utf-8")
    return Path(path)


def run_importer(source, volatility, out, *options, expect=0):
    """In this process, which has read pandas already: of the shell's own doing there is EndToEnd."""
    said, warned = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(warned):
        try:
            status = make_panel.main([str(x) for x in (source, "--volatility", volatility, "--out", out, *options)])
        except SystemExit as usage:
            status = usage.code
    if status != expect:
        raise AssertionError(f"exit {status}, expected {expect}:\n{said.getvalue()}{warned.getvalue()}")
    return subprocess.CompletedProcess([], status, said.getvalue(), warned.getvalue())


def report_of(out):
    return json.loads((Path(out) / "import.json").read_text(encoding="utf-8"))
