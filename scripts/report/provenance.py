# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What the data lacked, and how the numbers came to be."""

import json
from typing import Any

from .blocks import facts, fold, plain, section, table, text
from .numbers import number, phrase
from .run_folder import run_folder

CONVENTIONS = (
    "Returns and weights are fractions, shown in percent; caps are in the panel's currency; a year has 252 days; "
    "contributions are percentage points of the index return; losses are positive. What could not be computed is shown "
    "as a dash: a hint says why where the run says so. Numbers are rounded here, summary.json holds them in full."
)


def quality_section(run: run_folder) -> section:
    take, found = run.take, run.summary["data_quality"]
    q = "data_quality"
    lead = phrase(
        take("integer:0", q, "rows"),
        " rows, ",
        take("integer:0", q, "days"),
        " days from ",
        take("text:0", q, "first_date"),
        " to ",
        take("text:0", q, "last_date"),
        ", ",
        take("integer:0", q, "constituents"),
        " constituents of ",
        take("integer:0", q, "issuers"),
        " issuers.",
    )
    first = found.get("first_dropped")  # an older run has none
    rows: list[list[Any]] = [
        [reason.replace("_", " "), take("integer:0", q, "rows_dropped", reason), (first or {}).get(reason) or ""]
        for reason in found["rows_dropped"]
    ]
    rows.append(["rows outside the dates of the run", take("integer:0", q, "rows_outside"), ""])
    shown = 2 if first is None else 3
    faults = table(
        "quality",
        f"What was wrong with rows, and how many{'' if first is None else '; the first of each'}.",
        ["what", "rows", "first"][:shown],
        [row[:shown] for row in rows],
    )
    doubts = [text(f"In doubt: {_sentence(doubt)}") for doubt in found.get("doubts") or []]
    return section("quality", "Data", lead, [*doubts, faults, text(_gaps(found.get("gap_days") or []))])


def _sentence(words: str) -> str:
    return words if words.endswith(".") else f"{words}."


def _gaps(days: list[str]) -> str:
    if not days:
        return "No gap days."
    return (
        f"{len(days)} gap day{'s' if len(days) > 1 else ''}, with a level of the volatility index and no rows in the "
        f"panel: {', '.join(map(str, days))}. What moved then is in no figure: the day after a gap has its one-day "
        "return as the panel gives it, and the move of the missing day is lost, unless returns are made from closes."
    )


def data_warnings(run: run_folder) -> list[str]:
    """What the data lack in a few words each, and what is doubted about them in sentences."""
    found = run.summary["data_quality"]
    dropped = sum(found["rows_dropped"].values())
    said = []
    if dropped:
        said.append(f"{dropped:,d} rows with faults" if dropped != 1 else "1 row with a fault")
    gaps = len(found.get("gap_days") or [])
    if gaps:
        said.append(f"{gaps} gap days" if gaps != 1 else "1 gap day")
    return said + [doubt.removesuffix(".") for doubt in found.get("doubts") or []]


def provenance_section(run: run_folder) -> section:
    take, made = run.take, run.manifest
    program = made["program"]
    seeds = [
        f"{one['name']} {one['seed']}" for one in run.summary.get("scenarios") or [] if one.get("seed") is not None
    ]
    rows: list[tuple[str, Any]] = [
        ("program", phrase("topheavy ", take("text:0", "run", "version"))),
        ("commit", program.get("commit")),
        ("compiler", f"{program.get('compiler')}, {program.get('flags')}"),
        ("Arrow", program.get("arrow")),
        ("CUDA", program.get("cuda")),
        ("back end", phrase(take("text:0", "run", "backend"), ": ", take("text:0", "run", "backend_reason"))),
        ("device", take("text:0", "run", "device")),
        ("threads", take("integer:0", "run", "threads")),
        ("seeds", ", ".join(seeds) or "none"),
        ("host", made.get("host")),
        ("started", made.get("started")),
        ("finished", made.get("finished")),
        ("took", phrase(take("number:2", "run", "wall_seconds"), " s")),
        ("digest", take("text:0", "digest")),
    ]
    files = [
        [kind.removesuffix("s"), one["file"], number(one["bytes"], "integer:0"), one["sha256"]]
        for kind in ("inputs", "outputs")
        for one in made.get(kind, [])
    ]
    stages = [
        [name.removeprefix("topheavy::").replace("::", " / "), take("number:3", "run", "stages", name)]
        for name in run.summary["run"].get("stages", {})
    ]
    blocks: list[Any] = [
        facts([(name, value) for name, value in rows if value not in (None, "")]),
        text(CONVENTIONS),
        fold(
            "Files: SHA-256 of inputs and outputs",
            [table("files", "Every file read and written.", ["kind", "file", "bytes", "SHA-256"], files)],
        ),
        fold(
            "Resolved configuration",
            [plain(json.dumps(made.get("config"), indent=2, ensure_ascii=False), "Resolved configuration as JSON")],
        ),
        fold("Seconds of each stage", [table("stages", "Seconds of each stage.", ["stage", "seconds"], stages)]),
    ]
    return section(
        "provenance", "Provenance", "How these numbers came to be, and what it takes to get them again.", blocks
    )
