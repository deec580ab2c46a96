# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""A number on the page: its value, how it is written, and where it stands in summary.json or in the diff."""

import math
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

ABSENT = "–"


def written(value: Any, form: str) -> str:
    """The text of a value in a form such as `percent:1`: what a reader sees, and what a test compares."""
    kind, decimals = form.split(":")
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ABSENT
    if kind == "text":
        return str(value)
    if kind == "integer":
        return f"{round(value):,d}"
    if kind == "level":  # of confidence: all its digits, 97.5 % and 99.99 %
        return f"{100 * value:.10f}".rstrip("0").rstrip(".") + " %"
    if kind in ("size", "size_points"):  # beside a word or a mark that says on which side
        value = abs(value)
    scaled = value * 100 if kind in ("percent", "signed_percent", "points", "size_points") else value
    sign = "+" if kind in ("signed_percent", "points", "signed") else ""
    unit = " %" if kind in ("percent", "signed_percent") else ""
    return f"{scaled:{sign},.{decimals}f}{unit}"


def level_text(level: float | str) -> str:
    """A level of confidence, also where it is a key: 0.9975 is 99.75 %."""
    return written(float(level), "level:0")


@dataclass(frozen=True)
class number:
    """Jinja and Markup write it as an element that says where it comes from; str() gives the text alone."""

    value: Any
    form: str
    path: str | None = None
    reason: str | None = None
    diff: bool = False

    def __str__(self) -> str:
        return written(self.value, self.form)

    def __html__(self) -> str:
        attributes = ""
        if self.path is not None:
            kind = "data-diff-path" if self.diff else "data-path"
            attributes += f' {kind}="{escape(self.path)}" data-format="{self.form}"'
        if isinstance(self.value, (int, float)) and not self.form.startswith("text"):
            attributes += f' data-value="{self.value!r}"'
        if self.value is None and self.reason:
            attributes += f' title="{escape(self.reason)}"'
        return f'<span class="n"{attributes}>{escape(str(self))}</span>'


def from_table(value: Any, form: str) -> number:
    """A number of one of the run's tables: it has no place in summary.json."""
    return number(None if value is None or value != value else float(value), form)


class source:
    """Looks values up by their keys and remembers the way there: source(summary)("percent:1", "index", "level")."""

    def __init__(self, document: dict[str, Any], diff: bool = False):
        self.document = document
        self.diff = diff

    def __call__(self, form: str, *keys: Any, reason: str | None = None) -> number:
        value, there = self._find(keys)
        return number(value, form, ".".join(map(str, keys)) if there else None, reason, self.diff)

    def value(self, *keys: Any) -> Any:
        """None where a key on the way is absent or null: an older run, or what could not be computed."""
        return self._find(keys)[0]

    def _find(self, keys: tuple[Any, ...]) -> tuple[Any, bool]:
        found: Any = self.document
        for key in keys:
            if isinstance(found, list) and isinstance(key, int) and key < len(found):
                found = found[key]
            elif isinstance(found, dict) and str(key) in found:
                found = found[str(key)]
            else:
                return None, False
        return found, True


class phrase:
    """Text with numbers in it: HTML on the page, plain text in summary.md."""

    def __init__(self, *parts: Any):
        self.parts = parts

    def __str__(self) -> str:
        return "".join(str(part) for part in self.parts)

    def __html__(self) -> str:
        return Markup("").join(self.parts)

    def __add__(self, other: Any) -> "phrase":
        return phrase(*self.parts, *(other.parts if isinstance(other, phrase) else (other,)))


def interval(value: number, low: number, high: number) -> phrase:
    """0.43 [0.38, 0.47]"""
    return phrase(value, " [", low, ", ", high, "]")


def joined(parts: list[Any], mark: str, last: str | None = None) -> phrase:
    """Parts with a mark between them, another one before the last where it is given."""
    said: list[Any] = []
    for index, part in enumerate(parts):
        if index:
            said.append(last if last is not None and index == len(parts) - 1 else mark)
        said.append(part)
    return phrase(*said)


def listed(parts: list[Any]) -> phrase:
    """a, b and c."""
    return joined(parts, ", ", " and ")
