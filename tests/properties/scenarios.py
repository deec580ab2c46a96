# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Scenarios seen from outside (specification, section 7): one run with a set of every generator, whose figures are
computed again from its rows, whose components add up, and whose stresses do what is known of them on paper.

    TOPHEAVY_PROGRAM=... python scenarios.py
"""

import json
import math
import sys
import unittest
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parent))
from program import Data, Runs, summary_of, topheavy  # noqa: E402

EXACT = 1e-12     # what is added up from numbers that are given
ROUNDING = 2e-6   # of a return of a path, which is walked in float32
QUANTILES = (0.01, 0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975, 0.99)
HORIZON = 10

STRESSES = {
    "nothing": {"shocks": [{"groups": {"sector": {"Technology": 0}}}]},
    "gone": {"shocks": [{"groups": {"sector": {"Health Care": -0.99999999999}}}]},  # -1 in float32
    "down": {"shocks": [{"groups": {"sector": {"Technology": -0.2}}}]},
    "down_in_five_days": {"days": 5, "shocks": [{"groups": {"sector": {"Technology": -0.2}}}]},
    "all": {"days": HORIZON, "shocks": [{"groups": {"tier": {"everyone": -0.1}}}]},
    "points": {"shocks": [{"beta": {"to": "volatility", "move": 10}}]},
    "falls_one_after_another": {"shocks": [{"groups": {"sector": {"Technology": -0.2}}},
                                           {"groups": {"tier": {"everyone": -0.1}}}]},
}
EVENTS = [
    {"name": "down_3", "metric": "index_return", "below": -0.03},
    {"name": "fall", "metric": "max_drawdown", "above": 0.04},
    {"name": "narrow", "metric": "top_10", "above": 0.52},
    {"name": "flat", "metric": "hhi", "below": 0.04},
    {"name": "few", "metric": "effective_n", "below": 24},
    {"name": "technology", "metric": "group_return.sector.Technology", "below": -0.05},
    {"name": "never", "metric": "index_return", "below": -1},
]
NO_HISTORY_ERROR = {"history_error": {"replicates": 0}}


def sets(stress_files):
    drawn = {"count": 3000, "horizon": HORIZON, "seed": 7, "dimensions": ["sector", "tier"], "events": EVENTS}
    drawn |= NO_HISTORY_ERROR
    one_day = {"count": 20000, "horizon": 1, "seed": 8, "generator": {"kind": "bootstrap", "regimes": False},
               "events": [{"name": "high", "metric": "index_new_high"}]} | NO_HISTORY_ERROR
    still = {"kind": "historical"}
    path = {"kind": "volatility_path", "path": 22}
    return [
        drawn | {"name": "regimes", "stresses": stress_files, "daily": {"top_10": True, "hhi": True},
                 "history_error": {"replicates": 200, "count": 1024}},
        drawn | {"name": "pool", "generator": {"kind": "bootstrap", "regimes": False, "block": 5}},
        drawn | {"name": "path", "generator": path, "dimensions": ["tier"],
                 "events": [{"name": "low", "metric": "max_volatility", "above": 21.99},
                            {"name": "high", "metric": "max_volatility", "above": 22.01}]},
        drawn | {"name": "path_down", "generator": path | {"path": [31, 25, 18]}, "events": []},
        one_day | {"name": "day", "missing_history": "zero"},
        {"name": "past", "generator": still, "horizon": HORIZON, "missing_history": "zero", "events": EVENTS},
        {"name": "whole", "generator": still, "horizon": HORIZON, "missing_history": "exclude"},
        {"name": "shocks", "generator": {"kind": "stress"}, "horizon": HORIZON, "stresses": stress_files,
         "dimensions": ["sector", "tier"]},
    ]


class Scenarios(Runs):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = Data(cls.folder / "data", 80, 320, 3)
        files = []
        for name, stress in STRESSES.items():
            files.append(f"{name}.yaml")
            (cls.folder / files[-1]).write_text(json.dumps({"name": name} | stress))
        symbols = sorted(cls.data.panel.symbol.unique())
        tiers = {"everyone": {"symbols": symbols}, "half": {"symbols": symbols[::2]}, "third": {"symbols": symbols[::3]}}
        extra = f"groups: {json.dumps({'tier': tiers})}\nscenarios: {json.dumps(sets(files))}\n"
        cls.config = cls.data.config(cls.folder / "test.yaml", extra=extra)
        cls.run_folder = cls.run_config(cls.config)
        cls.summary = {s["name"]: s for s in summary_of(cls.run_folder)["scenarios"]}
        cls.rows = dict(list(cls.read("scenarios.parquet").groupby("set", sort=False)))
        cls.parts = dict(list(cls.read("components.parquet").groupby("set", sort=False)))
        cls.sampled = [name for name, s in cls.summary.items() if s["generator"] != "stress"]

    @classmethod
    def read(cls, name):
        frame = pq.read_table(cls.run_folder / name).to_pandas()
        return frame.astype({column: object for column in ("set", "symbol", "issuer") if column in frame})

    def same(self, got, want, limit, what, size=0.0):
        """Within `limit` of the number, or of `size` where that is larger."""
        np.testing.assert_allclose(np.asarray(got, float), np.asarray(want, float), rtol=limit, atol=limit * size,
                                   err_msg=str(what))

    def universe(self, missing):
        """Symbols, weights and returns [days, members] as section 7 has them, of the panel alone: `zero` or `exclude`."""
        caps = self.data.panel.pivot(index="date", columns="symbol", values="market_cap").astype(float).sort_index()
        held = caps.columns[caps.iloc[-1] > 0]
        ret = self.data.panel.pivot(index="date", columns="symbol", values="return").astype(float).sort_index()
        ret = ret[held].iloc[1:]
        if missing == "exclude":
            ret = ret.dropna(axis=1)
        weight = caps.iloc[-1][ret.columns]
        return list(ret.columns), (weight / weight.sum()).to_numpy(), ret


class Figures(Scenarios):
    def test_rows(self):
        self.assertEqual(list(self.rows), list(self.summary))
        self.assertEqual(list(self.parts), self.sampled)
        days = len(self.data.dates) - 1
        for name, s in self.summary.items():
            rows = self.rows[name]
            self.assertEqual(len(rows), s["count"])
            self.assertEqual(rows.scenario.tolist(), list(range(s["count"])))
            self.assertEqual(s["days"], days)
            for dimension in ("sector", "tier"):
                columns = [c for c in rows if c.startswith(f"{dimension}.")]
                self.assertGreater(len(columns), 2)
                told = any(g["dimension"] == dimension for stress in s["stresses"] for g in stress["groups"])
                told = told or any(dimension in of for of in s["component_es"].values())
                self.assertEqual(rows[columns].notna().all(axis=None), told, (name, dimension))
                self.assertEqual(rows[columns].isna().all(axis=None), not told, (name, dimension))
            if len(self.parts.get(name, ())):
                self.assertEqual(len(self.parts[name]), s["constituents"] * len(s["risk"]))
            self.assertEqual(s["cells"], s["count"] * s["horizon"] * s["constituents"])
            self.assertTrue(rows[["index_return", "max_drawdown", "top_10", "hhi", "effective_n"]].notna().all(axis=None))
            self.assertTrue((rows.max_drawdown >= 0).all() and (rows.max_drawdown >= -rows.index_return - 1e-15).all())
        self.assertEqual(self.summary["past"]["count"], days - HORIZON + 1)
        self.assertEqual(self.summary["shocks"]["count"], len(STRESSES))
        print("sets:", {name: len(rows) for name, rows in self.rows.items()})

    def test_distributions(self):
        for name in self.sampled:
            s, rows = self.summary[name], self.rows[name]
            of = {"index_return": s["index_return"], "max_drawdown": s["max_drawdown"],
                  **{key: s["concentration"][key] for key in ("top_10", "hhi", "effective_n")}}
            for column, said in of.items():
                x = rows[column].to_numpy()
                self.same(said["mean"], math.fsum(x) / len(x), EXACT, (name, column), size=abs(x).max())
                self.same(said["sd"], np.std(x, ddof=1), EXACT, (name, column))
                self.assertEqual(list(said["quantiles"]), [str(q) for q in QUANTILES])
                self.same(list(said["quantiles"].values()), np.quantile(x, QUANTILES), EXACT, (name, column), size=0.01)
        self.assertIn("max_top_10", self.summary["regimes"]["concentration"])
        self.assertNotIn("max_top_10", self.summary["pool"]["concentration"])

    def test_risk(self):
        for name in self.sampled:
            s, count = self.summary[name], len(self.rows[name])
            losses = np.sort(-self.rows[name].index_return.to_numpy())[::-1]
            self.assertEqual([r["level"] for r in s["risk"]], [0.95, 0.975, 0.99])
            for r in s["risk"]:
                m = count * (1 - Fraction(str(r["level"])))
                whole, part = math.floor(m), float(m - math.floor(m))
                self.assertEqual(r["tail_scenarios"], math.ceil(m))
                self.assertEqual(r["var"], losses[whole])
                es = math.fsum([*losses[:whole], part * losses[whole]]) / float(m)
                self.same(r["es"], es, EXACT, (name, r["level"]))
                self.same(r["es_replayed"], es, 1e-6, (name, r["level"]))
                sampled = s["no_sampling_error"] is None
                self.assertEqual(r["warning"] is not None, math.ceil(m) < 100, (name, r))
                if not sampled:
                    self.assertEqual([r[k] for k in ("var_low", "var_high", "simulation_error", "history_error")], 4 * [None])
                    self.assertEqual(r["interval_reason"], s["no_sampling_error"])
                    self.assertEqual(r["history_error_reason"], s["no_sampling_error"])
                    continue
                self.assertIn(r["var_low"], losses)
                self.assertIn(r["var_high"], losses)
                self.assertTrue(r["var_low"] <= r["var"] <= r["var_high"] and r["var_low"] < r["var_high"], r)
                weight = np.append(np.ones(whole), [part][:math.ceil(m) - whole])
                variance = (weight * (losses[:len(weight)] - es) ** 2).sum() / (float(m) - 1)
                error = math.sqrt((variance + r["level"] * (es - r["var"]) ** 2) / float(m))
                self.same(r["simulation_error"], error, 1e-10, (name, r["level"]))
                self.assertEqual(r["history_error"] is None, name != "regimes")
                self.assertEqual(r["history_error_reason"],
                                 None if name == "regimes" else "`history_error.replicates` is 0", name)
        self.assertEqual(self.summary["past"]["no_sampling_error"], "windows of the history overlap")
        self.assertIsNone(self.summary["regimes"]["no_sampling_error"])
        print("historical:", self.summary["past"]["no_sampling_error"], "-", self.summary["past"]["risk"][0])

    def test_probabilities(self):
        compared = 0
        for name in ("regimes", "pool", "past"):
            s, rows = self.summary[name], self.rows[name]
            self.assertEqual([e["name"] for e in s["events"]], [e["name"] for e in EVENTS])
            for event, said in zip(EVENTS, s["events"]):
                column = event["metric"].removeprefix("group_return.")
                if column not in rows or rows[column].isna().any():
                    self.assertIsNone(said["probability"])
                    continue
                x = rows[column]
                happened = (x > event["above"]) if "above" in event else (x < event["below"])
                self.assertEqual(said["probability"], happened.mean(), (name, event))
                self.assertEqual(s["probability"][event["name"]], said["probability"])
                p = said["probability"]
                if s["no_sampling_error"] or p in (0, 1):
                    self.assertIsNone(said["error"])
                    self.assertTrue(said["reason"])
                else:
                    self.same(said["error"], math.sqrt(p * (1 - p) / len(x)), EXACT, (name, event))
                compared += 0 < p < 1
        self.assertGreater(compared, 12)

    def test_new_highs(self):
        """Of one day: the return that takes the index above its highest close."""
        level = self.read("daily.parquet").index_level
        rise = level.max() / level.iloc[-1] - 1
        x = self.rows["day"].index_return
        self.assertGreater(abs(x - rise).min(), 1e-9)
        want = (x > rise).mean()
        self.assertGreater(want, 0.005)
        self.assertEqual(self.summary["day"]["probability"]["high"], want)


class Components(Scenarios):
    def test_components_add_up(self):
        labels = self.data.constituents.set_index("symbol")
        worst, concentrated = 0.0, 0
        for name in self.sampled:
            s, parts = self.summary[name], self.parts[name].merge(labels[["sector"]], left_on="symbol", right_index=True)
            for r in s["risk"]:
                mine = parts[parts.level == r["level"]]
                total = math.fsum(mine.component_es)
                worst = max(worst, abs(total / r["es_replayed"] - 1), abs(total / r["es"] - 1) * 1e-6)
                self.same(total, r["es_replayed"], EXACT, name)
                self.same(total, r["es"], 1e-6, name)
                by = s["component_es"][str(r["level"])]
                if "sector" in by:
                    self.same(math.fsum(g["es"] for g in by["sector"]), total, EXACT, name)
                    self.same(math.fsum(g["share"] for g in by["sector"]), 1, EXACT, name)
                    self.same(math.fsum(g["weight"] for g in by["sector"]), 1, EXACT, name)
                    want = mine.groupby("sector").component_es.sum()
                    for g in by["sector"]:
                        self.same(g["es"], want.get(g["group"], 0), EXACT, (name, g), size=total)
                if "tier" in by:
                    everyone, half, third = (g["es"] for g in by["tier"])
                    symbols = sorted(self.data.panel.symbol.unique())
                    self.same(everyone, total, EXACT, name)
                    self.same(half, mine.component_es[mine.symbol.isin(symbols[::2])].sum(), EXACT, name, size=total)
                    self.same(third, mine.component_es[mine.symbol.isin(symbols[::3])].sum(), EXACT, name, size=total)
                issuers = mine.groupby("issuer").component_es.sum().nlargest(10)
                self.assertEqual([g["group"] for g in by["issuer"]], list(issuers.index))
                self.same([g["es"] for g in by["issuer"]], issuers, EXACT, name, size=total)
                self.assertEqual(mine.error.isna().all(), s["no_sampling_error"] is not None)
                loss, shares = s["loss_concentration"][str(r["level"])], mine.component_es / total
                if loss["hhi"] is None:
                    self.assertLess(loss["scenarios"], 10)
                    self.assertIn("at least 10 are needed", loss["reason"])
                else:
                    self.same(loss["hhi"], (shares**2).sum(), 1e-11, name)
                    concentrated += 1
        self.assertGreater(concentrated, 8)
        print(f"components add up to ES of the replayed paths, worst {worst:.1e}")


class Generators(Scenarios):
    def test_windows_of_the_history(self):
        for name, missing in (("past", "zero"), ("whole", "exclude")):
            symbols, weight, ret = self.universe(missing)
            growth = np.cumsum(np.log1p(ret.fillna(0).to_numpy()), axis=0)
            growth = np.vstack([np.zeros(len(symbols)), growth])
            want = np.expm1(growth[HORIZON:] - growth[:-HORIZON]) @ weight
            s = self.summary[name]
            self.same(self.rows[name].index_return, want, ROUNDING, name, size=1)
            self.assertEqual(s["constituents"], len(symbols))
            members, _, every = self.universe("zero")
            if missing == "zero":
                self.same(s["filled_share"], ret.isna().to_numpy().mean(), EXACT, name)
                self.assertEqual(s["left_out"], [])
            else:
                self.assertEqual(s["filled_share"], 0)
                self.assertEqual(s["left_out"], sorted(set(members) - set(symbols)))
            self.assertGreater(every.isna().to_numpy().mean(), 0)
            print(f"{name}: {len(want)} windows of {len(symbols)} constituents, filled {100 * s['filled_share']:.2f} %")

    def test_one_day_is_a_day_of_the_history(self):
        """Each day as often as any other, as far as chance goes."""
        _, weight, ret = self.universe("zero")
        days = ret.fillna(0).to_numpy() @ weight
        x = self.rows["day"].index_return.to_numpy()
        order = np.argsort(days)
        at = np.clip(np.searchsorted(days[order], x), 1, len(days) - 1)
        near = np.where(x - days[order][at - 1] < days[order][at] - x, at - 1, at)
        self.assertLess(abs(days[order][near] - x).max(), ROUNDING)
        expected = len(x) / len(days)
        chi = ((np.bincount(near, minlength=len(days)) - expected) ** 2 / expected).sum()
        freedom = len(days) - 1
        print(f"days drawn: chi square {chi:.0f} at {freedom} degrees of freedom")
        self.assertLess(abs(chi - freedom), 5 * math.sqrt(2 * freedom))

    def test_generators_differ(self):
        means = {name: self.summary[name]["index_return"]["mean"] for name in ("regimes", "pool", "path", "path_down")}
        print("mean return by generator:", means)
        self.assertEqual(len(set(means.values())), 4)
        self.assertGreater(self.summary["regimes"]["mean_block_length"], 1)
        self.assertEqual(self.summary["pool"]["mean_block_length"], 5)
        for name in ("past", "whole", "shocks"):
            self.assertIsNone(self.summary[name]["mean_block_length"])

    def test_path_is_followed(self):
        self.assertEqual(self.summary["path"]["probability"], {"low": 1, "high": 0})

    def test_same_draws_whatever_else_is_asked_for(self):
        """A scenario is the same by its number, with other counts, figures and sets beside it."""
        alone = self.run_config(self.config, "--set", "scenarios=" + json.dumps(
            [{"name": "pool", "generator": {"kind": "bootstrap", "regimes": False, "block": 5}, "count": 1500,
              "horizon": HORIZON, "seed": 7, "dimensions": []} | NO_HISTORY_ERROR]))
        got = pq.read_table(alone / "scenarios.parquet").to_pandas()
        for column in ("index_return", "max_drawdown", "top_10"):
            self.same(got[column], self.rows["pool"][column][:1500], ROUNDING, column, size=1)


class Stresses(Scenarios):
    def of(self, name, stress):
        return next(s for s in self.summary[name]["stresses"] if s["name"] == stress)

    def returns(self, stress):
        return {(g["dimension"], g["group"]): (g["return"], g["contribution"]) for g in self.of("shocks", stress)["groups"]}

    def weights(self):
        symbols, weight, _ = self.universe("zero")
        sector = self.data.constituents.set_index("symbol").sector[symbols]
        return pd.Series(weight).groupby(sector.to_numpy()).sum()

    def test_nothing_changes_nothing(self):
        none = self.of("regimes", "nothing")
        self.assertEqual(none["index_return"], 0)
        self.assertEqual({g["return"] for g in none["groups"]}, {0})
        self.assertEqual(set(none["var_change"].values()) | set(none["es_change"].values()), {0})
        self.assertEqual(none["top_10_change"], 0)

    def test_a_sector_gone(self):
        weight = self.weights()
        gone = self.of("regimes", "gone")
        self.same(gone["index_return"], -weight["Health Care"], ROUNDING, "index", size=1)
        for (dimension, group), (ret, contribution) in self.returns("gone").items():
            if dimension == "sector":
                self.assertEqual(ret, -1.0 if group == "Health Care" else 0.0, group)
                self.same(contribution, -weight["Health Care"] if group == "Health Care" else 0, ROUNDING, group, size=1)
        for level in gone["es_change"]:
            self.assertGreater(gone["es_change"][level], 0)
            self.assertLess(gone["es_change"][level], 2 * weight["Health Care"])
        self.assertGreater(gone["top_10_change"], 0)

    def test_spread_over_days(self):
        """What comes in five days is at their end what comes at once; on the way it is less."""
        weight = self.weights()["Technology"]
        one, five = self.of("shocks", "down"), self.of("shocks", "down_in_five_days")
        for stress in (one, five):
            self.same(stress["index_return"], -0.2 * weight, ROUNDING, stress["name"], size=1)
        self.assertNotEqual(one["index_return"], 0)
        for group, (ret, contribution) in self.returns("down").items():
            self.same(self.returns("down_in_five_days")[group], (ret, contribution), ROUNDING, group, size=1)
        plain, spread = (self.of("regimes", name)["es_change"] for name in ("down", "down_in_five_days"))
        for level in plain:
            self.same(spread[level], plain[level], ROUNDING, level, size=1)

    def test_shocks_compound(self):
        both = self.returns("falls_one_after_another")
        self.same(both["sector", "Technology"][0], 0.8 * 0.9 - 1, ROUNDING, "Technology", size=1)
        self.same(both["sector", "Health Care"][0], -0.1, ROUNDING, "Health Care", size=1)

    def test_what_hits_all_scales_all(self):
        """Everyone 10 % lower, within the horizon: every return of a path too, so VaR and ES are known."""
        everyone = self.of("regimes", "all")
        self.same(everyone["index_return"], -0.1, ROUNDING, "index", size=1)
        for r in self.summary["regimes"]["risk"]:
            level = str(r["level"])
            for key in ("var", "es"):
                self.same(r[key] + everyone[f"{key}_change"][level], 1 - 0.9 * (1 - r[key]), ROUNDING, key, size=1)
        self.same(everyone["top_10_change"], 0, ROUNDING, "top 10", size=1)

    def test_betas_to_volatility(self):
        _, weight, ret = self.universe("zero")
        volatility = pd.read_csv(self.data.volatility_file).set_index("date").close
        change = volatility.reindex([str(d) for d in self.data.dates]).ffill().diff().to_numpy()[1:]
        filled = self.sector_filled(ret)
        x = change - change.mean()
        beta = x @ filled / (x @ x)
        self.same(self.of("regimes", "points")["index_return"], (10 * beta) @ weight, 1e-5, "betas", size=1)

    def sector_filled(self, ret):
        """[days, members] with the return of the sector's members on that day where one is missing."""
        daily = self.read("groups.parquet").astype({"dimension": object, "group": object})
        daily = daily[daily.dimension == "sector"].pivot(index="date", columns="group", values="return")
        sector = self.data.constituents.set_index("symbol").sector[ret.columns]
        fill = daily.reindex(ret.index)[list(sector)].to_numpy()
        filled = ret.to_numpy()
        return np.where(np.isnan(filled), fill, filled)

    def test_a_set_of_stresses(self):
        """Its scenarios are the stresses, each alone."""
        rows, s = self.rows["shocks"], self.summary["shocks"]
        self.assertEqual([x["name"] for x in s["stresses"]], list(STRESSES))
        self.assertEqual({(x["top_10_change"], x["change_reason"]) for x in s["stresses"]},
                         {(None, "the set is of stresses alone: there are no paths to compare with")})
        self.assertEqual({x["change_reason"] for x in self.summary["regimes"]["stresses"]}, {None})
        self.assertEqual(s["risk"], [])
        self.assertEqual(s["no_sampling_error"], "stresses are given, not drawn")
        for i, stress in enumerate(s["stresses"]):
            self.assertEqual(rows.index_return.iloc[i], stress["index_return"])
            for g in stress["groups"]:
                self.assertEqual(rows[f"{g['dimension']}.{g['group']}"].iloc[i], g["return"])
            self.assertEqual(stress["index_return"], self.of("regimes", stress["name"])["index_return"])
            self.same(rows.max_drawdown.iloc[i], max(0, -stress["index_return"]), ROUNDING, stress["name"], size=1)
        print({name: f"{100 * x['index_return']:.2f} %" for name, x in zip(STRESSES, s["stresses"])})


class Columns(Runs):
    def test_labels_that_make_two_columns_one(self):
        """Group a of sector.T and sector T.a: known once the constituents are read."""
        data = Data(self.folder / "data", 40, 60, 5)
        labels = data.constituents.copy()
        labels.loc[labels.sector == labels.sector.iloc[0], "sector"] = "T.a"
        labels.to_csv(self.folder / "constituents.csv", index=False)
        groups = {"sector.T": {"a": {"symbols": [data.panel.symbol.iloc[0]]}}}
        sets = [{"name": "past", "generator": {"kind": "historical"}, "horizon": 5}]
        config = data.config(self.folder / "test.yaml", constituents=self.folder / "constituents.csv",
                             extra=f"groups: {json.dumps(groups)}\nscenarios: {json.dumps(sets)}\n")
        done = topheavy("run", config, "--out", self.folder / "run", expect=2)
        self.assertIn("two columns `sector.T.a`", done.stderr)


class Overflow(Runs):
    def test_squares_beyond_float32(self):
        """One name times 3.9 a day: after thirty its cap is a float32, its square is not."""
        data = Data(self.folder / "data", 40, 60, 5)
        panel = data.panel.copy()
        panel.loc[panel.symbol == panel.symbol.iloc[0], "return"] = 2.9
        panel.to_parquet(self.folder / "panel.parquet", index=False)
        for days, expect in ((10, 0), (30, 3)):
            sets = [{"name": "steep", "generator": {"kind": "historical"}, "horizon": days, "missing_history": "zero"}]
            config = data.config(self.folder / f"{days}.yaml", panel=self.folder / "panel.parquet",
                                 extra=f"scenarios: {json.dumps(sets)}\n")
            done = topheavy("run", config, "--out", self.folder / str(days), expect=expect)
        self.assertIn("grow beyond what float32 holds", done.stderr)
        self.assertFalse((self.folder / str(days) / "summary.json").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
