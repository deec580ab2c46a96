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
import concentration  # noqa: E402
import oracle  # noqa: E402
import pairs  # noqa: E402
import regimes  # noqa: E402
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
        self.assertEqual([(w["name"], str(w["start"])) for w in out.windows[2:]], [("last_1", "2024-01-04"), ("since_peak", "2024-01-04")])
        out = self.answer(volatility=VOLATILITY.replace("2024-01-06,30", "2024-01-06,29"))
        self.assertEqual([(w["name"], str(w["start"])) for w in out.windows[2:]], [("last_1", "2024-01-04"), ("since_peak", "2024-01-02")])

    def test_index(self):
        index = self.answer().index
        level = 101.25 * 355 / 305 * 352 / 450
        self.same(index["level"], level)
        self.same(index["return_annual"], (level / 100) ** (252 / 3) - 1)
        mean = (I1 + I2 + I3) / 3
        variance = ((I1 - mean) ** 2 + (I2 - mean) ** 2 + (I3 - mean) ** 2) / 2
        self.same(index["volatility_annual"], math.sqrt(variance * 252))
        self.same(index["max_drawdown"], -98 / 450)


class Concentration(unittest.TestCase):
    def of(self, amounts):
        return concentration.of_amounts(np.zeros(len(amounts)), amounts).iloc[0]

    def same(self, got, **want):
        for name, value in want.items():
            self.assertAlmostEqual(got[name] / value, 1, delta=1e-13, msg=name)

    def printed(self, got, **want):
        """Numbers as published: right to half of their last digit."""
        for name, text in want.items():
            digits = len(text.split(".")[1])
            self.assertLessEqual(abs(got[name] - float(text)), 0.5000001 * 10**-digits, name)

    def test_three_weights(self):
        got = self.of([30, 50, 20])
        self.printed(got, hhi="0.38", effective_n="2.631578947", entropy="1.029653014", exp_entropy="2.800094",
                     gini="0.2", top_1="0.5", top_5="1.0", top_50="1.0")
        self.assertEqual(got.n, 3)

    def test_five_published_stocks(self):
        price = np.array([159.08, 106.48, 13.61, 62.22, 50.37])
        shares = np.array([206_240_000, 517_521_740, 439_280_860, 386_234_640, 98_118_740])
        got = self.of(price * shares)
        self.printed(got, hhi=".3146964", effective_n="3.177666", top_1=".448500")
        weight = sorted(price * shares / (price @ shares))
        for value, text in zip(weight, ("0.040224", "0.048659", "0.195590", "0.267026", "0.448500")):
            self.assertLess(abs(value - float(text)), 0.51e-6)
        self.same(got, entropy=-math.fsum(w * math.log(w) for w in weight),
                  gini=math.fsum(2 * i * w for i, w in enumerate(weight, 1)) / 5 - 6 / 5)

    def test_zipf(self):
        published = {
            100: dict(hhi=".0607600006", effective_n="16.458196", gini=".6244487281", exp_entropy="39.677241",
                      top_10=".5646337"),
            3000: dict(hhi=".0223206267", effective_n="44.801609", gini=".7673349322", exp_entropy="356.18656"),
            4000: dict(hhi=".0208977303")}
        for n, texts in published.items():
            got = self.of([1e12 / i for i in range(n, 0, -1)])
            self.printed(got, **texts)
            first, second = (math.fsum(i**-p for i in range(1, n + 1)) for p in (1, 2))
            top = math.fsum(1 / i for i in range(1, 26)) / first
            self.same(got, hhi=second / first**2, effective_n=first**2 / second, gini=1 + 1 / n - 2 / first, top_25=top,
                      entropy=math.log(first) + math.fsum(math.log(i) / i for i in range(1, n + 1)) / first)

    def test_geometric(self):
        for n, q in ((100, 0.9), (3000, 0.999), (4000, 0.99)):
            got = self.of([q**i for i in range(n)])
            at_end = q**n
            self.same(got, hhi=(1 - q) * (1 + at_end) / ((1 + q) * (1 - at_end)), top_5=(1 - q**5) / (1 - at_end),
                      # sum of i q^i over 0 .. n-1, from which both follow
                      entropy=-math.log((1 - q) / (1 - at_end)) - math.log(q) * self.mean(n, q),
                      gini=(n + 1 - 2 * (1 + self.mean(n, q))) / n)
        self.printed(self.of([0.9**i for i in range(100)]), hhi=".0526343750")

    def mean(self, n, q):
        return q / (1 - q) - n * q**n / (1 - q**n)

    def test_equal(self):
        for n in (1, 5, 7, 100, 3000, 4000):
            got = self.of([123.4] * n)
            self.same(got, hhi=1 / n, effective_n=n, exp_entropy=n, top_5=min(1, 5 / n), top_50=min(1, 50 / n))
            self.assertAlmostEqual(got.gini, 0, delta=1e-14)
            self.assertAlmostEqual(got.entropy, math.log(n), delta=1e-13)

    def test_zero_among_them(self):
        got = self.of([0.0, 0.0, 5.0, 5.0])
        self.same(got, hhi=0.5, exp_entropy=2, gini=0.5, top_1=0.5)
        self.assertEqual(got.n, 4)


class Risk(Folder):
    """Two assets at weights 3/4 and 1/4 over twelve days: A = 1 % s, B = 2 % u, s and u orthogonal signs. In units of
    1e-4: var(I*) = 9/16 + 4/16 = 13/16, shares 9/13 and 4/13."""

    S, U = [1, 1, -1, -1] * 3, [1, -1, 1, -1] * 3
    LABELS = "symbol,issuer,sector\nA,,One\nB,,Two\nC,,{}\n"
    CONFIG = "data: {panel: panel.csv, constituents: constituents.csv, max_dropped_share: 1}\n"

    def risk(self, a, b, more="", sector="One", config=CONFIG, volatility="date,close\n2024-01-01,10\n"):
        days = [f"2024-01-{d:02}" for d in range(1, 2 + len(a))]
        rows = ["date,symbol,market_cap,return", f"{days[0]},A,3,", f"{days[0]},B,1,"]
        for day, x, y in zip(days[1:], a, b):
            rows += [f"{day},A,3,{x}", f"{day},B,1,{y}"]
        out = self.answer(panel="\n".join(rows) + "\n" + more, constituents=self.LABELS.format(sector), config=config,
                          volatility=volatility)
        return out.concentration["risk"]

    def shares(self, cell):
        return dict(zip(cell["shares"].symbol, cell["shares"].share))

    def pair(self):
        return [0.01 * s for s in self.S], [0.02 * u for u in self.U]

    def test_two_assets(self):
        risk = self.risk(*self.pair())
        self.assertEqual((risk["n"], risk["days"], risk["filled_share"][0]), (2, 12, 0))
        self.same(list(self.shares(risk).values()), [9 / 13, 4 / 13])
        self.assertEqual(list(risk["shares"].symbol), ["A", "B"])
        self.same(list(risk["shares"].weight), [0.75, 0.25])
        self.same([risk["hhi"][0], risk["effective_n"][0], risk["gini"][0]], [97 / 169, 169 / 97, 0.5 - 4 / 13])
        self.same(risk["entropy"][0], -(9 / 13) * math.log(9 / 13) - (4 / 13) * math.log(4 / 13))
        self.same([risk["top"]["1"][0], risk["top"]["5"][0]], [9 / 13, 1])
        self.assertEqual((risk["negative"]["count"], risk["negative"]["sum"][0]), (0, 0))
        self.assertNotIn("by_regime", risk)

    def test_negative_share(self):
        """B = -A: I* = A/2, shares 3/2 and -1/2."""
        a = [0.01 * s for s in self.S]
        risk = self.risk(a, [-x for x in a])
        self.same(list(self.shares(risk).values()), [1.5, -0.5])
        self.same([risk["hhi"][0], risk["effective_n"][0]], [2.5, 0.4])
        self.same([risk["entropy"][0], risk["exp_entropy"][0], risk["gini"][0], risk["top"]["1"][0]], [0, 1, 0.5, 1])
        self.assertEqual(risk["negative"]["count"], 1)
        self.same(risk["negative"]["sum"][0], -0.5)

    def test_filled_by_sector(self):
        """C, on the last day alone, does as its sector does, and that is A: weights 3/8, 1/8, 4/8 make 7/8 A and
        1/8 B; var 49/64 + 4/64."""
        risk = self.risk(*self.pair(), more="2024-01-13,C,4,\n")
        shares = self.shares(risk)
        self.same([shares["A"], shares["B"], shares["C"]], [21 / 53, 4 / 53, 28 / 53])
        self.same(risk["filled_share"][0], 1 / 3)

    def test_filled_by_index(self):
        """C's sector never has a member: it does as the index, half of all weight, half of all risk."""
        risk = self.risk(*self.pair(), more="2024-01-13,C,4,\n", sector="Three")
        shares = self.shares(risk)
        self.same([shares["A"], shares["B"], shares["C"]], [9 / 26, 4 / 26, 1 / 2])
        # a newcomer's own return counts although it is in no index yet: 11 of 36 cells are filled
        risk = self.risk(*self.pair(), more="2024-01-13,C,4,0.5\n", sector="Three")
        self.same(risk["filled_share"][0], 11 / 36)

    def test_by_regime(self):
        """Twelve quiet days as above, then twelve in which B = -A; one day without a level, and one too few."""
        a, b = self.pair()
        config = self.CONFIG.replace("data: {", "data: {volatility: volatility.csv, ")
        levels = "date,close\n" + "".join(f"2024-01-{d:02},{15 if d < 14 else 20}\n" for d in range(1, 26))
        later = [0.01 * s for s in self.S]
        risk = self.risk(a + later, b + [-x for x in later], config=config, volatility=levels)
        self.assertEqual(list(risk["by_regime"]), ["calm", "recovering", "stressed", "panic"])
        cells = list(risk["by_regime"].values())
        self.assertEqual([cell["days"] for cell in [risk, *cells]], [24, 12, 12, 0, 0])
        self.same(list(self.shares(cells[0]).values()), [9 / 13, 4 / 13])
        self.same(list(self.shares(cells[1]).values()), [1.5, -0.5])
        # together: cov(A, I*) = (12 3/4 + 12 1/2)/24, cov(B, I*) = (12 1 - 12 1/2)/24, var = (13/16 + 4/16)/2
        self.same(list(self.shares(risk).values()), [30 / 34, 4 / 34])
        self.assertEqual(cells[3], {"n": 2, "days": 0})
        config = config.replace("max_dropped", "lookback_days: 21, max_dropped")
        risk = self.risk(a + later, b + [-x for x in later], config=config, volatility=levels)
        self.assertEqual([cell["days"] for cell in [risk, *risk["by_regime"].values()]], [21, 9, 12, 0, 0])
        self.assertEqual(risk["by_regime"]["calm"], {"n": 2, "days": 9})

    def test_none(self):
        a, b = self.pair()
        nine = self.CONFIG.replace("max_dropped", "lookback_days: 9, max_dropped")
        self.assertEqual(self.risk(a, b, config=nine), {"n": 2, "days": 9})
        self.assertIn("hhi", self.risk(a, b, config=nine.replace("9", "10")))
        self.assertEqual(self.risk([0] * 12, [0] * 12), {"n": 2, "days": 12})
        self.assertEqual(self.risk([0.001] * 12, [0.001] * 12), {"n": 2, "days": 12})
        # against each other at these weights: the index stands still
        self.assertEqual(self.risk([0.01 * s for s in self.S], [-0.03 * s for s in self.S]), {"n": 2, "days": 12})


class Regimes(unittest.TestCase):
    def config(self, **options):
        return {"data": {}, "volatility": options}

    def test_names(self):
        self.assertEqual(regimes.names_of({"data": {}}), ["calm", "recovering", "stressed", "panic"])
        self.assertEqual(regimes.names_of(self.config(thresholds=["18"])), ["below_18", "from_18"])
        self.assertEqual(regimes.names_of(self.config(thresholds=["12.50", "20", "22", "1e2"])),
                         ["below_12.5", "12.5_to_20", "20_to_22", "22_to_100", "from_100"])
        self.assertEqual(regimes.names_of(self.config(thresholds=["18"], names=["low", "high"])), ["low", "high"])

    def test_thresholds(self):
        closes = [19.99, 20, 24.99, 25, 29.99, 30, 80]
        self.assertEqual(list(regimes.walk({"data": {}}, closes)), [0, 1, 1, 2, 2, 3, 3])

    def test_hysteresis(self):
        closes = [25, 24.5, 24, 23.9, 25.9, 26, 31, 18, 19, 20.9, 32, 29, 28.9]
        self.assertEqual(list(regimes.walk(self.config(hysteresis="1"), closes)),
                         [2, 2, 2, 1, 1, 2, 3, 0, 0, 0, 3, 3, 2])
        # bands that overlap: from 0 the second threshold is reached at 23, left below 19
        options = self.config(thresholds=["20", "21"], hysteresis="2")
        self.assertEqual(list(regimes.walk(options, [19, 21.9, 22, 22.9, 23, 19, 18.9, 18, 17.9])),
                         [0, 0, 1, 1, 2, 2, 1, 1, 0])

    def test_days(self):
        levels = pd.DataFrame({"date": pd.to_datetime(["2024-01-01", "2024-01-03", "2024-01-05"]),
                               "close": [31.0, 22.0, 26.0]})
        dates = np.array([f"2024-01-{d:02}" for d in (1, 2, 3, 4, 8, 10, 11)], dtype="datetime64[D]")
        panic, middle, high = "panic", "recovering", "stressed"
        self.assertEqual(regimes.labels_of_days({"data": {}}, levels, dates),
                         [panic, panic, middle, middle, high, high, None])
        self.assertEqual(regimes.labels_of_days(self.config(lag="1"), levels, dates),
                         [None, panic, panic, middle, high, high, None])
        self.assertEqual(regimes.labels_of_days(self.config(lag="1", max_staleness_days="1"), levels, dates),
                         [None, panic, None, middle, None, None, None])
        self.assertEqual(regimes.labels_of_days(self.config(max_staleness_days="0"), levels, dates),
                         [panic, None, middle, None, None, None, None])
        self.assertEqual(regimes.labels_of_days({"data": {}}, None, dates), [None] * 7)


class Pairs(unittest.TestCase):
    def test_noise_floor_is_what_independent_columns_absorb(self):
        random = np.random.Generator(np.random.PCG64(11))
        for days, constituents, components in ((252, 400, 6), (300, 120, 30), (90, 900, 6)):
            drawn = [pairs.absorbed(random.standard_normal((days, constituents)), components) for _ in range(10)]
            self.assertAlmostEqual(pairs.noise_floor(days, constituents, components) / np.mean(drawn), 1.0, delta=0.02)

    def test_without_gaps_z_gives_numpys_correlations(self):
        returns = np.random.Generator(np.random.PCG64(12)).standard_normal((30, 7))
        z, part, *left_out = pairs.standardised(returns)
        self.assertEqual((list(part), left_out), (list(range(7)), [0, 0]))
        np.testing.assert_allclose(z.T @ z / 30, np.corrcoef(returns.T), atol=1e-14)


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
