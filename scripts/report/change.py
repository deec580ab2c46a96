# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What changed since another run, and which part of the inputs made the change."""

import math
import re
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from .blocks import chart, fold, left_out, section, table, text
from .drawing import HEAD, colour, draw, sheet
from .marks import bare, name_rows, panel_title
from .numbers import joined, phrase, source, written

MOST_LINES = 15  # of what changed, in summary.md
MOST_PICTURES = 6
MOST_SAID = 3  # figures in a sentence
DRAWS = " ± draws: the error of the change by the draws; a change or a part within it may be theirs alone."


def _form(one: dict[str, Any], change: bool = False) -> str:
    """How a figure of the diff is written: with digits enough to see what a day changes."""
    if one["unit"] == "text":
        return "text:0"
    if one["unit"] == "fraction":
        return "points:3" if change else "percent:3"
    keys = one["metric"].split(".")
    digits = 0 if keys[-1] == "n" else 5 if "hhi" in keys else 4 if keys[0] == "correlation" else 2
    return f"{'signed' if change else 'number'}:{digits}"


def _is_main(metric: str) -> bool:
    """What a reader looks for first; the rest is folded."""
    keys = metric.split(".")
    return (
        keys[0] in ("index", "volatility", "stage", "limits")
        or keys[:2] == ["concentration", "constituent"]
        or metric in ("concentration.risk.hhi", "concentration.risk.effective_n")
        or metric.endswith(".0.975")
    )


def _error_form(one: dict[str, Any]) -> str:
    """How the error of a change is written: in the digits of the change, without its sign."""
    return _form(one, True).replace("points", "size_points").replace("signed", "number")


def _ranked(figures: list[dict[str, Any]], which: list[int]) -> list[int]:
    """The largest change first, measured by the error of the draws; what has none comes after. Where nothing has one,
    sizes are compared within a unit."""
    units = list(dict.fromkeys(figures[i]["unit"] for i in which))

    def rank(i: int) -> tuple[bool, int, float]:
        one = figures[i]
        size, error = abs(one["change"] or 0), one.get("draw_error")
        if error is None:
            return True, units.index(one["unit"]), -size
        return False, 0, -size / error if error else -math.inf if size else 0.0

    return sorted(which, key=rank)


def _told(diff: dict[str, Any]) -> list[int]:
    """The figures whose split is told: without a level or at 97.5 %; all where nothing has that level."""
    figures = diff["split"]["figures"]
    known = [i for i, one in enumerate(figures) if all(step["value"] is not None for step in one["steps"])]
    main = [i for i in known if figures[i]["metric"].endswith(".0.975")]
    rest = [i for i in known if figures[i]["metric"] == "concentration.constituent.hhi"]
    return _ranked(figures, (main + rest) if main else known)[:MOST_PICTURES]


def _cause(take: source, figure: dict[str, Any], *where: Any) -> phrase:
    """The part that made most of a change. A part that the draws alone may have made is not named."""
    steps, error = figure["steps"], figure.get("draw_error")
    unit = " points" if figure["unit"] == "fraction" else ""
    if error is not None and abs(figure["change"]) <= error:
        return phrase(", within the error of the draws, ", take(_error_form(figure), *where, "draw_error"), unit)
    most = max(range(len(steps)), key=lambda k: abs(steps[k]["change"]))
    if not steps[most]["change"] or (error is not None and abs(steps[most]["change"]) <= error):
        return phrase()
    change = take(_form(figure, True), *where, "steps", most, "change")
    return phrase(f", the largest part: {steps[most]['part']} ", change, unit)


def _waterfall(axes: Axes, diff: dict[str, Any], i: int) -> None:
    figure = diff["split"]["figures"][i]
    scale = 100 if figure["unit"] == "fraction" else 1
    levels = [scale * value for value in (figure["a"], *(step["value"] for step in figure["steps"]))]
    names = [diff["a"]["as_of"], *(step["part"] for step in figure["steps"]), diff["b"]["as_of"]]
    low, high, count = min(levels), max(levels), len(names)
    # Steps are far smaller than the level: the axis begins beside them, and its ends are written out.
    room = (high - low) * 0.08 or abs(high) * 0.01 or 1.0
    axes.set(xlim=(low - room, high + room), ylim=(-0.5, count - 0.5))
    for row in range(count):
        y = count - 1 - row
        if row in (0, count - 1):
            axes.plot(
                [levels[0 if row == 0 else -1]],
                [y],
                "D",
                color=colour("accent"),
                markersize=8,
                gid=f"marks-{i}-{'before' if row == 0 else 'now'}",
            )
            words = written(figure["a" if row == 0 else "b"], _form(figure))
        else:
            start, end = levels[row - 1], levels[row]
            axes.add_collection(
                PolyCollection(
                    [[(start, y - 0.3), (start, y + 0.3), (end, y + 0.3), (end, y - 0.3)]],
                    facecolors=colour("pos" if end >= start else "neg"),
                    gid=f"marks-{i}-step-{row}",
                    edgecolors=colour("pos" if end >= start else "neg"),
                    linewidths=1.2,
                )
            )
            axes.plot([start, start], [y, y + 1], color=colour("muted"), linewidth=0.8)
            words = written(figure["steps"][row - 1]["change"], _form(figure, True))
        axes.annotate(
            words,
            (1, y),
            xycoords=("axes fraction", "data"),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=11,
            annotation_clip=False,
            fontweight="bold" if row in (0, count - 1) else "normal",
        )
    axes.plot([levels[-1]] * 2, [0, 1], color=colour("muted"), linewidth=0.8)
    name_rows(axes, range(count), names[::-1])
    bare(axes)


def _split(diff: dict[str, Any]) -> chart | None:
    told = _told(diff)
    if not told:
        return None
    figures = diff["split"]["figures"]
    rows = 2 + len(figures[told[0]]["steps"])
    tall = 22 * rows

    def paint(page: sheet) -> None:
        columns = 2 if page.wide else 1
        width = (page.width - 36 * (columns - 1)) / columns
        for place, i in enumerate(told):
            x, y = place % columns * (width + 36), HEAD + place // columns * (tall + 52)
            axes = page.box(x + 108, y, x + width - 70, y + tall)
            _waterfall(axes, diff, i)
            panel_title(axes, figures[i]["label"], -108)

    take = source(diff, True)
    said = []
    for i in told:
        where = ("split", "figures", i)
        said.append(_change(take, figures[i], *where) + _cause(take, figures[i], *where))
    caption = phrase(
        joined(said, "; "),
        ". Parts are exchanged one after the other in the order shown, each step a run of its own; changes of shares "
        "in percentage points.",
        DRAWS if any(figures[i].get("draw_error") is not None for i in told) else "",
    )
    lines = -(-len(told) // 2)
    return draw(
        "split",
        "What made the change",
        caption,
        "Waterfall charts: how figures of risk changed, part by part.",
        (HEAD + lines * (tall + 52) - 44, HEAD + len(told) * (tall + 52) - 44),
        paint,
    )


def change_section(diff: dict[str, Any] | None) -> section:
    title = "What changed"
    if diff is None:
        return left_out("change", title, "Left out: no previous run is given (--previous).")
    take = source(diff, True)
    rows = []
    for i, one in enumerate(diff["headline"]):
        h = ("headline", i)
        form = _form(one, True)
        rows.append(
            [
                one["label"],
                take(form, *h, "change", reason="not a number" if form == "text:0" else None),
                take(_form(one), *h, "a"),
                take(_form(one), *h, "b"),
            ]
        )
    blocks: list[Any] = []
    split = diff["split"]
    if split["possible"]:
        picture = _split(diff)
        blocks += [picture] if picture else []
        if split["figures"]:
            blocks.append(_parts(take, split["figures"]))
        members = [
            f"{words}: {', '.join(split['members'][side])}."
            for side, words in (("came", "New members"), ("left", "Left the index"))
            if (split.get("members") or {}).get(side)
        ]
        if members:
            blocks.append(text(" ".join(members)))
    else:
        blocks.append(text(f"Only totals: {split.get('reason') or 'the change is not split'}."))
    columns = ["figure", "change", diff["a"]["as_of"], diff["b"]["as_of"]]
    main = [row for row, one in zip(rows, diff["headline"]) if _is_main(one["metric"])]
    words = "Changes of shares are in percentage points."
    if 0 < len(main) < len(rows):
        blocks.append(table("headline", f"The main figures. {words}", columns, main))
        blocks.append(
            fold(f"All {len(rows)} figures", [table("headline-all", f"Every headline figure. {words}", columns, rows)])
        )
    else:
        blocks.append(table("headline", f"Every headline figure. {words}", columns, rows))
    return section("change", title, change_sentence(diff), blocks)


def _parts(take: source, figures: list[dict[str, Any]]) -> table:
    """Every figure whose change is split, with its parts; an older diff says nothing of the draws."""
    with_error = any("draw_error" in one for one in figures)
    rows = []
    for i, one in enumerate(figures):
        f = ("split", "figures", i)
        error = take(_error_form(one), *f, "draw_error", reason="nothing is drawn anew")
        rows.append(
            [
                one["label"],
                take(_form(one, True), *f, "change"),
                *([error] if with_error else []),
                take(_form(one), *f, "a"),
                *(take(_form(one, True), *f, "steps", k, "change") for k in range(len(one["steps"]))),
                take(_form(one), *f, "b"),
            ]
        )
    return table(
        "split",
        "The same in numbers: before, what each part adds, and now. Changes of shares are in percentage points."
        + (DRAWS if with_error else ""),
        [
            "figure",
            "change",
            *(["±\u00a0draws"] if with_error else []),
            "before",
            *(step["part"] for step in figures[0]["steps"]),
            "now",
        ],
        rows,
    )


def change_sentence(diff: dict[str, Any]) -> phrase:
    """The largest changes: of the figures whose change is split, else of the headline."""
    take = source(diff, True)
    told = _told(diff) if diff["split"]["possible"] else []
    where: tuple[Any, ...] = ("split", "figures") if told else ("headline",)
    found = diff["split"]["figures"] if told else diff["headline"]
    shown = told or _ranked(
        found,
        [i for i, one in enumerate(found) if one["metric"].endswith(".0.975") and one["change"] is not None]
        or [i for i, one in enumerate(found) if one["change"]],
    )
    said = []
    for i in shown[:MOST_SAID]:
        line = _moved(take, found[i], *where, i)
        said.append(line + _cause(take, found[i], *where, i) if told else line)
    since = f"Since {diff['a']['as_of']}: "
    return phrase(since, joined(said, "; "), "." if shown else "nothing that can be compared has changed.")


def _change(take: source, one: dict[str, Any], *where: Any) -> phrase:
    points = " points" if one["unit"] == "fraction" else ""
    return phrase(f"{one['label']} ", take(_form(one, True), *where, "change"), points)


def _moved(take: source, one: dict[str, Any], *where: Any) -> phrase:
    return _change(take, one, *where) + phrase(" to ", take(_form(one), *where, "b"))


def change_lines(diff: dict[str, Any]) -> list[phrase]:
    """What changed, a line a figure: the parts where the change is split, else totals and the reason."""
    take = source(diff, True)
    split = diff["split"]
    if split["possible"]:
        figures = split["figures"]
        lines = []
        for i in _told(diff):
            one, form = figures[i], _form(figures[i], True)
            parts = [
                phrase(f"{step['part']} ", take(form, "split", "figures", i, "steps", k, "change"))
                for k, step in enumerate(one["steps"])
                if re.search("[1-9]", written(step["change"], form))
            ]
            told = joined(parts, ", ") if parts else "no change"
            line = _change(take, one, "split", "figures", i)
            if one.get("draw_error") is not None:
                line += phrase(" (± ", take(_error_form(one), "split", "figures", i, "draw_error"), " by the draws)")
            lines.append(line + phrase(": ", told))
        return lines
    lines = [
        _moved(take, one, "headline", i)
        for i, one in enumerate(diff["headline"])
        if one["change"] and _is_main(one["metric"])
    ]
    return [phrase(f"only totals: {split.get('reason') or 'the change is not split'}"), *lines][:MOST_LINES]
