# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What a change of the universe must do to index, concentration and losses of scenarios, and what it must leave alone
(specification, sections 2 to 4 and 7): classes split and merged, caps scaled, dust added, regimes that hold all days.

    TOPHEAVY_PROGRAM=... python split_classes.py
"""

import json
import math
import sys
import unittest
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parent))
from program import Data, Runs, summary_of  # noqa: E402

TOP = (1, 5, 10, 25, 50)
FIGURES = ("hhi", "effective_n", "entropy", "exp_entropy", "gini")
SCENARIOS = "scenarios: [{name: month, count: 2000, horizon: 10, seed: 1, history_error: {replicates: 0}}]\n"
INDEX = ["index_return", "index_level", "coverage", "advancers_weight", "dispersion"]


def table(run, name):
    frame = pq.read_table(run / name).to_pandas()
    return frame.astype({c: object for c in ("dimension", "group", "window", "issuer", "regime") if c in frame})


def by_hand(amounts):
    """The figures of amounts >= 0 as the specification writes them, summed exactly."""
    weight = sorted(float(x) / math.fsum(amounts) for x in amounts)
    n = len(weight)
    hhi = math.fsum(w * w for w in weight)
    entropy = -math.fsum(w * math.log(w) for w in weight if w > 0)
    out = {"hhi": hhi, "effective_n": 1 / hhi, "entropy": entropy, "exp_entropy": math.exp(entropy),
           "gini": 2 * math.fsum(i * w for i, w in enumerate(weight, 1)) / n - (n + 1) / n}
    return out | {f"top_{k}": 1 if n <= k else math.fsum(weight[-k:]) for k in TOP}


def flat(cell):
    """Every number of a part of the summary by its path."""
    if not isinstance(cell, dict):
        return {"": cell}
    return {f"{key}.{path}".rstrip("."): value for key, part in cell.items() for path, value in flat(part).items()}


class Universe(Runs):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = Data(cls.folder / "data", 150, 250, 3)
        cls.panel = cls.data.panel.drop(columns="close").astype({"market_cap": float})
        cls.windows = f"windows: [{{name: half, start: {cls.data.dates[99]}, end: {cls.data.dates[200]}}}]\n"
        cls.before = cls.run_panel("plain", cls.panel)
        cls.held = set(cls.panel.symbol[cls.panel.date == cls.data.dates[-1]])

    @classmethod
    def run_panel(cls, name, panel, constituents=None, extra="", options=()):
        """The result folder of a run over this panel."""
        pq.write_table(pa.Table.from_pandas(panel, preserve_index=False), cls.folder / f"{name}.parquet")
        if constituents is not None:
            constituents.to_csv(cls.folder / f"{name}.csv", index=False)
            constituents = cls.folder / f"{name}.csv"
        config = cls.data.config(cls.folder / f"{name}.yaml", panel=cls.folder / f"{name}.parquet",
                                 constituents=constituents, extra=cls.windows + extra)
        return cls.run_config(config, *options)

    def same(self, got, want, tolerance, what, size=0.0):
        """Within `tolerance` of the number, or of `size` where that is larger."""
        np.testing.assert_allclose(np.asarray(got, float), np.asarray(want, float), rtol=tolerance,
                                   atol=tolerance * size, err_msg=what)

    def same_index(self, after, tolerance=1e-13):
        """Every figure of the index and the sectors: what looks at caps added up, not at how many hold them. A return
        is known to rounding of the constituents' returns, which are of the size of 0.01."""
        one, other = table(self.before, "daily.parquet"), table(after, "daily.parquet")
        for column in INDEX:
            self.same(other[column], one[column], tolerance, column, size=0.01)
        for column in ("volatility", "regime", "after_gap", "date"):
            pd.testing.assert_series_equal(other[column], one[column])
        keys = ["date", "dimension", "group"]
        one, other = (table(run, "groups.parquet").query("dimension == 'sector'").set_index(keys).sort_index()
                      for run in (self.before, after))
        for column in one:
            self.assertTrue(one.index.equals(other.index))
            self.same(other[column], one[column], tolerance, column, size=0.01)

    def same_issuers(self, after, tolerance=1e-13):
        one, other = table(self.before, "daily.parquet"), table(after, "daily.parquet")
        columns = [c for c in one if c.startswith("issuer_")]
        self.assertEqual(len(columns), 9)
        for column in columns:
            self.same(other[column], one[column], tolerance, column)
        one, other = (flat(summary_of(run)["concentration"]["issuer"]) for run in (self.before, after))
        self.assertEqual(other["n"], one["n"])
        for key in one:
            self.same(other[key], one[key], tolerance, key)

    @classmethod
    def halves(cls):
        """(symbol, panel, constituents): half of each cap of the largest name to each of two classes of its issuer."""
        issuers = cls.data.constituents.issuer.value_counts()
        alone = cls.data.constituents[cls.data.constituents.issuer.map(issuers) == 1].symbol
        candidates = cls.panel[cls.panel.symbol.isin(alone) & cls.panel.symbol.isin(cls.held)]
        victim = candidates.groupby("symbol").market_cap.max().idxmax()
        half = cls.panel[cls.panel.symbol == victim].assign(market_cap=lambda f: f.market_cap / 2)
        panel = pd.concat([cls.panel[cls.panel.symbol != victim], half.assign(symbol=victim + ".A"),
                           half.assign(symbol=victim + ".B")])
        row = cls.data.constituents[cls.data.constituents.symbol == victim]
        return victim, panel, pd.concat([cls.data.constituents, row.assign(symbol=victim + ".A"),
                                         row.assign(symbol=victim + ".B")])


class Classes(Universe):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.victim, panel, constituents = cls.halves()
        cls.after = cls.run_panel("split", panel, constituents)

    def test_split_leaves_index_sectors_and_issuers(self):
        self.assertNotEqual(summary_of(self.before)["digest"], summary_of(self.after)["digest"])
        self.same_index(self.after)
        self.same_issuers(self.after)
        one, other = (summary_of(run)["index"] for run in (self.before, self.after))
        for key in one:
            self.same(other[key], one[key], 1e-13, key, size=1)
        one, other = (table(run, "attribution.parquet").groupby(["window", "issuer"])[["weight_start", "contribution"]]
                      .sum() for run in (self.before, self.after))
        pd.testing.assert_frame_equal(one, other, rtol=1e-12, atol=1e-15)
        for one, other in zip(summary_of(self.before)["windows"], summary_of(self.after)["windows"]):
            self.assertEqual(one["by"]["issuer"]["names_for"], other["by"]["issuer"]["names_for"])
            shares = (list(w["by"]["issuer"]["top_share"].values()) for w in (one, other))
            np.testing.assert_allclose(*shares, rtol=1e-12)
        print(f"{self.victim} split in two: index, sectors and issuers the same to 1e-13")

    def test_split_moves_constituents_as_on_paper(self):
        one, other = table(self.before, "daily.parquet"), table(self.after, "daily.parquet")
        caps = {date: rows for date, rows in self.panel.groupby("date")}
        for i, date in enumerate(one.date):
            rows = caps[date]
            mine = rows.market_cap[rows.symbol == self.victim].to_numpy()
            rest = rows.market_cap[rows.symbol != self.victim].to_numpy()
            w = mine.sum() / rows.market_cap.sum()
            want = by_hand([*rest, *np.repeat(mine / 2, 2)])
            self.same(other.hhi[i], one.hhi[i] - w * w / 2, 1e-13, f"hhi {date}")
            self.same(other.entropy[i], one.entropy[i] + w * math.log(2), 1e-13, f"entropy {date}")
            for column in ("hhi", "effective_n", "entropy", "gini", *(f"top_{k}" for k in TOP)):
                self.same(other[column][i], want[column], 1e-13, f"{column} {date}")
        self.assertGreater(abs(other.hhi - one.hhi).max(), 1e-3)
        one, other = (summary_of(run)["concentration"]["constituent"] for run in (self.before, self.after))
        self.assertEqual(other["n"], one["n"] + 1)
        for name in FIGURES:
            self.same(other[name], want[name], 1e-13, name)
        for k in TOP:
            self.same(other["top"][str(k)], want[f"top_{k}"], 1e-13, f"top {k}")
        print(f"constituents: HHI less w^2/2, entropy and w ln 2, n {one['n']} to {other['n']}, Gini {one['gini']:.6f} "
              f"to {other['gini']:.6f}")

    def test_split_halves_the_share_of_risk(self):
        one, other = (summary_of(run)["concentration"]["risk"] for run in (self.before, self.after))
        cells = [("all", one, other)]
        self.assertEqual(list(one["by_regime"]), list(other["by_regime"]))
        cells += [(name, one["by_regime"][name], other["by_regime"][name]) for name in one["by_regime"]]
        spoken = 0
        for name, one, other in cells:
            self.assertEqual((other["n"], other["days"]), (one["n"] + 1, one["days"]))
            self.assertEqual("reason" in one, "reason" in other)
            if "reason" in one:
                continue
            spoken += 1
            share = next(row["share"] for row in one["leaders"] if row["symbol"] == self.victim)
            self.same(other["hhi"], one["hhi"] - share**2 / 2, 1e-12, f"hhi {name}")
            part = share / (1 - one["negative"]["sum"])
            self.same(other["entropy"], one["entropy"] + part * math.log(2), 1e-12, f"entropy {name}")
            self.assertEqual(other["negative"]["count"], one["negative"]["count"])
            self.same(other["negative"]["sum"], one["negative"]["sum"], 1e-12, f"negative {name}", size=1)
            kept = {row["symbol"]: row["share"] for row in one["leaders"] if row["symbol"] != self.victim}
            for row in other["leaders"]:
                want = share / 2 if row["symbol"].startswith(self.victim + ".") else kept.get(row["symbol"])
                if want is not None:
                    self.same(row["share"], want, 1e-12, row["symbol"], size=0.1)
        self.assertGreater(spoken, 2)

    def test_merge_leaves_issuers(self):
        """Two classes of one issuer made one, with their caps added up and their returns weighted by the last caps."""
        issuers = self.data.constituents.issuer.value_counts()
        merged = 0
        panel, labels = self.panel, self.data.constituents
        for issuer in issuers.index[issuers > 1]:
            classes = labels.symbol[labels.issuer == issuer].tolist()
            rows = panel[panel.symbol.isin(classes)].sort_values(["symbol", "date"])
            if not (rows.groupby("date").size() == len(classes)).all():
                continue  # classes that come and go apart have no return together
            rows = rows.assign(b=rows.groupby("symbol").market_cap.shift(1).fillna(rows.market_cap))
            rows = rows.assign(br=rows.b * rows["return"]).groupby("date")[["market_cap", "b", "br"]].sum(min_count=2)
            one = pd.DataFrame({"date": rows.index, "symbol": classes[0], "return": rows.br / rows.b,
                                "market_cap": rows.market_cap})
            panel = pd.concat([panel[~panel.symbol.isin(classes)], one], ignore_index=True)[self.panel.columns]
            merged += len(classes) - 1
        self.assertGreater(merged, 0)
        after = self.run_panel("merged", panel, labels)
        self.same_issuers(after)
        for column in ("index_return", "index_level", "coverage"):  # classes that move apart are less dispersed together
            one, other = (table(run, "daily.parquet")[column] for run in (self.before, after))
            self.same(other, one, 1e-12, column, size=0.01)
        one, other = (summary_of(run)["concentration"]["constituent"] for run in (self.before, after))
        self.assertEqual(other["n"], one["n"] - merged)
        self.assertGreater(other["hhi"], one["hhi"])
        print(f"{merged} classes merged: issuers the same to 1e-13, HHI {one['hhi']:.9f} to {other['hhi']:.9f}")


class Losses(Universe):
    """Of scenarios: paths are walked in float32, so they are known to some 1e-6 of a loss."""

    EXACT = 1e-6

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls.run_panel("plain_losses", cls.panel, extra=SCENARIOS)
        cls.victim, panel, constituents = cls.halves()
        cls.after = cls.run_panel("split_losses", panel, constituents, extra=SCENARIOS)
        cls.one, cls.other = (summary_of(run)["scenarios"][0] for run in (cls.before, cls.after))

    def components(self, run):
        frame = table(run, "components.parquet")
        return frame.set_index(["level", "symbol"]).component_es, frame.groupby(["level", "issuer"]).component_es.sum()

    def test_split_leaves_losses(self):
        self.assertEqual(self.other["constituents"], self.one["constituents"] + 1)
        self.same(self.other["mean_block_length"], self.one["mean_block_length"], 1e-12, "block")
        for one, other in zip(self.one["risk"], self.other["risk"], strict=True):
            self.assertGreater(one["es"], one["var"])
            for key in ("var", "var_low", "var_high", "es", "es_replayed", "simulation_error"):
                self.same(other[key], one[key], self.EXACT, f"{key} at {one['level']}", size=0.1)
        one, other = (table(run, "scenarios.parquet") for run in (self.before, self.after))
        self.assertEqual(list(other), list(one))
        for column in one.columns[2:]:
            if column not in ("hhi", "effective_n", "top_10"):
                self.same(other[column], one[column], self.EXACT, column, size=1)
        self.assertGreater(abs(other.hhi - one.hhi).max(), 1e-4)

    def test_split_leaves_components_of_issuers(self):
        (one, one_issuers), (other, other_issuers) = self.components(self.before), self.components(self.after)
        self.assertTrue(one_issuers.index.equals(other_issuers.index))
        self.same(other_issuers, one_issuers, self.EXACT, "issuers", size=0.1)
        for one_level, level in ((r["level"], str(r["level"])) for r in self.one["risk"]):
            part = one[one_level, self.victim]
            for half in (".A", ".B"):
                self.same(other[one_level, self.victim + half], part / 2, self.EXACT, self.victim + half, size=0.1)
            issuers, split = (s["component_es"][level]["issuer"] for s in (self.one, self.other))
            self.assertEqual([row["group"] for row in split], [row["group"] for row in issuers])
            for key in ("weight", "es", "error", "share"):
                self.same([row[key] for row in split], [row[key] for row in issuers], 1e-5, key, size=0.1)

    def test_split_halves_the_share_of_loss(self):
        parts, _ = self.components(self.before)
        for risk in self.one["risk"]:
            one, other = (s["loss_concentration"][str(risk["level"])] for s in (self.one, self.other))
            share = parts[risk["level"], self.victim] / risk["es_replayed"]
            self.assertGreater(abs(share), 0.01)
            self.assertEqual((other["n"], other["scenarios"]), (one["n"] + 1, one["scenarios"]))
            self.same(other["hhi"], one["hhi"] - share**2 / 2, 1e-5, "hhi")
            self.same(other["effective_n"], 1 / (one["hhi"] - share**2 / 2), 1e-5, "effective_n")
            print(f"loss at {risk['level']}: {self.victim} has {100 * share:.1f} %, effective number of constituents "
                  f"{one['effective_n']:.3f}, split {other['effective_n']:.3f}")


class Caps(Universe):
    def test_scaled_by_a_power_of_two(self):
        """Not a bit moves: every output is a ratio of caps."""
        uneven = self.panel.assign(market_cap=self.panel.market_cap / 7)
        first = self.run_panel("uneven", uneven, extra=SCENARIOS)
        for power in (-60, 1, 40):
            after = self.run_panel("scaled", uneven.assign(market_cap=np.ldexp(uneven.market_cap, power)),
                                   extra=SCENARIOS)
            for name in ("scenarios.parquet", "components.parquet"):
                self.assertEqual((first / name).read_bytes(), (after / name).read_bytes(), f"{name}, 2^{power}")
            for name in ("daily.parquet", "groups.parquet", "attribution.parquet", "constituents.parquet"):
                self.assertTrue(pq.read_table(first / name).equals(pq.read_table(after / name)), f"{name}, 2^{power}")
            one, other = summary_of(first), summary_of(after)
            self.assertEqual(one.pop("digest"), other.pop("digest"))
            for summary in (one, other):
                summary.pop("run")
                for key in ("seconds", "cells_per_second"):
                    summary["scenarios"][0].pop(key)
            self.assertEqual(one, other, f"2^{power}")
        print("caps times 2^-60, 2, 2^40: the same bits")

    def test_scaled_by_three(self):
        uneven = self.panel.assign(market_cap=self.panel.market_cap / 7)
        runs = [self.run_panel("uneven", uneven),
                self.run_panel("scaled", uneven.assign(market_cap=uneven.market_cap * 3))]
        one, other = (table(run, "daily.parquet") for run in runs)
        for column in one.select_dtypes("number"):
            self.same(other[column], one[column], 1e-14, column, size=0.01)
        self.assertTrue(other.regime.equals(one.regime))
        one, other = (flat(summary_of(run)["concentration"]) for run in runs)
        self.assertEqual(list(one), list(other))
        for key in one:
            if isinstance(one[key], float):
                self.same(other[key], one[key], 1e-14, key, size=1)
            elif "leaders" in key and one[key]:
                self.assertEqual([row["symbol"] for row in other[key]], [row["symbol"] for row in one[key]])
                self.same([row["share"] for row in other[key]], [row["share"] for row in one[key]], 1e-14, key, size=1)
            else:
                self.assertEqual(other[key], one[key], key)
        print("caps times 3: the same to 1e-14")

    def test_dust(self):
        """Fifty names of a cap of 1 unit beside some 1e12: they count, and weigh nothing."""
        count = 50
        dates = self.data.dates
        dust = pd.concat([pd.DataFrame({"date": dates, "symbol": f"DUST{i}", "return": 0.01, "market_cap": 1.0})
                          for i in range(count)])[self.panel.columns]
        after = self.run_panel("dust", pd.concat([self.panel, dust], ignore_index=True), self.data.constituents)
        total = self.panel.groupby("date").market_cap.sum().reindex(dates).to_numpy()
        size = count / total
        self.assertLess(size.max(), 1e-9)
        one, other = table(self.before, "daily.parquet"), table(after, "daily.parquet")
        np.testing.assert_array_equal(other.members[1:], one.members[1:] + count)
        for prefix in ("", "issuer_"):
            for column in ("hhi", *(f"top_{k}" for k in TOP)):
                off = (other[prefix + column] - one[prefix + column]).abs()
                self.assertTrue((off <= 2 * size + 1e-14).all(), f"{prefix}{column}: {off.max()}")
            off = (other[prefix + "entropy"] - one[prefix + "entropy"]).abs()
            self.assertTrue((off <= 60 * size + 1e-13).all(), f"{prefix}entropy: {off.max()}")
        # Gini counts names: n zeros more turn G into (n_before G + count)/(n_before + count), up to their size
        n = self.panel.groupby("date").size().reindex(dates).to_numpy()
        off = (other.gini - (n * one.gini + count) / (n + count)).abs()
        self.assertTrue((off <= 4 * size + 1e-13).all(), f"gini: {off.max()}")
        one, other = (summary_of(run)["concentration"] for run in (self.before, after))
        for level in ("constituent", "issuer", "risk"):
            self.assertEqual(other[level]["n"], one[level]["n"] + count)
            self.assertLess(abs(other[level]["hhi"] - one[level]["hhi"]), 10 * size[-1])
            self.assertGreater(abs(other[level]["gini"] - one[level]["gini"]), 1e-3)
        print(f"{count} names of {size[-1]:.1e} of all caps: n {one['constituent']['n']} to {other['constituent']['n']},"
              f" HHI moves by {abs(other['constituent']['hhi'] - one['constituent']['hhi']):.1e}")


class Risk(Universe):
    # thresholds that leave ten days or more to each of three regimes of this universe's levels
    EXTRA = "volatility: {thresholds: [15, 19], names: [low, middle, high]}\n"

    def test_shares_add_up(self):
        """Nine names, all of them leaders, one turned against the market: what is left of the figures is by hand."""
        first, last = (set(self.panel.symbol[self.panel.date == d]) for d in (self.data.dates[0], self.data.dates[-1]))
        caps = self.panel[self.panel.date == self.data.dates[-1]].set_index("symbol").market_cap
        names = caps[caps.index.isin(first & last)].nlargest(9).index
        panel = self.panel[self.panel.symbol.isin(names)]
        turned = panel["return"].where(panel.symbol != names[-1], -panel["return"])
        run = self.run_panel("nine", panel.assign(**{"return": turned}), extra=self.EXTRA)
        risk = summary_of(run)["concentration"]["risk"]
        self.assertEqual(list(risk["by_regime"]), ["low", "middle", "high"])
        self.assertEqual(sum(cell["days"] for cell in risk["by_regime"].values()), risk["days"])
        negative = 0
        for name, cell in {"all": risk, **risk["by_regime"]}.items():
            share = [row["share"] for row in cell["leaders"]]
            self.assertEqual((len(share), cell["n"]), (9, 9))
            self.assertEqual(share, sorted(share, reverse=True))
            self.same(math.fsum(share), 1, 1e-13, f"shares of {name}")
            self.same(math.fsum(row["weight"] for row in cell["leaders"]), 1, 1e-13, f"weights of {name}")
            for row in cell["leaders"]:
                self.same(row["weight"], caps[row["symbol"]] / caps[names].sum(), 1e-13, row["symbol"])
            self.same(cell["hhi"], math.fsum(x * x for x in share), 1e-13, f"hhi of {name}")
            self.same(cell["effective_n"], 1 / cell["hhi"], 1e-13, f"effective_n of {name}")
            want = by_hand([max(x, 0) for x in share])
            for figure in ("entropy", "exp_entropy", "gini"):
                self.same(cell[figure], want[figure], 1e-13, f"{figure} of {name}")
            for k in TOP:
                self.same(cell["top"][str(k)], want[f"top_{k}"], 1e-13, f"top {k} of {name}")
            below = [x for x in share if x < 0]
            self.assertEqual(cell["negative"]["count"], len(below))
            self.same(cell["negative"]["sum"], math.fsum(below), 1e-13, f"negative of {name}")
            negative += len(below)
            print(f"risk {name:7} {cell['days']:4} days, shares add up to 1 {math.fsum(share) - 1:+.1e}, "
                  f"{len(below)} negative: {math.fsum(below):+.4f}")
        self.assertGreater(negative, 0)

    def test_one_regime_of_all_days(self):
        """Nothing above the threshold: the regime below it is overall, to the bit."""
        run = self.run_panel("never", self.panel, extra="volatility: {thresholds: [1000], names: [always, never]}\n")
        risk = summary_of(run)["concentration"]["risk"]
        cells = risk.pop("by_regime")
        self.assertEqual(list(cells), ["always", "never"])
        self.assertEqual(cells["always"], risk)
        self.assertEqual(cells["never"]["days"], 0)
        self.assertTrue(cells["never"]["reason"])
        self.assertEqual(cells["never"]["hhi"], None)
        self.assertEqual(set(table(run, "daily.parquet").regime), {"always"})

    def test_lag_is_a_calendar_moved_by_a_day(self):
        """The last close strictly before a day is the last one on or before it, were all closes a day later; and each
        is then a day younger."""
        levels = pd.read_csv(self.data.volatility_file)
        later = (pd.to_datetime(levels.date) + pd.Timedelta(days=1)).dt.strftime("%Y-%m-%d")
        levels.assign(date=later).to_csv(self.folder / "later.csv", index=False)
        for hysteresis in (0, 1.5):
            regimes = "volatility: {{thresholds: [15, 19], hysteresis: {}, lag: {}, max_staleness_days: {}}}\n"
            lagged = self.run_panel("lagged", self.panel, extra=regimes.format(hysteresis, 1, 2))
            moved = self.run_panel("moved", self.panel, extra=regimes.format(hysteresis, 0, 1),
                                   options=["--set", f"data.volatility={self.folder / 'later.csv'}"])
            one, other = (table(run, "daily.parquet").regime for run in (lagged, moved))
            self.assertEqual(one.where(one.notna(), None).tolist(), other.where(other.notna(), None).tolist())
            self.assertGreater(one.isna().sum(), 10)  # Mondays: Friday's close is three days old
            self.assertEqual(*(summary_of(run)["concentration"]["risk"] for run in (lagged, moved)))
            same_day = table(self.run_panel("same", self.panel, extra=regimes.format(hysteresis, 0, 2)),
                             "daily.parquet").regime
            self.assertGreater((one.notna() & (one != same_day)).sum(), 5)

    def test_lookback_is_a_later_start(self):
        for days in (2, 60, 100, 249, 250, 10000):
            start = self.data.dates[max(0, len(self.data.dates) - days - 1)]
            short = self.run_panel("short", self.panel, options=["--set", f"data.lookback_days={days}"])
            late = self.run_panel("late", self.panel, options=["--set", f"data.start={start}", "--set", "windows=[]"])
            one, other = (flat(summary_of(run)["concentration"]["risk"]) for run in (short, late))
            self.assertEqual(one["days"], min(days, 249))
            self.assertEqual(list(one), list(other))
            for key, value in one.items():
                if isinstance(value, float):
                    self.same(other[key], value, 1e-12, f"{key}, {days} days", size=1)
                elif not isinstance(value, list):
                    self.assertEqual(other[key], value, key)

    def test_absent_settings_are_the_defaults(self):
        said = ("volatility: {thresholds: [20, 25, 30], names: [calm, recovering, stressed, panic], hysteresis: 0, "
                "lag: 0, max_staleness_days: 5}\n")
        run = self.run_panel("said", self.panel, extra=said, options=["--set", "data.lookback_days=all"])
        self.assertEqual(summary_of(run)["digest"], summary_of(self.before)["digest"])
        self.assertEqual(json.dumps(summary_of(run)["concentration"]),
                         json.dumps(summary_of(self.before)["concentration"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
