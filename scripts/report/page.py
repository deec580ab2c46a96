# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Puts the sections together: report.html and summary.md."""

import re
from pathlib import Path
from typing import Any

import jinja2

from .blocks import section, tabs
from .change import change_lines, change_section
from .concentration import concentration_section
from .correlation import correlation_section
from .headlines import chips, headlines
from .limits import limits_section
from .market import contributions_section, index_section
from .numbers import level_text, phrase
from .provenance import provenance_section, quality_section
from .rotation import rotation_section
from .run_folder import run_folder
from .scenarios import errors_of_es, scenarios_section
from .stage import stage_section
from .volatility import volatility_section

HERE = Path(__file__).parent
SHOWN_OF_DIGEST = 12


def sections_of(run: run_folder, diff: dict[str, Any] | None) -> list[section]:
    return [
        index_section(run),
        contributions_section(run),
        concentration_section(run),
        volatility_section(run),
        correlation_section(run),
        rotation_section(run),
        stage_section(run),
        scenarios_section(run),
        limits_section(run),
        change_section(diff),
        quality_section(run),
        provenance_section(run),
    ]


def report_html(run: run_folder, diff: dict[str, Any] | None) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sections = sections_of(run, diff)
    most_tabs = max(
        (len(block.pages) for one in sections for block in one.blocks if isinstance(block, tabs)), default=1
    )
    style = re.sub(r"/\*.*?\*/\s*", "", (HERE / "style.css").read_text(encoding="utf-8"), flags=re.S)
    return environment.get_template("page.html.j2").render(
        name=run.summary["name"],
        as_of=run.summary["as_of"],
        as_of_number=run.take("text:0", "as_of"),
        digest=run.summary["digest"][:SHOWN_OF_DIGEST],
        version=run.summary["run"]["version"],
        chips=chips(run),
        headlines=headlines(run, diff),
        sections=sections,
        most_tabs=most_tabs,
        style=style,
        script=(HERE / "page.js").read_text(encoding="utf-8"),
    )


def markdown(words: Any) -> str:
    """Text whose names cannot be taken for markup."""
    return re.sub(r"([\\`*_\[\]<>|~#])", r"\\\1", re.sub(r"\s+", " ", str(words)).strip())


def summary_md(run: run_folder, diff: dict[str, Any] | None) -> str:
    take, summary = run.take, run.summary
    lines = [f"# {markdown(summary['name'])}, {summary['as_of']}", ""]
    lines += [f"- **{question}**: {markdown(answer)}" for question, answer in headlines(run, diff)]
    found = [
        ("index", take("signed_percent:1", "index", "return_total")),
        ("ten largest, weight", take("percent:1", "concentration", "constituent", "top", 10)),
        ("effective n, weight", take("number:1", "concentration", "constituent", "effective_n")),
        ("effective n, risk", take("number:1", "concentration", "risk", "effective_n")),
    ]
    rows: list[tuple[str, Any]] = [one for one in found if one[1].value is not None]
    for i, one in enumerate((summary.get("scenarios") or [])[:4]):
        for k, risk in enumerate(one.get("risk") or []):
            rows.append(
                (
                    f"{one['name']}: ES {level_text(risk['level'])}",
                    phrase(take("percent:2", "scenarios", i, "risk", k, "es"), errors_of_es(run, i, k)),
                )
            )
    lines += ["", "| figure | value |", "| --- | ---: |"]
    lines += [f"| {markdown(name)} | {markdown(value)} |" for name, value in rows[:20]]
    if diff:
        lines += ["", f"Changed since {diff['a']['as_of']}:", ""]
        lines += [f"- {markdown(line)}" for line in change_lines(diff)]
    status = "; ".join(words for _, words in chips(run))
    lines += ["", f"{markdown(status)}. Digest {summary['digest'][:SHOWN_OF_DIGEST]}. The whole report: report.html."]
    return "\n".join(lines) + "\n"
