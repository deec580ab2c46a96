# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The oracle against numbers worked out on paper. A witness is examined before it testifies."""

import math
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
import oracle  # noqa: E402
import tables  # noqa: E402

# Four tickers that a careless reader turns into nothing or truth values. ON has its last row on the 3rd, NEW its first
# on the 4th: neither counts on the 4th.
PANEL = """date,symbol,market_cap,return
2024-01-02,NA,100,0.9
2024-01-02,ON,100,
2024-01-02,TRUE,200,
2024-01-03,NA,110,0.10
2024-01-03,ON,100,0
2024-01-03,TRUE,195,-0.025
2024-01-04,NA,121,0.10
2024-01-04,TRUE,234,0.20
2024-01-04,NEW,95,0.50
2024-01-08,NA,121,0
2024-01-08,TRUE,117,-0.50
2024-01-08,NEW,114,0.20
"""
CONSTITUENTS = """symbol,issuer,sector,country
NA,Pair,Metals,NO
ON,Pair,Metals,NO
TRUE,,Chips,US
"""
VOLATILITY = """date,close
2023-12-29,35
2024-01-01,31
2024-01-02,36
2024-01-03,22
2024-01-05,19
2024-01-06,30
"""
CONFIG = """
data: {panel: panel.csv, constituents: constituents.csv, volatility: volatility.csv, max_dropped_share: 1}
groups:
  tier:
    both: {symbols: [ON, TRUE]}
    north: {where: {country: NO, sector: [Metals, Chips]}, symbols: [NEW]}
  nation: country
windows: [{name: two, start: 2024-01-02, end: 2024-01-04}, {name: last, start: 2024-01-07, end: 2024-01-31}]
"""
# Paper: base, sum of b r and index return of each day; L2 = 100 (1.0125)(355/305), L3 = L2 (1 - 98/450).
I1, I2, I3 = 5 / 400, 50 / 305, (0 - 117 + 19) / 450


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def answer(self, panel=PANEL, constituents=CONSTITUENTS, volatility=VOLATILITY, config=CONFIG):
        at = Path(self.folder.name)
        for name, text in (("panel.csv", panel), ("constituents.csv", constituents), ("volatility.csv", volatility),
                           ("config.yaml", config)):
            (at / name).write_text(text, encoding="utf-8")
        return oracle.answer(tables.read_config(at / "config.yaml"))

    def same(self, got, want):
        np.testing.assert_allclose(np.asarray(got, dtype=float), want, rtol=1e-14, atol=1e-15)


class Paper(Folder):
    def test_daily(self):
        day = self.answer().daily
        self.same(day.index_return, [math.nan, I1, I2, I3])
        self.same(day.index_level, [100, 101.25, 101.25 * 355 / 305, 101.25 * 355 / 305 * 352 / 450])
        self.assertEqual(list(day.members), [0, 3, 2, 3])
        self.same(day.equal_weight_return, [math.nan, 0.025, 0.15, -0.1])
        self.same(day.coverage, [math.nan, 1, 305 / 405, 1])
        self.same(day.advancers, [math.nan, 1 / 3, 1, 1 / 3])
        self.same(day.advancers_weight, [math.nan, 0.25, 1, 95 / 450])
        self.same(day.dispersion.iloc[1], math.sqrt(0.25 * 0.0875**2 + 0.25 * 0.0125**2 + 0.5 * 0.0375**2))
        # own indices: NA 1.1, 1.21, 1.21; ON 1; TRUE 0.975, 1.17, 0.585; NEW 1.5, 1.8
        self.same(day.new_highs, [math.nan, 2 / 3, 1, 2 / 3])

    def test_volatility_and_gaps(self):
        out = self.answer()
        self.same(out.daily.volatility, [36, 22, 22, 30])
        # 5 January is a Friday without panel rows, the 6th a Saturday, the 1st lies before the panel
        self.assertEqual([str(d) for d in out.quality["gap_days"]], ["2024-01-05"])
        self.assertEqual(list(out.daily.after_gap), [False, False, False, True])
        out = self.answer(config=CONFIG.replace("max_dropped", "holidays: ['2024-01-05'], max_dropped"))
        self.assertEqual(out.quality["gap_days"], [])
        out = self.answer(config=CONFIG + "volatility: {max_staleness_days: 0}\n")
        self.same(out.daily.volatility, [36, 22, math.nan, math.nan])

    def test_groups(self):
        groups = self.answer().groups.set_index(["date", "dimension", "group"])
        day = pd.Timestamp("2024-01-04")

        def row(dimension, group, date=day):
            return list(groups.loc[(date, dimension, group), ["weight", "return", "contribution"]])

        self.same(row("sector", "Metals"), [110 / 305, 0.1, 11 / 305])
        self.same(row("sector", "Chips"), [195 / 305, 0.2, 39 / 305])
        self.same(row("sector", "Unclassified"), [0, math.nan, 0])
        self.same(row("sector", "Unclassified", pd.Timestamp("2024-01-08")), [95 / 450, 0.2, 19 / 450])
        self.same(row("tier", "both"), [195 / 305, 0.2, 39 / 305])
        self.same(row("tier", "north", pd.Timestamp("2024-01-08")), [216 / 450, 19 / 216, 19 / 450])
        self.same(row("nation", "NO"), [110 / 305, 0.1, 11 / 305])
        self.same(row("issuer", "Pair", pd.Timestamp("2024-01-03")), [0.5, 0.05, 0.025])
        issuers = groups.index.get_level_values("group")[groups.index.get_level_values("dimension") == "issuer"]
        self.assertEqual(set(issuers), {"Pair"})

    def test_window(self):
        out = self.answer()
        two = out.windows[0]
        self.assertEqual((two["name"], str(two["start"]), str(two["end"])), ("two", "2024-01-02", "2024-01-04"))
        self.same(two["index_return"], 1.0125 * 355 / 305 - 1)
        self.same(two["equal_weight_return"], 1.025 * 1.15 - 1)
        rows = out.attribution[out.attribution.window == "two"].set_index("symbol")
        self.assertEqual(sorted(rows.index), ["NA", "ON", "TRUE"])
        self.same(rows.contribution[["NA", "ON", "TRUE"]],
                  [10 / 400 + 1.0125 * 11 / 305, 0, -5 / 400 + 1.0125 * 39 / 305])
        self.same(rows["return"][["NA", "ON", "TRUE"]], [0.21, 0, 0.17])
        self.same(rows.weight_start[["NA", "ON", "TRUE"]], [0.25, 0.25, 0.5])
        self.same(rows.weight_end[["NA", "ON", "TRUE"]], [121 / 450, 0, 234 / 450])
        self.assertEqual(list(rows.issuer[["NA", "ON", "TRUE"]]), ["Pair", "Pair", "TRUE"])
        self.assertEqual(list(two["order"].name), ["TRUE", "NA", "ON"])
        # TRUE makes 0.116967 of 0.178484: 65.5 %; NA the rest
        self.assertEqual(two["by"]["constituent"]["names_for"], {"50": 1, "80": 2, "100": 2})
        self.same(two["by"]["constituent"]["top_share"]["5"], 1)
        tier = two["groups"][two["groups"].dimension == "tier"].set_index("group")
        self.same(tier.loc["both", ["weight_start", "weight_end", "return", "contribution"]].to_numpy(),
                  [0.75, 234 / 450, (1 - 5 / 300) * 1.2 - 1, -5 / 400 + 1.0125 * 39 / 305])
        # the tiers leave 20 % of the move to no group: 100 % is never reached
        self.assertEqual(two["by"]["nation"]["names_for"]["100"], 2)

    def test_falling_window(self):
        last = self.answer().windows[1]
        self.assertEqual((str(last["start"]), str(last["end"])), ("2024-01-04", "2024-01-08"))
        self.same(last["index_return"], I3)
        self.assertEqual(list(last["order"].name), ["TRUE", "NA", "NEW"])
        self.assertEqual(last["by"]["constituent"]["names_for"], {"50": 1, "80": 1, "100": 1})
        self.same(last["by"]["constituent"]["top_share"]["1"], 117 / 98)
        self.same(last["by"]["constituent"]["top_share"]["50"], 1)

    def test_automatic_windows(self):
        # an episode begins on 29 December at 35, 36 on 2 January is its peak, 19 ends it; 30 on the 6th begins the last
        out = self.answer()
        self.assertEqual([(w["name"], str(w["start"])) for w in out.windows[2:]], [("since_peak", "2024-01-04")])
        out = self.answer(volatility=VOLATILITY.replace("2024-01-06,30", "2024-01-06,29"))
        self.assertEqual([(w["name"], str(w["start"])) for w in out.windows[2:]], [("since_peak", "2024-01-02")])

    def test_index(self):
        index = self.answer().index
        level = 101.25 * 355 / 305 * 352 / 450
        self.same(index["level"], level)
        self.same(index["return_annual"], (level / 100) ** (252 / 3) - 1)
        mean = (I1 + I2 + I3) / 3
        variance = ((I1 - mean) ** 2 + (I2 - mean) ** 2 + (I3 - mean) ** 2) / 2
        self.same(index["volatility_annual"], math.sqrt(variance * 252))
        self.same(index["max_drawdown"], -98 / 450)


class Cleaning(Folder):
    def test_counts(self):
        dirty = PANEL + ("2024-01-03,NEW,0,0.5\n2024-01-03,A,-4,0\n2024-01-03,B,nan,0\n2024-01-03,C,inf,0\n"
                         "2024-01-03,D,,0\n2024-01-03,E,1,-1\n2024-01-03,F,1,inf\n2024-01-03,G,1,3.01\n"
                         "2024-01-03,H,1,3\n2024-01-08,NA,121,0\n")
        quality = self.answer(panel=dirty).quality
        self.assertEqual(quality["rows"], 22)
        self.assertEqual(quality["rows_dropped"], {"duplicate": 1, "bad_cap": 5, "missing_return": 2, "bad_return": 2,
                                                   "extreme_return": 1, "unclassified": 5})
        self.assertEqual(quality["constituents"], 8)
        self.assertEqual(quality["issuers"], 7)

    def test_refused(self):
        with self.assertRaises(tables.Refused):
            self.answer(panel=PANEL + "2024-01-08,NA,122,0\n")
        with self.assertRaises(tables.Refused):
            self.answer(config=CONFIG.replace("max_dropped_share: 1", "max_dropped_share: 0.05"))

    def test_as_of_and_start(self):
        config = "as_of: 2024-01-04\n" + CONFIG.replace("max_dropped", "start: 2024-01-03, max_dropped")
        out = self.answer(config=config.split("windows")[0])
        self.assertEqual([str(d) for d in out.dates], ["2024-01-03", "2024-01-04"])
        self.same(out.daily.index_return, [math.nan, I2])

    def test_returns_from_closes(self):
        panel = ("date,symbol,market_cap,close\n2024-01-02,NA,1,10\n2024-01-02,ON,1,10\n2024-01-03,NA,1,11\n"
                 "2024-01-04,NA,1,11\n2024-01-04,ON,1,5\n")
        out = self.answer(panel=panel, config=CONFIG.split("windows")[0])
        # ON has no cap on the 3rd, so its return over its own previous row does not enter the index
        self.same(out.daily.index_return, [math.nan, 0.1, 0])
        # a first close has no return to miss
        self.assertEqual(out.quality["rows_dropped"]["missing_return"], 0)


if __name__ == "__main__":
    unittest.main()
