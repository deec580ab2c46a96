# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What a section is made of. A section says what it shows; page.html.j2 alone says how that looks."""

import re
import zlib
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

from .numbers import number, phrase


def slug(name: str) -> str:
    """A name as part of an id, which holds no space; what had to be replaced is told apart by a checksum."""
    kept = re.sub(r"[^A-Za-z0-9_.-]", "-", name)
    return kept if kept == name else f"{kept}-{zlib.crc32(name.encode()):08x}"


@dataclass
class table:
    """Rows of text and numbers. The first column names the row; a column of numbers is aligned to the right, and what
    is said where a number is absent is not."""

    name: str
    caption: Any
    columns: list[str]
    rows: list[list[Any]]
    kind: str = "table"

    def __post_init__(self) -> None:
        self.name = slug(self.name)

    def numeric(self, column: int) -> bool:
        if column == 0:
            return False
        cells = [row[column] for row in self.rows if row[column] not in (None, "")]
        first = [cell.parts[0] if isinstance(cell, phrase) else cell for cell in cells]
        return any(isinstance(one, number) and not one.form.startswith("text") for one in first)

    def wrap(self, column: int) -> str:
        """A column of sentences, of long names, or of text with numbers: its lines may break."""
        if any(isinstance(row[column], phrase) for row in self.rows):
            return "parts"
        longest = max((len(row[column]) for row in self.rows if isinstance(row[column], str)), default=0)
        return "long" if longest > 60 and column else "broad" if longest > 20 else ""

    def shown(self, cell: Any) -> Any:
        """A name breaks after what joins its words, where there is no room for it."""
        return Markup("_<wbr>").join(escape(part) for part in cell.split("_")) if isinstance(cell, str) else cell


@dataclass
class chart:
    """One picture, drawn for a wide and for a narrow page."""

    name: str
    title: str
    caption: Any
    alternative: str
    wide: str
    narrow: str
    key: list[tuple[str, str]] = field(default_factory=list)  # colour, what it stands for
    kind: str = "chart"


@dataclass
class text:
    """A paragraph."""

    body: Any
    kind: str = "text"


@dataclass
class heading:
    body: Any
    kind: str = "heading"


@dataclass
class fold:
    """What is there for those who look for it."""

    title: str
    blocks: list[Any]
    kind: str = "fold"


@dataclass
class tabs:
    """Alternatives of which one is seen at a time, all of them in print; works without a script."""

    name: str
    label: str
    pages: list[tuple[str, list[Any]]]
    kind: str = "tabs"


@dataclass
class facts:
    """Name and value, side by side."""

    rows: list[tuple[str, Any]]
    kind: str = "facts"


@dataclass
class plain:
    """Text as a machine wrote it."""

    body: str
    label: str
    kind: str = "plain"


@dataclass
class section:
    name: str
    title: str
    lead: Any
    blocks: list[Any]


def left_out(name: str, title: str, why: str) -> section:
    return section(name, title, why, [])
