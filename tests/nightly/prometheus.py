# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""`metrics.prometheus`: read by the parser of Prometheus' own client, against summary.json and manifest.json.

    TOPHEAVY_PROGRAM=... python prometheus.py
"""

import os
import re
import tempfile
import unittest
from datetime import UTC, datetime
from pathlib import Path

from folders import manifest_of, stand_in
from program import PROJECT, Placed, summary_of, topheavy
from prometheus_client.parser import text_string_to_metric_families

# A name that must be escaped, a limit that is breached, one that is kept and one whose value is not known.
LIMITS = r'''limits:
  - {name: 'top "ten" \ zehn Größte', metric: concentration.constituent.top.10, max: 0.01}
  - {name: effective n, metric: concentration.constituent.effective_n, min: 1}
  - {name: not known, metric: correlation.sector.panic.mean_excess, max: 0.99}
'''


def samples_of(file):
    """(metric, name of the run, other labels) -> value; a sample given twice is an error."""
    found = {}
    for family in text_string_to_metric_families(Path(file).read_text(encoding="utf-8")):
        assert family.type == "gauge" and family.documentation, family
        for sample in family.samples:
            labels = dict(sample.labels)
            key = (sample.name, labels.pop("name"), tuple(sorted(labels.items())))
            assert key not in found, key
            found[key] = sample.value
    return found


def expected_of(run):
    """The same from the files of the run, by the table in configs/README.md."""
    summary, manifest = summary_of(run), manifest_of(run)
    found = {}

    def add(metric, value, /, **labels):
        if value is not None:
            found["topheavy_" + metric, summary["name"], tuple(sorted(labels.items()))] = float(value)

    def moment(text):
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()

    add("run_info", 1, version=manifest["program"]["version"], commit=manifest["program"]["commit"],
        backend=manifest["backend"], device=manifest["device"], digest=summary["digest"])
    add("as_of_timestamp_seconds", moment(summary["as_of"]))
    add("run_finished_timestamp_seconds", moment(manifest["finished"].removesuffix("Z")))
    add("run_wall_seconds", manifest["wall_seconds"])
    data = summary["data_quality"]
    add("data_rows", data["rows"])
    for reason, count in data["rows_dropped"].items():
        add("data_rows_dropped", count, reason=reason)
    add("data_days", data["days"])
    add("data_gap_days", len(data["gap_days"]))
    add("data_doubts", len(data["doubts"]))
    index = summary["index"]
    add("index_level", index["level"])
    add("index_return_ratio", index["return_total"])
    for key in ("return_annual", "volatility_annual", "max_drawdown"):
        add(f"index_{key}_ratio", index[key])
    for window in summary["windows"]:
        add("window_return_ratio", window["index_return"], window=window["name"])
    for of in ("constituent", "issuer", "risk"):
        part = summary["concentration"][of]
        add("effective_n", part["effective_n"], of=of)
        add("hhi_ratio", part["hhi"], of=of)
        for k, weight in (part["top"] or {}).items():
            add("top_weight_ratio", weight, of=of, k=k)
    volatility = summary["volatility"]
    add("volatility_level_points", volatility["level"])
    if volatility["regime"]:
        for regime in volatility["regimes"]:
            add("volatility_regime", regime["name"] == volatility["regime"], regime=regime["name"])
    stage = summary["stage"]
    if stage["name"]:
        for name in {rule["stage"] for rule in stage["rules"]} | {"undetermined"}:
            add("stage", name == stage["name"], stage=name)
    for one in summary["scenarios"]:
        add("scenarios", one["count"], set=one["name"])
        add("scenario_precision_reached", one["precision_reached"], set=one["name"])
        for risk in one["risk"]:
            at = {"set": one["name"], "level": repr(risk["level"])}
            add("scenario_var_ratio", risk["var"], **at)
            add("scenario_es_ratio", risk["es"], **at)
            add("scenario_es_simulation_error_ratio", risk["simulation_error"], **at)
            add("scenario_es_history_error_ratio", risk["history_error"], **at)
        for stress in one["stresses"]:
            add("stress_index_return_ratio", stress["index_return"], set=one["name"], stress=stress["name"])
    for limit in summary["limits"]:
        which = {"limit": limit["name"], "metric": limit["metric"]}
        add("limit_value", limit["value"], **which)
        add("limit_bound", limit["limit"], kind=limit["kind"], **which)
        add("limit_breached", limit["breached"] is not False, **which)
    return found


class Prometheus(Placed):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        topheavy("generate", "--constituents", 40, "--days", 260, "--seed", 3, "--out", cls.base / "data")
        cls.config = cls.base / "data" / "config.yaml"
        text = cls.config.read_text(encoding="utf-8")
        cls.config.write_text(text + LIMITS, encoding="utf-8")
        cls.plain = cls.base / "data" / "plain.yaml"
        cls.plain.write_text("data: {panel: panel.parquet}\n", encoding="utf-8")

    def setUp(self):
        self.place = Path(tempfile.mkdtemp(dir=self.base))
        self.file = self.place / "metrics" / "run.prom"
        self.file.parent.mkdir()

    def run_here(self, *options, config=None, name="run", expect=0, **more):
        return topheavy("run", config or self.config, "--out", self.place / name,
                        "--set", f"metrics.prometheus={self.file}", *options, expect=expect, **more)

    def check(self, name="run"):
        found, expected = samples_of(self.file), expected_of(self.place / name)
        self.assertEqual(found, expected)
        self.assertEqual([p.name for p in self.file.parent.iterdir()], ["run.prom"])
        return found

    def test_says_what_the_results_say(self):
        self.run_here("--quiet", "--set", "correlation.min_days=200", expect=4)
        found = self.check()
        breached = {dict(labels)["limit"]: value for (metric, _, labels), value in found.items()
                    if metric == "topheavy_limit_breached"}
        self.assertEqual(breached[r'top "ten" \ zehn Größte'], 1)
        self.assertEqual(breached["effective n"], 0)
        self.assertEqual(breached["not known"], 1)
        self.assertNotIn("not known", [dict(labels)["limit"] for (metric, _, labels) in found
                                       if metric == "topheavy_limit_value"])
        for metric in ("topheavy_volatility_regime", "topheavy_stage"):
            self.assertEqual(sum(value for (name, _, _), value in found.items() if name == metric), 1, metric)
        documented = set(re.findall(r"^\| `(topheavy_\w+)` \|", (PROJECT / "configs/README.md").read_text(), re.M))
        self.assertEqual({metric for metric, _, _ in found}, documented)
        print(f"{len(found)} samples of {len(documented)} metrics, equal to the run's files")

    def test_leaves_out_what_is_not_known(self):
        self.run_here(config=self.plain)
        metrics = {metric for metric, _, _ in self.check()}
        self.assertIn("topheavy_effective_n", metrics)
        for absent in ("topheavy_volatility_level_points", "topheavy_volatility_regime", "topheavy_stage",
                       "topheavy_scenarios", "topheavy_limit_value"):
            self.assertNotIn(absent, metrics)

    def test_not_precise_as_asked(self):
        precision = ["--set", "limits=[]", "--set", "scenarios.0.count=1000", "--set",
                     "scenarios.0.precision={es_relative_error: 0.0001, max_count: 1000}"]
        self.run_here(*precision, expect=5)
        self.assertEqual(self.check()["topheavy_scenario_precision_reached", "demo", (("set", "month"),)], 0)

    def test_a_run_that_fails_leaves_the_file(self):
        self.file.write_text("# of an earlier night\n")
        self.run_here("--set", "data.max_dropped_share=0", "--set", "data.max_abs_return=0.0001", expect=3)
        self.assertEqual(self.file.read_text(), "# of an earlier night\n")

    def test_cannot_be_written_is_said_before(self):
        self.file.parent.rmdir()
        self.assertIn("does not exist", self.run_here(expect=2).stderr)
        self.assertEqual(list(self.place.iterdir()), [])

    def test_cannot_be_written_after_all(self):
        environment = {**os.environ, **stand_in(self.place), "STAND_IN": "break",
                       "STAND_IN_REMOVES": str(self.file.parent)}
        done = self.run_here("--set", "report.page=true", config=self.plain, expect=1, env=environment)
        self.assertIn("`metrics.prometheus`", done.stderr)
        self.assertTrue((self.place / "run" / "manifest.json").exists())

    def test_nothing_new_writes_it_again(self):
        self.run_here(expect=4)
        before = self.file.read_text()
        self.file.unlink()
        done = self.run_here("--if-changed", "--force", expect=4)
        self.assertTrue(done.stdout.startswith("nothing new"), done.stdout)
        self.assertEqual(self.file.read_text(), before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
