# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Limits: what is kept, what is breached, and by how much."""

from typing import Any

from .blocks import left_out, section, table
from .numbers import joined, number, phrase
from .run_folder import run_folder

KINDS = {"max": "at most", "min": "at least"}
NO_SHARES = {  # last keys of metrics that are no fractions, as in the table of the section they are from
    "absorption_ratio",
    "average_pairwise",
    "effective_n",
    "entropy",
    "exp_entropy",
    "gini",
    "implied",
    "level",
    "mean_adjusted",
    "mean_excess",
    "mean_offdiagonal",
    "n",
}


def limit_form(metric: str) -> str:
    """How a metric of a limit is written: numbers of names and indices as such, the rest as shares."""
    *way, last = metric.split(".")
    if way[0] == "scenarios" and "probability" in way[2:]:  # of an event, whose name may be anything
        return "percent:2"
    if last == "hhi":
        return "number:4"
    return "number:3" if last in NO_SHARES else "percent:2"


def limit_verdict(one: dict[str, Any]) -> str:
    return {True: "breached", False: "kept", None: "not known"}[one["breached"]]


def limits_section(run: run_folder) -> section:
    found = run.summary.get("limits")
    if not found:
        return left_out("limits", "Limits", "Left out: no limits are configured (limits).")
    take = run.take
    rows = []
    for i, one in enumerate(found):
        form = limit_form(one["metric"])
        room = None
        if one["value"] is not None:
            room = one["limit"] - one["value"] if one["kind"] == "max" else one["value"] - one["limit"]
        rows.append(
            [
                one["name"],
                take(form, "limits", i, "value", reason=one.get("reason")),
                KINDS.get(one["kind"], one["kind"]),
                take(form, "limits", i, "limit"),
                number(room, form),
                limit_verdict(one) + (f": {one['reason']}" if one.get("reason") else ""),
                one["metric"],
            ]
        )
    return section(
        "limits",
        "Limits",
        limits_sentence(run),
        [
            table(
                "limits",
                "Headroom is computed here: bound less value, or value less bound where the bound is a lower one.",
                ["limit", "value", "kept if", "bound", "headroom", "verdict", "metric"],
                rows,
            )
        ],
    )


def limits_sentence(run: run_folder) -> phrase:
    found = run.summary.get("limits") or []
    broken = [i for i, one in enumerate(found) if one["breached"] is True]
    unknown = [i for i, one in enumerate(found) if one["breached"] is None]
    if not found:
        return phrase("No limits are configured.")
    if not broken and not unknown:
        return phrase(
            {1: "The one limit is kept.", 2: "Both limits are kept."}.get(
                len(found), f"All {len(found)} limits are kept."
            )
        )
    said = []
    if broken:
        each = joined([_broken(run, i) for i in broken], "; ")
        said.append(phrase(f"{len(broken)} of {len(found)} limits not kept: ", each))
    if unknown:
        names = [found[i]["name"] + (f" ({found[i]['reason']})" if found[i].get("reason") else "") for i in unknown]
        said.append(phrase(f"{len(unknown)} of {len(found)} limits not known: {'; '.join(names)}"))
    return joined(said, "; ") + "."


def _broken(run: run_folder, i: int) -> phrase:
    one = run.summary["limits"][i]
    form = limit_form(one["metric"])
    return phrase(
        f"{one['name']} ",
        run.take(form, "limits", i, "value", reason=one.get("reason")),
        f", {KINDS.get(one['kind'], one['kind'])} ",
        run.take(form, "limits", i, "limit"),
    )
