# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Which stage the rules see, with the evidence of each, and expected growth."""

from typing import Any

from .blocks import left_out, section, table, text
from .numbers import phrase, source
from .run_folder import run_folder

TO_GO = "To go: distance to the threshold (threshold - value), of shares in percentage points."
VERDICTS = {True: "holds", False: "does not hold", None: "not known"}


def _test(take: source, part: dict[str, Any], why: str | None, *keys: Any) -> list[Any]:
    """A comparison: what its evidence lacks of the threshold, and both."""
    unit = part["unit"]
    form = {"fraction": "percent:2", "closes": "integer:0", "days": "integer:0"}.get(unit, "number:2")
    lacks = {"percent:2": "points:2", "integer:0": "signed:0"}.get(form, "signed:2")
    return [
        take(lacks, *keys, "distance", reason=why),
        take(form, *keys, "value", reason=why),
        part["operator"],
        take(form, *keys, "threshold", reason=why),
        part["evidence"],
    ]


def _rules(run: run_folder, kind: str) -> list[list[Any]]:
    take = run.take
    rows = []
    for i, one in enumerate(run.summary["stage"][kind]):
        who = [one["stage"], one["rule"]] if kind == "rules" else [one["name"]]
        meaning = [] if kind == "rules" else [one.get("meaning", "")]
        parts = [
            (part, _test(take, part, part.get("reason") or one.get("reason"), "stage", kind, i, "comparisons", k))
            for k, part in enumerate(one.get("comparisons") or [])
        ]
        # The verdict is the rule's; comparisons joined by and, or and not have verdicts of their own.
        alone = parts[0][1] if len(parts) == 1 else [""] * 5
        rows.append([*who, alone[0], VERDICTS[one["holds"]], *alone[1:], *meaning])
        if len(parts) > 1:  # what the rule means is said once
            rows += [
                [f"{who[0]} ({k})", *who[1:], gap, VERDICTS[part["holds"]], *cells, *([""] if meaning else [])]
                for k, (part, (gap, *cells)) in enumerate(parts, 1)
            ]
    return rows


def _premium(take: source, *dimension: Any) -> list[Any]:
    """What expectations add over the index's; of weight without an expectation nothing is known."""
    premium = take.value(*dimension, "premium")
    if premium is None:
        return []
    return [
        ", ",
        take("points:2", *dimension, "premium"),
        f" points {'more than' if premium >= 0 else 'against'} what the covered weight would add at the index's ",
        take("percent:1", "stage", "growth", "index"),
    ]


def stage_section(run: run_folder) -> section:
    found = run.summary.get("stage")
    title = "Stage of the market"
    if not found or not (found["rules"] or found["watch"] or found["growth"]["tiers"]):
        why = (found or {}).get("reason") or "no rules of stages are configured (stage.rules)"
        return left_out("stage", title, f"Left out: {why}.")
    take = run.take
    lead = phrase(
        "The rules see: ",
        take("text:0", "stage", "name", reason=found.get("reason")),
        f" ({found['meaning']})" if found.get("meaning") else "",
        f", {found['reason']}" if found.get("reason") else "",
        ".",
    )
    blocks: list[Any] = []
    columns = ["to go", "verdict", "value", "test", "threshold", "evidence"]
    rules = "Every rule with its evidence, and each comparison of a rule that has several."
    for kind, caption, named in (
        ("rules", rules, ["stage", "rule", *columns]),
        ("watch", "Watch list of the rules.", ["trigger", *columns, "meaning"]),
    ):
        if found.get(kind):
            blocks.append(table(f"stage-{kind}", f"{caption} {TO_GO}", named, _rules(run, kind)))
    growth = found.get("growth") or {}
    if growth.get("tiers"):
        g = ("stage", "growth", "tiers")
        blocks.append(
            table(
                "growth",
                "Expected growth of earnings, as configured, times weight at the close.",
                ["group", "contribution, points", "weight", "expected growth", "dimension"],
                [
                    [
                        one["group"],
                        take("points:2", *g, i, "contribution"),
                        take("percent:1", *g, i, "weight"),
                        take("percent:1", *g, i, "expected_growth"),
                        one["dimension"],
                    ]
                    for i, one in enumerate(growth["tiers"])
                ],
            )
        )
    for dimension, one in (growth.get("dimensions") or {}).items():
        d = ("stage", "growth", "dimensions", dimension)
        if one.get("contribution") is not None:
            blocks.append(
                text(
                    phrase(
                        f"{dimension.capitalize()} expectations cover ",
                        take("percent:1", *d, "weight_covered"),
                        " of the weight and add up to growth of ",
                        take("percent:1", *d, "contribution"),
                        *_premium(take, *d),
                        ".",
                    )
                )
            )
    return section("stage", title, lead, blocks)
