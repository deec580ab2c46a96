# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""A small run that has everything a report page can show, under names that are hostile to a page and to a spreadsheet;
and a file as `topheavy diff` writes it, of that run against a made-up one of the day before."""

import json
import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1] / "properties"))
from program import Data, summary_of, topheavy  # noqa: E402

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://example.com","pay")'
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
# The largest constituents are in every list of leaders; two sectors are in every table of groups.
SYMBOLS = {"MRDC": "=1+1", "NRVC": "@SUM(A1)", "ORBD": "-2", "BZRO": "+3", "QLSN": "<b>Q&amp;\"'"}
SECTORS = {"Utilities": SCRIPT, "Energy": FORMULA, "Health Care": LONG, "Materials": "{{ 7 * 7 }}"}
EXTRA = {
    "windows": [{"name": "derisking", "start": "2026-03-27", "end": "2026-04-14"}],
    "groups": {"tier": {"ai_leaders": {"symbols": ["=1+1", "@SUM(A1)", "-2"]},
                        "semiconductors": {"where": {"industry": "Semiconductors"}}, "crypto": {"symbols": ["ON"]}},
               "<i>my own</i>": {"+plus": {"symbols": ["+3"]}, "</style>": {"where": {"sector": FORMULA}}}},
    # No day is in the last regime: nothing is known of it, and of what a limit says about it.
    "volatility": {"thresholds": [20, 25, 30, 80], "names": ["calm", "recovering", "stressed", "panic", "never"],
                   "watch": [{"name": "contraction", "level": 22}, {"name": "eighteen", "level": 18}]},
    "correlation": {"dimensions": ["sector", "tier"], "bootstrap": {"replicates": 400}},
    "expectations": {"index": 0.09, "tier": {"ai_leaders": 0.175, "semiconductors": 0.21}},
    "stage": {"rules": "stages.yaml"},
    "scenarios": [
        {"name": "shocks", "generator": {"kind": "stress"}, "stresses": ["stress/semiconductors_down_20.yaml"]},
        {"name": "month", "count": 4000, "horizon": 21, "seed": 20260722, "dimensions": ["sector", "tier"],
         "daily": {"top_10": True}, "history_error": {"count": 1024},
         "events": [{"name": "fall_of_10", "metric": "max_drawdown", "above": 0.10},
                    {"name": "volatility_above_30", "metric": "max_volatility", "above": 30}],
         "stresses": ["stress/volatility_back_to_31.yaml", "stress/semiconductors_down_20.yaml"]},
        {"name": "past", "generator": {"kind": "historical"}, "horizon": 10},
        {"name": "calm_again", "generator": {"kind": "volatility_path", "path": [31, 25, 18]}, "count": 2000,
         "history_error": {"replicates": 0}},
    ],
    "limits": [
        {"name": "kept", "metric": "concentration.constituent.top.10", "max": 0.99},
        {"name": FORMULA, "metric": "concentration.constituent.effective_n", "min": 1000},
        {"name": SCRIPT, "metric": "scenarios.month.es.0.975", "max": 0.0001},
        {"name": "not known", "metric": "correlation.tier.never.mean_excess", "max": 0.5},
    ],
}


def hostile_data(folder, constituents=120, days=300):
    """The generated universe of the demo with other names: files and frames."""
    data = Data(folder, constituents, days, 1)
    data.panel["symbol"] = data.panel.symbol.astype(str).replace(SYMBOLS)
    for column, names in (("symbol", SYMBOLS), ("issuer", SYMBOLS), ("sector", SECTORS)):
        data.constituents[column] = data.constituents[column].replace(names)
    data.panel.to_parquet(data.panel_file)
    data.constituents.to_csv(data.constituents_file, index=False)
    return data


def everything(folder: Path) -> Path:
    """The folder of a run of the small universe with all that EXTRA asks for."""
    data = hostile_data(folder / "universe")
    rules = data.folder / "stages.yaml"
    rules.write_text(rules.read_text() + f"  - {{name: hostile, meaning: {SCRIPT!r}, when: volatility.level > 1000}}\n")
    config = data.config(data.folder / "everything.yaml", extra=yaml.safe_dump(EXTRA, allow_unicode=True))
    out = folder / "run"
    topheavy("run", config, "--out", out, "--quiet", expect=4)
    return out


PARTS = ["members", "caps", "history window", "regime", "configuration", "program"]


def figure(metric: str, label: str, unit: str, before: float | None, after: float | None) -> dict:
    change = None if None in (before, after) else after - before
    return {"metric": metric, "label": label, "unit": unit, "a": before, "b": after, "change": change}


def split_figure(metric: str, label: str, unit: str, before: float, after: float, draw_error: float | None) -> dict:
    """A figure whose change is made up of parts, some of which pull the other way."""
    shares = [0.1, 0.7, 0.4, -0.3, 0.0]
    steps, value = [], before
    for part, share in zip(PARTS, shares):
        value, last = value + share * (after - before), value
        steps.append({"part": part, "value": value, "change": value - last})
    steps.append({"part": PARTS[-1], "value": after, "change": after - value})
    return {**figure(metric, label, unit, before, after), "draw_error": draw_error, "steps": steps}


def write_diff(path: Path, run: Path, possible: bool = True) -> dict:
    """A file of the schema topheavy.diff/1 whose `b` is the run; `a` is made up."""
    summary = summary_of(run)
    constituent = summary["concentration"]["constituent"]
    risk = summary["scenarios"][1]["risk"][1]
    headline = [
        figure("concentration.constituent.top.10", "weight of the 10 largest", "fraction",
               constituent["top"]["10"] - 0.0123, constituent["top"]["10"]),
        figure("concentration.constituent.effective_n", "effective number of constituents", "number",
               constituent["effective_n"] + 1.5, constituent["effective_n"]),
        figure("volatility.level", "volatility index", "points", 21.37, summary["volatility"]["level"]),
        figure("scenarios.month.es.0.975", "month: ES 97.5 %", "fraction", risk["es"] - 0.004, risk["es"]),
        figure("scenarios.past.es.0.975", SCRIPT, "fraction", None, summary["scenarios"][2]["risk"][1]["es"]),
    ]
    split = [
        split_figure("concentration.constituent.hhi", "HHI of constituents", "number", constituent["hhi"] - 0.0021,
                     constituent["hhi"], None),
        split_figure("scenarios.month.var.0.975", "month: VaR 97.5 %", "fraction", risk["var"] + 0.002, risk["var"],
                     0.0028),
        split_figure("scenarios.month.es.0.975", "month: ES 97.5 %", "fraction", risk["es"] - 0.004, risk["es"], 0.001),
    ]
    run_b = {"path": str(run), "name": summary["name"], "as_of": summary["as_of"], "digest": summary["digest"],
             "version": summary["run"]["version"]}
    diff = {
        "schema": "topheavy.diff/1",
        "a": {**run_b, "path": "/yesterday/<run>", "as_of": "2026-04-29", "digest": "0" * 64}, "b": run_b,
        "headline": headline,
        "split": {"possible": possible, "reason": None if possible else "panel.parquet is gone & <b>not</b> found",
                  "order": PARTS, "seconds": 1.25, "figures": split if possible else []},
    }
    path.write_text(json.dumps(diff), encoding="utf-8")
    return diff
