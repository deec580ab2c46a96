# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What is demanded of a report page that a browser has opened. Each check gives the list of what is wrong: empty, or a
line a fault. page_test.py proves of each that it can find one."""

import csv
import io
import json
import re
from pathlib import Path

from shown import EN_DASH, lookup, shown

SMALLEST_TEXT = 9     # CSS pixels, of the letters of a picture as rendered
LEAST_CONTRAST = 4.5  # of text, WCAG 2.2 AA
IN_PAGE = Path(__file__).with_name("in_page.js").read_text(encoding="utf-8")


def inside(page, function: str, *arguments: object):
    """What a function of in_page.js returns."""
    return page.evaluate(f"() => {{ {IN_PAGE}\nreturn {function}({json.dumps(arguments)[1:-1]}); }}")


def open_all(page) -> None:
    """Opens what can be folded."""
    inside(page, "open_all")


def in_every_tab(page, function: str, *arguments: object) -> list[str]:
    """The faults of every picture, each looked at in the first tab that shows it."""
    faults, seen = [], []
    for tab in range(inside(page, "tabs")):
        inside(page, "choose_tab", tab)
        faults += inside(page, function, seen, *arguments)
        seen += inside(page, "figure_ids", True)
    inside(page, "choose_tab", 0)
    return faults + [f"{name} is never shown" for name in inside(page, "figure_ids", False) if name not in seen]


def chart_faults(page) -> list[str]:
    """Each picture is there once, and so is everything in it that is drawn from data."""
    return in_every_tab(page, "chart_faults")


def chart_text_faults(page) -> list[str]:
    """No text of a picture is cut or too small to be read."""
    return in_every_tab(page, "chart_text_faults", SMALLEST_TEXT)


def contrast_faults(page) -> list[str]:
    """Texts stand out from what is below them."""
    return in_every_tab(page, "contrast_faults", LEAST_CONTRAST) + inside(page, "text_contrast_faults", LEAST_CONTRAST)


def width_faults(page) -> list[str]:
    """The page as a whole does not scroll sideways."""
    return in_every_tab(page, "width_faults")


def name_faults(page) -> list[str]:
    """Ids are unique, what is referred to is there, colours are defined."""
    return inside(page, "name_faults")


def axe_faults(page) -> list[str]:
    """The serious and critical rules of axe-core. Leaves a page without its pictures and most of its rows."""
    import axe_playwright_python

    page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    inside(page, "prune")
    return inside(page, "axe_faults")


def print_faults(page) -> list[str]:
    """The page on paper. Leaves it on the screen again."""
    page.emulate_media(media="print")
    faults = inside(page, "print_faults")
    page.emulate_media(media="screen")
    return faults


def scheme_faults(page) -> list[str]:
    """Light is light, dark is dark, and the marks of every picture differ. Leaves the page dark."""
    seen = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        seen.append(inside(page, "colours"))
    (light, light_marks), (dark, dark_marks) = seen
    faults = ["the light page is not light"] if light < 0.8 else []
    faults += ["the dark page is not dark"] if dark > 0.1 else []
    return faults + [f"{name} has the same colours in light and dark" for name, marks in light_marks.items()
                     if marks == dark_marks[name]]


def number_faults(page, summary: dict, diff: dict | None) -> list[str]:
    """Every number of the page against the one at its path."""
    faults = []
    found = inside(page, "numbers")
    if not found:
        faults.append("the page has no number with a path")
    for document, path, form, text, full in found:
        where = f"{document} {path} ({form})"
        try:
            value = lookup({"summary": summary, "diff": diff}[document], path)
            right = shown(value, form)
        except (KeyError, ValueError) as error:
            faults.append(f"{where}: {text!r} is of nothing: {error!r}")
            continue
        if text != right:
            faults.append(f"{where}: {text!r}, must be {right!r}")
        if full is not None and float(full) != value:
            faults.append(f"{where}: in full {full!r}, must be {value!r}")
    return faults


def names_in(document: object) -> set[str]:
    """All keys and texts of a document."""
    if isinstance(document, dict):
        return set(document).union(*map(names_in, document.values()))
    if isinstance(document, list):
        return set().union(*map(names_in, document))
    return {document} if isinstance(document, str) else set()


def bare_number_faults(page, documents: list[dict], but: set[str]) -> list[str]:
    """Numbers in tables that do not say where they are from, but for some tables. Names and dates of the documents may
    hold digits, and so may what the page calls a row: `97.5 %, all`, `top 10`, `narrow_advance (2)`."""
    names = names_in(documents)
    names |= {name.removeprefix("topheavy::").replace("::", " / ") for name in names}  # stages of the run
    levels = "|".join(re.escape(f"{100 * float(name):g} %, ") for name in names if re.fullmatch(r"0\.\d+", name))
    rows = re.compile(rf"^({levels})|^((max|min) )?top \d+$| \(\d\)$")
    return [f"{table}: {text!r} does not say where it is from" for table, text in inside(page, "bare_numbers")
            if table not in but and text not in names and re.search(r"\d", rows.sub("", text))]


def sort_faults(page, table: str) -> list[str]:
    """A click on a header puts the numbers of its column in order, a second one the other way; no row is lost."""
    return inside(page, "sort_faults", table)


def csv_faults(page, table: str) -> list[str]:
    """The table as a file: its rows, numbers in full, and no text that a spreadsheet takes for a formula."""
    texts = inside(page, "csv_texts", table)
    if len(texts) != 1:
        return [f"{table} is saved as {len(texts)} files"]
    rows, columns = inside(page, "cells", table), inside(page, "header", table)
    header, *found = csv.reader(io.StringIO(texts[0].removeprefix("\N{BYTE ORDER MARK}"), newline=""))
    if [name.removeprefix("'") for name in header] != columns or len(found) != len(rows):
        return [f"{table}: {header} and {len(found)} rows in its CSV, {columns} and {len(rows)} on the page"]
    return [f"{table}, row {number}: {fault}" for number, row in enumerate(zip(rows, found, strict=True), 1)
            for fault in row_faults(*row)]


def row_faults(cells: list[list], written: list[str]) -> list[str]:
    if len(cells) != len(written):
        return [f"{len(written)} cells in its CSV, {len(cells)} on the page"]
    faults = []
    for (text, full), cell in zip(cells, written):
        if full is not None:
            if not re.fullmatch(r"-?[0-9.]+(e[-+]?[0-9]+)?", cell) or float(cell) != float(full):
                faults.append(f"{cell!r} in its CSV, must be {full}")
        elif re.match(r"[=+\-@\t\r]", cell):
            faults.append(f"{cell!r} is a formula")
        elif cell.removeprefix("'") != ("" if text == EN_DASH else text):
            faults.append(f"{cell!r} in its CSV, {text!r} on the page")
    return faults
