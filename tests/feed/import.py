# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The importer from outside: folders and histories of snapshots in, three tables that the program takes as they are
out; days that are stale, late, missing or half there; input that is refused; a folder that is replaced whole.

    TOPHEAVY_PROGRAM=... python import.py
"""

import csv
import datetime
import math
import os
import random
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parent))
from market import (
    IMPORTER,
    PATH,
    Market,
    make_panel,
    report_of,
    row,
    run_importer,
    weekdays,
    write_folder,
    write_history,  # noqa: E402
    write_volatility,
)
from program import summary_of, topheavy  # noqa: E402

TABLES = ("panel.parquet", "constituents.csv", "volatility.csv")


def panel_of(out):
    return pq.read_table(Path(out) / "panel.parquet").to_pandas()


def evening(day):
    """20:05 at the exchange in winter, which is the next day by UTC."""
    return f"{day + datetime.timedelta(days=1)}T01:05:00"


class Imports(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.market = Market()
        self.days = self.market.days
        self.volatility = write_volatility(self.folder / "vix.csv", weekdays(600, datetime.date(2025, 1, 1)))
        self.count = 0

    def take(self, listings, *options, name="{day}.json", expect=0):
        """Imports a folder of these listings into a new place."""
        self.count += 1
        source = write_folder(self.folder / f"in{self.count}", listings, name)
        out = self.folder / f"out{self.count}"
        done = run_importer(source, self.volatility, out, *options, expect=expect)
        self.said = done.stdout + done.stderr
        if expect:
            self.assertFalse(out.exists())
            return done.stderr
        return out

    def take_history(self, commits, *options):
        self.count += 1
        repository = write_history(self.folder / f"in{self.count}", commits)
        out = self.folder / f"out{self.count}"
        run_importer(repository, self.volatility, out, "--path", PATH, *options)
        return out

    def same_tables(self, one, other):
        for table in TABLES:
            self.assertEqual((one / table).read_bytes(), (other / table).read_bytes(), table)

    def left_out(self, out):
        return [(s["day"], s["reason"]) for s in report_of(out)["snapshots"]["list"]]


class Tables(Imports):
    def test_what_stands_in_them(self):
        out = self.take(self.market.listings())
        panel = panel_of(out)
        self.assertEqual(list(panel), ["date", "symbol", "close", "return", "market_cap"])
        self.assertEqual(len(panel), 8 * 30)
        want = {
            (day, r["symbol"]): (float(r["lastsale"][1:]), float(r["pctchange"][:-1] + "e-2"), float(r["marketCap"]))
            for day, rows in self.market.listings().items()
            for r in rows
        }
        got = {(d, s): (c, r, m) for d, s, c, r, m in panel.itertuples(index=False)}
        self.assertEqual(got, want)
        self.assertEqual(panel.index.tolist(), panel.sort_values(["date", "symbol"]).index.tolist())
        with open(out / "constituents.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        self.assertEqual(rows[0], ["symbol", "issuer", "name", "sector", "industry", "country", "ipo_year"])
        self.assertEqual(
            rows[3],
            ["N02", "Name 2 Inc", "Name 2 Inc. Common Stock", "Technology", "Semiconductors", "United States", "2004"],
        )
        self.assertEqual((out / "volatility.csv").read_text().splitlines()[:2], ["date,close", "2025-01-01,18.25"])

    def test_any_way_of_writing_the_same(self):
        """Names of files, compression, the order of rows, the screener's envelope, a history of commits."""
        listings = self.market.listings()
        first = self.take(listings)
        for name in ("{digits}.json", "{slashes}.json.gz", "deeper/{day}.json.gz"):
            self.same_tables(first, self.take(listings, name=name))
        draws = random.Random(1)
        shuffled = {day: draws.sample(rows, len(rows)) for day, rows in reversed(listings.items())}
        self.same_tables(first, self.take(shuffled))
        self.same_tables(
            first, self.take({day: {"data": {"headers": {}, "rows": rows}} for day, rows in listings.items()})
        )
        as_numbers = {
            day: [
                r | {"lastsale": float(r["lastsale"][1:]), "marketCap": float(r["marketCap"]), "ipoyear": 2004}
                for r in rows
            ]
            for day, rows in listings.items()
        }
        self.same_tables(first, self.take(as_numbers))
        history = self.take_history([(evening(day), rows) for day, rows in listings.items()])
        self.same_tables(first, history)
        self.assertEqual(report_of(history)["days"], report_of(first)["days"])

    def test_another_day_leaves_the_earlier_ones(self):
        """Days that are stale, late and missing among them."""
        market = Market(days=24, seed=3)
        listings = market.listings()
        days = market.days
        listings[days[5]] = listings[days[4]]
        del listings[days[9]]
        listings[days[13]] = listings[days[14]]
        for k, day in enumerate(days):  # two classes, with own caps from day 12 on
            whole = 1 if k < 12 else 0.4
            listings.get(day, []).extend(
                [
                    row("DUOA", "Duo Inc. Class A Common Stock", 50, 0, 50 * 16e7),
                    row("DUOB", "Duo Inc. Class B Common Stock", 48, 0, 48 * 16e7 * whole),
                ]
            )
        whole = panel_of(self.take(listings))
        for count in range(8, 24, 3):
            part = panel_of(self.take({day: rows for day, rows in listings.items() if day < days[count]}))
            # the last of them may be known as late only from the next
            part = part[part.date < part.date.max()]
            pd.testing.assert_frame_equal(whole[whole.date <= part.date.max()].reset_index(drop=True), part)

    def test_returns(self):
        listings = self.market.listings()
        rows = listings[self.days[4]]
        rows[0]["pctchange"], rows[1]["pctchange"], rows[2]["pctchange"] = "", "-100%", "-123.4%"
        rows[3]["lastsale"] = "$1.00"  # a split of which the change knows
        rows[4]["lastsale"] = "NA"
        out = self.take(listings)
        panel = panel_of(out)
        day = panel[panel.date == self.days[4]].set_index("symbol")
        self.assertEqual(day["return"].isna().tolist(), [True, True, True] + [False] * 27)
        self.assertTrue(math.isnan(day.close["N04"]) and day.market_cap["N04"] > 0)
        found = report_of(out)["returns"]
        self.assertEqual((found["unknown"], found["impossible"], found["differing"]), (1, 2, 2))
        # once when it splits, once when it is back at its old price
        self.assertEqual(
            [(r["symbol"], r["date"]) for r in found["largest"]],
            [("N03", str(self.days[5])), ("N03", str(self.days[4]))],
        )
        self.assertTrue(panel[panel.date == self.days[0]]["return"].notna().all())  # the snapshot knows it

    def test_rows_left_out(self):
        more = [
            ("ACQU", "Acq Corp. Common Stock", 5),
            ("ACQUW", "Acq Corp.", 5),
            ("ACQUU", "Acq Corp. Units", 5),
            ("UNITD", "United Units Airlines Inc. Common Stock", 5),
            ("LONEW", "Lone Corp.", 5),
            ("BIG^A", "Big Bancorp", 5),
            ("ZERO", "Zero Inc. Common Stock", 0),
            ("NONE", "None Inc. Common Stock", None),
            ("MINS", "Minus Inc. Common Stock", -5),
        ]
        listings = self.market.listings()
        for rows in listings.values():
            rows += [
                row(symbol, name, 10, 0, cap or 0) | ({"marketCap": ""} if cap is None else {})
                for symbol, name, cap in more
            ]
            rows.append(dict(rows[0]))
        out = self.take(listings)
        report = report_of(out)
        self.assertEqual(
            report["rows"]["left_out"],
            {"bad_cap": 8, "preferred": 8, "repeated": 8, "unit": 8, "unknown_cap": 16, "warrant": 8},
        )
        self.assertEqual(report["rows"]["read"], 8 * 40)
        self.assertEqual(report["rows"]["kept"], len(panel_of(out)))
        self.assertEqual(
            sorted(set(panel_of(out).symbol) - {f"N{n:02d}" for n in range(30)}), ["ACQU", "LONEW", "UNITD"]
        )
        named = {reason: [one["symbol"] for one in cells] for reason, cells in report["listings_left_out"].items()}
        self.assertEqual(named, {"preferred": ["BIG^A"], "unit": ["ACQUU"], "warrant": ["ACQUW"]})
        self.assertIn("ACQUW", (out / "import.txt").read_text())

    def test_last_known_labels(self):
        listings = self.market.listings()
        listings[self.days[2]][0]["sector"] = "Energy"
        listings[self.days[7]][1]["name"] = "Renamed 1 Inc. Common Stock"
        for rows in listings.values():
            rows[2]["sector"] = None
            rows[3].pop("country")
        for day in self.days[3:]:
            listings[day][0]["sector"] = ""
        out = self.take(listings)
        rows = pd.read_csv(out / "constituents.csv", keep_default_na=False, index_col="symbol")
        self.assertEqual(rows.loc[["N00", "N01", "N02"], "sector"].tolist(), ["Energy", "Technology", "Unclassified"])
        self.assertEqual(rows.loc["N01", ["issuer", "name"]].tolist(), ["Renamed 1 Inc", "Renamed 1 Inc. Common Stock"])
        self.assertEqual(rows.loc["N03", "country"], "")
        self.assertEqual(report_of(out)["constituents"]["unclassified"], 1)

    def test_corrections(self):
        corrections = self.folder / "corrections.csv"
        corrections.write_text(
            'symbol,take,issuer,sector\nN00,no,,\nN01,,"Owner, The",\nN02,,"Owner, The",Energy\nWRNT,yes,,\n'
            "GONE,,,Energy\n"
        )
        listings = self.market.listings()
        for rows in listings.values():
            rows.append(row("WRNT", "Not really a Warrant", 10, 0, 5e9))
        out = self.take(listings, "--corrections", corrections)
        rows = pd.read_csv(out / "constituents.csv", keep_default_na=False, index_col="symbol")
        self.assertNotIn("N00", rows.index)
        self.assertIn("WRNT", rows.index)
        self.assertEqual(rows.issuer[["N01", "N02"]].tolist(), ["Owner, The"] * 2)
        self.assertEqual(rows.sector["N02"], "Energy")
        report = report_of(out)
        self.assertEqual(report["constituents"]["corrections_unused"], ["GONE"])
        self.assertEqual(report["rows"]["left_out"], {"correction": 8})
        self.assertEqual([p["symbols"] for p in report["classes"]["not_shared"]], [["N01", "N02"]])


class Days(Imports):
    """Snapshots of other days than they say."""

    def test_stale(self):
        listings = self.market.listings()
        listings[self.days[3]] = [dict(r) for r in listings[self.days[2]]]
        listings[self.days[3]][0]["lastsale"] = "$1.00"  # one of thirty has moved
        out = self.take(listings)
        self.assertEqual(self.left_out(out), [(str(self.days[3]), "stale")])
        self.assertEqual(report_of(out)["days"]["missing"], [str(self.days[3])])
        self.assertEqual(set(panel_of(out).date), set(self.days) - {self.days[3]})

    def test_a_holiday_tells_itself(self):
        """The next day's changes lead from the prices before: no trading day is missing between."""
        listings = self.market.listings()
        moved = {
            (
                day
                if k < 3
                else day + datetime.timedelta(days=1)
                if day.weekday() < 4
                else day + datetime.timedelta(days=3)
            ): rows
            for k, (day, rows) in enumerate(listings.items())
        }
        for stale in (False, True):
            if stale:
                moved[self.days[3]] = moved[self.days[2]]
            days = report_of(self.take(moved))["days"]
            self.assertEqual((days["missing"], days["closed"], days["count"]), ([], [str(self.days[3])], 8))

    def test_missing(self):
        listings = self.market.listings()
        del listings[self.days[3]], listings[self.days[5]]
        levels = [day for day in weekdays(600, datetime.date(2025, 1, 1)) if day != self.days[5]]
        self.volatility = write_volatility(self.folder / "gap.csv", levels)
        out = self.take(listings)
        days = report_of(out)["days"]
        self.assertEqual((days["missing"], days["closed"]), ([str(self.days[3])], [str(self.days[5])]))
        panel = panel_of(out)
        # the change of one day is valid after a gap too, and no return spans it
        after = panel[panel.date == self.days[4]].set_index("symbol")["return"]
        want = {r["symbol"]: float(r["pctchange"][:-1] + "e-2") for r in listings[self.days[4]]}
        self.assertEqual(after.to_dict(), want)
        holidays = self.folder / "holidays.txt"
        holidays.write_text(f"# days without trading\n- {self.days[3]}\n")
        self.assertEqual(report_of(self.take(listings, "--holidays", holidays))["days"]["missing"], [])

    def test_late_by_what_it_shows(self):
        """Day 3 was fetched after the close of day 4."""
        listings = self.market.listings()
        listings[self.days[3]] = listings[self.days[4]]
        out = self.take(listings)
        self.assertEqual(self.left_out(out), [(str(self.days[3]), "late")])
        whole = panel_of(self.take({d: r for d, r in self.market.listings().items() if d != self.days[3]}))
        pd.testing.assert_frame_equal(panel_of(out), whole)

    def test_late_where_the_day_it_shows_is_absent(self):
        listings = self.market.listings()
        listings[self.days[3]] = listings.pop(self.days[4])
        out = self.take(listings)
        self.assertEqual(self.left_out(out), [(str(self.days[3]), "late")])
        self.assertEqual(report_of(out)["days"]["missing"], [str(self.days[3]), str(self.days[4])])

    def test_taken_before_the_close(self):
        """Nobody can tell from prices alone which of two days is false: both stay, with a warning."""
        listings = self.market.listings()
        for r in listings[self.days[3]]:
            r["lastsale"] = f"${float(r['lastsale'][1:]) * 1.01:.2f}"
        out = self.take(listings)
        self.assertEqual(
            [one["day"] for one in report_of(out)["days"]["suspect"]], [str(self.days[3]), str(self.days[4])]
        )
        self.assertIn(f"warning: {self.days[4]}", self.said)
        self.assertEqual(report_of(self.take(self.market.listings()))["days"]["suspect"], [])

    def test_a_part(self):
        listings = self.market.listings()
        listings[self.days[3]] = listings[self.days[3]][:14]
        self.assertEqual(self.left_out(self.take(listings)), [(str(self.days[3]), "incomplete")])
        listings[self.days[4]] = listings[self.days[4]][:10]  # held against the last whole day, not against a part
        out = self.take(listings)
        self.assertEqual(self.left_out(out), [(str(day), "incomplete") for day in self.days[3:5]])
        self.assertEqual(report_of(out)["days"]["shrunk"], [])

    def test_a_listing_that_stays_smaller(self):
        """Kept from the fifth day on, and said so; what was left out before stays so."""
        market = Market(days=10)
        small = {day: rows[:14] if k >= 3 else rows for k, (day, rows) in enumerate(market.listings().items())}
        out = self.take(small)
        self.assertEqual(self.left_out(out), [(str(day), "incomplete") for day in market.days[3:7]])
        shrunk = {"day": str(market.days[7]), "source": f"{market.days[7]}.json", "rows": 14, "rows_before": 30}
        self.assertEqual(report_of(out)["days"]["shrunk"], [shrunk])
        self.assertIn(f"warning: {market.days[7]}: 14 rows after 30", self.said)
        self.assertIn("14 rows after 30", (out / "import.txt").read_text())
        self.assertEqual(set(panel_of(out).date), {*market.days[:3], *market.days[7:]})

    def test_parts_that_are_no_smaller_listing(self):
        """Of changing size, or the same file every day."""
        market = Market(days=10)
        changing = {day: rows[: 14 - k] if k >= 3 else rows for k, (day, rows) in enumerate(market.listings().items())}
        self.assertEqual(self.left_out(self.take(changing)), [(str(day), "incomplete") for day in market.days[3:]])
        frozen = {day: market.listing(min(k, 3)) for k, day in enumerate(market.days)}
        frozen = {day: rows[:14] if day >= market.days[3] else rows for day, rows in frozen.items()}
        reasons = [reason for _, reason in self.left_out(self.take(frozen))]
        self.assertEqual(reasons, ["incomplete"] + ["stale"] * 6)

    def test_files_not_named_by_a_day(self):
        """Said, but for what the command line names itself; what is hidden is passed over."""
        source = write_folder(self.folder / "in", self.market.listings())
        first = self.folder / "out"
        said = run_importer(source, self.volatility, first).stderr
        self.assertEqual((said, report_of(first)["snapshots"]["not_named_by_a_day"]), ("", []))
        names = ["2026-03-19 (1).json", "deeper/notes.txt", "listing_2026-03-20.json"]
        (source / "deeper").mkdir()
        for name in (*names, ".2026-03-19.json.part"):
            (source / name).write_text("none")
        volatility = source / "vix.csv"
        volatility.write_bytes(self.volatility.read_bytes())
        inside = source / "tables"
        for _ in range(2):
            said = run_importer(source, volatility, inside).stderr
            self.assertIn(f"warning: not read, as no trading day is their name: {', '.join(names)};", said)
            self.assertEqual(report_of(inside)["snapshots"]["not_named_by_a_day"], names)
            text = (inside / "import.txt").read_text()
            self.assertTrue(all(f"  {name}\n" in text for name in names))
            self.same_tables(first, inside)

    def test_weekend(self):
        listings = self.market.listings()
        saturday = self.days[4] + datetime.timedelta(days=1)
        self.assertEqual(saturday.weekday(), 5)
        out = self.take(listings | {saturday: listings[self.days[4]]})
        self.assertEqual(self.left_out(out), [(str(saturday), "no trading day")])

    def test_a_day_without_a_level(self):
        levels = [day for day in weekdays(600, datetime.date(2025, 1, 1)) if day != self.days[5]]
        self.volatility = write_volatility(self.folder / "gap.csv", levels)
        self.assertEqual(
            report_of(self.take(self.market.listings()))["days"]["without_volatility"], [str(self.days[5])]
        )

    def test_history_by_the_clock(self):
        rows = self.market.listings()
        monday, tuesday, wednesday, thursday, friday = self.days[:5]
        sunday = friday + datetime.timedelta(days=2)
        spoilt = [row(f"N{n:02d}", f"Name {n} Inc. Common Stock", 7 + n, 0.5, 1e9) for n in range(30)]
        out = self.take_history(
            [
                (f"{monday}T20:00:00", spoilt),  # 15:00 at the exchange: of Friday, and after Monday's open
                (f"{monday}T21:10:00", spoilt[1:]),  # 16:10, before prices are final
                (f"{monday}T21:30:00", rows[monday]),  # 16:30
                (f"{tuesday}T22:00:00", spoilt),  # replaced two hours later
                (f"{wednesday}T00:00:00", rows[tuesday]),
                (f"{thursday}T14:00:00", rows[wednesday]),  # 09:00 on Thursday, before the open
                (f"{friday}T14:31:00", rows[thursday]),  # 09:31 on Friday: one minute too late
                (f"{sunday}T12:00:00", rows[friday]),
                (evening(self.days[5]), rows[self.days[5]]),
                (evening(self.days[6]), None),
                (evening(self.days[7]), rows[self.days[7]]),
            ]
        )
        friday_before = monday - datetime.timedelta(days=3)
        self.assertEqual(
            sorted(self.left_out(out)),
            sorted(
                [
                    (str(friday_before), "late"),
                    (str(friday_before), "late"),
                    (str(tuesday), "superseded"),
                    (str(thursday), "late"),
                    (str(self.days[6]), "deleted"),
                ]
            ),
        )
        kept = {day: rows[day] for day in (monday, tuesday, wednesday, friday, self.days[5], self.days[7])}
        self.same_tables(out, self.take(kept))
        self.assertEqual(report_of(out)["days"]["missing"], [str(thursday), str(self.days[6])])

    def test_history_in_summer_and_over_a_holiday(self):
        """16:30 in July is 20:30 UTC; Thursday's close is the last before the holiday on Friday."""
        days = weekdays(8, datetime.date(2026, 6, 29))  # 2026-07-03 is a holiday
        days.remove(datetime.date(2026, 7, 3))
        market = Market(days=7)
        rows = [market.listing(k) for k in range(7)]
        holidays = self.folder / "holidays.txt"
        holidays.write_text("2026-07-03\n")
        commits = [(f"{day}T20:30:00", rows[k]) for k, day in enumerate(days)]
        commits[3] = ("2026-07-05T12:00:00", rows[3])  # Thursday's, taken on Sunday
        out = self.take_history(commits, "--holidays", holidays)
        self.same_tables(out, self.take(dict(zip(days, rows, strict=True))))

    def test_after_close(self):
        commits = [
            (f"{day}T22:30:00", rows) for day, rows in self.market.listings().items()
        ]  # 17:30, then 18:30 in summer
        out = self.take_history(commits, "--after-close", "17:30")
        self.assertEqual(report_of(out)["days"]["count"], 8)
        said = run_importer(
            self.folder / "in1",
            self.volatility,
            self.folder / "none",
            "--path",
            PATH,
            "--after-close",
            "18:31",
            expect=3,
        ).stderr
        self.assertIn("none of 8 snapshots is of a trading day: 8 late", said)


class Classes(Imports):
    """A company split into classes that carry its cap each."""

    def test_split_leaves_the_issuer(self):
        listings = self.market.listings()
        one = self.take(listings)
        for rows in listings.values():
            company = rows[7]
            assert company["symbol"] == "N07"
            rows[7:8] = [company | {"symbol": f"N07{c}", "name": f"Name 7 Inc. Class {c} Common Stock"} for c in "ABC"]
        split = self.take(listings)
        sums = []
        for out in (one, split):
            issuer = pd.read_csv(out / "constituents.csv", keep_default_na=False, index_col="symbol").issuer
            panel = panel_of(out)
            sums.append(panel.groupby(["date", panel.symbol.map(issuer)]).market_cap.sum())
        np.testing.assert_allclose(sums[1], sums[0], rtol=1e-15)
        self.assertEqual(len(report_of(split)["classes"]["shared"]), 3)
        self.assertEqual(report_of(split)["constituents"]["issuers"], 30)

    def test_tolerance(self):
        listings = self.market.listings()
        for rows in listings.values():
            rows += [
                row("DUOA", "Duo Inc. Class A Common Stock", 50, 0, 50 * 16e7),
                row("DUOB", "Duo Inc. Class B Common Stock", 48, 0, 48 * 16e7 * 1.06),
            ]
        shared = [
            len(report_of(self.take(listings, "--class-tolerance", t))["classes"]["shared"]) for t in ("0.005", "0.10")
        ]
        self.assertEqual(shared, [0, 1])


class EndToEnd(Imports):
    def test_the_program_takes_it(self):
        """Four companies of 50, 30, 15 and 5 % at the last close, the largest in two classes."""
        days = weekdays(60)
        # one price in 60 days but for changes of a cent, so that no day is stale
        listings = {}
        for k, day in enumerate(days):
            price = 100 + 0.01 * (k % 7) if k < 59 else 100
            before = 100 + 0.01 * ((k - 1) % 7) if k else 100
            change = price / before - 1
            listings[day] = [
                row("TOPA", "Top Inc. Class A Common Stock", price, change, 50e9),
                row("TOPB", "Top Inc. Class B Common Stock", price, change, 50e9),
                row("NA", "Next Corp. Common Stock", price, change, 30e9, sector="Energy"),
                row("ON", "Third Ltd Ordinary Shares", price, change, 15e9, sector=""),
                row("TRUE", "Last plc American Depositary Shares", price, change, 5e9, sector="Energy"),
                row("LASTW", "Last plc Warrant", 1, None, 5e9),
                row("TOPU", "Top Acquisition Units", 1, None, 5e9),
            ]
        self.volatility = write_volatility(self.folder / "levels.csv", days)
        source, out = write_folder(self.folder / "in", listings), self.folder / "out"
        importer = [sys.executable, IMPORTER, source, "--volatility", self.volatility, "--out", out]
        subprocess.run(importer, check=True)
        config = self.folder / "config.yaml"
        config.write_text(
            f"name: feed\ndata: {{panel: {out}/panel.parquet, constituents: {out}/constituents.csv, "
            f"volatility: {out}/volatility.csv}}\n"
        )
        topheavy("validate", config)
        run = self.folder / "run"
        topheavy("run", config, "--out", run, "--quiet")
        summary = summary_of(run)
        self.assertEqual(summary["as_of"], str(days[-1]))
        self.assertEqual(summary["data_quality"]["rows"], 5 * 60)
        self.assertEqual(summary["data_quality"]["gap_days"], [])
        weights = {"issuer": [0.5, 0.3, 0.15, 0.05], "constituent": [0.3, 0.25, 0.25, 0.15, 0.05]}
        for level, weight in weights.items():
            found = summary["concentration"][level]
            self.assertEqual(found["n"], len(weight))
            self.assertAlmostEqual(found["hhi"], sum(w * w for w in weight), delta=1e-12)
            self.assertAlmostEqual(found["top"]["1"], weight[0], delta=1e-12)
            self.assertAlmostEqual(found["entropy"], -sum(w * math.log(w) for w in weight), delta=1e-12)
        last = pq.read_table(run / "groups.parquet").to_pandas()
        # weights of the last day are by the caps of the day before, which are the same
        last = last[(last.date == last.date.max()) & (last.dimension == "sector")].set_index("group").weight
        self.assertEqual(
            {g: round(w, 12) for g, w in last.items()}, {"Technology": 0.5, "Energy": 0.35, "Unclassified": 0.15}
        )


class Refusals(Imports):
    """Exit 3, with file, row, field, value and what was expected; nothing is written."""

    def refused(self, change, *expected, options=(), status=3):
        listings = self.market.listings()
        change(listings)
        said = self.take(listings, *options, expect=status)
        for text in expected:
            self.assertIn(text, said)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir() if p.name.startswith((".", "out"))), [])

    def spoil(self, key, value):
        def change(listings):
            listings[self.days[2]][4][key] = value

        return change

    def test_fields(self):
        day = f"{self.days[2]}.json: row 5"
        self.refused(
            self.spoil("lastsale", "12,x"), f"{day} (N04): lastsale is the text '12,x'; expected a price", "--skip"
        )
        self.refused(self.spoil("lastsale", True), f"{day} (N04): lastsale is true")
        self.refused(self.spoil("pctchange", [1]), f"{day} (N04): pctchange is a list; expected percent")
        self.refused(self.spoil("marketCap", "1_000"), f"{day} (N04): marketCap is the text '1_000'; expected a number")
        self.refused(self.spoil("marketCap", float("nan")), f"{day} (N04): marketCap is the number nan")
        self.refused(self.spoil("symbol", ""), f"{day} (): symbol is the text ''; expected the listing's symbol")
        self.refused(self.spoil("symbol", True), f"{day} (True): symbol is true; expected text")
        self.refused(self.spoil("sector", 5), f"{day} (N04): sector is the number 5; expected text")
        self.refused(lambda days: days[self.days[2]][4].pop("marketCap"), f"{day} (N04): marketCap is missing")
        self.refused(
            lambda days: days[self.days[2]].__setitem__(4, "N04"), f"{day} is the text 'N04'; expected an object"
        )
        self.refused(
            lambda days: days[self.days[2]].append(days[self.days[2]][4] | {"lastsale": "$1.00"}),
            f"{self.days[2]}.json: rows 5 and 31 are both of N04 and differ in lastsale",
        )

    def test_snapshots(self):
        self.refused(lambda days: days.__setitem__(self.days[2], []), f"{self.days[2]}.json: holds no rows")
        self.refused(
            lambda days: days.__setitem__(self.days[2], {"data": {}}),
            f"{self.days[2]}.json: holds null; expected a list",
        )
        self.refused(
            lambda days: days.clear() or days.__setitem__(self.days[2], [row("W", "A Warrant", 1, 0, 1)]),
            "no row is left: 1 warrant",
        )
        source = write_folder(self.folder / "cut", self.market.listings(), "{day}.json.gz")
        path = source / f"{self.days[3]}.json.gz"
        path.write_bytes(path.read_bytes()[:-20])
        said = run_importer(source, self.volatility, self.folder / "out", expect=3).stderr
        self.assertIn(f"{path.name}: is no whole gzip file", said)
        run_importer(source, self.volatility, self.folder / "out", "--skip", str(self.days[3]))
        self.assertEqual(self.left_out(self.folder / "out"), [(str(self.days[3]), "skipped")])
        write_folder(source, {self.days[1]: self.market.listing(5)}, "{digits}.json")
        said = run_importer(source, self.volatility, self.folder / "other", "--skip", path.name, expect=3).stderr
        self.assertIn(f"two different snapshots of {self.days[1]}", said)
        (source / f"{self.days[1]:%Y%m%d}.json").write_text("[{]")
        said = run_importer(source, self.volatility, self.folder / "other", "--skip", path.name, expect=3).stderr
        self.assertIn(f"{self.days[1]:%Y%m%d}.json: is no JSON", said)

    def test_folders(self):
        empty = self.folder / "empty"
        empty.mkdir()
        (empty / "notes.txt").write_text("none")
        self.assertIn(
            "expected files named by their trading day",
            run_importer(empty, self.volatility, self.folder / "o", expect=3).stderr,
        )
        (empty / "2026-02-30.json").write_text("[]")
        self.assertIn(
            "2026-02-30 is not a date", run_importer(empty, self.volatility, self.folder / "o", expect=3).stderr
        )
        self.assertIn(
            "git log failed", run_importer(empty, self.volatility, self.folder / "o", "--path", "x", expect=3).stderr
        )
        repository = write_history(self.folder / "repository", [(evening(self.days[0]), self.market.listing(0))])
        said = run_importer(repository, self.volatility, self.folder / "o", "--path", "other.json", expect=3).stderr
        self.assertIn("no commit holds other.json", said)
        run_importer(self.folder / "nowhere", self.volatility, self.folder / "o", expect=2)
        with unittest.mock.patch.dict(os.environ, PATH=str(empty)):
            said = run_importer(repository, self.volatility, self.folder / "o", "--path", PATH, expect=2).stderr
        self.assertIn("no program git on PATH; install git", said)
        self.assertFalse((self.folder / "o").exists())

    def test_volatility(self):
        for text, said in {
            "date,level\n2026-03-02,18\n": ":1: the header is 'date,level'; expected one column close",
            "date,close\n2026-03-02,18\n2026-03-02,19\n": ":3: close of 2026-03-02 is '19', and 18.0",
            "date,close\n2026-13-02,18\n": ":2: date is '2026-13-02'; expected a date",
            "date,close\n2026-03-02,-3\n": ":2: close of 2026-03-02 is '-3'; expected a level above 0",
            "date,close\n2026-03-02\n": ":2: 1 cells; expected 2",
            "date,close\n": "holds no close",
        }.items():
            self.volatility.write_text(text)
            self.refused(lambda days: None, said)
        # the exchange's own file
        self.volatility.write_text(
            "DATE,OPEN,HIGH,LOW,CLOSE\n03/02/2026,1,1,1,18.5\n03/03/2026,1,1,1,.\n03/04/2026,1,1,1,19\n"
        )
        out = self.take(self.market.listings())
        self.assertEqual((out / "volatility.csv").read_text(), "date,close\n2026-03-02,18.5\n2026-03-04,19.0\n")

    def test_options(self):
        self.refused(lambda days: None, "no snapshot is of that name", options=("--skip", "2020-01-01"), status=2)
        self.refused(lambda days: None, "no such file", options=("--holidays", "nowhere"), status=2)
        self.refused(lambda days: None, "no share", options=("--class-tolerance", "2"), status=2)
        corrections = self.folder / "corrections.csv"
        for text, said in {
            "symbol,colour\n": "expected symbol and any of",
            "symbol,take\nA,maybe\n": ":2: take is 'maybe'",
            "symbol,sector\nA,B\nA,C\n": ":3: symbol is 'A'; expected a symbol, each in one row",
        }.items():
            corrections.write_text(text)
            self.refused(lambda days: None, said, options=("--corrections", corrections))


class Replacing(Imports):
    def test_in_one_step(self):
        source = write_folder(self.folder / "in", dict(list(self.market.listings().items())[:5]))
        out = self.folder / "out"
        run_importer(source, self.volatility, out)
        before = {p.name: p.read_bytes() for p in out.iterdir()}
        stale = self.folder / ".out.import-4194305-abc"  # of a process that cannot be
        stale.mkdir()
        (self.folder / ".out.import-4194305-link").symlink_to(self.folder / "in")
        other = self.folder / f".out.import-{os.getpid()}-abc"  # of one that is
        other.mkdir()
        (source / f"{self.days[5]}.json").write_text("[{]")
        run_importer(source, self.volatility, out, expect=3)
        self.assertEqual({p.name: p.read_bytes() for p in out.iterdir()}, before)
        write_folder(source, self.market.listings())
        run_importer(source, self.volatility, out)
        self.assertEqual(report_of(out)["days"]["count"], 8)
        self.assertFalse(stale.exists())
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), sorted([other.name, "in", "out", "vix.csv"]))

    def test_a_link(self):
        """The link stays, and the folder that it leads to is replaced: there at first, or made."""
        source = write_folder(self.folder / "in", dict(list(self.market.listings().items())[:5]))
        place = self.folder / "disk"
        place.mkdir()
        link = self.folder / "out"
        link.symlink_to(place / "nasdaq")
        run_importer(source, self.volatility, link)
        self.assertEqual(report_of(place / "nasdaq")["days"]["count"], 5)
        write_folder(source, self.market.listings())
        run_importer(source, self.volatility, link)
        self.assertEqual(report_of(place / "nasdaq")["days"]["count"], 8)
        self.assertEqual(os.readlink(link), str(place / "nasdaq"))
        self.assertEqual([p.name for p in place.iterdir()], ["nasdaq"])
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["disk", "in", "out", "vix.csv"])

    def test_nothing_else_is_replaced(self):
        source = write_folder(self.folder / "in", self.market.listings())
        mine = self.folder / "mine"
        mine.mkdir()
        (mine / "letter.txt").write_text("dear")
        self.assertIn("is there and no earlier import", run_importer(source, self.volatility, mine, expect=2).stderr)
        self.assertEqual([p.name for p in mine.iterdir()], ["letter.txt"])

    def test_other_files_beside_an_import(self):
        """Found before anything is read: SOURCE is broken, and nothing is said of it."""
        source = write_folder(self.folder / "in", self.market.listings())
        out = self.folder / "out"
        run_importer(source, self.volatility, out)
        before = {p.name: p.read_bytes() for p in out.iterdir()}
        self.assertEqual(sorted(before), sorted(make_panel.FILES))
        (source / f"{self.days[5]}.json").write_text("[{]")
        (out / "corrections.csv").write_text("symbol,take\n")
        (out / "older").mkdir()
        said = run_importer(source, self.volatility, out, expect=2).stderr
        self.assertIn("holds corrections.csv, older beside an earlier import", said)
        self.assertIn("move it elsewhere, or name another folder", said)
        self.assertEqual((out / "corrections.csv").read_text(), "symbol,take\n")
        (out / "older").rmdir()
        (out / "corrections.csv").unlink()
        self.assertEqual({p.name: p.read_bytes() for p in out.iterdir()}, before)

    def test_a_full_disk(self):
        """Where nothing can be written: exit 6, and nothing left."""
        if os.geteuid() != 0:
            self.skipTest("only root may mount a small file system")
        small = self.folder / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "none", small], capture_output=True).returncode:
            self.skipTest("this machine lets nobody mount a small file system")
        try:
            source = write_folder(self.folder / "in", self.market.listings())
            said = run_importer(source, self.volatility, small / "out", expect=6).stderr
            self.assertIn("No space left", said)
            self.assertEqual(list(small.iterdir()), [])
        finally:
            subprocess.run(["umount", small], check=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
