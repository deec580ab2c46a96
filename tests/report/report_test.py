# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The page of a run, read as text: every number is that of summary.json, hostile names stay text, nothing comes from
outside, and what is not a finished run is refused.

    TOPHEAVY_PROGRAM=... python report_test.py
"""

import contextlib
import csv
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import unittest
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parents[1] / "properties"))
from program import PROJECT, Data, Runs, summary_of, topheavy  # noqa: E402
from shown import shown  # noqa: E402

sys.path.insert(0, str(PROJECT / "scripts"))
from report.change import change_lines, change_section, change_sentence  # noqa: E402
from report.correlation import _means, _pairs, mean_change  # noqa: E402
from report.headlines import how_concentrated, what_tail, which_regime, who  # noqa: E402
from report.limits import limit_form, limits_sentence  # noqa: E402
from report.market import window_order  # noqa: E402
from report.numbers import level_text, source, written  # noqa: E402
from report.rotation import _order  # noqa: E402
from report.scenarios import _events, errors_of_es, tail_sentence  # noqa: E402
from report.stage import _premium, _rules  # noqa: E402
from report.stresses import _table  # noqa: E402

REPORT = PROJECT / "scripts" / "report.py"
HOSTILE_SECTOR = "</svg><script>alert(1)</script>"
HOSTILE_SYMBOLS = ["=1+1", "<b>&\"'", "@SUM(A1)", "$\\frac{1}{2}$", "{{ 7 * 7 }}", "http://x.y/z"]
HOSTILE_ISSUER = '"><img src=x onerror=alert(2)> [a](http://x.y) | `c`'
EXTRA = """
groups:
  tier:
    large: {symbols: [SYMBOLS]}
    small: {symbols: [OTHERS]}
windows:
  - {name: spring, start: START, end: END}
volatility:
  watch: [{name: contraction, level: 22}]
correlation:
  dimensions: [sector, tier]
  bootstrap: {replicates: 200}
expectations: {index: 0.09, tier: {large: 0.2}}
stage: {rules: rules.yaml}
scenarios:
  - {name: month, count: 2000, horizon: 10, history_error: {replicates: 200, count: 1024},
     events: [{name: fall, metric: max_drawdown, above: 0.05}], stresses: [stress.yaml]}
  - {name: past, horizon: 10, levels: [0.9], generator: {kind: historical}}
limits:
  - {name: top ten, metric: concentration.constituent.top.10, max: 0.01}
  - {name: "<i>monthly</i>", metric: scenarios.month.es.0.975, max: 0.9}
"""
RULES = """
stages:
  - {name: calm_seas, rules: [{rule: "low <volatility>", when: "volatility.level < 90"}]}
watch:
  - {name: storm, when: "volatility.level > 80"}
"""
STRESS = """
name: tech_down
meaning: "<u>technology</u> falls"
shocks:
  - groups: {tier: {large: -0.2}}
"""


def report(
    *words: Any, expect: int = 0, script: Path = REPORT, python: list[str] | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    command = [*(python or [sys.executable]), str(script), *map(str, words)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
        env={**os.environ, **environment},
    )
    if done.returncode != expect:
        raise AssertionError(
            f"exit {done.returncode}, expected {expect}: {' '.join(command)}\n{done.stdout}{done.stderr}"
        )
    return done


def at(document: Any, path: str) -> Any:
    """A key may hold a point itself: the way that exists is taken."""
    found = [document]
    for part in path.split("."):
        found = [inside for one in found for inside in step(one, part)]
    values = [value for value in found if not isinstance(value, pending)]
    assert len(values) == 1, (path, values)
    return values[0]


class pending:
    """A mapping and the beginning of a key in it."""

    def __init__(self, inside: dict[str, Any], begun: str):
        self.inside, self.begun = inside, begun


def step(one: Any, part: str) -> list[Any]:
    if isinstance(one, list):
        return [one[int(part)]] if part.isdigit() and int(part) < len(one) else []
    if isinstance(one, pending):
        one, part = one.inside, f"{one.begun}.{part}"
    if not isinstance(one, dict):
        return []
    return ([one[part]] if part in one else []) + (
        [pending(one, part)] if any(k.startswith(f"{part}.") for k in one) else []
    )


class Page(HTMLParser):
    """Elements with their attributes, in order, and the text inside each that holds a number."""

    VOID = {"meta", "link", "input", "br", "img", "path", "use", "rect", "line"}

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.numbers: list[tuple[dict[str, str | None], str]] = []
        self.words: list[str] = []
        self.inside: list[int] = []
        self.open: list[tuple[str, int | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.elements.append((tag, found))
        if tag in self.VOID:
            return
        number = None
        if "data-path" in found or "data-diff-path" in found:
            number = len(self.numbers)
            self.numbers.append((found, ""))
        self.open.append((tag, number))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        for _, number in self.open:
            if number is not None:
                found, text = self.numbers[number]
                self.numbers[number] = (found, text + data)


class Run:
    """What sentences are made of: a summary and the way into it."""

    def __init__(self, **summary: Any):
        self.summary = summary
        self.take = source(summary)


class Sentences(unittest.TestCase):
    """What is said of a run, held against figures that leave each way of saying it one meaning."""

    def test_levels_keep_their_digits(self):
        for level, text in (("0.975", "97.5 %"), (0.9975, "99.75 %"), (0.9999, "99.99 %"), (0.9, "90 %")):
            self.assertEqual(level_text(level), text)
            self.assertEqual(written(float(level), "level:0"), shown(float(level), "level:0"))

    def test_a_level_of_many_digits_finds_what_is_told_of_it(self):
        stress = {"name": "down", "index_return": -0.1, "top_10_change": 0.01}
        stress |= {"var_change": {"0.9999999": 0.0195}, "es_change": {"0.9999999": 0.0207}}
        run = Run(scenarios=[{"name": "far", "risk": [{"level": 0.9999999}], "stresses": [stress]}])
        (row,) = _table(run, 0, [0]).rows
        self.assertEqual([str(cell) for cell in row[2:4]], ["+1.95", "+2.07"])

    def block(self, section: Any, kind: str, name: str) -> Any:
        """The one block of a section that has this kind and name."""
        (found,) = [one for one in section.blocks if one.kind == kind and one.name == name]
        return found

    def test_what_is_beyond_a_level_is_written_in_full(self):
        self.assertEqual(written(round(1 - 0.9999999, 10), "level:0"), "0.00001 %")
        self.assertEqual(shown(round(1 - 0.9999999, 10), "level:0"), "0.00001 %")

    def split(self, **figures: tuple[str, float, float | None, float]) -> dict[str, Any]:
        """A diff of figures as unit, change, its error by the draws, and what the second of two parts makes of it."""
        found = []
        for name, (unit, change, error, of_caps) in figures.items():
            steps = [("members", 0.1 + change - of_caps, change - of_caps), ("caps", 0.1 + change, of_caps)]
            found.append({
                "metric": name if name == "concentration.constituent.hhi" else f"scenarios.{name}.0.975",
                "label": name, "unit": unit, "a": 0.1, "b": 0.1 + change, "change": change, "draw_error": error,
                "steps": [{"part": part, "value": value, "change": step} for part, value, step in steps],
            })  # fmt: skip
        run = {"as_of": "2026-01-01"}
        return {"a": run, "b": run, "headline": [], "split": {"possible": True, "figures": found}}

    def test_a_change_within_the_error_of_the_draws_has_no_cause(self):
        for change, error, of_caps, said in (
            (0.002, 0.0028, 0.0019, "+0.200 points to 10.200 %, within the error of the draws, 0.280 points."),
            (0.004, 0.0028, 0.0039, "+0.400 points to 10.400 %, the largest part: caps +0.390 points."),
            (0.004, 0.0028, 0.0021, "+0.400 points to 10.400 %."),  # no part alone is beyond the error
            (0.002, None, 0.0019, "+0.200 points to 10.200 %, the largest part: caps +0.190 points."),
        ):
            diff = self.split(es=("fraction", change, error, of_caps))
            self.assertEqual(str(change_sentence(diff)), f"Since 2026-01-01: es {said}")
        diff = self.split(es=("fraction", 0.002, 0.0028, 0.0019))
        self.assertEqual(
            [str(line) for line in change_lines(diff)],
            ["es +0.200 points (± 0.280 by the draws): members +0.010, caps +0.190"],
        )
        parts = self.block(change_section(diff), "table", "split")
        self.assertEqual([str(cell) for cell in parts.rows[0]][:3], ["es", "+0.200", "0.280"])
        self.assertEqual(parts.rows[0][2].path, "split.figures.0.draw_error")
        del diff["split"]["figures"][0]["draw_error"]  # as an older program writes it
        parts = self.block(change_section(diff), "table", "split")
        self.assertEqual(parts.columns[:3], ["figure", "change", "before"])

    def test_the_largest_change_is_never_left_out(self):
        def told(diff: dict[str, Any]) -> list[str]:
            return re.findall(r"(\w+) [+-][\d.]+ (?:points )?to ", str(change_sentence(diff)))

        fraction = {"one": (0.001, 0.001), "two": (-0.002, 0.0001), "three": (0.003, 0.01), "four": (0.001, 0.0003)}
        diff = self.split(**{name: ("fraction", *sizes, 0.0) for name, sizes in fraction.items()})
        self.assertEqual(told(diff), ["two", "four", "one"])
        unknown = {name: ("fraction", change, None, 0.0) for name, (change, _) in fraction.items()}
        self.assertEqual(told(self.split(**unknown)), ["three", "two", "one"])
        named = {"one": ("fraction", 0.001, 0.01, 0.0), "concentration.constituent.hhi": ("number", 0.2, None, 0.2)}
        self.assertEqual(told(self.split(**named)), ["one", "hhi"])

    def test_the_ten_by_weight_are_not_the_ten_by_risk(self):
        run = Run(
            concentration={
                "constituent": {"n": 3166, "top": {"10": 0.529}, "effective_n": 26.6},
                "risk": {"top": {"10": 0.584}, "effective_n": 20.1},
            }
        )
        self.assertEqual(
            str(how_concentrated(run)),
            "The ten largest of 3,166 constituents hold 52.9 % of the weight; the ten riskiest make 58.4 % of the "
            "risk: as if 26.6 equal ones by weight, 20.1 by risk.",
        )

    def test_the_last_day_is_told_by_name(self):
        def window(name: str, move: float, leaders: list[float], laggards: list[float]) -> dict[str, Any]:
            def named(side: str, found: list[float]) -> list[dict[str, Any]]:
                return [{"symbol": f"{side}{k}", "contribution": one} for k, one in enumerate(found)]

            found = {"name": name, "index_return": move, "equal_weight_return": -0.0093, "names_for": {"50": 3}}
            return found | {"leaders": named("A", leaders), "laggards": named("Z", laggards)}

        last = window("last_1", -0.0078, [-0.003, -0.002, -0.001, -0.0005], [0.002, 0.001, -0.0001])
        run = Run(windows=[window("last_21", -0.0228, [-0.0104], [0.005]), last])
        self.assertEqual(
            str(who(run)),
            "Last day -0.78 % (equal weight -0.93 %), led by A0 -0.30, A1 -0.20 and A2 -0.10 points, against it "
            "Z0 +0.20 and Z1 +0.10 points; 3 names make half of it. "
            "21 days: -2.3 % (equal weight -0.9 %), led by A0 -1.04 points; 3 names make half of it. ",
        )
        self.assertEqual(window_order(Run(windows=[{"name": name} for name in (
            "mine", "last_252", "last_21", "since_peak", "last_1", "other")])), [4, 2, 0, 5, 1, 3])  # fmt: skip

    def test_a_level_that_is_not_known_is_said(self):
        found = {"level": None, "regime": None, "change_21d": {"points": None}, "watch": []}
        self.assertEqual(
            str(which_regime(Run(volatility=found))), "Not known: the volatility index has no close near this day."
        )
        found = {"reason": "no volatility file", "level": None}
        self.assertEqual(str(which_regime(Run(volatility=found))), "Not known: no volatility file.")

    def test_what_variances_leave_of_a_change(self):
        alone = "higher variances alone would give"
        for difference, excess, said in (
            (0.57, 0.05, f"+0.57, of it +0.05 beyond what {alone}"),
            (0.57, -0.02, f"+0.57, 0.02 less than {alone}"),
            (-0.1, -0.2, f"-0.10, 0.20 less than {alone}"),
            (-0.1, 0.2, f"-0.10, 0.20 more than {alone}"),
            (0.57, None, "+0.57"),
        ):
            take = source({"x": {"mean_difference": difference, "mean_excess": excess}})
            self.assertEqual(str(mean_change(take, "x")), said)
        self.assertIsNone(mean_change(source({"x": {"mean_difference": None, "mean_excess": None}}), "x"))

    def test_a_tail_without_loss_gains(self):
        risk = {"level": 0.9975, "es": 0.03, "var": 0.02, "simulation_error": None, "var_low": None}
        one = {"name": "month", "count": 2000, "horizon": 10, "risk": [risk]}
        start = "the worst 0.25 % of 2,000 scenarios of 10 days (set month) the index "
        self.assertEqual(
            str(tail_sentence(Run(scenarios=[one]), 0)), f"In {start}loses 3.00 % on average; VaR is 2.00 %."
        )
        risk |= {"es": -0.005, "var": -0.007}
        self.assertEqual(
            str(tail_sentence(Run(scenarios=[one]), 0)),
            f"Even in {start}gains 0.50 % on average; VaR is -0.70 % (below 0: a gain).",
        )
        one["index_return"] = {"mean": 0.0357}
        said = tail_sentence(Run(scenarios=[one]), 0)
        self.assertTrue(str(said).endswith("VaR is -0.70 % (below 0: a gain); the mean path ends at +3.57 %."), said)

    def test_errors_of_es_are_points(self):
        risk = {"level": 0.975, "es": 0.1311, "simulation_error": 0.0035, "history_error": 0.0311}
        run = Run(scenarios=[{"risk": [risk]}])
        self.assertEqual(
            str(errors_of_es(run, 0, 0)), " (± 0.35 points by the draws, ± 3.11 points by the history)"
        )
        risk |= {"history_error": None, "history_error_reason": "it has no days"}
        self.assertEqual(
            str(errors_of_es(run, 0, 0)),
            " (± 0.35 points by the draws, error by the history not known: it has no days)",
        )
        risk |= {"simulation_error": None, "history_error_reason": None}
        self.assertEqual(str(errors_of_es(run, 0, 0)), "")

    def test_an_event_without_an_error_keeps_its_probability_and_says_why(self):
        some = {"name": "some", "metric": "top_10", "probability": 0.5, "error": 0.005, "reason": None}
        never = {**some, "name": "never", "probability": 0.0, "error": None, "reason": "none of 10 scenarios"}
        events = _events(Run(scenarios=[{"name": "month", "events": [never, some]}]), 0)
        self.assertEqual(
            [[str(cell) for cell in row[1:3]] for row in events.rows],
            [["0.00 %", "none of 10 scenarios"], ["50.00 %", "0.50"]],
        )
        self.assertTrue(events.numeric(2))
        self.assertEqual(events.rows[0][1].path, "scenarios.0.events.0.probability")

    def test_the_concentration_of_the_loss_is_that_of_the_level_told(self):
        risk = [
            {"level": level, "es": 0.03, "var": 0.02, "simulation_error": None, "var_low": None}
            for level in (0.95, 0.99, 0.999)
        ]
        loss = {"0.95": {"effective_n": 30.0}, "0.99": {"effective_n": 20.5}, "0.999": {"effective_n": 10.0}}
        one = {"name": "month", "count": 2000, "horizon": 10, "risk": risk, "loss_concentration": loss}
        said = str(what_tail(Run(scenarios=[one])))
        self.assertIn("In the worst 1 % of", said)
        self.assertTrue(said.endswith("VaR is 2.00 %. The loss is as concentrated as 20.5 equal constituents."), said)
        loss["0.99"]["effective_n"] = None
        self.assertTrue(str(what_tail(Run(scenarios=[one]))).endswith("VaR is 2.00 %."))

    def test_an_unknown_limit_is_not_a_broken_one(self):
        lost = {"name": "lost window", "metric": "windows.x.index_return", "kind": "min", "limit": -0.1}
        lost |= {"value": None, "breached": None, "reason": "it is not in the panel"}
        top = {"name": "top", "metric": "concentration.constituent.top.10", "kind": "max", "limit": 0.1}
        top |= {"value": 0.5, "breached": True, "reason": None}
        unknown = "limits not known: lost window (it is not in the panel)."
        self.assertEqual(str(limits_sentence(Run(limits=[lost]))), f"1 of 1 {unknown}")
        self.assertEqual(
            str(limits_sentence(Run(limits=[lost, top]))),
            f"1 of 2 limits not kept: top 50.00 %, at most 10.00 %; 1 of 2 {unknown}",
        )

    def test_a_name_in_a_metric_does_not_say_how_it_is_written(self):
        for metric, form in (
            ("windows.level.index_return", "percent:2"),
            ("windows.last_21.groups.sector.n.weight_end", "percent:2"),
            ("scenarios.hhi.es.0.975", "percent:2"),
            ("scenarios.month.probability.gini", "percent:2"),
            ("scenarios.probability.loss_concentration.0.975.gini", "number:3"),
            ("scenarios.month.loss_concentration.0.975.top.10", "percent:2"),
            ("correlation.sector.hhi.mean_excess", "number:3"),
            ("correlation.index.calm.absorption_ratio", "number:3"),
            ("concentration.constituent.hhi", "number:4"),
            ("volatility.level", "number:3"),
        ):
            self.assertEqual(limit_form(metric), form, metric)

    def order(self, **days: int | None) -> dict[str, Any]:
        return [
            {"group": name, "days_after_peak": n, "trough_date": n and "2026-04-01", "strength": n and 0.9}
            for name, n in days.items()
        ]

    def test_groups_that_never_fell_behind_are_not_the_first_to_bottom(self):
        order = {"2026-03-27": self.order(up=0, late=5, soon=2), "2026-04-30": self.order(up=None, late=None)}
        picture, _ = _order(Run(rotation={"tier": {"order": order}}), "tier")
        said = str(picture.caption)
        self.assertIn("1 of 3 groups never fell behind where they stood at the peak: 0 days (up). ", said)
        self.assertIn("Of the others, soon bottomed first, after 2 days. ", said)
        self.assertIn("No order after 2026-04-30: no group has a return after that peak.", said)

    def test_a_peak_on_the_last_day_has_no_order(self):
        order = {"2026-04-30": self.order(up=None, late=None)}
        (said,) = _order(Run(rotation={"tier": {"order": order}}), "tier")
        self.assertIn("No order after 2026-04-30: no group has a return after that peak.", str(said))

    def test_a_rule_and_its_comparisons_have_their_own_verdicts(self):
        first = {"evidence": "group.excess(tier, x, 21)", "unit": "fraction", "value": 0.07, "operator": ">"}
        first |= {"threshold": 0.1, "distance": 0.03, "holds": False}
        second = {**first, "threshold": 0.0, "distance": -0.07, "holds": True}
        rule = {"stage": "calm", "rule": "both", "holds": False, "comparisons": [second, first]}
        rows = _rules(Run(stage={"rules": [rule, {**rule, "comparisons": [first]}]}), "rules")
        self.assertEqual([[*map(str, row[:4])] for row in rows], [
            ["calm", "both", "", "does not hold"],
            ["calm (1)", "both", "-7.00", "holds"],
            ["calm (2)", "both", "+3.00", "does not hold"],
            ["calm", "both", "+3.00", "does not hold"],
        ])  # fmt: skip
        watch = {"name": "narrow", "meaning": "few rise", "holds": False, "comparisons": [second, first]}
        rows = _rules(Run(stage={"watch": [watch]}), "watch")
        self.assertEqual([row[0] for row in rows], ["narrow", "narrow (1)", "narrow (2)"])
        self.assertEqual([row[-1] for row in rows], ["few rise", "", ""])

    def test_the_regime_that_others_are_held_against_has_no_rise(self):
        def regime(rise: float) -> dict[str, Any]:
            means = {key: rise for key in ("mean_offdiagonal", "mean_adjusted", "mean_difference", "mean_excess")}
            matrices = {key: [[0, rise], [rise, 0]] for key in ("rho", "arithmetic", "excess")}
            return {"days": 9, "groups": ["A", "B"], **means, **matrices}

        run = Run(
            correlation={"sector": {"calm": regime(0.0), "panic": regime(0.2)}},
            correlation_method={"lowest_regime": "calm"},
        )
        run.regimes = ["calm", "panic"]
        means = _means(run, "sector")
        self.assertEqual([str(cell) for cell in means.rows[0][4:]], ["base", "base"])
        self.assertEqual([str(cell) for cell in means.rows[1][4:]], ["+0.20 [–, –]", "+0.20 [–, –]"])
        (pairs,) = _pairs(run, "sector").blocks
        self.assertEqual([[str(cell)[:5] for cell in row[4:]] for row in pairs.rows], [["base"] * 2, ["+0.20"] * 2])
        self.assertTrue(pairs.numeric(5))

    def test_the_premium_is_that_of_the_covered_weight(self):
        take = source({"stage": {"growth": {"index": 0.09}}, "x": {"premium": 0.0496}})
        self.assertEqual(
            "".join(map(str, _premium(take, "x"))),
            ", +4.96 points more than what the covered weight would add at the index's 9.0 %",
        )
        self.assertEqual(_premium(source({"x": {"premium": None}}), "x"), [])


class Report(Runs):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = Data(cls.folder / "data", 60, 320, 5)
        cls.make_hostile()
        symbols = sorted(cls.data.constituents.symbol)
        names = {
            "SYMBOLS": json.dumps(symbols[:8])[1:-1],
            "OTHERS": json.dumps(symbols[8:30])[1:-1],
            "START": str(cls.data.dates[200]),
            "END": str(cls.data.dates[240]),
        }
        extra = EXTRA
        for key, value in names.items():
            extra = extra.replace(key, value)
        (cls.folder / "rules.yaml").write_text(RULES)
        (cls.folder / "stress.yaml").write_text(STRESS)
        config = cls.data.config(cls.folder / "full.yaml", extra=extra)
        cls.run_folder = cls.folder / "full"
        topheavy("run", config, "--out", cls.run_folder, "--quiet", expect=4)  # the first limit is made to be broken
        cls.bare = cls.folder / "bare"
        config = cls.data.config(cls.folder / "bare.yaml")
        text = "\n".join(line for line in config.read_text().splitlines() if "volatility:" not in line)
        config.write_text(text + "\n")
        topheavy("run", config, "--out", cls.bare, "--quiet")
        cls.page_text, cls.page = cls.make(cls.run_folder, cls.folder / "page")
        cls.summary = summary_of(cls.run_folder)

    @classmethod
    def make_hostile(cls):
        """Names that would be markup, formulas, templates or links were they not kept text."""
        symbols = sorted(cls.data.constituents.symbol)
        renamed = dict(zip(symbols, HOSTILE_SYMBOLS))
        panel = cls.data.panel.copy()
        panel["symbol"] = panel["symbol"].map(lambda one: renamed.get(one, one))
        pq.write_table(
            pq.read_table(cls.data.panel_file).schema.empty_table().from_pandas(panel, preserve_index=False),
            cls.data.panel_file,
        )
        rows = cls.data.constituents.copy()
        rows["symbol"] = rows["symbol"].map(lambda one: renamed.get(one, one))
        rows.loc[rows.index[:12], "sector"] = HOSTILE_SECTOR
        rows["issuer"] = [HOSTILE_ISSUER if i < 3 else symbol for i, symbol in enumerate(rows["symbol"])]
        rows.to_csv(cls.data.constituents_file, index=False, quoting=csv.QUOTE_ALL)
        cls.data.constituents = rows

    @classmethod
    def make(cls, run: Path, out: Path, *words: Any, **environment: str) -> tuple[str, Page]:
        report(run, "--out", out, *words, **environment)
        text = (out / "report.html").read_text(encoding="utf-8")
        return text, Page(text)

    def check_numbers(self, page: Page, attribute: str, document: dict[str, Any]) -> set[str]:
        seen = set()
        for found, text in page.numbers:
            path = found.get(attribute)
            if path is None:
                continue
            seen.add(path)
            self.assertEqual(text, shown(at(document, path), found["data-format"]), path)
        return seen

    def refused(self, *words: Any, says: str, **more: Any) -> None:
        out = self.folder / "refused"
        done = report(*words, "--out", out, expect=2, **more)
        self.assertIn(says, done.stderr)
        self.assertFalse(out.exists())

    def copy(self, name: str) -> Path:
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.run_folder, target)
        return target

    def test_every_number_is_that_of_the_summary(self):
        seen = self.check_numbers(self.page, "data-path", self.summary)
        self.assertGreater(len(seen), 700)
        for path in (
            "index.return_total",
            "windows.0.leaders.0.contribution",
            "concentration.constituent.top.10",
            "concentration.risk.effective_n",
            "volatility.level",
            "volatility.transitions.probabilities.0.0",
            "volatility.watch.0.distance",
            "correlation.sector.calm.mean_offdiagonal",
            "scenarios.0.risk.1.var_low",
            "scenarios.0.risk.1.history_error",
            "scenarios.0.index_return.mean",
            "scenarios.1.risk.0.es",
            "scenarios.0.stresses.0.index_return",
            "scenarios.0.loss_concentration.0.975.effective_n",
            "scenarios.0.events.0.probability",
            "limits.0.value",
            "stage.rules.0.comparisons.0.value",
            "data_quality.rows",
            "run.wall_seconds",
        ):
            self.assertIn(path, seen)

    def test_a_wrong_number_would_be_seen(self):
        changed = json.loads(json.dumps(self.summary))
        changed["scenarios"][0]["risk"][1]["es"] *= 1.01
        with self.assertRaises(AssertionError):
            self.check_numbers(self.page, "data-path", changed)

    def test_numbers_in_pictures_keep_their_digits(self):
        es = self.summary["scenarios"][0]["risk"][1]["es"]
        self.assertIn(f"ES {100 * es:.2f} %", "".join(self.page.words))

    def test_all_pictures_are_there_and_have_marks(self):
        self.assertEqual(
            {found["id"] for tag, found in self.page.elements if tag == "figure"} - {"chart-volatility"},
            {
                f"chart-{name}"
                for name in [
                    "index",
                    "contributions-spring",
                    "contributions-last_21",
                    "contributions-last_252",
                    "contributions-year_to_date",
                    *(
                        f"contributions-{one['name']}"
                        for one in self.summary["windows"]
                        if one["name"] in ("last_1", "since_peak")
                    ),
                    "lorenz",
                    "concentration",
                    "correlation-sector",
                    "correlation-tier",
                    "correlation-index",
                    *(f"rotation-{d}" for d in ("sector", "tier") if self.summary["rotation"][d]["order"]),
                    "excess-sector",
                    "excess-tier",
                    "distribution-month",
                    "distribution-past",
                    "loss-month",
                    "loss-past",
                    "components-month",
                    "components-past",
                    "stress-month",
                ]
            },
        )
        for figure in re.findall(r"<figure.*?</figure>", self.page_text, flags=re.S):
            drawn = re.findall(r'<svg class="(wide|narrow)" role="img" aria-label="[^"]+".*?</svg>', figure, flags=re.S)
            self.assertEqual(drawn, ["wide", "narrow"])
            for picture in re.findall(r"<svg.*?</svg>", figure, flags=re.S):
                self.assertRegex(picture, r'<g id="marks-[^>]*><(?!/g>)')
                self.assertNotRegex(picture, r"#[0-9a-f]{6}\b", "a colour that is not the page's")
                self.assertNotIn("font-family", picture)
            self.assertIn("<figcaption>", figure)

    def test_ids_are_unique_and_references_lead_somewhere(self):
        ids = [found["id"] for _, found in self.page.elements if "id" in found]
        self.assertEqual(len(ids), len(set(ids)))
        used = re.findall(r'(?:url\(#|href="#|aria-labelledby="|for=")([^)" ]+)', self.page_text)
        self.assertEqual([one for one in used if one not in set(ids)], [])

    def test_nothing_comes_from_outside(self):
        for tag, found in self.page.elements:
            for name, value in found.items():
                if name in ("src", "href", "xlink:href", "action", "srcset", "poster", "data"):
                    self.assertRegex(value or "", r"^(#|data:,)", f"<{tag} {name}>")
                if name == "style":
                    self.assertNotRegex(value or "", r"url\((?!#)")
        style = re.search(r"<style>(.*?)</style>", self.page_text, flags=re.S)[1]
        self.assertNotRegex(style, r"url\(|@import|@font-face")
        self.assertLess(len(self.page_text.encode()), 5_000_000)
        self.assertNotIn("NaN", self.page_text)

    def test_names_stay_text(self):
        tags = {tag for tag, _ in self.page.elements}
        self.assertNotIn("img", tags)
        self.assertNotIn("i onclick", tags)
        self.assertEqual(sum(tag == "script" for tag, _ in self.page.elements), 1)
        self.assertEqual([name for _, found in self.page.elements for name in found if name.startswith("on")], [])
        words = "".join(self.page.words)
        self.assertIn(HOSTILE_SECTOR, words)
        self.assertIn(HOSTILE_ISSUER, words)
        for symbol in HOSTILE_SYMBOLS[:3]:
            self.assertIn(symbol, words)
        self.assertIn("{{ 7 * 7 }}", words)
        self.assertNotIn("49 ", [text.strip() for text in self.page.words])
        for name in ("<i>monthly</i>", "low <volatility>", "<u>technology</u> falls"):
            self.assertIn(name, words)

    def test_headings_are_in_order_and_tables_have_heads(self):
        levels = [int(tag[1]) for tag, _ in self.page.elements if re.fullmatch("h[1-6]", tag)]
        self.assertEqual(levels[0], 1)
        self.assertEqual(levels.count(1), 1)
        for above, below in zip(levels, levels[1:]):
            self.assertLessEqual(below, above + 1)
        for tag, found in self.page.elements:
            if tag == "th":
                self.assertIn(found.get("scope"), ("col", "row"))
            if tag == "html":
                self.assertEqual(found["lang"], "en")
        self.assertNotRegex(self.page_text, r"<th [^>]*></th>")

    def test_the_same_run_gives_the_same_bytes(self):
        again, _ = self.make(self.run_folder, self.folder / "again", PYTHONHASHSEED="7", TZ="Asia/Tokyo", LC_ALL="C")
        self.assertEqual(again, self.page_text)
        moved, _ = self.make(self.copy("moved"), self.folder / "again2")
        self.assertEqual(moved, self.page_text)
        self.assertEqual(
            (self.folder / "again" / "summary.md").read_bytes(), (self.folder / "page" / "summary.md").read_bytes()
        )

    def test_it_writes_into_the_run_folder_and_leaves_nothing_aside(self):
        run = self.copy("inside")
        before = {file.name for file in run.iterdir()}
        done = report(run)
        self.assertEqual({file.name for file in run.iterdir()} - before, {"report.html", "summary.md"})
        self.assertIn("report.html", done.stdout)
        report(run)  # its own files are no change of the run

    def test_summary_for_mail(self):
        text = (self.folder / "page" / "summary.md").read_text(encoding="utf-8")
        self.assertLess(len(text.splitlines()), 60)
        es = self.summary["scenarios"][0]["risk"][1]["es"]
        self.assertIn(f"{100 * es:.2f} %", text)
        # The second set is every window of the history: it has no error, and says why.
        why = self.summary["scenarios"][1]["risk"][0]["history_error_reason"]
        self.assertRegex(text, rf"past: ES 90 % \| .* \(error by the history not known: {re.escape(why)}\) \|")
        self.assertNotIn(" \n", text)
        self.assertIn("1 of 2 limits not kept: top ten", text)
        self.assertIn("1 of 2 limits breached", text)
        self.assertNotRegex(text, r"(?<!\\)<|(?<!\\)`", "a name must not become markup")

    def test_what_is_absent_is_left_out_and_said(self):
        text, page = self.make(self.bare, self.folder / "bare-page")
        for name in ("volatility", "correlation", "rotation", "stage", "scenarios", "limits", "change"):
            inside = re.search(rf'<section id="{name}".*?</section>', text, flags=re.S)[0]
            self.assertIn("Left out:", inside)
            self.assertNotIn("<figure", inside)
        self.assertIn("chart-index", text)
        self.check_numbers(page, "data-path", summary_of(self.bare))

    def rewrite(self, run: Path, summary: dict[str, Any]) -> None:
        """Another summary of a run, which its manifest knows."""
        text = json.dumps(summary).encode()
        (run / "summary.json").write_bytes(text)
        manifest = json.loads((run / "manifest.json").read_text())
        for one in manifest["outputs"]:
            if one["file"] == "summary.json":
                one["sha256"] = hashlib.sha256(text).hexdigest()
        (run / "manifest.json").write_text(json.dumps(manifest))

    def test_what_the_data_lack_is_said(self):
        """The first row of each fault, doubts about the data and days without rows; and a run that knows none of it."""
        run, doubt = self.copy("doubted"), "3 market caps change more than threefold; the heaviest: <b>A on 2023-12-05"
        summary = summary_of(run)
        found = summary["data_quality"]
        first = "2024-01-09 CCC: return 5"
        found |= {"first_dropped": {"extreme_return": first}, "doubts": [doubt], "gap_days": ["2025-03-28"]}
        found["rows_dropped"]["extreme_return"] = 2
        self.rewrite(run, summary)
        _, page = self.make(run, self.folder / "doubted-page")
        self.check_numbers(page, "data-path", summary)
        words = "".join(page.words)
        for said in (first, f"In doubt: {doubt}.", "1 gap day, with a level of the volatility index and no rows in the panel: 2025-03-28. "):
            self.assertIn(said, words)
        self.assertEqual(words.count(doubt), 2)  # among the data, and with the warnings
        text = (self.folder / "doubted-page" / "summary.md").read_text(encoding="utf-8")
        self.assertIn(doubt.replace("<", "\\<").replace(">", "\\>"), text)
        for key in ("first_dropped", "doubts"):
            del found[key]
        self.rewrite(run, summary)
        text, _ = self.make(run, self.folder / "doubted-page")
        self.assertNotIn("In doubt", text)
        self.assertIn('<th scope="col">what</th><th scope="col" class="num">rows</th></tr>', text)

    def test_what_is_not_known_is_said(self):
        """A peak on the last day, no level of the volatility index, no means of correlations, a limit without a value."""
        run = self.copy("unknown")
        summary = summary_of(run)
        order = [{"group": "large", "days_after_peak": None, "trough_date": None, "strength": None}]
        summary["rotation"]["tier"]["order"] = {str(self.data.dates[-1]): order}
        found = summary["volatility"]
        found |= {"level": None, "date": None, "regime": None, "change_21d": {"points": None, "percent": None}}
        found["watch"][0] |= {"value": None, "triggered": None, "distance": None}
        summary["limits"][0] |= {"value": None, "breached": None, "reason": "no such window"}
        for one in summary["correlation"]["sector"].values():
            one |= {"mean_difference": None, "mean_excess": None}
        self.rewrite(run, summary)
        _, page = self.make(run, self.folder / "unknown-page")
        self.check_numbers(page, "data-path", summary)
        words = "".join(page.words)
        for said in (
            f"No order after {self.data.dates[-1]}: no group has a return after that peak.",
            "Not known: the volatility index has no close near this day.",
            "The level is not known: the volatility index has no close near this day.",
            "1 of 2 limits not known: top ten (no such window).",
        ):
            self.assertIn(said, words)
        self.assertNotIn("a change of –", words)

    def test_a_folder_that_is_not_a_finished_run_is_refused(self):
        self.refused(self.folder / "nowhere", says="not a folder")
        self.refused(self.data.folder, says="summary.json: no such file")
        for name in ("daily.parquet", "summary.json", "scenarios.parquet"):
            run = self.copy("changed")
            with open(run / name, "ab") as file:
                file.write(b" ")
            self.refused(run, says=f"{name}: changed since the run")
        run = self.copy("changed")
        (run / "groups.parquet").unlink()
        self.refused(run, says="groups.parquet: named in the manifest and absent")
        run = self.copy("changed")
        (run / "summary.json").write_text('{"schema": "topheavy.summary/2"}')
        self.refused(run, says='"topheavy.summary/1" is expected')
        (run / "summary.json").write_text("{")
        self.refused(run, says="cannot be read as JSON")

    def test_a_table_that_is_not_the_runs_is_not_read(self):
        run = self.folder / "mixed"
        shutil.copytree(self.bare, run)
        (run / "components.parquet").write_bytes(b"of another run")
        (run / "scenarios.parquet").write_bytes(b"of another run")
        manifest = json.loads((run / "manifest.json").read_text())
        self.assertIn("constituents.parquet", [one["file"] for one in manifest["outputs"]])
        manifest["outputs"] = [one for one in manifest["outputs"] if one["file"] != "constituents.parquet"]
        (run / "manifest.json").write_text(json.dumps(manifest))
        text, _ = self.make(run, self.folder / "mixed-page")
        self.assertIn("the run has no constituents.parquet", text)
        manifest["outputs"] = [one for one in manifest["outputs"] if one["file"] != "daily.parquet"]
        (run / "manifest.json").write_text(json.dumps(manifest))
        self.refused(run, says="daily.parquet: not among the outputs of the manifest")

    def test_usage(self):
        self.assertIn("which RUN?", report(expect=2).stderr)
        self.assertIn("unrecognized arguments", report(self.run_folder, "--colour", expect=2).stderr)
        self.assertIn("--previous", report("--help").stdout)
        report("--check")
        self.refused(self.run_folder, "--previous", self.bare, "--program", self.folder / "none", says="not a program")
        for folder in (self.folder / "none", self.folder):
            said = f"TOPHEAVY_PROGRAM={folder}: not a program"
            self.refused(self.run_folder, "--previous", self.bare, says=said, TOPHEAVY_PROGRAM=str(folder))
        self.refused(self.run_folder, "--previous", self.folder / "none", says="not a folder")

    def diff(self, possible: bool) -> Path:
        order = ["members", "caps", "history window", "regime", "configuration", "program"]
        es, hhi = self.summary["scenarios"][0]["risk"][1]["es"], self.summary["concentration"]["constituent"]["hhi"]
        headline = [
            {"metric": metric, "label": label, "unit": unit, "a": b * 0.9, "b": b, "change": b - b * 0.9}
            for metric, label, unit, b in (
                ("scenarios.month.es.0.975", "ES <97.5 %>", "fraction", es),
                ("concentration.constituent.hhi", "HHI", "number", hhi),
            )
        ]
        headline.append(
            {
                "metric": "volatility.regime",
                "label": "regime",
                "unit": "text",
                "a": "calm",
                "b": "panic",
                "change": None,
            }
        )
        figures = []
        for one in headline[:2]:
            values = [one["a"] + one["change"] * share for share in (0.1, 0.8, 0.7, 0.7, 0.9, 1.0)]
            steps = [
                {"part": part, "value": value, "change": value - before}
                for part, value, before in zip(order, values, [one["a"], *values])
            ]
            figures.append({**one, "steps": steps})
        run = {"path": "x", "name": "test", "as_of": "2026-01-01", "digest": "0", "version": "0.1.0"}
        document = {
            "schema": "topheavy.diff/1",
            "a": run,
            "b": {**run, "as_of": self.summary["as_of"], "digest": self.summary["digest"]},
            "headline": headline,
            "split": {
                "possible": possible,
                "reason": None if possible else "panel.parquet is <gone>",
                "order": order,
                "seconds": 1.0,
                "figures": figures if possible else [],
            },
        }
        file = self.folder / "diff.json"
        file.write_text(json.dumps(document))
        return file

    def test_what_changed(self):
        file = self.diff(True)
        text, page = self.make(self.run_folder, self.folder / "changed-page", "--diff", file)
        seen = self.check_numbers(page, "data-diff-path", json.loads(file.read_text()))
        for path in ("headline.0.change", "headline.2.b", "split.figures.1.steps.1.change"):
            self.assertIn(path, seen)
        self.assertIn("chart-split", text)
        self.assertIn("Changed since 2026-01-01:", (self.folder / "changed-page" / "summary.md").read_text())
        file = self.diff(False)
        text, page = self.make(self.run_folder, self.folder / "totals-page", "--diff", file)
        self.check_numbers(page, "data-diff-path", json.loads(file.read_text()))
        self.assertIn("Only totals: panel.parquet is &lt;gone&gt;.", text)
        self.assertNotIn("chart-split", text)

    def test_a_diff_of_other_runs_is_refused(self):
        self.refused(self.bare, "--diff", self.diff(True), says="speaks of a run with digest")
        self.refused(self.run_folder, "--diff", self.run_folder / "summary.json", says='"topheavy.diff/1" is expected')

    def test_the_program_is_asked_for_the_diff(self):
        program = self.script("asked", f'[ "$1" = diff ] && [ "$4" = --json ] && cp "{self.diff(True)}" "$5"')
        text, _ = self.make(self.run_folder, self.folder / "asked-page", "--previous", self.bare, "--program", program)
        self.assertIn("chart-split", text)
        angry, said = self.script("angry", "exit 2"), "ended with exit code 2"
        self.refused(self.run_folder, "--previous", self.bare, says=said, TOPHEAVY_PROGRAM=str(angry))
        with contextlib.chdir(self.folder):  # a name alone is a file here too, not one on the PATH
            self.refused(self.run_folder, "--previous", self.bare, says=said, TOPHEAVY_PROGRAM="angry")
        report(
            self.run_folder,
            "--out",
            self.folder / "refused",
            "--previous",
            self.bare,
            "--program",
            self.script("broken", "exit 3"),
            expect=1,
        )

    def script(self, name: str, body: str) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        return file

    def test_a_missing_package_is_named(self):
        alone = self.folder / "alone" / "scripts"
        shutil.copytree(REPORT.parent / "report", alone / "report", dirs_exist_ok=True)
        shutil.copy(REPORT, alone / "report.py")
        bare = [sys.executable, "-S", "-E"]  # without any installed package
        done = report("--check", script=alone / "report.py", python=bare, expect=2)
        self.assertIn("scripts/setup.sh", done.stderr)
        self.assertRegex(done.stderr, "markupsafe|jinja2|matplotlib|numpy|pyarrow")
        self.script("alone/.venv/bin/python", 'echo "again: $2"')
        self.assertIn("again: --check", report("--check", script=alone / "report.py", python=bare).stdout)

    def test_pdf(self):
        nothing = self.folder / "nothing"
        nothing.mkdir(exist_ok=True)
        self.refused(self.run_folder, "--pdf", says="--pdf needs one of chromium", PATH=str(nothing))
        self.script(
            "browser/chromium", 'for word; do case $word in --print-to-pdf=*) echo "$@" > "${word#*=}";; esac; done'
        )
        out = self.folder / "pdf-page"
        report(self.run_folder, "--pdf", "--out", out, PATH=f"{self.folder / 'browser'}:{os.environ['PATH']}")
        said = (out / "report.pdf").read_text()
        self.assertIn("--no-pdf-header-footer", said)
        self.assertEqual("--no-sandbox" in said, os.geteuid() == 0)
        self.script("browser/chromium", "exit 1")
        report(
            self.run_folder,
            "--pdf",
            "--out",
            self.folder / "refused",
            PATH=f"{self.folder / 'browser'}:{os.environ['PATH']}",
            expect=1,
        )
        self.assertEqual(list((self.folder / "refused").iterdir()), [])
        (self.folder / "refused").rmdir()


if __name__ == "__main__":
    unittest.main(verbosity=2)
