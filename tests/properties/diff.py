# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""`topheavy diff` from outside: one thing changed at a time shows in its part and in no other, parts add up to the recorded
figures to the bit, what cannot be computed again is told, and two parts are computed a second time in pandas.

    TOPHEAVY_PROGRAM=... python diff.py generated|real
"""

import hashlib
import json
import math
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
from program import REAL_DATA, Data, Placed, need_real_data, summary_of, topheavy  # noqa: E402

PARTS = ["members", "caps", "history window", "regime", "configuration", "program"]
HHI = "concentration.constituent.hhi"
ISSUER_HHI = "concentration.issuer.hhi"
DRAWN = {"name": "month", "count": 2000, "horizon": 10, "seed": 3, "history_error": {"replicates": 0}}
PAST = {"name": "past", "generator": {"kind": "historical"}, "horizon": 5}
QUICK = {"correlation": {"bootstrap": {"replicates": 100}, "absorption": {"window": 5000}}}


def closing(panel, day):
    """Symbol -> cap at the close."""
    return panel[panel.date == day].set_index("symbol").market_cap


def hhi(caps, labels=None):
    weights = (caps if labels is None else caps.groupby(labels.reindex(caps.index).to_numpy()).sum()) / caps.sum()
    return float((weights ** 2).sum())


class Diff(Placed):
    """Every run and its files in a folder of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = Data(cls.base / "data", 60, 320, 3)
        cls.volatility = pd.read_csv(cls.data.volatility_file)
        cls.day = cls.data.dates[-2]
        cls.runs = 0
        cls.a = cls.make()

    @classmethod
    def make(cls, panel=None, constituents=None, levels=None, as_of=None, data=None, **settings):
        """A run of the generated data but for what is given; its folder."""
        cls.runs += 1
        place = cls.base / f"{cls.runs}"
        place.mkdir()
        files = {"panel": cls.data.panel_file, "constituents": cls.data.constituents_file,
                 "volatility": cls.data.volatility_file}
        if panel is not None:
            files["panel"] = place / "panel.parquet"
            panel.to_parquet(files["panel"], index=False)
        if constituents is not None:
            files["constituents"] = place / "constituents.csv"
            constituents.to_csv(files["constituents"], index=False)
        if isinstance(levels, pd.DataFrame):
            files["volatility"] = place / "volatility.csv"
            levels.to_csv(files["volatility"], index=False)
        elif levels == "none":
            files["volatility"] = None
        config = {"name": "test", "as_of": str(as_of or cls.day),
                  "data": {k: v and str(v) for k, v in files.items()} | (data or {}), "scenarios": [DRAWN, PAST]}
        (place / "config.yaml").write_text(json.dumps(config | QUICK | settings))
        topheavy("run", place / "config.yaml", "--out", place / "run", "--quiet")
        return place / "run"

    def diff(self, a, b, *options):
        file = self.base / "diff.json"
        done = topheavy("diff", a, b, "--json", file, *options)
        found = json.loads(file.read_text())
        self.assertEqual(found["schema"], "topheavy.diff/1")
        self.assertEqual(found["split"]["order"], PARTS)
        self.said = done.stdout
        return found

    def split(self, a, b):
        """Metric -> part -> change, after all that holds of every split."""
        found = self.diff(a, b)
        self.assertTrue(found["split"]["possible"], found["split"]["reason"])
        one, other = self.figures(a), self.figures(b)
        changes = {}
        for figure in found["split"]["figures"]:
            metric, steps = figure["metric"], figure["steps"]
            self.assertEqual((figure["a"], figure["b"]), (one[metric], other[metric]), metric)
            self.assertEqual(figure["change"], figure["b"] - figure["a"], metric)
            self.assertEqual([s["part"] for s in steps], PARTS)
            before = figure["a"]
            for step in steps:
                self.assertEqual(step["change"], step["value"] - before, (metric, step))
                before = step["value"]
            self.assertEqual(before, figure["b"], metric)
            changes[metric] = {s["part"]: s["change"] for s in steps}
            # members and caps leave the days that are drawn
            drawn_anew = "scenarios" in metric and any(s["change"] for s in steps[2:])
            errors = (self.draw_errors(a).get(metric), self.draw_errors(b).get(metric)) if drawn_anew else (None, None)
            want = None if None in errors else math.hypot(*errors)
            self.assertEqual(figure["draw_error"] is None, want is None, metric)
            if want is not None:
                self.assertAlmostEqual(figure["draw_error"] / want, 1, delta=1e-12, msg=metric)
        self.assertEqual(set(changes), set(one) & set(other))
        return changes

    def figures(self, run):
        s = summary_of(run)
        found = {HHI: s["concentration"]["constituent"]["hhi"], ISSUER_HHI: s["concentration"]["issuer"]["hhi"]}
        for one in s["scenarios"]:
            for risk in one["risk"]:
                for figure in ("var", "es"):
                    found[f"scenarios.{one['name']}.{figure}.{risk['level']:g}"] = risk[figure]
        return found

    def draw_errors(self, run):
        """Standard errors by the draws, of VaR by its interval of 95 %."""
        return {
            f"scenarios.{one['name']}.{figure}.{risk['level']:g}": error
            for one in summary_of(run)["scenarios"]
            for risk in one["risk"]
            for figure, error in (
                ("es", risk["simulation_error"]),
                ("var", None if None in (risk["var_low"], risk["var_high"])
                 else (risk["var_high"] - risk["var_low"]) / (2 * NormalDist().inv_cdf(0.975))),
            )
        }

    def only(self, part, changes, but=()):
        """Nothing outside the part has changed, in it all but the metrics that begin so."""
        for metric, steps in changes.items():
            others = {p: c for p, c in steps.items() if p != part and c != 0}
            self.assertEqual(others, {}, metric)
            if metric.startswith(tuple(but)):
                self.assertEqual(steps[part], 0, metric)
        self.assertTrue(any(steps[part] != 0 for m, steps in changes.items() if not m.startswith(tuple(but))), changes)

    def no_split(self, a, b, *words):
        found = self.diff(a, b)["split"]
        self.assertFalse(found["possible"])
        for word in words:
            self.assertIn(str(word), found["reason"])
        self.assertTrue(found["figures"])
        self.assertTrue(all(f["steps"] == [] and f["change"] is not None for f in found["figures"]))
        self.assertIn("no split into parts", self.said)

    def panel_with(self, change, day=None):
        panel = self.data.panel.copy()
        change(panel, panel.date == (day or self.day))
        return panel

    def doctored(self, run, change, program=None):
        """A copy of a run whose summary and manifest agree, but say something else."""
        self.__class__.runs += 1
        copy = self.base / f"{self.runs}" / "run"
        shutil.copytree(run, copy)
        summary, manifest = summary_of(copy), json.loads((copy / "manifest.json").read_text())
        change(summary)
        (copy / "summary.json").write_text(json.dumps(summary))
        for output in manifest["outputs"]:
            if output["file"] == "summary.json":
                output["sha256"] = hashlib.sha256((copy / "summary.json").read_bytes()).hexdigest()
        manifest["program"] |= program or {}
        (copy / "manifest.json").write_text(json.dumps(manifest))
        return copy


class Parts(Diff):
    def test_nothing(self):
        found = self.diff(self.a, self.make())
        self.assertIn("the digests are equal", self.said)
        self.assertGreater(len(found["headline"]), 50)
        for row in found["headline"]:
            self.assertEqual(row["a"], row["b"])
            self.assertIn(row["unit"], ("fraction", "points", "number", "text"))
            if row["change"] is None:
                self.assertFalse(isinstance(row["a"], (int, float)), row)
            else:
                self.assertEqual(row["change"], 0, row)
        for metric, steps in self.split(self.a, self.a).items():
            self.assertEqual(set(steps.values()), {0}, metric)

    def test_a_member_came(self):
        came = pd.DataFrame({"date": [self.day], "symbol": ["AAAA"], "market_cap": [self.data.panel.market_cap.max()]})
        constituents = self.data.constituents.copy()
        row = constituents.iloc[[0]].assign(symbol="AAAA")
        if "issuer" in row:
            row = row.assign(issuer="Aaaa")
        constituents = pd.concat([constituents, row])
        a = self.make(constituents=constituents)
        b = self.make(panel=pd.concat([self.data.panel, came]), constituents=constituents)
        self.only("members", self.split(a, b))
        members = self.diff(a, b)["split"]["members"]
        self.assertEqual(members, {"came": ["AAAA"], "left": []})
        self.assertIn("1 came: AAAA", self.said)

    def test_a_member_left(self):
        largest = closing(self.data.panel, self.day).idxmax()
        b = self.make(panel=self.data.panel[~((self.data.panel.date == self.day) & (self.data.panel.symbol == largest))])
        changes = self.split(self.a, b)
        self.only("members", {HHI: changes[HHI]})
        for steps in changes.values():  # its return of that day is the past's, so the rest is the window's
            self.assertEqual([steps[p] for p in ("caps", "regime", "configuration", "program")], [0] * 4)
        self.assertEqual(self.diff(self.a, b)["split"]["members"], {"came": [], "left": [largest]})

    def test_labels_are_members(self):
        two = closing(self.data.panel, self.day).nlargest(2).index
        constituents = self.data.constituents.copy()
        constituents["issuer"] = constituents.get("issuer", constituents.symbol)
        constituents.loc[constituents.symbol.isin(two), "issuer"] = "merged"
        changes = self.split(self.a, self.make(constituents=constituents))
        self.only("members", changes, but=(HHI, "scenarios"))

    def test_caps_at_the_close(self):
        def change(panel, last):
            panel.loc[last & (panel.symbol == closing(panel, self.day).idxmax()), "market_cap"] *= 2
        self.only("caps", self.split(self.a, self.make(panel=self.panel_with(change))))

    def test_one_more_day(self):
        after = self.data.dates[-1]
        caps = closing(self.data.panel, self.day)
        panel = self.data.panel[(self.data.panel.date != after) | self.data.panel.symbol.isin(caps.index)].copy()
        last = panel.date == after
        panel.loc[last, "market_cap"] = panel[last].symbol.map(caps)
        self.assertEqual(set(panel[last].symbol), set(caps.index), "a day on which somebody leaves shows members too")
        volatility = self.volatility.copy()
        dates = pd.to_datetime(volatility.date)
        level = volatility[dates <= pd.Timestamp(self.day)].close.iloc[-1]
        volatility.loc[dates > pd.Timestamp(self.day), "close"] = level
        a = self.make(panel=panel, levels=volatility)
        b = self.make(panel=panel, levels=volatility, as_of=after)
        self.only("history window", self.split(a, b), but=("concentration",))
        self.only("history window", self.split(self.a, self.make(data={"lookback_days": 200})), but=("concentration",))

    def test_volatility(self):
        volatility = self.volatility.assign(close=self.volatility.close * 1.15)
        self.only("regime", self.split(self.a, self.make(levels=volatility)),
                  but=("concentration", "scenarios.past"))

    def test_configuration(self):
        for other in ({"scenarios": [DRAWN | {"seed": 4}, PAST]}, {"scenarios": [DRAWN | {"count": 3000}, PAST]},
                      {"volatility": {"thresholds": [18, 24, 28]}}):
            with self.subTest(other):
                changes = self.split(self.a, self.make(**other))
                self.only("configuration", changes, but=("concentration", "scenarios.past"))

    def test_all_at_once_and_far_apart(self):
        a = self.make(as_of=self.data.dates[-120])
        b = self.make(as_of=self.data.dates[-1], levels=self.volatility.assign(close=self.volatility.close * 1.1),
                      scenarios=[DRAWN | {"seed": 9}, PAST | {"horizon": 6}])
        changes = self.split(a, b)
        for part in PARTS[1:5]:
            self.assertTrue(any(steps[part] != 0 for steps in changes.values()), part)
        back = self.split(b, a)
        self.assertNotEqual(changes, back)

    def test_another_universe(self):
        other = Data(self.base / "other", 40, 320, 9)
        b = self.make(panel=other.panel.assign(symbol="X" + other.panel.symbol),
                      constituents=other.constituents.assign(symbol="X" + other.constituents.symbol))
        self.assertTrue(all(steps["members"] != 0 for m, steps in self.split(self.a, b).items() if m.endswith("hhi")))

    def test_without_volatility(self):
        pool = [DRAWN | {"generator": {"kind": "bootstrap", "regimes": False}}, PAST]
        bare = self.make(levels="none", scenarios=pool)
        self.only("configuration", self.split(self.a, bare), but=("concentration", "scenarios.past"))
        self.only("configuration", self.split(bare, self.a), but=("concentration", "scenarios.past"))

    def test_every_kind_of_set(self):
        sets = [DRAWN | {"precision": {"es_relative_error": 0.02, "level": 0.95, "max_count": 50000}},
                DRAWN | {"name": "zero", "missing_history": "zero", "dimensions": ["industry"], "levels": [0.9, 0.999],
                         "daily": {"top_10": True, "hhi": True}, "history_error": {"replicates": 200, "count": 1024}},
                PAST | {"missing_history": "exclude"},
                {"name": "path", "generator": {"kind": "volatility_path", "path": [18, 33]}, "count": 500, "seed": 1}]
        dimensions = {"groups": {"industry": "issuer"}}
        a = self.make(as_of=self.data.dates[-40], scenarios=sets, **dimensions)
        b = self.make(as_of=self.data.dates[-1], scenarios=sets, **dimensions)
        self.assertGreater(summary_of(a)["scenarios"][0]["count"], DRAWN["count"])
        self.assertEqual(len(self.split(a, b)), 2 + 2 * (3 + 2 + 3 + 3))

    def test_a_panel_alone(self):
        alone = {"constituents": None, "volatility": None}
        pool = [DRAWN | {"generator": {"kind": "bootstrap", "regimes": False}}, PAST]
        a = self.make(data=alone, scenarios=pool)
        b = self.make(data=alone, scenarios=pool, as_of=self.data.dates[-1])
        self.assertEqual({steps["regime"] for steps in self.split(a, b).values()}, {0})

    def test_sets_and_levels_that_one_has(self):
        b = self.make(scenarios=[DRAWN | {"levels": [0.9, 0.975]}, PAST | {"name": "other"}])
        self.assertEqual({m for m in self.split(self.a, b) if m.startswith("scenarios")},
                         {"scenarios.month.var.0.975", "scenarios.month.es.0.975"})
        rows = {row["metric"]: row for row in self.diff(self.a, b)["headline"]}
        for metric, (known, unknown) in {"scenarios.past.es.0.95": "ab", "scenarios.other.es.0.95": "ba"}.items():
            self.assertIsNone(rows[metric][unknown])
            self.assertIsInstance(rows[metric][known], float)
            self.assertIsNone(rows[metric]["change"])

    def test_threads(self):
        b = self.make(as_of=self.data.dates[-1])
        seen = []
        for threads in (1, 2):
            found = self.diff(self.a, b, "--threads", threads)
            self.assertGreater(found["split"].pop("seconds"), 0)
            seen.append((json.dumps(found), self.said))
        self.assertEqual(*seen)


class Witness(Diff):
    def test_hhi_of_members_and_caps(self):
        day_a, day_b = self.data.dates[150], self.data.dates[-1]
        a, b = self.make(as_of=day_a), self.make(as_of=day_b)
        labels = self.data.constituents.set_index("symbol")["issuer"]
        before, now = closing(self.data.panel, day_a), closing(self.data.panel, day_b)
        self.assertNotEqual(set(before.index), set(now.index))
        exchanged = before.reindex(now.index).fillna(now)
        found = {f["metric"]: f for f in self.diff(a, b)["split"]["figures"]}
        for metric, of in ((HHI, None), (ISSUER_HHI, labels)):
            expected = [hhi(exchanged, of)] + [hhi(now, of)] * 5
            np.testing.assert_allclose([s["value"] for s in found[metric]["steps"]], expected, rtol=1e-12)
            np.testing.assert_allclose(found[metric]["a"], hhi(before, of), rtol=1e-12)

    def test_steps_are_runs(self):
        """The exchange written into files, which are run: the same figures to the bit. Nobody leaves on the way, for a file
        cannot tell of a return without a cap."""
        panel, day_b = self.data.panel, self.data.dates[-1]
        a, b = self.make(), self.make(as_of=day_b, scenarios=[DRAWN | {"seed": 5}, PAST])
        before, now = closing(panel, self.day), closing(panel, day_b)
        self.assertTrue(set(before.index) <= set(now.index), "choose another seed")
        last = panel.date == self.day
        caps = panel.copy()
        caps.loc[last, "market_cap"] = caps[last].symbol.map(now)
        came = now[~now.index.isin(before.index)]
        caps = pd.concat([caps, pd.DataFrame({"date": self.day, "symbol": came.index, "market_cap": came.to_numpy()})])
        dates = pd.to_datetime(self.volatility.date)
        known = self.volatility[dates <= pd.Timestamp(self.day)]
        carried = pd.concat([known, pd.DataFrame({"date": [str(day_b)], "close": [known.close.iloc[-1]]})])
        spliced = {"caps": self.make(panel=caps), "history window": self.make(as_of=day_b, levels=carried),
                   "regime": self.make(as_of=day_b)}
        values = {f["metric"]: {s["part"]: s["value"] for s in f["steps"]} for f in self.diff(a, b)["split"]["figures"]}
        for part, run in spliced.items():
            self.assertEqual({m: v[part] for m, v in values.items()}, self.figures(run), part)


class Records(Diff):
    FIGURE = "scenarios.month.es.0.975"

    @staticmethod
    def raise_es(summary):
        for risk in summary["scenarios"][0]["risk"]:
            if risk["level"] == 0.975:
                risk["es"] += 0.001

    def test_another_program(self):
        older = self.doctored(self.a, self.raise_es, {"version": "0.0.9"})
        for a, b, sign in ((older, self.a, -1), (self.a, older, 1)):
            changes = self.split(a, b)
            self.only("program", changes, but=("concentration", "scenarios.past", "scenarios.month.var"))
            self.assertAlmostEqual(changes[self.FIGURE]["program"], sign * 0.001, 12)
        for steps in self.split(older, older).values():
            self.assertEqual(set(steps.values()), {0})

    def test_the_same_program_gives_something_else(self):
        wrong = self.doctored(self.a, self.raise_es)
        self.no_split(wrong, self.a, wrong, "cannot be computed again", self.FIGURE)
        self.no_split(self.a, wrong, wrong, "cannot be computed again", self.FIGURE)

    def test_a_summary_that_was_changed(self):
        copy = self.base / "changed"
        shutil.copytree(self.a, copy)
        summary = summary_of(copy)
        self.raise_es(summary)
        (copy / "summary.json").write_text(json.dumps(summary))
        for pair in ((copy, self.a), (self.a, copy)):
            said = topheavy("diff", *pair, expect=3)
            self.assertIn("summary.json: was changed after the run", said.stderr)
            self.assertEqual(said.stdout, "")

    def test_inputs_that_grow(self):
        day = pd.Timestamp(self.day)
        early = self.make(panel=self.data.panel[self.data.panel.date <= self.day],
                          levels=self.volatility[pd.to_datetime(self.volatility.date) <= day])
        shutil.copy(self.data.panel_file, early.parent / "panel.parquet")
        shutil.copy(self.data.volatility_file, early.parent / "volatility.csv")
        for steps in self.split(early, self.a).values():
            self.assertEqual(set(steps.values()), {0})

    def test_inputs_that_were_restated(self):
        a = self.make(panel=self.data.panel)
        def change(panel, last):
            panel.loc[last & (panel.symbol == panel[last].symbol.iloc[0]), "market_cap"] *= 2
        self.panel_with(change).to_parquet(a.parent / "panel.parquet", index=False)
        for pair in ((a, self.a), (self.a, a)):
            self.no_split(*pair, a.parent / "panel.parquet", "SHA-256 has changed", HHI)

    def test_inputs_that_are_gone(self):
        for name in ("panel.parquet", "constituents.csv", "volatility.csv"):
            run = self.make(panel=self.data.panel, constituents=self.data.constituents, levels=self.volatility)
            (run.parent / name).unlink()
            self.no_split(run, self.a, run.parent / name, "gone")
            self.no_split(self.a, run, run.parent / name, "gone")

    def test_inputs_that_are_broken(self):
        run = self.make(panel=self.data.panel)
        (run.parent / "panel.parquet").write_bytes(b"PAR1")
        self.no_split(run, self.a, run.parent / "panel.parquet")

    def test_what_the_figures_do_not_need_may_go(self):
        stress = self.base / "down.yaml"
        stress.write_text(json.dumps({"name": "down", "shocks": [{"groups": {"sector": {"Technology": -0.1}}}]}))
        run = self.make(scenarios=[DRAWN | {"stresses": [str(stress)]}, PAST])
        stress.unlink()
        for steps in self.split(run, self.a).values():
            self.assertEqual(set(steps.values()), {0})

    def test_a_step_that_cannot_be(self):
        symbol = self.data.constituents.symbol[0]
        extra = pd.concat([self.data.constituents, self.data.constituents.iloc[[0]].assign(symbol="ZZZZ")])
        a = self.make(constituents=extra, groups={"tier": {"some": {"symbols": ["ZZZZ", symbol]}}})
        other = self.make(constituents=self.data.constituents.assign(sector="One"))
        self.no_split(a, other, "with the members of", "ZZZZ")

    def test_totals(self):
        found = self.diff(self.a, self.a, "--totals")["split"]
        self.assertEqual((found["possible"], found["reason"]), (False, "only totals were asked for"))

    def test_what_is_no_run(self):
        folder = self.base / "no run"
        folder.mkdir()
        for make, words in (
                (lambda: None, "manifest.json: there is no such file"),
                (lambda: shutil.copytree(self.a, folder, dirs_exist_ok=True) and (folder / "summary.json").unlink(),
                 "summary.json: there is no such file"),
                (lambda: (folder / "summary.json").write_text('{"schema": '), "summary.json: is not JSON"),
                (lambda: (folder / "summary.json").write_text('{"schema": "topheavy.summary/9"}'),
                 'has the schema "topheavy.summary/9", not "topheavy.summary/1"'),
                (lambda: (folder / "manifest.json").write_text("[1]"), "has the schema null"),
                (lambda: shutil.rmtree(folder), "there is no such folder")):
            make()
            for pair in ((folder, self.a), (self.a, folder)):
                said = topheavy("diff", *pair, "--json", self.base / "none.json", expect=2)
                self.assertIn(words, said.stderr)
                self.assertIn(str(folder), said.stderr)
                self.assertEqual(said.stdout, "")
        self.assertFalse((self.base / "none.json").exists())

    def test_where_the_json_goes(self):
        pipe = self.base / "pipe"
        os.mkfifo(pipe)
        for target, words in ((self.base / "nowhere" / "x.json", "there is no folder"),
                              (self.base, "is no regular file"), (pipe, "is no regular file")):
            self.assertIn(words, topheavy("diff", self.a, self.a, "--json", target, expect=2).stderr)
        place = self.base / "place"
        place.mkdir()
        topheavy("diff", self.a, self.a, "--json", place / "x.json", "--quiet")
        self.assertEqual([p.name for p in place.iterdir()], ["x.json"])


class Real(unittest.TestCase):
    def test_two_days(self):
        panel = pd.read_parquet(REAL_DATA / "panel.parquet", columns=["date", "symbol", "market_cap"])
        panel = panel[panel.market_cap > 0]
        days = sorted(panel.date.unique())[-2:]
        labels = pd.read_csv(REAL_DATA / "constituents.csv", dtype=str, keep_default_na=False).set_index("symbol")
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            files = {"panel": "panel.parquet", "constituents": "constituents.csv", "volatility": "vix.csv"}
            config = {"data": {k: str(REAL_DATA / v) for k, v in files.items()}} | QUICK
            config |= {"scenarios": [DRAWN | {"count": 10000, "horizon": 21}]}
            (place / "config.yaml").write_text(json.dumps(config))
            for day in days:
                topheavy("run", place / "config.yaml", "--set", f"as_of={day}", "--out", place / str(day), "--quiet")
            done = topheavy("diff", place / str(days[0]), place / str(days[1]), "--json", place / "diff.json")
            found = json.loads((place / "diff.json").read_text())["split"]
        print(done.stdout)
        self.assertTrue(found["possible"], found["reason"])
        for figure in found["figures"]:
            self.assertEqual(figure["steps"][-1]["value"], figure["b"])
        before, now = (closing(panel, day) for day in days)
        exchanged = before.reindex(now.index).fillna(now)
        steps = {f["metric"]: [s["value"] for s in f["steps"]] for f in found["figures"]}
        np.testing.assert_allclose(steps[HHI], [hhi(exchanged)] + [hhi(now)] * 5, rtol=1e-12)
        issuers = labels.issuer.where(labels.issuer != "", labels.index)
        np.testing.assert_allclose(steps[ISSUER_HHI], [hhi(exchanged, issuers)] + [hhi(now, issuers)] * 5, rtol=1e-12)
        self.assertEqual((found["members"]["came"], found["members"]["left"]),
                         (sorted(set(now.index) - set(before.index)), sorted(set(before.index) - set(now.index))))


if __name__ == "__main__":
    case = sys.argv.pop(1) if len(sys.argv) > 1 else "generated"
    if case == "real":
        need_real_data()
    chosen = (Real,) if case == "real" else (Parts, Witness, Records)
    suite = unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromTestCase(c) for c in chosen)
    sys.exit(not unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful())
